use super::super::wire::RulesData;
use super::*;

fn opened(status: u16, body: &str) -> Result<Vec<String>, Fault> {
    let reply = Reply {
        status,
        body: body.as_bytes(),
        stopping: None,
    };
    open::<RulesData<'_>>(reply).map(|opened| opened.warnings)
}

fn upstream_of(status: u16, body: &str) -> (FailureKind, String) {
    match opened(status, body).unwrap_err() {
        Fault::Upstream(error) => (error.kind, error.text),
        Fault::Query(error) => panic!("about the query: {error}"),
    }
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
        assert!(
            matches!(opened(status, &body), Err(Fault::Query(_))),
            "{status}"
        );
    }
    assert!(matches!(
        opened(422, "too many samples"),
        Err(Fault::Query(_))
    ));
}

#[test]
fn statuses_have_their_kinds() {
    for (status, kind) in [
        (401, FailureKind::Credentials),
        (403, FailureKind::Credentials),
        (404, FailureKind::Configuration),
        (429, FailureKind::RateLimited),
        (302, FailureKind::Refused),
        (502, FailureKind::Refused),
    ] {
        assert_eq!(upstream_of(status, "<html>").0, kind, "{status}");
    }
}

#[test]
fn a_503_says_whether_it_is_starting_stopping_or_a_proxys() {
    assert_eq!(
        upstream_of(503, "Service Unavailable").1,
        "503: starting, it replays its log"
    );
    assert_eq!(upstream_of(503, "<html>").1, "503 from a proxy before it");
    let stopping = Reply {
        status: 503,
        body: b"Service Unavailable",
        stopping: Some("true"),
    };
    let error = open::<RulesData<'_>>(stopping).unwrap_err().into_error();
    assert_eq!(error.text, "503: it is stopping");
}

#[test]
fn garbage_is_named() {
    for (body, text) in [
        ("", "the answer is empty"),
        (
            "<!doctype html>",
            "it answers HTML, not JSON: is the address right?",
        ),
        (
            r#"{"status":"success","data":{"gro"#,
            "the answer is cut off",
        ),
        (
            r#"{"status":"success","data":null}"#,
            "the answer holds no data",
        ),
        (r#"{"page":{}}"#, "this is not the answer of a Prometheus"),
    ] {
        assert_eq!(
            upstream_of(200, body),
            (FailureKind::Garbled, text.to_owned()),
            "{body}"
        );
    }
    assert_eq!(upstream_of(200, "[1,2").0, FailureKind::Garbled);
}

#[test]
fn long_texts_are_cut() {
    let long = "ü".repeat(1000);
    assert_eq!(short(&long).chars().count(), 301);
    assert_eq!(short(" a\n b\t"), "a b");
}
