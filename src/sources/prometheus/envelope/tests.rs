use super::super::query_error::Blame;
use super::super::wire::RulesData;
use super::*;
use crate::sources::error::SourceError;
use reqwest::StatusCode;
use std::time::Duration;

fn reply(status: u16, body: &str) -> RawResponse<'_> {
    let code = StatusCode::from_u16(status).unwrap();
    RawResponse {
        status,
        body: body.as_bytes(),
        stopping: None,
        status_error: (!code.is_success())
            .then(|| SourceError::from_status(status, status.to_string())),
    }
}

fn opened(status: u16, body: &str) -> Result<Vec<String>, QueryError> {
    parse_response::<RulesData<'_>>(&reply(status, body)).map(|opened| opened.warnings)
}

fn upstream_of(status: u16, body: &str) -> (FailureKind, String) {
    let fault = opened(status, body).unwrap_err();
    assert_eq!(fault.blame, Blame::Upstream, "{}", fault.error);
    (fault.error.kind(), fault.error.text)
}

fn culprit(status: u16, body: &str) -> Blame {
    opened(status, body).unwrap_err().blame
}

#[test]
fn data_without_warnings_opens() {
    let body = r#"{"status":"success","data":{"groups":[]},"infos":["PromQL info: x"]}"#;
    assert_eq!(opened(200, body).unwrap(), Vec::<String>::new());
}

#[test]
fn warnings_of_partial_data_are_kept_and_promqls_own_are_not() {
    let body = r#"{"status":"success","isPartial":true,"data":{"groups":[]},
        "warnings":["PromQL warning: bucket label","store 10.0.0.7\n is  away"]}"#;
    assert_eq!(
        opened(200, body).unwrap(),
        [
            "store 10.0.0.7 is away",
            "the answer is partial: not every storage node answered"
        ]
    );
}

#[test]
fn what_the_upstream_says_is_passed_on() {
    let body = r#"{"status":"error","errorType":"unavailable","error":"TSDB not ready","data":7}"#;
    let (kind, text) = upstream_of(500, body);
    assert_eq!(
        (kind, text.as_str()),
        (FailureKind::Refused, "prometheus says: TSDB not ready")
    );
    let (_, text) = upstream_of(200, body);
    assert_eq!(text, "prometheus says: TSDB not ready");
}

#[test]
fn a_refused_query_is_told_from_an_upstream_that_fails() {
    for (status, error_type) in [(400, "bad_data"), (422, "execution"), (503, "timeout")] {
        let body = format!(r#"{{"status":"error","errorType":"{error_type}","error":"no"}}"#);
        assert_eq!(culprit(status, &body), Blame::Query, "{status}");
    }
    assert_eq!(culprit(422, "too many samples"), Blame::Query);
    let timeout = r#"{"status":"error","errorType":"timeout","error":"query timed out"}"#;
    assert_eq!(
        opened(503, timeout).unwrap_err().error.kind(),
        FailureKind::TimedOut
    );
}

#[test]
fn statuses_have_their_kinds_with_and_without_an_explanation() {
    let explained = r#"{"status":"error","errorType":"x","error":"no org id"}"#;
    for (status, kind) in [
        (401, FailureKind::Credentials),
        (403, FailureKind::Credentials),
        (404, FailureKind::Configuration),
        (429, FailureKind::RateLimited),
        (502, FailureKind::Refused),
    ] {
        assert_eq!(upstream_of(status, "<html>"), (kind, status.to_string()));
        let text = "prometheus says: no org id".to_owned();
        assert_eq!(upstream_of(status, explained), (kind, text));
    }
}

#[test]
fn a_503_says_whether_it_is_starting_stopping_or_a_proxys() {
    assert_eq!(upstream_of(503, "Service Unavailable\n").1, STARTING_TEXT);
    assert_eq!(upstream_of(503, "<html>").1, "503");
    for (header, text) in [("false", STARTING_TEXT), ("true", "503: stopping")] {
        let reply = RawResponse {
            stopping: Some(header),
            ..reply(503, "anything")
        };
        let fault = parse_response::<RulesData<'_>>(&reply).unwrap_err();
        assert_eq!(fault.error.text, text);
    }
}

#[test]
fn the_wait_that_is_asked_for_is_kept() {
    let mut asked = reply(429, "{}");
    if let Some(error) = &mut asked.status_error {
        error.retry_after = Some(Duration::from_secs(30));
    }
    let fault = parse_response::<RulesData<'_>>(&asked).unwrap_err();
    assert_eq!(fault.error.retry_after, Some(Duration::from_secs(30)));
}

#[test]
fn garbage_is_named() {
    for (body, text) in [
        ("", "answered nothing: is the address right?"),
        (
            "<!doctype html>",
            "answered HTML, not JSON: is the address right?",
        ),
        (
            r#"{"status":"success","data":{"gro"#,
            "the JSON breaks off in line 1, column 32",
        ),
        (
            r#"{"status":"success","data":null}"#,
            "the answer contains no data",
        ),
        (r#"{"page":{}}"#, "this is not an answer of Prometheus"),
    ] {
        assert_eq!(
            upstream_of(200, body),
            (FailureKind::Garbled, text.to_owned()),
            "{body}"
        );
    }
    assert_eq!(upstream_of(200, "[1,2").0, FailureKind::Garbled);
}
