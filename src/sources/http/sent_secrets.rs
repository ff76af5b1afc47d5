//! The secrets that one request sends. They are removed from the text of the request's error.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap};

use crate::sources::blank::{self, blank};

/// The secrets of one request that are too short to be blanked, since they may occur in harmless text.
#[derive(Debug)]
pub struct SentSecrets {
    short: Vec<String>,
}

impl SentSecrets {
    /// The secrets in the request's headers.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let credentials = headers.get(AUTHORIZATION);
        let credentials = credentials.and_then(|value| value.to_str().ok());
        let secret = credentials.and_then(secret_of_credentials);
        let is_short = |secret: &String| secret.chars().count() < blank::MIN_CHARS;
        Self {
            short: secret
                .into_iter()
                .filter(|secret| !secret.is_empty())
                .filter(is_short)
                .collect(),
        }
    }

    /// The body of an error answer, safe to show. Empty if the body repeats a short secret. All longer secrets are
    /// blanked.
    pub fn blank_failure(&self, body: Bytes) -> Bytes {
        let safe = self.safe_instead(&body);
        safe.unwrap_or(body)
    }

    // The text to show in place of the body. `None` if the body contains no secret.
    fn safe_instead(&self, body: &[u8]) -> Option<Bytes> {
        let text = String::from_utf8_lossy(body);
        if self.short.iter().any(|secret| text.contains(secret)) {
            return Some(Bytes::new());
        }
        let blanked = blank(&text);
        (blanked != text).then(|| Bytes::from(blanked.into_owned()))
    }
}

// Finds the secret in `Bearer SECRET`, in `Token token=SECRET`, or in `Basic` with the base64 of `user:SECRET`.
fn secret_of_credentials(credentials: &str) -> Option<String> {
    let (scheme, rest) = credentials.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Some(rest.trim_start_matches("token=").to_owned());
    }
    let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(credentials: &str, body: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, credentials.parse().unwrap());
        let sent = SentSecrets::from_headers(&headers);
        let body = sent.blank_failure(Bytes::from_static(body.as_bytes()));
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn a_failure_that_repeats_a_short_secret_says_nothing() {
        let basic = format!("Basic {}", STANDARD.encode("ada:pw42"));
        for credentials in ["Bearer pw42", "Token token=pw42", &basic] {
            assert_eq!(blanked(credentials, "no user ada with pw42"), "");
            assert_eq!(blanked(credentials, "no such user"), "no such user");
        }
        assert_eq!(blanked("Bearer ", "no such user"), "no such user");
    }

    #[test]
    fn a_failure_that_repeats_a_long_one_says_the_rest() {
        blank::remember("Wq5-of-this-test-alone");
        let body = "you sent Bearer Wq5-of-this-test-alone";
        assert_eq!(blanked("Bearer x", body), "you sent Bearer [secret]");
    }
}
