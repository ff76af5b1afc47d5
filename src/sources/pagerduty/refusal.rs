//! What PagerDuty's statuses mean, in words that a person can act on.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::source::FailureKind;
use crate::sources::http::FetchError;
use crate::sources::lenient::Maybe;
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
    /// Why, for the sources view.
    pub error: PollError,
}

impl Refusal {
    /// Without an answer from PagerDuty, or with one that makes no sense.
    pub fn without_status(error: PollError) -> Self {
        Self {
            status: None,
            code: None,
            pause: None,
            error,
        }
    }

    /// Not asked: an earlier 429 asked to be left alone for so much longer.
    pub fn paused(left: Duration) -> Self {
        let (kind, text) = words("", 429, left);
        Self {
            pause: Some(left),
            ..Self::without_status(PollError::new(kind, text))
        }
    }

    /// Without any answer.
    pub fn unanswered(part: &str, error: &FetchError) -> Self {
        let text = format!("PagerDuty, {part}: {}", error.text);
        Self::without_status(PollError::new(error.kind(), text))
    }

    /// An answer that is not what was promised.
    pub fn garbled(part: &str, why: impl std::fmt::Display) -> Self {
        let text = format!("PagerDuty's answer about {part} makes no sense: {why}");
        Self::without_status(PollError::new(FailureKind::Garbled, text))
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
            error: PollError::new(kind, text + &sentence.unwrap_or_default()),
        }
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
        error: Maybe<WireError>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct WireError {
        message: Maybe<String>,
        code: Maybe<u32>,
        errors: Maybe<Vec<String>>,
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
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal::by_status(
            "priorities",
            status,
            body.as_bytes(),
            Duration::from_secs(12),
        )
    }

    #[test]
    fn each_status_has_its_kind_and_its_words() {
        use FailureKind::*;
        for (status, kind) in [
            (401, Credentials),
            (402, Configuration),
            (403, Credentials),
            (404, Configuration),
            (429, RateLimited),
            (400, Refused),
            (500, Refused),
        ] {
            let refusal = refusal(status, "");
            assert_eq!(refusal.error.kind, kind, "{status}");
            assert!(
                refusal.error.text.contains(&status.to_string()),
                "{}",
                refusal.error.text
            );
            assert_eq!(refusal.pause.is_some(), status == 429);
        }
    }

    #[test]
    fn pagerdutys_own_sentence_is_added_clean_and_short() {
        let body = r#"{"error":{"message":"Invalid\u001b[2J Input","code":2001,"errors":["since is odd"]}}"#;
        let refusal = refusal(400, body);
        assert_eq!(refusal.code, Some(2001));
        assert_eq!(
            refusal.error.text,
            "PagerDuty answered 400 about priorities: Invalid [2J Input; since is odd"
        );
        let long = format!(
            r#"{{"error":{{"message":"{}","errors":{{"a":["b"]}}}}}}"#,
            "é".repeat(999)
        );
        assert!(self::refusal(400, &long).error.text.chars().count() < 220);
        assert_eq!(self::refusal(500, "<html>").code, None);
    }
}
