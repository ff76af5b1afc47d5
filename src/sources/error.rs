//! Errors of sources, with a text for the sources page.

use std::time::Duration;

use super::blank::blank;
use super::http::failure_kind;
use crate::domain::source::FailureKind;
use crate::domain::text_limit::cut_words;

/// The cause of a failed request, in more detail than a source's state needs. Probes and proxy errors need the detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The name did not resolve.
    Resolve,
    /// The connection was refused or reset.
    Connect,
    /// The certificate is not trusted.
    Certificate,
    /// The TLS handshake failed for another reason.
    Handshake,
    /// No answer came in time.
    Timeout,
    /// The answer broke off.
    Interrupted,
    /// The answer has another form than the API's.
    Garbled,
    /// The answer is larger than the limit.
    TooLarge,
    /// The answers in memory leave no room for this one.
    NoRoom,
    /// The request cannot be made as configured.
    InvalidRequest,
    /// The answer is a redirect that is not followed.
    Redirect,
    /// Any other cause. Only its kind is known.
    Other(FailureKind),
}

impl Cause {
    /// The failure kind for the source's state.
    pub fn kind(self) -> FailureKind {
        match self {
            Self::Resolve | Self::Connect => FailureKind::Unreachable,
            Self::Certificate | Self::Handshake => FailureKind::Tls,
            Self::Timeout => FailureKind::TimedOut,
            Self::Interrupted | Self::Garbled => FailureKind::Garbled,
            Self::TooLarge | Self::NoRoom => FailureKind::TooLarge,
            Self::InvalidRequest | Self::Redirect => FailureKind::Configuration,
            Self::Other(kind) => kind,
        }
    }
}

/// How far a request came. A write that may have arrived is never sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The request was not sent.
    No,
    /// The upstream may have received the request and acted on it.
    Perhaps,
    /// The upstream answered the request.
    Answered,
}

/// Why a source gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct SourceError {
    pub cause: Cause,
    /// A line that tells a person what to do: at most 4 KB, without secrets.
    pub text: String,
    /// How far the request came.
    pub sent: Sent,
    /// The HTTP status, if the error comes from a status.
    pub status: Option<u16>,
    /// PagerDuty's own error code (2001 …); `None` if PagerDuty gave none.
    pub code: Option<u32>,
    /// The pause that the upstream asks for.
    pub retry_after: Option<Duration>,
}

impl SourceError {
    /// Makes an error. Secrets are blanked before the text is cut, since a cut secret would not be recognised.
    pub fn new(cause: Cause, sent: Sent, text: impl AsRef<str>) -> Self {
        Self {
            cause,
            text: cut_words(single_line(&blank(text.as_ref()))).into_owned(),
            sent,
            status: None,
            code: None,
            retry_after: None,
        }
    }

    /// An error before any request, such as a missing secret, an unreadable file or a wrong address.
    pub fn unsent(kind: FailureKind, text: impl AsRef<str>) -> Self {
        Self::new(Cause::Other(kind), Sent::No, text)
    }

    /// An error in the content of an answer.
    pub fn answered(kind: FailureKind, text: impl AsRef<str>) -> Self {
        Self::new(Cause::Other(kind), Sent::Answered, text)
    }

    /// An answer that has another form than the API's.
    pub fn garbled(text: impl AsRef<str>) -> Self {
        Self::new(Cause::Garbled, Sent::Answered, text)
    }

    /// The error for an answer whose status is not a success.
    pub fn from_status(status: u16, text: impl AsRef<str>) -> Self {
        Self {
            status: Some(status),
            ..Self::answered(failure_kind(status), text)
        }
    }

    /// The failure kind for the source's state.
    pub fn kind(&self) -> FailureKind {
        self.cause.kind()
    }

    /// This error with another text, for example with the failed part's name in front.
    pub fn reworded(self, text: impl AsRef<str>) -> Self {
        Self {
            text: Self::new(self.cause, self.sent, text).text,
            ..self
        }
    }
}

fn single_line(text: &str) -> String {
    let chars = text.chars();
    chars
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_one_line() {
        let error = SourceError::garbled("\x1b[31mbad\nworse");
        assert_eq!(error.text, " [31mbad worse");
    }

    #[test]
    fn what_a_person_must_mend_does_not_heal() {
        for status in [401, 403, 404] {
            assert!(!failure_kind(status).is_transient());
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
