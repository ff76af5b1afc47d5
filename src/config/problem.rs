//! A problem in the text, and a collector of problems.

use std::ops::Range;

/// A problem: its place, the message, and a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The place in the text, as a range of bytes.
    pub(super) span: Range<usize>,
    /// The message, without a full stop.
    pub(super) message: String,
    /// The hint: what would be right instead.
    pub(super) hint: Option<String>,
    /// Whether the line may contain a secret that must not be shown.
    pub(super) may_show_secret: bool,
}

impl Problem {
    /// A problem at a place.
    pub(super) fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span: place,
            message: message.into(),
            hint: None,
            may_show_secret: false,
        }
    }

    /// Adds a hint: what would be right instead.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Sets whether the line may contain a secret. If so, its value is masked when the line is shown.
    pub(super) fn with_secret(self, secret: bool) -> Self {
        Self {
            may_show_secret: secret,
            ..self
        }
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Returns the value of `Ok`. For an error, adds the problem and returns `None`.
    pub(super) fn ok_or_add<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// Whether there are no problems so far.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All problems, in their order in the text.
    pub(super) fn into_sorted(mut self) -> Vec<Problem> {
        self.0.sort_by_key(|problem| problem.span.start);
        self.0
    }
}
