//! The reasons why a query returned no data, and whether another query may succeed.

use crate::domain::source::FailureKind;
use crate::sources::blank::blank;
use crate::sources::error::SourceError;

/// The cause of a failed query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// The query was refused or could not be evaluated. Another query may succeed.
    Query,
    /// Any other cause.
    Upstream,
}

/// Why there is no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryError {
    pub(super) blame: Blame,
    pub(super) error: SourceError,
}

impl QueryError {
    /// An error that any other query would get too.
    pub(super) fn upstream(kind: FailureKind, text: impl AsRef<str>) -> Self {
        SourceError::answered(kind, text).into()
    }

    /// An answer that has another form than the API's.
    pub(super) fn garbled(text: impl AsRef<str>) -> Self {
        SourceError::garbled(text).into()
    }

    /// An error that is caused by the query itself, not by the upstream.
    pub(super) fn query(kind: FailureKind, text: impl AsRef<str>) -> Self {
        Self {
            blame: Blame::Query,
            ..Self::upstream(kind, text)
        }
    }
}

impl From<SourceError> for QueryError {
    fn from(error: SourceError) -> Self {
        Self {
            blame: Blame::Upstream,
            error,
        }
    }
}

const MAX_TEXT_CHARS: usize = 300;

/// Shortens an upstream's text to one line of bounded length. Secrets are blanked before the text is cut, since a cut
/// secret would not be recognised.
pub(super) fn shorten(text: &str) -> String {
    let text = blank(text);
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default().to_owned();
    let line = words.fold(first, |line, word| line + " " + word);
    match line.char_indices().nth(MAX_TEXT_CHARS) {
        None => line,
        Some(_) => line.chars().take(MAX_TEXT_CHARS).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut() {
        let long = "ü".repeat(1000);
        assert_eq!(shorten(&long).chars().count(), 301);
        assert_eq!(shorten(" a\n b\t"), "a b");
    }
}
