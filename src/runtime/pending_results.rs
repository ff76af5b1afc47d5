//! Holds the results of operations until a picture arrives that was built after them. Otherwise the screen could show
//! "acknowledged" beside the old state.

use crate::app::msg::Msg;
use crate::domain::now::Now;

/// The waiting messages, each with its arrival time. A picture shows a message's result if its build began at that time
/// or later.
#[derive(Default)]
pub struct PendingResults(Vec<(Now, Msg)>);

impl PendingResults {
    /// Whether the message must wait for a picture that shows its result.
    pub fn must_wait(msg: &Msg) -> bool {
        matches!(msg, Msg::OperationsFinished { .. })
    }

    /// Keeps a message that arrived at `now`.
    pub fn push(&mut self, msg: Msg, now: Now) {
        self.0.push((now, msg));
    }

    /// Takes the messages that arrived before a picture's build began at `begun`. The picture shows their results.
    pub fn take_included_in(&mut self, begun: Now) -> Vec<Msg> {
        let is_known = |(came, _): &mut (Now, Msg)| came.mono <= begun.mono;
        self.0
            .extract_if(.., is_known)
            .map(|(_, msg)| msg)
            .collect()
    }

    /// Takes all messages. Used when no further picture will come.
    pub fn take_all(&mut self) -> Vec<Msg> {
        self.0.drain(..).map(|(_, msg)| msg).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::app::fixture::now;

    fn acted(number: u64) -> Msg {
        Msg::OperationsFinished {
            number,
            outcomes: Vec::new(),
        }
    }

    fn numbers(all: Vec<Msg>) -> Vec<u64> {
        let number = |msg| match msg {
            Msg::OperationsFinished { number, .. } => Some(number),
            _ => None,
        };
        all.into_iter().filter_map(number).collect()
    }

    #[test]
    fn it_waits_for_a_build_that_was_begun_after_it() {
        let at = |second| now().plus(Duration::from_secs(second));
        let mut held = PendingResults::default();
        held.push(acted(1), at(10));
        held.push(acted(2), at(12));
        assert!(held.take_included_in(at(9)).is_empty());
        assert_eq!(numbers(held.take_included_in(at(11))), [1]);
        held.push(acted(3), at(13));
        assert_eq!(numbers(held.take_all()), [2, 3]);
        assert!(held.take_all().is_empty());
    }

    #[test]
    fn what_the_picture_does_not_tell_waits_for_none() {
        assert!(PendingResults::must_wait(&acted(1)));
        assert!(!PendingResults::must_wait(&Msg::Complaint(
            "the journal is full".into()
        )));
    }
}
