//! Why an answer could not be had, for the program to act on and for a person to read.

use std::time::Duration;

use reqwest::StatusCode;

use crate::domain::source::FailureKind;
use crate::sources::blank::blank;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The name did not resolve.
    Resolve,
    /// The connection was refused, reset or never came about.
    Connect,
    /// The certificate is not one to trust.
    Certificate,
    /// The TLS handshake failed for another reason.
    Handshake,
    /// Nothing came in time.
    Timeout,
    /// The answer broke off.
    Interrupted,
    /// The answer's status says no.
    Status(StatusCode),
    /// The answer is not what was promised.
    Garbled,
    /// The answer is above the size that is read.
    TooLarge,
    /// The answers that are held leave no room for it.
    NoRoom,
    /// The request cannot be made as configured.
    InvalidRequest,
    /// The answer leads somewhere that is not followed.
    Redirect,
}

impl Cause {
    /// The kind under which a source notes it.
    pub fn kind(self) -> FailureKind {
        match self {
            Self::Resolve | Self::Connect => FailureKind::Unreachable,
            Self::Certificate | Self::Handshake => FailureKind::Tls,
            Self::Timeout => FailureKind::TimedOut,
            Self::Interrupted | Self::Garbled => FailureKind::Garbled,
            Self::Status(status) => super::status::failure_kind(status),
            Self::TooLarge | Self::NoRoom => FailureKind::TooLarge,
            Self::InvalidRequest | Self::Redirect => FailureKind::Configuration,
        }
    }
}

/// Whether the upstream may have heard the request: what decides if a write may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It never left.
    No,
    /// It may have been heard, and acted on.
    Perhaps,
    /// It was answered.
    Answered,
}

/// An answer that could not be had, or not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FetchError {
    /// What went wrong.
    pub cause: Cause,
    /// In words that a person can act on. Holds no credentials, no query and no control characters.
    pub text: String,
    /// Whether the request may have been heard.
    pub sent: Sent,
    /// How long the upstream wants to be left alone, where it said.
    pub retry_after: Option<Duration>,
}

/// Words of others are cut to this many characters.
const MAX_TEXT_CHARS: usize = 200;

impl FetchError {
    /// An error of this cause, in these words.
    pub fn new(cause: Cause, sent: Sent, text: impl AsRef<str>) -> Self {
        Self {
            cause,
            // Before it is cut: half a secret is one too.
            text: single_line(&blank(text.as_ref())),
            sent,
            retry_after: None,
        }
    }

    /// An answer that is not what was promised.
    pub fn garbled(text: impl AsRef<str>) -> Self {
        Self::new(Cause::Garbled, Sent::Answered, text)
    }

    /// The kind under which a source notes it.
    pub fn kind(&self) -> FailureKind {
        self.cause.kind()
    }

    /// The status, where one said no.
    pub fn status(&self) -> Option<StatusCode> {
        match self.cause {
            Cause::Status(status) => Some(status),
            _ => None,
        }
    }
}

/// One line without control characters, not too long.
fn single_line(text: &str) -> String {
    let mut chars = text
        .chars()
        .map(|char| if char.is_control() { ' ' } else { char });
    let mut line: String = chars.by_ref().take(MAX_TEXT_CHARS).collect();
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_one_short_line() {
        let error = FetchError::garbled(format!("\x1b[31mbad\n{}", "x".repeat(500)));
        assert!(error.text.starts_with(" [31mbad x"));
        assert_eq!(error.text.chars().count(), MAX_TEXT_CHARS + 1);
    }

    #[test]
    fn what_a_person_must_mend_does_not_heal() {
        for status in [401, 403, 404] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(!Cause::Status(status).kind().is_transient());
        }
        for cause in [
            Cause::Resolve,
            Cause::Timeout,
            Cause::Interrupted,
            Cause::TooLarge,
        ] {
            assert!(cause.kind().is_transient());
        }
    }
}
