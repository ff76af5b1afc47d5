//! Opens an answer of the API: the data, or what went wrong in the upstream's own words.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::fault::{Fault, short};
use super::wire::Envelope;
use crate::domain::source::FailureKind;
use crate::sources::http::{FetchError, Response};
use crate::sources::poll::PollError;
use crate::sources::scalar::Scalar;

/// The data of an answer that succeeded.
#[derive(Debug)]
pub(super) struct Opened<T> {
    pub(super) data: T,
    /// Warnings of partial data.
    pub(super) warnings: Vec<String>,
}

/// What came over the wire, as far as it matters here.
#[derive(Clone, Debug)]
pub(super) struct Reply<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
    /// The header `X-Prometheus-Stopping`: only Prometheus itself sends it, with a 503.
    pub(super) stopping: Option<&'a str>,
    /// What the status means in general; none if it is one of success.
    pub(super) refusal: Option<FetchError>,
}

impl<'a> Reply<'a> {
    pub(super) fn of(response: &'a Response) -> Self {
        let stopping = response.headers.get("x-prometheus-stopping");
        let is_good = response.status.is_success();
        Self {
            status: response.status.as_u16(),
            body: &response.body,
            stopping: stopping.and_then(|value| value.to_str().ok()),
            refusal: (!is_good).then(|| response.refusal()),
        }
    }
}

/// Opens what came over the wire.
pub(super) fn open<'a, T: Deserialize<'a>>(reply: &Reply<'a>) -> Result<Opened<T>, Fault> {
    if let Some(refusal) = &reply.refusal {
        return Err(refused(reply, refusal));
    }
    match serde_json::from_slice::<Envelope<'a, T>>(reply.body) {
        Ok(envelope) if is_error(&envelope) => Err(said(&envelope, reply.status)),
        Ok(envelope) => succeed(envelope),
        Err(error) => Err(head(reply.body).filter(is_error).map_or_else(
            || garbled(reply.body, &error),
            |head| said(&head, reply.status),
        )),
    }
}

fn succeed<T>(envelope: Envelope<'_, T>) -> Result<Opened<T>, Fault> {
    if envelope.status.text() != Some("success") {
        return Err(Fault::garbled("this is not the answer of a Prometheus"));
    }
    let warnings = warnings(&envelope);
    match envelope.data {
        Some(data) => Ok(Opened { data, warnings }),
        None => Err(Fault::garbled("the answer holds no data")),
    }
}

fn is_error<T>(envelope: &Envelope<'_, T>) -> bool {
    envelope.status.text() == Some("error")
}

/// The envelope alone, whatever its data is.
fn head(body: &[u8]) -> Option<Envelope<'_, IgnoredAny>> {
    serde_json::from_slice(body).ok()
}

fn refused(reply: &Reply<'_>, refusal: &FetchError) -> Fault {
    let explained = head(reply.body).filter(is_error);
    let fault = match explained {
        Some(envelope) => Fault {
            error: PollError::new(
                kind_of_said(&envelope, refusal.kind()),
                words_of_said(&envelope),
            ),
            ..said(&envelope, reply.status)
        },
        None => unexplained(reply, refusal),
    };
    Fault {
        not_before: refusal.retry_after,
        ..fault
    }
}

/// An error that the API explains. See `apiError` in Prometheus' `web/api/v1/api.go`.
fn said<T>(envelope: &Envelope<'_, T>, status: u16) -> Fault {
    let text = words_of_said(envelope);
    let kind = kind_of_said(envelope, FailureKind::Refused);
    match (envelope.error_type.text(), status) {
        (_, 401 | 403 | 404 | 429) => Fault::upstream(kind, text),
        (Some("bad_data" | "execution" | "timeout"), _) | (_, 400 | 422) => {
            Fault::query(kind, text)
        }
        _ => Fault::upstream(kind, text),
    }
}

fn words_of_said<T>(envelope: &Envelope<'_, T>) -> String {
    let said = envelope.error.text().or(envelope.error_type.text());
    format!("prometheus says: {}", short(said.unwrap_or("error")))
}

fn kind_of_said<T>(envelope: &Envelope<'_, T>, otherwise: FailureKind) -> FailureKind {
    match envelope.error_type.text() {
        Some("timeout") => FailureKind::TimedOut,
        _ => otherwise,
    }
}

/// An error whose body is not the API's: Prometheus before it is ready, or something in front of it.
fn unexplained(reply: &Reply<'_>, refusal: &FetchError) -> Fault {
    let status = reply.status;
    match (status, reply.stopping) {
        (503, Some("true")) => Fault::upstream(FailureKind::Refused, "503: stopping"),
        (503, Some(_)) => Fault::upstream(FailureKind::Refused, STARTING),
        (503, None) if is_plain_503(reply.body) => Fault::upstream(FailureKind::Refused, STARTING),
        (400 | 422, _) => {
            let text = short(&String::from_utf8_lossy(reply.body));
            Fault::query(FailureKind::Refused, format!("{status}: {text}"))
        }
        _ => Fault::from(refusal.clone()),
    }
}

const STARTING: &str = "503: starting, replaying its log";

/// What `http.Error` writes in Prometheus' own `testReady`.
fn is_plain_503(body: &[u8]) -> bool {
    body.trim_ascii() == b"Service Unavailable"
}

fn garbled(body: &[u8], error: &serde_json::Error) -> Fault {
    Fault::garbled(match body.trim_ascii_start().first() {
        None => "answered nothing".to_owned(),
        Some(b'<') => "answered HTML, not JSON: is the address right?".to_owned(),
        Some(_) if error.is_eof() => "the JSON breaks off".to_owned(),
        Some(_) => short(&format!("unexpected JSON: {error}")),
    })
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

#[cfg(test)]
mod tests;
