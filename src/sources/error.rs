//! Why a source gave no answer, from the socket to the sources view.

use std::time::Duration;

use super::blank::blank;
use super::http::failure_kind;
use crate::domain::source::FailureKind;
use crate::domain::text_limit::cut_words;

/// The cause of a failed request, in more detail than a source's state needs: probes and proxies are judged by it.
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
    /// No answer in time.
    Timeout,
    /// The answer broke off.
    Interrupted,
    /// The answer has another form than the API's.
    Garbled,
    /// The answer is larger than the limit.
    TooLarge,
    /// The answers that are held at present leave no room for this one.
    NoRoom,
    /// The request cannot be made as configured.
    InvalidRequest,
    /// The answer is a redirect that is not followed.
    Redirect,
    /// A cause that is described by its kind alone.
    Other(FailureKind),
}

impl Cause {
    /// The kind under which a source notes it.
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
    /// It was not sent.
    No,
    /// The upstream may have received it, and acted on it.
    Perhaps,
    /// It was answered.
    Answered,
}

/// Why a source gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct SourceError {
    pub cause: Cause,
    /// A line that a person can act on: at most 4 KB, without secrets.
    pub text: String,
    /// How far the request came.
    pub sent: Sent,
    /// The HTTP status, where one was the reason.
    pub status: Option<u16>,
    /// PagerDuty's own code (2001 …), where it gave one.
    pub code: Option<u32>,
    /// The pause that the upstream asks for.
    pub retry_after: Option<Duration>,
}

impl SourceError {
    /// Secrets are blanked before the text is cut, since a cut secret would not be recognised.
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

    /// An error before any request: a secret, a file or an address.
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

    /// An answer with a status that is not of success.
    pub fn from_status(status: u16, text: impl AsRef<str>) -> Self {
        Self {
            status: Some(status),
            ..Self::answered(failure_kind(status), text)
        }
    }

    /// The kind under which a source notes it.
    pub fn kind(&self) -> FailureKind {
        self.cause.kind()
    }

    /// This error with another text, such as with the name of the failed part before it.
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
