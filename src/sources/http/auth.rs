//! The `Authorization` header of a source's requests.

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// Credentials of one source. `Debug` does not show them.
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// No credentials.
    #[default]
    None,
    /// User and password.
    Basic {
        username: String,
        password: SecretString,
    },
    /// `Authorization: Bearer …`.
    Bearer(SecretString),
    /// `Authorization: Token token=…`, the form of PagerDuty's API keys.
    Token(SecretString),
}

impl Auth {
    /// Adds the credentials to a request. Their header is marked as sensitive, so that no log prints it.
    pub fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::Basic { username, password } => {
                request.basic_auth(username, Some(password.expose_secret()))
            }
            Self::Bearer(token) => request.bearer_auth(token.expose_secret()),
            Self::Token(token) => {
                let text = format!("Token token={}", token.expose_secret());
                match HeaderValue::try_from(text) {
                    Ok(mut value) => {
                        value.set_sensitive(true);
                        request.header(AUTHORIZATION, value)
                    }
                    // The token is not a valid header value. A line break is no valid value either, so that building
                    // the request fails with an error.
                    Err(_) => request.header(AUTHORIZATION, "\n"),
                }
            }
        }
    }
}
