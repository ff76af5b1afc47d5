//! Parses the envelope of an answer, which has the data or the upstream's own error text.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::query_error::{QueryError, shorten};
use super::wire::Envelope;
use crate::domain::source::FailureKind;
use crate::sources::error::SourceError;
use crate::sources::http::{Response, describe_garbled};
use crate::sources::scalar::Scalar;

/// The data of an answer that succeeded.
#[derive(Debug)]
pub(super) struct Payload<T> {
    pub(super) data: T,
    /// Warnings that the data is partial.
    pub(super) warnings: Vec<String>,
}

/// The parts of a response that matter here.
#[derive(Clone, Debug)]
pub(super) struct RawResponse<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
    /// The header `X-Prometheus-Stopping`. Only Prometheus itself sends it, with a 503.
    pub(super) stopping: Option<&'a str>,
    /// The error for the status; `None` if the status is a success.
    pub(super) status_error: Option<SourceError>,
}

impl<'a> RawResponse<'a> {
    pub(super) fn from_response(response: &'a Response) -> Self {
        let stopping = response.headers.get("x-prometheus-stopping");
        let is_good = response.status.is_success();
        Self {
            status: response.status.as_u16(),
            body: &response.body,
            stopping: stopping.and_then(|value| value.to_str().ok()),
            status_error: (!is_good).then(|| response.status_error()),
        }
    }
}

/// Parses a response's envelope and returns its data.
pub(super) fn parse_response<'a, T: Deserialize<'a>>(
    reply: &RawResponse<'a>,
) -> Result<Payload<T>, QueryError> {
    if let Some(error) = &reply.status_error {
        return Err(error_from_status(reply, error));
    }
    match serde_json::from_slice::<Envelope<'a, T>>(reply.body) {
        Ok(envelope) if is_error(&envelope) => Err(error_from_envelope(&envelope, reply.status)),
        Ok(envelope) => into_payload(envelope),
        Err(error) => Err(parse_envelope(reply.body).filter(is_error).map_or_else(
            || QueryError::garbled(describe_garbled(reply.body, &error)),
            |head| error_from_envelope(&head, reply.status),
        )),
    }
}

fn into_payload<T>(envelope: Envelope<'_, T>) -> Result<Payload<T>, QueryError> {
    if envelope.status.text() != Some("success") {
        return Err(QueryError::garbled("this is not an answer of Prometheus"));
    }
    let warnings = partial_data_warnings(&envelope);
    match envelope.data {
        Some(data) => Ok(Payload { data, warnings }),
        None => Err(QueryError::garbled("the answer contains no data")),
    }
}

fn is_error<T>(envelope: &Envelope<'_, T>) -> bool {
    envelope.status.text() == Some("error")
}

/// Parses only the envelope, whatever its data is.
fn parse_envelope(body: &[u8]) -> Option<Envelope<'_, IgnoredAny>> {
    serde_json::from_slice(body).ok()
}

fn error_from_status(reply: &RawResponse<'_>, error: &SourceError) -> QueryError {
    let explained = parse_envelope(reply.body).filter(is_error);
    let mut fault = match explained {
        Some(envelope) => QueryError {
            error: SourceError::answered(
                error_kind(&envelope, error.kind()),
                error_text(&envelope),
            ),
            ..error_from_envelope(&envelope, reply.status)
        },
        None => error_without_envelope(reply, error),
    };
    fault.error.retry_after = error.retry_after;
    fault
}

/// The error that the envelope explains. See `apiError` in Prometheus' `web/api/v1/api.go`.
fn error_from_envelope<T>(envelope: &Envelope<'_, T>, status: u16) -> QueryError {
    let text = error_text(envelope);
    let kind = error_kind(envelope, FailureKind::Refused);
    match (envelope.error_type.text(), status) {
        (_, 401 | 403 | 404 | 429) => QueryError::upstream(kind, text),
        (Some("bad_data" | "execution" | "timeout"), _) | (_, 400 | 422) => {
            QueryError::query(kind, text)
        }
        _ => QueryError::upstream(kind, text),
    }
}

fn error_text<T>(envelope: &Envelope<'_, T>) -> String {
    let said = envelope.error.text().or(envelope.error_type.text());
    format!("prometheus says: {}", shorten(said.unwrap_or("error")))
}

fn error_kind<T>(envelope: &Envelope<'_, T>, otherwise: FailureKind) -> FailureKind {
    match envelope.error_type.text() {
        Some("timeout") => FailureKind::TimedOut,
        _ => otherwise,
    }
}

/// The error if the body is not the API's. A Prometheus that is not ready yet sends such a body, and so may a proxy in
/// front of it.
fn error_without_envelope(reply: &RawResponse<'_>, error: &SourceError) -> QueryError {
    let status = reply.status;
    match (status, reply.stopping) {
        (503, Some("true")) => QueryError::upstream(FailureKind::Refused, "503: stopping"),
        (503, Some(_)) => QueryError::upstream(FailureKind::Refused, STARTING_TEXT),
        (503, None) if is_plain_503(reply.body) => {
            QueryError::upstream(FailureKind::Refused, STARTING_TEXT)
        }
        (400 | 422, _) => {
            let text = shorten(&String::from_utf8_lossy(reply.body));
            QueryError::query(FailureKind::Refused, format!("{status}: {text}"))
        }
        _ => QueryError::from(error.clone()),
    }
}

const STARTING_TEXT: &str = "503: starting, replaying its log";

/// Whether the body is what `http.Error` writes in Prometheus' own `testReady`.
fn is_plain_503(body: &[u8]) -> bool {
    body.trim_ascii() == b"Service Unavailable"
}

const MAX_WARNINGS: usize = 20;

/// Warnings that the data is partial. PromQL's own warnings (`PromQL warning: …`) are left out, since they are about an
/// expression's types and not about missing data.
fn partial_data_warnings<T>(envelope: &Envelope<'_, T>) -> Vec<String> {
    let listed = envelope.warnings.iter().flatten();
    let partial = (envelope.is_partial == Scalar::Flag(true))
        .then(|| "the answer is partial: not every storage node answered".to_owned());
    listed
        .filter_map(|warning| warning.text())
        .filter(|text| {
            !["PromQL warning:", "PromQL info:"]
                .iter()
                .any(|it| text.starts_with(it))
        })
        .map(shorten)
        .chain(partial)
        .take(MAX_WARNINGS)
        .collect()
}

#[cfg(test)]
mod tests;
