//! GitHub's issues: pages, tags, redirects, and issues of every kind.

mod bench;
mod failures;

use hubwatch::domain::tracker::{IssueState, ReportFolder};
use serde_json::json;
use wiremock::matchers::{header, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use bench::{Bench, ISSUES, issue, numbers, page};

#[tokio::test]
async fn states_are_read_pull_requests_dropped_and_other_entries_named() {
    let bench = Bench::start().await;
    let issues = [
        issue(1, &json!({})),
        issue(2, &json!({"state_reason": "reopened"})),
        issue(3, &json!({"state": "closed", "state_reason": "completed"})),
        issue(4, &json!({"state": "closed"})),
        issue(
            5,
            &json!({"state": "closed", "state_reason": "not_planned"}),
        ),
        issue(6, &json!({"state": "closed", "state_reason": "duplicate"})),
        issue(8, &json!({"state": "closed", "state_reason": "eaten"})),
        issue(9, &json!({"pull_request": {"url": "x"}})),
        issue(10, &json!({"labels": ["outage"], "body": null})),
    ];
    bench.answer("outage", page(&issues)).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    assert_eq!(record.problems, [""; 0]);
    assert!(record.issues.is_current);
    assert_eq!(numbers(&record), [1, 10, 2, 3, 4, 5, 6, 8]);
    use IssueState::{Done, Duplicate, NotPlanned, Open, Reopened, Unknown};
    let states: Vec<IssueState> = record.issues.items.iter().map(|it| it.state).collect();
    assert_eq!(
        states,
        [
            Open, Open, Reopened, Done, Done, NotPlanned, Duplicate, Unknown
        ]
    );

    bench.forget().await;
    let garbled = [
        issue(1, &json!({})),
        json!(null),
        json!([]),
        issue(2, &json!({"state": "odd"})),
    ];
    bench.answer("outage", page(&garbled)).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    assert!(!record.issues.is_current);
    assert!(
        record.problems[0].contains("3 of its entries cannot be read"),
        "{record:?}"
    );
}

#[tokio::test]
async fn pages_are_followed_at_home_and_not_elsewhere() {
    let bench = Bench::start().await;
    let next = format!(
        "<{}/repositories/1/issues?page=2>; rel=\"next\"",
        bench.settings.url
    );
    let first = page(&[issue(1, &json!({}))]).insert_header("link", next.as_str());
    bench.answer("outage", first).await;
    bench.answer("incident-action-item", page(&[])).await;
    Mock::given(path("/repositories/1/issues"))
        .and(header("authorization", "Bearer made-up-token"))
        .respond_with(page(&[issue(2, &json!({}))]))
        .mount(&bench.server)
        .await;
    assert_eq!(numbers(&bench.read().await), [1, 2]);

    let thief = MockServer::start().await;
    bench.forget().await;
    let next = format!(
        "<{}/repositories/1/issues?page=2>; rel=\"next\"",
        thief.uri()
    );
    let first = page(&[issue(1, &json!({}))]).insert_header("link", next.as_str());
    bench.answer("outage", first).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    assert!(record.problems[0].contains("another host"), "{record:?}");
    assert!(!record.issues.is_current);
    assert_eq!(thief.received_requests().await.expect("requests").len(), 0);
}

#[tokio::test]
async fn a_full_page_that_names_no_next_one_is_not_taken_for_the_last() {
    let bench = Bench::start().await;
    let full: Vec<_> = (1..=100).map(|number| issue(number, &json!({}))).collect();
    Mock::given(path(ISSUES))
        .and(query_param("labels", "outage"))
        .and(query_param("page", "2"))
        .respond_with(page(&[issue(101, &json!({}))]))
        .with_priority(1)
        .mount(&bench.server)
        .await;
    bench.answer("outage", page(&full)).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    assert_eq!(numbers(&record).len(), 101, "{:?}", record.problems);
    assert!(record.issues.is_current);
}

#[tokio::test]
async fn pages_that_lead_back_end() {
    let bench = Bench::start().await;
    let next = format!(
        "<{}/repositories/1/issues?page=2>; rel=\"next\"",
        bench.settings.url
    );
    let looping = page(&[issue(1, &json!({}))]).insert_header("link", next.as_str());
    bench.answer("outage", looping.clone()).await;
    bench.answer("incident-action-item", page(&[])).await;
    Mock::given(path("/repositories/1/issues"))
        .respond_with(looping)
        .mount(&bench.server)
        .await;
    let record = bench.read().await;
    assert!(record.problems[0].contains("lead back"), "{record:?}");
}

#[tokio::test]
async fn a_renamed_repository_is_followed_on_its_host() {
    let bench = Bench::start().await;
    let moved = format!("{}/repositories/1/issues", bench.settings.url);
    let answer = ResponseTemplate::new(301).insert_header("location", moved.as_str());
    bench.answer("outage", answer).await;
    bench.answer("incident-action-item", page(&[])).await;
    Mock::given(path("/repositories/1/issues"))
        .and(header("authorization", "Bearer made-up-token"))
        .respond_with(page(&[issue(2, &json!({}))]))
        .mount(&bench.server)
        .await;
    let record = bench.read().await;
    assert_eq!(
        (numbers(&record), record.issues.is_current),
        (vec![2], true)
    );
}

#[tokio::test]
async fn an_unchanged_page_is_taken_from_what_was_kept() {
    let bench = Bench::start().await;
    let tagged = page(&[issue(1, &json!({}))]).insert_header("etag", "W/\"a\"");
    bench.answer("outage", tagged).await;
    bench.answer("incident-action-item", page(&[])).await;
    let first = bench.read().await;
    bench.forget().await;
    Mock::given(path(ISSUES))
        .and(query_param("labels", "outage"))
        .and(header("if-none-match", "W/\"a\""))
        .respond_with(ResponseTemplate::new(304))
        .mount(&bench.server)
        .await;
    bench.answer("incident-action-item", page(&[])).await;
    let again = bench.read().await;
    assert_eq!(first, again);
    assert_eq!(again.problems, [""; 0]);
}

#[tokio::test]
async fn a_folder_of_reports_is_listed_and_one_that_is_not_there_is_not_known() {
    let mut bench = Bench::start().await;
    bench.settings.reports = Some(ReportFolder {
        repository: bench.settings.repository.clone(),
        folder: "docs/reports".to_owned(),
    });
    bench.answer("outage", page(&[])).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    let reports = record.reports.expect("a folder");
    assert!(!reports.is_current && reports.items.is_empty());
    assert!(record.problems[0].contains("404"), "{:?}", record.problems);
    let file = |name: &str, kind: &str| json!({"name": name, "type": kind, "html_url": null});
    let files = [file("1970-01-01-leap.pdf", "file"), file("old", "dir")];
    Mock::given(path("/repos/hubs/infra/contents/docs/reports"))
        .respond_with(page(&files))
        .mount(&bench.server)
        .await;
    let record = bench.read().await;
    let reports = record.reports.expect("a folder");
    assert!(reports.is_current);
    let names: Vec<_> = reports.items.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["1970-01-01-leap.pdf"]);
}

#[tokio::test]
async fn what_is_kept_of_another_tracker_or_cut_is_nothing() {
    let mut bench = Bench::start().await;
    bench.answer("outage", page(&[issue(1, &json!({}))])).await;
    bench.answer("incident-action-item", page(&[])).await;
    assert_eq!(numbers(&bench.read().await), [1]);
    bench.forget().await;
    let state = bench.state.path().join("state");
    let file = std::fs::read_dir(&state)
        .expect("files")
        .next()
        .expect("one");
    let file = file.expect("a file").path();
    std::fs::write(&file, "{\"version\":1,\"about\":\"another\"}").expect("a file");
    assert_eq!(numbers(&bench.read().await), [0; 0]);
    std::fs::write(&file, "{\"version\":").expect("a file");
    assert_eq!(numbers(&bench.read().await), [0; 0]);
    bench.settings.repository.name = "other".to_owned();
    assert_eq!(bench.read().await.issues.read_at, None);
}
