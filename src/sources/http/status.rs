//! HTTP statuses of failures, in words.

use reqwest::StatusCode;

use crate::domain::source::FailureKind;

/// The failure kind of a status, for the source's state.
pub fn failure_kind(status: u16) -> FailureKind {
    match status {
        401 | 403 | 407 => FailureKind::Credentials,
        300..=399 | 402 | 404 | 405 | 410 => FailureKind::Configuration,
        408 => FailureKind::TimedOut,
        429 => FailureKind::RateLimited,
        _ => FailureKind::Refused,
    }
}

/// The text for the status of a request for `path`.
pub fn describe(status: StatusCode, path: &str) -> String {
    let code = status.as_u16();
    match code {
        401 => "401: credentials refused".to_owned(),
        402 => "402: not included in the account's plan".to_owned(),
        403 => "403: not allowed with these credentials".to_owned(),
        404 => format!("404: nothing at {path}"),
        407 => "407: the proxy asks for credentials".to_owned(),
        408 => "408: the server timed out".to_owned(),
        410 => format!("410: {path} was removed"),
        429 => "429: too many requests".to_owned(),
        _ => match status.canonical_reason() {
            Some(reason) => format!("{code}: {}", reason.to_lowercase()),
            None => format!("status {code}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_words() {
        for code in 100..1000 {
            let status = StatusCode::from_u16(code).unwrap();
            assert!(describe(status, "/api").contains(&code.to_string()));
        }
        assert_eq!(describe(StatusCode::BAD_GATEWAY, "/"), "502: bad gateway");
    }
}
