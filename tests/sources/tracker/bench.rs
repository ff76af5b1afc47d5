//! A tracker on loopback, and a reader of its issues.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::settings::{HttpClientConfig, SecretRef, SourcesConfig, TrackerSettings};
use hubwatch::domain::tracker::{Repository, TrackerRecord, TrackerRules};
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

use super::super::account::Clock;

pub const ISSUES: &str = "/repos/hubs/infra/issues";

/// A tracker and a state directory. The state survives a new reader, as it survives a restart of the program.
pub struct Bench {
    pub server: MockServer,
    pub settings: TrackerSettings,
    pub clock: Arc<Clock>,
    pub state: tempfile::TempDir,
}

impl Bench {
    pub async fn start() -> Self {
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

    pub async fn read(&self) -> TrackerRecord {
        self.read_with(&self.reader().await).await
    }

    pub async fn read_with(&self, reader: &SourceContext) -> TrackerRecord {
        read_tracker(&self.settings, reader, self.now() - TimeDelta::days(90)).await
    }

    pub async fn reader(&self) -> SourceContext {
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
        SourceContext::new(
            tasks.blocking_runner(),
            time,
            secrets,
            DetailLimits::SINGLE_POLL,
            cache,
            Access::ReadOnly,
        )
    }

    pub fn replace_token(&self, token: &str) {
        std::fs::write(self.state.path().join("token"), token).expect("a file");
    }

    /// From now on, requests with this token are answered, with empty lists.
    pub async fn admit(&self, token: &str) {
        Mock::given(path(ISSUES))
            .and(header("authorization", format!("Bearer {token}").as_str()))
            .respond_with(page(&[]))
            .mount(&self.server)
            .await;
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now().wall
    }

    /// Gives `answer` to each request for issues with `label`.
    pub async fn answer(&self, label: &str, answer: ResponseTemplate) {
        Mock::given(path(ISSUES))
            .and(query_param("labels", label))
            .and(header("authorization", "Bearer made-up-token"))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    /// Gives `answer` to each request for the issue `number`.
    pub async fn answer_issue(&self, number: u64, answer: ResponseTemplate) {
        Mock::given(path(format!("{ISSUES}/{number}")))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    /// Gives `answer` to each request for the page `number` of a list.
    pub async fn answer_page(&self, number: u64, answer: ResponseTemplate) {
        Mock::given(path(ISSUES))
            .and(query_param("page", number.to_string()))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    pub async fn requests(&self) -> Vec<Request> {
        let requests = self.server.received_requests().await;
        requests.expect("requests are kept")
    }

    pub async fn forget(&self) {
        self.server.reset().await;
    }
}

pub fn issue(number: u64, changes: &Value) -> Value {
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

pub fn page(issues: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(issues)
}

pub fn json_text(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text, "application/json; charset=utf-8")
}

pub fn numbers(record: &TrackerRecord) -> Vec<u64> {
    record.issues.items.iter().map(|it| it.number).collect()
}
