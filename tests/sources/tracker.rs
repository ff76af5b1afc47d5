//! GitHub's issues: pages, tags, limits, redirects, failures, and issues of every kind.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::settings::{HttpClientConfig, SecretRef, SourcesConfig};
use hubwatch::domain::tracker::{
    IssueState, ReportFolder, Repository, TrackerRecord, TrackerRules, TrackerSettings,
};
use hubwatch::runtime::registry;
use hubwatch::runtime::tasks::Tasks;
use hubwatch::sources::context::SourceContext;
use hubwatch::sources::github::read_tracker;
use hubwatch::sources::pagerduty::{Access, DetailLimits};
use hubwatch::sources::secret::{FetchOptions, Secrets, TerminalState};
use hubwatch::store::cache::CacheDir;
use serde_json::{Value, json};
use wiremock::matchers::{header, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::account::Clock;

const ISSUES: &str = "/repos/hubs/infra/issues";

/// A tracker, whose state outlives its reader, as that of a program that is started again.
struct Bench {
    server: MockServer,
    settings: TrackerSettings,
    clock: Arc<Clock>,
    state: tempfile::TempDir,
}

impl Bench {
    async fn start() -> Self {
        let server = MockServer::start().await;
        let repository = Repository {
            owner: "hubs".to_owned(),
            name: "infra".to_owned(),
        };
        let state = tempfile::tempdir().expect("a folder");
        let token = state.path().join("token");
        std::fs::write(&token, "made-up-token").expect("a file");
        let settings = TrackerSettings {
            url: server.uri(),
            web: "https://issues.hubs.example".to_owned(),
            reports: None,
            repository,
            token: Some(SecretRef::File(token)),
            http: HttpClientConfig {
                timeout: Duration::from_secs(5),
                ..HttpClientConfig::default()
            },
            rules: TrackerRules::default(),
            since: Duration::from_secs(90 * 24 * 3600),
        };
        Self {
            server,
            settings,
            clock: Arc::default(),
            state,
        }
    }

    async fn read(&self) -> TrackerRecord {
        let sources = SourcesConfig {
            tracker: Some(self.settings.clone()),
            ..SourcesConfig::default()
        };
        let time: Arc<dyn TimeSource> = self.clock.clone();
        let tasks = Tasks::on_current_runtime();
        let wanted = registry::wanted_secrets(&sources);
        let secrets = Secrets::new(wanted, Arc::clone(&time), tasks.blocking_runner());
        let options = FetchOptions {
            screen: TerminalState::Taken,
            deadline: None,
            on_slow: &|_| {},
            on_warning: &|_| {},
        };
        secrets.fetch_all(&options).await;
        let dir = self.state.path().join("state");
        let cache = CacheDir::new(Some(&dir), tasks.blocking_runner(), Arc::new(|_| {}));
        let context = SourceContext::new(
            tasks.blocking_runner(),
            time,
            secrets,
            DetailLimits::SINGLE_POLL,
            cache,
            Access::ReadOnly,
        );
        read_tracker(&self.settings, &context, self.now() - TimeDelta::days(90)).await
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now().wall
    }

    /// Answers requests for one label in this way.
    async fn answer(&self, label: &str, answer: ResponseTemplate) {
        Mock::given(path(ISSUES))
            .and(query_param("labels", label))
            .and(header("authorization", "Bearer made-up-token"))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    async fn requests(&self) -> Vec<Request> {
        let requests = self.server.received_requests().await;
        requests.expect("requests are kept")
    }

    async fn forget(&self) {
        self.server.reset().await;
    }
}

fn issue(number: u64, changes: &Value) -> Value {
    let mut issue = json!({
        "number": number,
        "title": format!("Incident report of {number}"),
        "html_url": format!("https://issues.hubs.example/hubs/infra/issues/{number}"),
        "state": "open",
        "state_reason": null,
        "body": "Tracking issue: https://issues.hubs.example/hubs/infra/issues/7",
        "labels": [{"name": "outage"}],
        "assignees": [{"login": "ada"}],
        "created_at": "1970-01-01T00:00:00Z",
        "updated_at": "1970-01-01T00:00:00Z",
        "closed_at": null,
    });
    let fields = changes.as_object().expect("an object");
    for (name, value) in fields {
        issue[name] = value.clone();
    }
    issue
}

fn page(issues: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(issues)
}

fn json_text(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text, "application/json; charset=utf-8")
}

fn numbers(record: &TrackerRecord) -> Vec<u64> {
    record.issues.items.iter().map(|it| it.number).collect()
}

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
async fn half_a_list_keeps_the_other_half_as_it_was() {
    let bench = Bench::start().await;
    let two = [issue(1, &json!({})), issue(2, &json!({}))];
    bench.answer("outage", page(&two)).await;
    bench.answer("incident-action-item", page(&[])).await;
    assert_eq!(numbers(&bench.read().await), [1, 2]);
    bench.forget().await;
    let next = format!(
        "<{}/repositories/1/issues?page=2>; rel=\"next\"",
        bench.settings.url
    );
    let closed = issue(1, &json!({"state": "closed", "state_reason": "completed"}));
    let first = page(&[closed]).insert_header("link", next.as_str());
    bench.answer("outage", first).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    let states: Vec<_> = record.issues.items.iter().map(|it| it.state).collect();
    assert_eq!(states, [IssueState::Done, IssueState::Open]);
    assert!(!record.issues.is_current);
    assert!(record.problems[0].contains("page 2: 404"), "{record:?}");
    assert!(
        record.problems[0].contains("; as of 2026-03-02 12:00 UTC"),
        "{record:?}"
    );
}

#[tokio::test]
async fn no_limit_is_asked_against_before_its_end_and_after_it_again() {
    for (status, headers, minutes) in [
        (
            403,
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1772453400"),
            ][..],
            10,
        ),
        (429, &[("retry-after", "120")][..], 2),
        (403, &[("retry-after", "60")][..], 1),
        (429, &[][..], 1),
    ] {
        let bench = Bench::start().await;
        let headers = headers.iter();
        let refusal = headers.fold(ResponseTemplate::new(status), |answer, (name, value)| {
            answer.insert_header(*name, *value)
        });
        bench.answer("outage", refusal).await;
        let record = bench.read().await;
        let until = format!("after 12:{minutes:02} UTC");
        assert!(
            record.problems.iter().all(|it| it.contains(&until)),
            "{record:?}"
        );
        assert_eq!(
            (record.problems.len(), bench.requests().await.len()),
            (2, 1)
        );
        bench.forget().await;
        bench.answer("outage", page(&[])).await;
        bench.answer("incident-action-item", page(&[])).await;
        bench.clock.pass(minutes * 60 - 1);
        assert!(!bench.read().await.issues.is_current);
        assert_eq!(bench.requests().await.len(), 0);
        bench.clock.pass(2);
        assert!(bench.read().await.issues.is_current);
    }
}

#[tokio::test]
async fn what_is_refused_or_garbled_is_said_and_no_list() {
    for (answer, words) in [
        (ResponseTemplate::new(401), "401: credentials refused"),
        (ResponseTemplate::new(403), "403: not allowed"),
        (ResponseTemplate::new(502), "502: bad gateway"),
        (json_text("null"), "no list"),
        (json_text("{}"), "no list"),
        (json_text("[{"), "breaks off"),
        (ResponseTemplate::new(200).set_body_string("<html>"), "HTML"),
    ] {
        let bench = Bench::start().await;
        bench.answer("outage", answer).await;
        bench.answer("incident-action-item", page(&[])).await;
        let record = bench.read().await;
        assert!(record.problems[0].contains(words), "{words}: {record:?}");
        assert_eq!(
            (record.issues.is_current, record.issues.read_at),
            (false, None)
        );
    }
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
