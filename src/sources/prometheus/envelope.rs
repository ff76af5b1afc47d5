//! Opens an answer of the API: the data, or what went wrong in the upstream's own words.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::wire::Envelope;
use crate::domain::source::FailureKind;
use crate::sources::poll::PollError;
use crate::sources::scalar::Scalar;

/// The data of an answer that succeeded.
#[derive(Debug)]
pub(super) struct Opened<T> {
    pub(super) data: T,
    /// Warnings of partial data.
    pub(super) warnings: Vec<String>,
}

/// Why there is no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The query was refused or could not be evaluated: another query may well succeed.
    Query(PollError),
    /// Anything else.
    Upstream(PollError),
}

impl Fault {
    pub(super) fn into_error(self) -> PollError {
        match self {
            Self::Query(error) | Self::Upstream(error) => error,
        }
    }
}

/// What came over the wire, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
    /// The header `X-Prometheus-Stopping`: only Prometheus itself sends it, with a 503.
    pub(super) stopping: Option<&'a str>,
}

/// Opens what came over the wire.
pub(super) fn open<'a, T: Deserialize<'a>>(reply: Reply<'a>) -> Result<Opened<T>, Fault> {
    if !(200..300).contains(&reply.status) {
        return Err(refusal(reply));
    }
    match serde_json::from_slice::<Envelope<'a, T>>(reply.body) {
        Ok(envelope) => succeed(envelope, reply.status),
        Err(error) => Err(head(reply.body).filter(is_error).map_or_else(
            || garbled(reply.body, &error),
            |head| said(&head, reply.status),
        )),
    }
}

fn succeed<T>(envelope: Envelope<'_, T>, status: u16) -> Result<Opened<T>, Fault> {
    if is_error(&envelope) {
        return Err(said(&envelope, status));
    }
    if envelope.status.text() != Some("success") {
        return Err(upstream(
            FailureKind::Garbled,
            "this is not the answer of a Prometheus",
        ));
    }
    let warnings = warnings(&envelope);
    match envelope.data {
        Some(data) => Ok(Opened { data, warnings }),
        None => Err(upstream(FailureKind::Garbled, "the answer holds no data")),
    }
}

fn is_error<T>(envelope: &Envelope<'_, T>) -> bool {
    envelope.status.text() == Some("error")
}

/// The envelope alone, whatever its data is.
fn head(body: &[u8]) -> Option<Envelope<'_, IgnoredAny>> {
    serde_json::from_slice(body).ok()
}

fn refusal(reply: Reply<'_>) -> Fault {
    match head(reply.body).filter(is_error) {
        Some(envelope) => said(&envelope, reply.status),
        None => unexplained(reply),
    }
}

/// An error that the API explains. See `apiError` in Prometheus' `web/api/v1/api.go`.
fn said<T>(envelope: &Envelope<'_, T>, status: u16) -> Fault {
    let kind = envelope.error_type.text().unwrap_or_default();
    let text = match envelope.error.text() {
        Some(error) => format!("prometheus says: {}", short(error)),
        None => format!(
            "prometheus says: {}",
            if kind.is_empty() { "error" } else { kind }
        ),
    };
    match (kind, status) {
        (_, 401 | 403 | 404 | 429) => upstream(kind_of(status), text),
        ("bad_data" | "execution" | "timeout", _) | (_, 400 | 422) => {
            Fault::Query(PollError::new(query_kind(kind), text))
        }
        _ => upstream(FailureKind::Refused, text),
    }
}

fn query_kind(error_type: &str) -> FailureKind {
    match error_type {
        "timeout" => FailureKind::TimedOut,
        _ => FailureKind::Refused,
    }
}

/// An error whose body is not the API's: Prometheus before it is ready, or something in front of it.
fn unexplained(reply: Reply<'_>) -> Fault {
    let status = reply.status;
    let text = match (status, reply.stopping) {
        (503, Some("true")) => "503: it is stopping".to_owned(),
        (503, Some(_)) => "503: starting, it replays its log".to_owned(),
        (503, None) if is_plain_503(reply.body) => "503: starting, it replays its log".to_owned(),
        (400 | 422, _) => {
            let text = format!("{status}: {}", short(&String::from_utf8_lossy(reply.body)));
            return Fault::Query(PollError::new(FailureKind::Refused, text));
        }
        (401, _) => "401: the credentials are refused".to_owned(),
        (403, _) => "403: the credentials do not allow this".to_owned(),
        (404, _) => "404: there is no Prometheus API at this address".to_owned(),
        (429, _) => "429: asked too often".to_owned(),
        (300..=399, _) => format!("{status}: it redirects elsewhere, to a login perhaps"),
        (502 | 503 | 504, _) => format!("{status} from a proxy before it"),
        _ => format!("it answers {status}"),
    };
    upstream(kind_of(status), text)
}

/// What `http.Error` writes in Prometheus' own `testReady`.
fn is_plain_503(body: &[u8]) -> bool {
    body.trim_ascii() == b"Service Unavailable"
}

fn kind_of(status: u16) -> FailureKind {
    match status {
        401 | 403 => FailureKind::Credentials,
        404 => FailureKind::Configuration,
        429 => FailureKind::RateLimited,
        _ => FailureKind::Refused,
    }
}

fn garbled(body: &[u8], error: &serde_json::Error) -> Fault {
    let text = match body.trim_ascii_start().first() {
        None => "the answer is empty".to_owned(),
        Some(b'<') => "it answers HTML, not JSON: is the address right?".to_owned(),
        Some(_) if error.is_eof() => "the answer is cut off".to_owned(),
        Some(_) => format!("the answer is not understood: {error}"),
    };
    upstream(FailureKind::Garbled, text)
}

/// A fault that no other query would avoid.
pub(super) fn upstream(kind: FailureKind, text: impl Into<String>) -> Fault {
    Fault::Upstream(PollError::new(kind, text))
}

const MOST_WARNINGS: usize = 20;

/// Warnings of partial data. PromQL's own (`PromQL warning: …`) are about an expression's types and
/// say nothing of missing data.
fn warnings<T>(envelope: &Envelope<'_, T>) -> Vec<String> {
    let listed = envelope.warnings.iter().flatten();
    let partial = (envelope.is_partial == Scalar::Flag(true))
        .then(|| "the answer is partial: not every storage node answered".to_owned());
    listed
        .filter_map(|warning| warning.text())
        .filter(|text| !text.starts_with("PromQL "))
        .map(short)
        .chain(partial)
        .take(MOST_WARNINGS)
        .collect()
}

const MOST_CHARACTERS: usize = 300;

/// One line of bounded length out of an upstream's text.
pub(super) fn short(text: &str) -> String {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default().to_owned();
    let line = words.fold(first, |line, word| line + " " + word);
    match line.char_indices().nth(MOST_CHARACTERS) {
        None => line,
        Some(_) => line.chars().take(MOST_CHARACTERS).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
