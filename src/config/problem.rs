//! One thing that is wrong with the text, and a collector of many.

use std::ops::Range;

/// What is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The place in the text, in bytes.
    pub(super) span: Range<usize>,
    /// What is wrong, without a full stop.
    pub(super) message: String,
    /// What would be right.
    pub(super) hint: Option<String>,
    /// Whether the line may hold a secret in a place where it must not be.
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

    /// Adds what would be right.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Sets whether the line may hold a secret; such a line is not shown as it is.
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

    /// The value; or `None`, and its problem is added.
    pub(super) fn ok_or_add<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// Whether no rule was broken.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All problems, in the order of the text.
    pub(super) fn into_sorted(mut self) -> Vec<Problem> {
        self.0.sort_by_key(|problem| problem.span.start);
        self.0
    }
}
