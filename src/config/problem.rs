//! One thing that is wrong with the text, and the gathering of many.

use std::ops::Range;

/// What is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Bytes of the text.
    pub(super) place: Range<usize>,
    /// What is wrong, without a full stop.
    pub(super) message: String,
    /// What would be right.
    pub(super) hint: Option<String>,
    /// Whether the line may hold a secret that stands where it must not.
    pub(super) secret: bool,
}

impl Problem {
    /// A problem at a place.
    pub(super) fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            hint: None,
            secret: false,
        }
    }

    /// With what would be right.
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// With a line that must not be shown as it is.
    pub(super) fn secret(self, secret: bool) -> Self {
        Self { secret, ..self }
    }
}

/// What the rules found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one.
    pub(super) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// The value, or its problem added.
    pub(super) fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// Whether no rule was broken.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them in the order of the text.
    pub(super) fn into_sorted(mut self) -> Vec<Problem> {
        self.0.sort_by_key(|problem| problem.place.start);
        self.0
    }
}
