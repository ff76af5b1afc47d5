//! The only way to change anything at PagerDuty. A read-only client returns no writer, so `--read-only` is enforced
//! here alone.

use crate::sources::error::SourceError;
use crate::sources::http::Response;
use reqwest::Method;
use reqwest::header::FROM;
use serde_json::Value;

use super::client::{Access, Client};

/// hubwatch is read-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hubwatch is read-only")]
pub struct ReadOnlyError;

/// Writes as one user.
pub struct Writer<'a> {
    client: &'a Client,
    from: &'a str,
}

/// A write request as data.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WriteRequest {
    /// The resource's name for errors.
    pub resource: &'static str,
    pub method: Method,
    /// The path, which begins with a slash.
    pub path: String,
    pub body: Value,
}

impl Client {
    /// A writer for the user with this mail address. PagerDuty requires the address in `From` for every write.
    ///
    /// # Errors
    /// This client may only read.
    pub fn writer<'a>(&'a self, from: &'a str) -> Result<Writer<'a>, ReadOnlyError> {
        match self.access() {
            Access::ReadOnly => Err(ReadOnlyError),
            Access::ReadWrite => Ok(Writer { client: self, from }),
        }
    }
}

impl Writer<'_> {
    /// Sends the request once.
    ///
    /// # Errors
    /// No answer came, or its status is not a success. [`SourceError::sent`] says how far the request came.
    pub(super) async fn write(&self, write: &WriteRequest) -> Result<Response, SourceError> {
        let request = self
            .client
            .request(write.method.clone(), &write.path)
            .header(FROM, self.from)
            .json(&write.body);
        self.client
            .send(write.resource, request, SourceError::from_write_status)
            .await
    }
}
