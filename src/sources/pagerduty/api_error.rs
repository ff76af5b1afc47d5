//! The meanings of PagerDuty's statuses, in words that a person can act on.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::source::FailureKind;
use crate::sources::error::{Sent, SourceError};
use crate::sources::lenient::{Field, List};
use crate::sources::part_reader::PartOutcome;

/// The number of characters of PagerDuty's own message that are shown.
const MAX_MESSAGE_CHARS: usize = 160;

impl SourceError {
    /// The error for a request that was not sent, since an earlier 429 asked for a pause. `remaining` is the rest of
    /// the pause.
    pub fn paused(remaining: Duration) -> Self {
        let (kind, text) = describe_status("", 429, remaining);
        Self {
            retry_after: Some(remaining),
            ..Self::unsent(kind, text)
        }
    }

    /// This error with PagerDuty and the resource in its text.
    pub(super) fn about(self, resource: &str) -> Self {
        let text = format!("PagerDuty, {resource}: {}", self.text);
        self.reworded(text)
    }

    /// The error if the answer about `resource` does not have the documented form. `why` says what is wrong with the
    /// answer.
    pub fn garbled_about(resource: &str, why: impl std::fmt::Display) -> Self {
        Self::garbled(format!("PagerDuty, {resource}: {why}"))
    }

    /// The error if a read of `resource` is answered with a failure status. `pause` matters only for a 429.
    pub fn from_read_status(resource: &str, status: u16, body: &[u8], pause: Duration) -> Self {
        let said = parse_error_body(body);
        let (kind, text) = describe_status(resource, status, pause);
        let sentence = said.message.map(|sentence| format!(": {sentence}"));
        Self {
            code: said.code,
            ..refused(status, pause, kind, text + &sentence.unwrap_or_default())
        }
    }

    /// The error if a write is answered with a failure status. `resource` names what is written.
    pub fn from_write_status(resource: &str, status: u16, body: &[u8], pause: Duration) -> Self {
        let said = parse_error_body(body);
        let (kind, text) = match status {
            402 => (
                FailureKind::Configuration,
                format!("PagerDuty: the account's plan does not allow {resource} (402)"),
            ),
            403 => (
                FailureKind::Credentials,
                format!("PagerDuty: this API key is read-only, or may not write {resource} (403)"),
            ),
            404 => (
                FailureKind::Configuration,
                format!("PagerDuty has no such incident (404): {resource}"),
            ),
            _ => describe_status(resource, status, pause),
        };
        let ours = said.code.and_then(describe_code);
        let text = match (ours, said.message) {
            (Some(ours), _) if status == 400 => format!("PagerDuty: {ours}"),
            (_, Some(theirs)) => format!("{text}: {theirs}"),
            _ => text,
        };
        Self {
            code: said.code,
            ..refused(status, pause, kind, text)
        }
    }

    /// Whether a write with this error may have succeeded. That is possible if there was no answer, or if the server
    /// failed.
    pub fn is_outcome_unknown(&self) -> bool {
        match self.status {
            Some(status) => status == 408 || status >= 500,
            None => self.sent != Sent::No,
        }
    }

    /// Whether the error would be the same for every incident.
    pub fn affects_every_incident(&self) -> bool {
        matches!(self.status, None | Some(401 | 402 | 403 | 429))
    }

    /// Whether the requested part is unavailable, since the account's plan or the API key does not include it.
    pub fn is_feature_unavailable(&self) -> bool {
        matches!(self.status, Some(402 | 403))
    }

    /// The outcome of a part that failed with this error. The part is not offered if the status is 402 or one of
    /// `unavailable`. Otherwise the part failed.
    pub fn into_part_outcome<T>(self, unavailable: &[u16]) -> PartOutcome<T> {
        match self.status {
            Some(status) if status == 402 || unavailable.contains(&status) => {
                PartOutcome::NotOffered(self.text)
            }
            _ => PartOutcome::Failed(self),
        }
    }

    /// Whether the same request would fail in the same way again.
    pub fn is_lasting(&self) -> bool {
        matches!(self.status, Some(403 | 404))
    }

    /// Whether the status is 404.
    pub fn is_not_found(&self) -> bool {
        self.status == Some(404)
    }

    /// Whether other requests would fail in the same way.
    pub fn affects_every_request(&self) -> bool {
        use FailureKind::{RateLimited, TimedOut, Tls, Unreachable};
        matches!(self.kind(), RateLimited | TimedOut | Tls | Unreachable)
            || self.status == Some(401)
    }
}

fn refused(status: u16, pause: Duration, kind: FailureKind, text: String) -> SourceError {
    SourceError {
        status: Some(status),
        retry_after: (status == 429).then_some(pause),
        ..SourceError::answered(kind, text)
    }
}

fn describe_status(resource: &str, status: u16, pause: Duration) -> (FailureKind, String) {
    match status {
        401 => (
            FailureKind::Credentials,
            "PagerDuty does not accept the API key (401)".into(),
        ),
        402 => (
            FailureKind::Configuration,
            format!("PagerDuty: the account's plan does not include {resource} (402)"),
        ),
        403 => (
            FailureKind::Credentials,
            format!("PagerDuty: this API key may not read {resource} (403)"),
        ),
        404 => (FailureKind::Configuration, describe_not_found(resource)),
        429 => (
            FailureKind::RateLimited,
            format!(
                "PagerDuty: too many requests (429), next try in {}s",
                pause.as_secs()
            ),
        ),
        _ => (
            FailureKind::Refused,
            format!("PagerDuty answered {status} for {resource}"),
        ),
    }
}

fn describe_not_found(resource: &str) -> String {
    match (resource, resource.strip_prefix("an incident's ")) {
        (_, Some(part)) => format!("PagerDuty has no {part} for this incident (404)"),
        ("the key's owner", _) => "PagerDuty does not say whose API key this is (404)".to_owned(),
        ("the status page", _) => {
            "PagerDuty has no status page with this id (404): check `page`".to_owned()
        }
        (_, None) => {
            let resource = resource.trim_start_matches("the ");
            format!("PagerDuty has no {resource} endpoint at this URL (404)")
        }
    }
}

#[derive(Default)]
struct ErrorBody {
    message: Option<String>,
    code: Option<u32>,
}

// Parses `{"error":{"message","code","errors":[…]}}`. Any field may be missing or have another type.
fn parse_error_body(body: &[u8]) -> ErrorBody {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Wire {
        error: Field<WireError>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct WireError {
        message: Field<String>,
        code: Field<u32>,
        errors: List<String>,
    }
    let wire: Wire = serde_json::from_slice(body).unwrap_or_default();
    let error = wire.error.value().unwrap_or_default();
    let sentences = error.message.text().into_iter().chain(error.errors.items);
    let sentence = sentences.collect::<Vec<_>>().join("; ");
    let clean = sentence
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    let sentence: String = clean.take(MAX_MESSAGE_CHARS).collect();
    ErrorBody {
        message: Some(sentence).filter(|sentence| !sentence.is_empty()),
        code: error.code.value(),
    }
}

/// Our text for an error code; `None` if PagerDuty's own text is as good.
pub(super) fn describe_code(code: u32) -> Option<&'static str> {
    Some(match code {
        1001 => "it is already resolved",
        1002 => "it is already acknowledged",
        1003 => "it cannot change to that state",
        1005 => "it changed in the meantime",
        1006 => "it cannot be escalated: its urgency is low, or its policy has no such level",
        1007 => "the new assignee is not in the account",
        1008 => "no user has the email that is sent as From",
        1011 => "it cannot be reassigned",
        1012 => "only an acknowledged incident can be snoozed",
        1013 => "a snooze is 1 second to 7 days long",
        1014 => "there is no such escalation policy",
        1015 => "nobody is on call for that escalation policy",
        1018 => "you are not allowed to do that",
        1019 => "it was merged into another incident",
        1020 => "there is no such priority",
        2010 | 2018 => "you are not allowed to do that",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
