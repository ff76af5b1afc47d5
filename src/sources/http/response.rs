//! An answer as it came, and what can be made of it.

use std::ops::Deref;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::budget::Reservation;
use super::certificate::ServerCertificate;
use super::error::{Cause, FetchError, Sent};
use super::url::RedactedUrl;
use super::{headers, status};

/// An answer's bytes, which count against the budget for as long as they are held.
#[derive(Debug)]
pub struct Body {
    bytes: Bytes,
    _reservation: Reservation,
}

impl Body {
    pub(super) fn map(self, change: impl FnOnce(Bytes) -> Bytes) -> Self {
        Self {
            bytes: change(self.bytes),
            ..self
        }
    }

    pub(super) fn new(bytes: Bytes, held: Reservation) -> Self {
        Self {
            bytes,
            _reservation: held,
        }
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// An answer of whatever status.
#[derive(Debug)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Where it came from, after redirects.
    pub url: RedactedUrl,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its bytes, decompressed.
    pub body: Body,
    /// The server's own clock, where it told it.
    pub server_clock: Option<DateTime<Utc>>,
    /// The certificate that the server showed; none over plain HTTP.
    pub certificate: Option<Box<ServerCertificate>>,
}

impl Response {
    /// The answer, if its status is one of success.
    ///
    /// # Errors
    /// When it is not: in words, with the wait that the upstream asks for.
    pub fn error_for_status(self) -> Result<Self, FetchError> {
        if self.status.is_success() {
            Ok(self)
        } else {
            Err(self.status_error())
        }
    }

    /// What a status that says no means.
    pub fn status_error(&self) -> FetchError {
        let mut error = match self.unfollowed_redirect() {
            Some(text) => FetchError::new(Cause::Redirect, Sent::Answered, text),
            None => {
                let text = status::describe(self.status, self.url.path());
                FetchError::new(Cause::Status(self.status), Sent::Answered, text)
            }
        };
        error.retry_after = headers::retry_after(&self.headers);
        error
    }

    /// Where a redirect leads that was not followed, without what may be secret in it.
    fn unfollowed_redirect(&self) -> Option<String> {
        let target = headers::location(&self.headers).filter(|_| self.status.is_redirection())?;
        let code = self.status.as_u16();
        let here = self.url.to_string();
        let target = Url::parse(&here).and_then(|here| here.join(target)).ok()?;
        let target = RedactedUrl::from_url(&target);
        Some(format!(
            "{code}: sends us to {}, which is not followed",
            target.origin()
        ))
    }
}

/// The answer's JSON.
///
/// # Errors
/// When it is something else, with the place where it stops being what was promised.
pub fn parse_json<T: DeserializeOwned>(response: &Response) -> Result<T, FetchError> {
    if let Some(other) = non_json_type(response) {
        return Err(FetchError::garbled(format!("answered {other}, not JSON")));
    }
    serde_json::from_slice(&response.body).map_err(|error| json_error(&error))
}

/// What came instead of JSON, where that can be told before parsing it.
fn non_json_type(response: &Response) -> Option<String> {
    let kind = headers::content_type(&response.headers);
    let first = response
        .body
        .iter()
        .find(|byte| !byte.is_ascii_whitespace());
    match (kind.as_deref(), first) {
        (_, None) => Some("nothing".to_owned()),
        (Some("text/html" | "application/xhtml+xml"), _) | (_, Some(b'<')) => {
            Some("HTML".to_owned())
        }
        (None | Some(""), _) => None,
        (Some(kind), _) if is_json(kind) => None,
        (Some(kind), _) => Some(kind.to_owned()),
    }
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}

fn json_error(error: &serde_json::Error) -> FetchError {
    let text = match error.classify() {
        Category::Eof => format!(
            "the JSON breaks off in line {}, column {}",
            error.line(),
            error.column()
        ),
        Category::Data => format!("unexpected JSON: {error}"),
        Category::Syntax | Category::Io => format!("bad JSON: {error}"),
    };
    FetchError::garbled(text)
}
