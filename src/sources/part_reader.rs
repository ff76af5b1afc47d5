//! Keeps one part of a source's answer from poll to poll.

use crate::domain::now::Now;
use crate::domain::source::{Part, PartName, PartProblem};
use crate::sources::error::SourceError;

/// The outcome of requesting one part.
#[derive(Clone, Debug, PartialEq)]
pub enum PartOutcome<T> {
    /// The whole value.
    Whole(T),
    /// The readable part of the value, and the missing part in words.
    Partial(T, String),
    /// The account's plan or the API key does not include this part.
    NotOffered(String),
    /// No readable answer came.
    Failed(SourceError),
}

impl<T> PartOutcome<T> {
    /// This outcome with its value converted.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> PartOutcome<U> {
        match self {
            Self::Whole(value) => PartOutcome::Whole(convert(value)),
            Self::Partial(value, missing) => PartOutcome::Partial(convert(value), missing),
            Self::NotOffered(why) => PartOutcome::NotOffered(why),
            Self::Failed(error) => PartOutcome::Failed(error),
        }
    }
}

/// A part with its last good value.
#[derive(Clone, Debug)]
pub struct KeptPart<T> {
    pub part: Part,
    /// The last good value; the type's default before the first good value.
    pub value: T,
}

impl<T: Default> KeptPart<T> {
    /// A part that was never read.
    pub fn new(name: PartName) -> Self {
        Self {
            part: Part::new(name),
            value: T::default(),
        }
    }

    /// Records the outcome of a request sent at `asked`. After a failure the value stays.
    pub fn record(&mut self, asked: Now, outcome: PartOutcome<T>) {
        if let Some(value) = record(&mut self.part, asked, outcome) {
            self.value = value;
        }
    }
}

/// Records the outcome of a request sent at `asked` for a part whose value is kept elsewhere. Returns the new value;
/// `None` after a failure.
pub fn record<T: Default>(part: &mut Part, asked: Now, outcome: PartOutcome<T>) -> Option<T> {
    match outcome {
        PartOutcome::Whole(value) => {
            part.succeed(asked);
            Some(value)
        }
        PartOutcome::Partial(value, missing) => {
            part.succeed_with(asked, PartProblem::Partial(missing));
            Some(value)
        }
        PartOutcome::NotOffered(why) => {
            part.succeed_with(asked, PartProblem::NotOffered(why));
            Some(T::default())
        }
        PartOutcome::Failed(error) => {
            part.fail(error.kind(), error.text, asked);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::source::{FailureKind, SourceState};

    fn at(seconds: u64) -> Now {
        Now {
            wall: chrono::DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
            mono: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn a_failure_keeps_the_last_value_which_ages() {
        let interval = Duration::from_secs(20);
        let mut kept = KeptPart::<u8>::new(PartName::Users);
        assert_eq!(kept.part.state(at(0), interval), SourceState::Waiting);
        let failed = || PartOutcome::Failed(SourceError::answered(FailureKind::Refused, "500"));
        kept.record(at(0), failed());
        assert_eq!(kept.part.state(at(0), interval), SourceState::Down);
        kept.record(at(20), PartOutcome::Whole(7));
        assert_eq!(kept.part.state(at(20), interval), SourceState::Live);
        kept.record(at(40), failed());
        kept.record(at(60), failed());
        assert_eq!(kept.value, 7);
        assert_eq!(kept.part.failure().unwrap().since, at(40));
        assert_eq!(kept.part.state(at(80), interval), SourceState::Late);
        assert_eq!(kept.part.state(at(81), interval), SourceState::Down);
    }

    #[test]
    fn what_the_account_does_not_have_is_empty_and_no_failure() {
        let mut kept = KeptPart::<u8>::new(PartName::Priorities);
        kept.record(at(0), PartOutcome::Whole(7));
        kept.record(at(20), PartOutcome::NotOffered("402".into()));
        assert_eq!((kept.value, kept.part.failure()), (0, None));
    }
}
