//! What came of an attempt waits for the first picture that knows of it, so that the screen never says
//! both that something is done and how it was before.

use crate::app::msg::Msg;
use crate::domain::now::Now;

/// Messages, each with the moment from which on a picture knows of it.
#[derive(Default)]
pub struct Held(Vec<(Now, Msg)>);

impl Held {
    /// Whether a message says what the picture is to say too.
    pub fn holds(msg: &Msg) -> bool {
        matches!(msg, Msg::OperationsFinished { .. })
    }

    /// Keeps one that came at `now`.
    pub fn keep(&mut self, msg: Msg, now: Now) {
        self.0.push((now, msg));
    }

    /// Those that a picture knows of whose build was begun at `begun`.
    pub fn known(&mut self, begun: Now) -> Vec<Msg> {
        let is_known = |(came, _): &mut (Now, Msg)| came.mono <= begun.mono;
        self.0
            .extract_if(.., is_known)
            .map(|(_, msg)| msg)
            .collect()
    }

    /// All of them: no picture comes.
    pub fn all(&mut self) -> Vec<Msg> {
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
        let mut held = Held::default();
        held.keep(acted(1), at(10));
        held.keep(acted(2), at(12));
        assert!(held.known(at(9)).is_empty());
        assert_eq!(numbers(held.known(at(11))), [1]);
        held.keep(acted(3), at(13));
        assert_eq!(numbers(held.all()), [2, 3]);
        assert!(held.all().is_empty());
    }

    #[test]
    fn what_the_picture_does_not_tell_waits_for_none() {
        assert!(Held::holds(&acted(1)));
        assert!(!Held::holds(&Msg::DraftsNotAdopted(
            "the journal is full".into()
        )));
    }
}
