//! What PagerDuty's statuses mean, in words that a person can act on.

mod codes;

use std::time::Duration;

use serde::Deserialize;

use crate::domain::source::FailureKind;
use crate::sources::http::{FetchError, Sent};
use crate::sources::lenient::Lenient;
use crate::sources::poll::PollError;

/// Characters of PagerDuty's own sentence that are shown.
const SENTENCE_AT_MOST: usize = 160;

/// A question that got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status, where there was an answer at all.
    pub status: Option<u16>,
    /// PagerDuty's own code (2001 …), where it gave one.
    pub code: Option<u32>,
    /// It asks to be left alone for so long.
    pub pause: Option<Duration>,
    /// Whether PagerDuty may have heard the request: what decides if a write may be sent again.
    pub sent: Sent,
    /// Why, for the sources view.
    pub error: PollError,
}

impl Refusal {
    /// Without a status: `sent` says how far it came.
    pub fn without_status(sent: Sent, error: PollError) -> Self {
        Self {
            status: None,
            code: None,
            pause: None,
            sent,
            error,
        }
    }

    /// Not asked: an earlier 429 asked to be left alone for so much longer.
    pub fn paused(left: Duration) -> Self {
        let (kind, text) = words("", 429, left);
        Self {
            pause: Some(left),
            ..Self::without_status(Sent::No, PollError::new(kind, text))
        }
    }

    /// Without any answer.
    pub fn unanswered(part: &str, error: &FetchError) -> Self {
        let text = format!("PagerDuty, {part}: {}", error.text);
        Self::without_status(error.sent, PollError::new(error.kind(), text))
    }

    /// An answer that is not what was promised.
    pub fn garbled(part: &str, why: impl std::fmt::Display) -> Self {
        let text = format!("PagerDuty's answer about {part} makes no sense: {why}");
        Self::without_status(Sent::Answered, PollError::new(FailureKind::Garbled, text))
    }

    /// An answer with a status that says no. `pause` counts for a 429 only.
    pub fn by_status(part: &str, status: u16, body: &[u8], pause: Duration) -> Self {
        let said = said(body);
        let (kind, text) = words(part, status, pause);
        let sentence = said.message.map(|sentence| format!(": {sentence}"));
        Self {
            status: Some(status),
            code: said.code,
            pause: (status == 429).then_some(pause),
            sent: Sent::Answered,
            error: PollError::new(kind, text + &sentence.unwrap_or_default()),
        }
    }

    /// A write's answer with a status that says no. `part` names what it was about.
    pub fn of_write(part: &str, status: u16, body: &[u8], pause: Duration) -> Self {
        let said = said(body);
        let (kind, text) = match status {
            402 => (
                FailureKind::Configuration,
                format!("PagerDuty: the account's plan does not allow {part} (402)"),
            ),
            403 => (
                FailureKind::Credentials,
                format!("PagerDuty: this API key may only read, or not write {part} (403)"),
            ),
            404 => (
                FailureKind::Configuration,
                format!("PagerDuty knows no such incident (404): {part}"),
            ),
            _ => words(part, status, pause),
        };
        let ours = said.code.and_then(codes::words);
        let text = match (ours, said.message) {
            (Some(ours), _) if status == 400 => format!("PagerDuty: {ours}"),
            (_, Some(theirs)) => format!("{text}: {theirs}"),
            _ => text,
        };
        Self {
            status: Some(status),
            code: said.code,
            pause: (status == 429).then_some(pause),
            sent: Sent::Answered,
            error: PollError::new(kind, text),
        }
    }

    /// Whether a write that came to this may have been done all the same: no answer, or one of a server
    /// that stumbled over it.
    pub fn leaves_doubt(&self) -> bool {
        match self.status {
            Some(status) => status == 408 || status >= 500,
            None => self.sent != Sent::No,
        }
    }

    /// Whether it would be the same for every incident.
    pub fn is_for_all(&self) -> bool {
        matches!(self.status, None | Some(401 | 402 | 403 | 429))
    }

    /// The plan or the key has no such part: it is absent rather than broken.
    pub fn is_absence(&self) -> bool {
        matches!(self.status, Some(402 | 403))
    }

    /// There is no such thing.
    pub fn is_not_found(&self) -> bool {
        self.status == Some(404)
    }

    /// Asking for something else would fare no better.
    pub fn is_general(&self) -> bool {
        use FailureKind::{RateLimited, TimedOut, Tls, Unreachable};
        matches!(self.error.kind, RateLimited | TimedOut | Tls | Unreachable)
            || self.status == Some(401)
    }
}

fn words(part: &str, status: u16, pause: Duration) -> (FailureKind, String) {
    match status {
        401 => (
            FailureKind::Credentials,
            "PagerDuty does not accept the API key (401)".into(),
        ),
        402 => (
            FailureKind::Configuration,
            format!("PagerDuty: the account's plan has no {part} (402)"),
        ),
        403 => (
            FailureKind::Credentials,
            format!("PagerDuty: this API key may not read {part} (403)"),
        ),
        404 => (
            FailureKind::Configuration,
            format!("PagerDuty knows no such {part} (404): is the url right?"),
        ),
        429 => (
            FailureKind::RateLimited,
            format!(
                "PagerDuty: too many requests (429), again in {}s",
                pause.as_secs()
            ),
        ),
        _ => (
            FailureKind::Refused,
            format!("PagerDuty answered {status} about {part}"),
        ),
    }
}

#[derive(Default)]
struct Said {
    message: Option<String>,
    code: Option<u32>,
}

// `{"error":{"message","code","errors":[…]}}`, of which anything may be missing or of another shape.
fn said(body: &[u8]) -> Said {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Wire {
        error: Lenient<WireError>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct WireError {
        message: Lenient<String>,
        code: Lenient<u32>,
        errors: Lenient<Vec<String>>,
    }
    let wire: Wire = serde_json::from_slice(body).unwrap_or_default();
    let error = wire.error.0.unwrap_or_default();
    let sentences = error
        .message
        .text()
        .into_iter()
        .chain(error.errors.0.unwrap_or_default());
    let sentence = sentences.collect::<Vec<_>>().join("; ");
    let clean = sentence
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    let sentence: String = clean.take(SENTENCE_AT_MOST).collect();
    Said {
        message: Some(sentence).filter(|sentence| !sentence.is_empty()),
        code: error.code.0,
    }
}

#[cfg(test)]
mod tests;
