//! An answer with its status, headers and body, and functions that read them.

use crate::sources::error::SourceError;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::body::Body;
use super::certificate::ServerCertificate;
use super::url::RedactedUrl;
use super::{headers, status};

/// An answer of any status.
#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    /// The address that answered, after redirects.
    pub url: RedactedUrl,
    pub headers: HeaderMap,
    /// The decompressed bytes.
    pub body: Body,
    /// The server's own clock, from its `Date` header.
    pub server_clock: Option<DateTime<Utc>>,
    /// The certificate that the server showed; `None` over plain HTTP.
    pub certificate: Option<Box<ServerCertificate>>,
}

impl Response {
    /// Returns the answer if its status is a success.
    ///
    /// # Errors
    /// When the status is not a success. The error contains the wait that the upstream asks for.
    pub fn error_for_status(self) -> Result<Self, SourceError> {
        if self.status.is_success() {
            Ok(self)
        } else {
            Err(self.status_error())
        }
    }

    /// # Errors
    /// When a cache kept the answer for too long. Such old data would look like the present state.
    pub fn require_recent(&self) -> Result<(), SourceError> {
        match headers::age(&self.headers) {
            Some(age) if age > MAX_CACHE_AGE => {
                let minutes = age.as_secs() / 60;
                let text = format!("a cache on the way answers with data {minutes} minutes old");
                Err(SourceError::garbled(text))
            }
            _ => Ok(()),
        }
    }

    /// The error for the answer's status.
    pub fn status_error(&self) -> SourceError {
        let describe = || status::describe(self.status, self.url.path());
        let text = self.unfollowed_redirect().unwrap_or_else(describe);
        SourceError {
            retry_after: headers::retry_after(&self.headers),
            ..SourceError::from_status(self.status.as_u16(), text)
        }
    }

    /// The target of a redirect that was not followed, without its secret parts.
    fn unfollowed_redirect(&self) -> Option<String> {
        let target = headers::location(&self.headers).filter(|_| self.status.is_redirection())?;
        let code = self.status.as_u16();
        let here = self.url.to_string();
        let target = Url::parse(&here).and_then(|here| here.join(target)).ok()?;
        let target = RedactedUrl::from_url(&target);
        Some(format!(
            "{code}: redirects to {}, which is not followed",
            target.origin()
        ))
    }
}

/// The longest time for which a cache may have kept an answer.
const MAX_CACHE_AGE: Duration = Duration::from_secs(600);

/// The answer's JSON.
///
/// # Errors
/// When the body has an unexpected form. The error names the place of the first difference.
pub fn parse_json<T: DeserializeOwned>(response: &Response) -> Result<T, SourceError> {
    if let Some(other) = other_type(response) {
        let text = format!("answered {other}, not JSON: is the address right?");
        return Err(SourceError::garbled(text));
    }
    serde_json::from_slice(&response.body)
        .map_err(|error| SourceError::garbled(describe_garbled(&response.body, &error)))
}

// The content type, if it shows that the body is not JSON. `None` if the body itself gives a clearer error.
fn other_type(response: &Response) -> Option<String> {
    let kind = headers::content_type(&response.headers)?;
    let is_html = matches!(kind.as_str(), "text/html" | "application/xhtml+xml");
    match first_byte(&response.body) {
        None | Some(b'<') => None,
        Some(_) if is_html => Some("HTML".to_owned()),
        Some(_) if kind == "text/plain" => Some("text".to_owned()),
        Some(_) if kind.is_empty() || is_json(&kind) => None,
        Some(_) => Some(kind),
    }
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}

/// The error text for a body that is not the expected JSON. All sources share it. The text repeats nothing of the body,
/// which may contain a secret.
pub fn describe_garbled(body: &[u8], error: &serde_json::Error) -> String {
    match first_byte(body) {
        None => return "answered nothing: is the address right?".to_owned(),
        Some(_) if is_null(body) => return NULL_ANSWER.to_owned(),
        Some(b'<') => return "answered HTML, not JSON: is the address right?".to_owned(),
        Some(_) if !begins_json(body.trim_ascii_start()) => {
            return "answered text, not JSON: is the address right?".to_owned();
        }
        Some(_) => {}
    }
    match error.classify() {
        Category::Eof => format!(
            "the JSON breaks off in line {}, column {}",
            error.line(),
            error.column()
        ),
        Category::Data => {
            let text = without_value(&error.to_string());
            format!("unexpected JSON: {}", without_type_names(&text))
        }
        Category::Syntax | Category::Io => format!("bad JSON: {error}"),
    }
}

/// The error text for an answer that is only JSON's `null`.
pub const NULL_ANSWER: &str = "answered null: is the address right?";

/// Whether an answer is JSON's `null` and nothing else.
pub fn is_null(body: &[u8]) -> bool {
    body.trim_ascii() == b"null"
}

fn first_byte(body: &[u8]) -> Option<u8> {
    body.trim_ascii_start().first().copied()
}

fn begins_json(text: &[u8]) -> bool {
    let words: [&[u8]; 3] = [b"true", b"false", b"null"];
    let begins = |byte: &u8| byte.is_ascii_digit() || b"{[\"-".contains(byte);
    text.first().is_some_and(begins) || words.iter().any(|word| text.starts_with(word))
}

// Removes our types' names, which mean nothing to users. serde writes `expected struct Envelope`.
fn without_type_names(message: &str) -> String {
    let mut parts = message.split("struct ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|char: char| char.is_alphanumeric() || char == '_');
        format!("{text}an object{rest}")
    })
}

// Removes values of the answer. serde writes `invalid type: string "…", expected …` and `unknown variant `…`, expected
// …`.
fn without_value(message: &str) -> String {
    let value = message.find(['"', '`']).zip(message.rfind(", expected "));
    match value {
        Some((from, to)) if from < to => {
            let head = message.get(..from).unwrap_or_default().trim_end();
            let tail = message.get(to..).unwrap_or_default();
            format!("{head}{tail}")
        }
        _ => message.to_owned(),
    }
}
