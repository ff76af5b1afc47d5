//! An upstream's address, and the credentials and headers of each request to it.

use crate::sources::error::{Cause, Sent, SourceError};
use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder};

use super::blank;
use super::http::{Auth, Limits, Response, fetch};

/// How one upstream is reached.
#[derive(Clone, Debug)]
pub struct Endpoint {
    base: String,
    client: Client,
    auth: Auth,
    headers: HeaderMap,
    limits: Limits,
}

impl Endpoint {
    /// The upstream at `base`, which has no slash at its end. `headers` are sent with each request. They may contain
    /// secrets, and no log prints them.
    ///
    /// # Errors
    /// When HTTP does not allow a header's name or value.
    pub fn new(
        base: impl Into<String>,
        client: Client,
        auth: Auth,
        headers: &BTreeMap<String, String>,
        limits: Limits,
    ) -> Result<Self, SourceError> {
        let headers = headers
            .iter()
            .map(|(name, value)| parse_header(name, value))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            base: base.into(),
            client,
            auth,
            headers,
            limits,
        })
    }

    /// Replaces the credentials, for example after a 401.
    pub fn set_auth(&mut self, auth: Auth) {
        self.auth = auth;
    }

    /// A request for `path`, which begins with a slash.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.with_credentials(self.client.get(self.url(path)))
    }

    /// A request that sends something to `path`.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.with_credentials(self.client.post(self.url(path)))
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When no complete answer arrived, or a cache returned an old one. The caller checks the status.
    pub async fn fetch(&self, request: RequestBuilder) -> Result<Response, SourceError> {
        let response = fetch(request, &self.limits).await?;
        response.require_recent()?;
        Ok(response)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn with_credentials(&self, request: RequestBuilder) -> RequestBuilder {
        self.auth.apply(request).headers(self.headers.clone())
    }
}

fn parse_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), SourceError> {
    let refuse = || {
        let text = format!("the value of the header '{name}' cannot be sent");
        SourceError::new(Cause::InvalidRequest, Sent::No, text)
    };
    let key = HeaderName::try_from(name).map_err(|_| refuse())?;
    if holds_secret(&key) {
        blank::remember(value.rsplit(' ').next().unwrap_or(value));
    }
    let mut value = HeaderValue::try_from(value).map_err(|_| refuse())?;
    value.set_sensitive(true);
    Ok((key, value))
}

// Whether a header's value must be blanked in texts, judged by the header's name. Other values are not blanked, since
// harmless texts may contain them, for example a tenant's name.
fn holds_secret(name: &HeaderName) -> bool {
    const PARTS: [&str; 6] = ["auth", "token", "key", "secret", "password", "cookie"];
    PARTS.iter().any(|part| name.as_str().contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_cannot_be_sent_is_named_without_its_value() {
        let error = parse_header("X-Scope-OrgID", "s3cret\n").unwrap_err();
        assert_eq!(
            error.text,
            "the value of the header 'X-Scope-OrgID' cannot be sent"
        );
        assert!(parse_header("not a name", "x").is_err());
    }
}
