//! The kinds and texts of PagerDuty's API errors.

use super::*;
use crate::sources::error::SourceError;

fn api_error(status: u16, body: &str) -> SourceError {
    SourceError::from_read_status(
        "priorities",
        status,
        body.as_bytes(),
        Duration::from_secs(12),
    )
}

#[test]
fn each_status_has_its_kind_and_its_words() {
    use FailureKind::*;
    for (status, kind) in [
        (401, Credentials),
        (402, Configuration),
        (403, Credentials),
        (404, Configuration),
        (429, RateLimited),
        (400, Refused),
        (500, Refused),
    ] {
        let error = api_error(status, "");
        assert_eq!(error.kind(), kind, "{status}");
        assert!(error.text.contains(&status.to_string()), "{}", error.text);
        assert_eq!(error.retry_after.is_some(), status == 429);
    }
}

#[test]
fn pagerdutys_own_sentence_is_added_clean_and_short() {
    let body =
        r#"{"error":{"message":"Invalid\u001b[2J Input","code":2001,"errors":["since is odd"]}}"#;
    let error = api_error(400, body);
    assert_eq!(error.code, Some(2001));
    assert_eq!(
        error.text,
        "PagerDuty answered 400 for priorities: Invalid [2J Input; since is odd"
    );
    let long = format!(
        r#"{{"error":{{"message":"{}","errors":{{"a":["b"]}}}}}}"#,
        "é".repeat(999)
    );
    assert!(api_error(400, &long).text.chars().count() < 220);
    assert_eq!(api_error(500, "<html>").code, None);
}

#[test]
fn what_is_not_there_is_named_as_people_name_it() {
    let said = |resource: &str| {
        let error = SourceError::from_read_status(resource, 404, b"", Duration::ZERO);
        error.text
    };
    for (resource, text) in [
        (
            "maintenance windows",
            "PagerDuty has no maintenance windows endpoint at this URL (404)",
        ),
        ("the log", "PagerDuty has no log endpoint at this URL (404)"),
        (
            "the key's owner",
            "PagerDuty does not say whose API key this is (404)",
        ),
        (
            "the status page",
            "PagerDuty has no status page with this id (404): check `page`",
        ),
        (
            "an incident's log",
            "PagerDuty has no log for this incident (404)",
        ),
    ] {
        assert_eq!(said(resource), text);
    }
}
