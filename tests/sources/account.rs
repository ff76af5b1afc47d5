//! A PagerDuty account on loopback. A test fills it with data, and can look at the requests that it received.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use hubwatch::domain::now::{Now, TimeSource};
use hubwatch::domain::settings::{HttpClientConfig, PagerDutySettings, Proxy, SecretRef};
use hubwatch::domain::source::{Answer, Part, PartName};
use hubwatch::sources::http::{ByteBudget, ClientSettings, Clients, Limits, LookupPool};
use hubwatch::sources::pagerduty::{Access, Client};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::openapi::OpenApi;

/// A request that the account received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
}

impl Asked {
    /// All values of a parameter.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let pairs = self.query.iter().filter(|(known, _)| known == name);
        pairs.map(|(_, value)| value.as_str()).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The account's data and answers.
#[derive(Default)]
pub struct State {
    pub incidents: Vec<Value>,
    /// The lists under `/incidents/{id}/alerts` and the like, by path.
    pub lists: HashMap<String, Vec<Value>>,
    /// The account's log, the newest first.
    pub log: Vec<Value>,
    /// Answers that replace the usual ones, by path.
    pub instead: HashMap<String, (u16, Value)>,
    /// Headers that are sent with every answer.
    pub headers: Vec<(&'static str, String)>,
    pub asked: Vec<Asked>,
    /// Runs before each answer, and may change the account between two requests.
    pub meanwhile: Option<fn(&mut State, &Asked)>,
}

#[derive(Clone)]
struct Answering(Arc<Mutex<State>>, Arc<Clock>);

impl Respond for Answering {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let asked = asked(request);
        let mut state = self.0.lock().unwrap();
        state.asked.push(asked.clone());
        if let Some(meanwhile) = state.meanwhile {
            meanwhile(&mut state, &asked);
        }
        let (status, body) = state.answer(&asked);
        let answer = ResponseTemplate::new(status)
            .set_body_json(body)
            .insert_header("date", self.1.http_date());
        state.headers.iter().fold(answer, |answer, (name, value)| {
            answer.insert_header(*name, value.as_str())
        })
    }
}

fn asked(request: &Request) -> Asked {
    let headers = request.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), value.into_owned())
    });
    Asked {
        path: request.url.path().to_owned(),
        query: request.url.query_pairs().into_owned().collect(),
        headers: headers.collect(),
    }
}

impl State {
    fn answer(&self, asked: &Asked) -> (u16, Value) {
        if let Some(instead) = self.instead.get(&asked.path) {
            return instead.clone();
        }
        let key = asked.path.rsplit('/').next().unwrap();
        if let Some(list) = self.lists.get(&asked.path) {
            let key = if key == "impacts" && asked.path.contains("business") {
                "services"
            } else {
                key
            };
            return (200, page(key, list.clone(), asked));
        }
        match asked.path.as_str() {
            "/incidents" => (200, page(key, self.listed(asked), asked)),
            "/log_entries" => (200, page(key, self.logged(asked), asked)),
            path => self.by_incident(path, key, asked),
        }
    }

    fn listed(&self, asked: &Asked) -> Vec<Value> {
        let statuses = asked.values("statuses[]");
        let wanted = |incident: &&Value| statuses.contains(&incident["status"].as_str().unwrap());
        let mut listed: Vec<Value> = self.incidents.iter().filter(wanted).cloned().collect();
        match asked.values("sort_by")[..] {
            ["resolved_at:desc"] => {
                listed.sort_by_key(|i| std::cmp::Reverse(i["resolved_at"].to_string()))
            }
            ["created_at:asc"] => listed.sort_by_key(|i| i["created_at"].to_string()),
            _ => {}
        }
        listed
    }

    fn logged(&self, asked: &Asked) -> Vec<Value> {
        let since = asked.values("since")[0].to_owned();
        let recent = |entry: &&Value| entry["created_at"].as_str().unwrap() >= since.as_str();
        self.log.iter().filter(recent).cloned().collect()
    }

    fn by_incident(&self, path: &str, key: &str, asked: &Asked) -> (u16, Value) {
        let id = path.split('/').nth(2).unwrap_or_default();
        let incident = self.incidents.iter().find(|incident| incident["id"] == id);
        match (incident, key) {
            (Some(incident), key) if key == id => (200, json!({ "incident": incident })),
            (Some(_), "log_entries") => {
                let of = self
                    .log
                    .iter()
                    .filter(|entry| entry["incident"]["id"] == id);
                (200, page(key, of.cloned().collect(), asked))
            }
            (Some(_), "alerts" | "notes") => (200, page(key, Vec::new(), asked)),
            _ => (
                404,
                json!({"error": {"message": "Not Found", "code": 2100}}),
            ),
        }
    }
}

fn page(key: &str, all: Vec<Value>, asked: &Asked) -> Value {
    let number = |name, otherwise| {
        asked
            .values(name)
            .first()
            .map_or(otherwise, |n| n.parse().unwrap())
    };
    let (limit, offset) = (number("limit", 25), number("offset", 0_usize));
    let items: Vec<_> = all.iter().skip(offset).take(limit).collect();
    let more = offset + items.len() < all.len();
    json!({key: items, "limit": limit, "offset": offset, "more": more, "total": null})
}

/// A clock that a test moves.
#[derive(Default)]
pub struct Clock(Mutex<Duration>);

impl Clock {
    pub fn pass(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }

    fn http_date(&self) -> String {
        let format = "%a, %d %b %Y %H:%M:%S GMT";
        self.now().wall.format(format).to_string()
    }
}

/// The moment at which every test begins.
pub fn start() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

/// The time `minutes` after the beginning, in PagerDuty's format.
pub fn minute(minutes: i64) -> String {
    let at = start() + TimeDelta::minutes(minutes);
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

impl TimeSource for Clock {
    fn now(&self) -> Now {
        let mono = *self.0.lock().unwrap();
        Now {
            wall: start() + mono,
            mono,
        }
    }
}

pub struct Account {
    server: MockServer,
    state: Arc<Mutex<State>>,
    pub clock: Arc<Clock>,
}

impl Account {
    pub async fn open() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let clock = Arc::<Clock>::default();
        let server = MockServer::start().await;
        let answering = Answering(Arc::clone(&state), Arc::clone(&clock));
        Mock::given(any())
            .respond_with(answering)
            .mount(&server)
            .await;
        Self {
            server,
            state,
            clock,
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The requests since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        let asked = std::mem::take(&mut self.state().asked);
        check(&asked);
        asked
    }

    pub fn client(&self) -> Arc<Client> {
        let url = self.server.uri();
        let (http, limits) = http(&url);
        let clock = Arc::clone(&self.clock) as Arc<dyn TimeSource>;
        let access = Access::ReadWrite;
        Arc::new(Client::new(
            http,
            limits,
            &url,
            "key-of-mira".into(),
            clock,
            access,
        ))
    }

    pub fn settings(&self) -> PagerDutySettings {
        PagerDutySettings {
            url: self.server.uri(),
            token: SecretRef::Env("UNUSED".into()),
            services: Vec::new(),
            teams: Vec::new(),
            email: None,
            http: HttpClientConfig::default(),
            interval: Duration::from_secs(20),
            oncalls_interval: Duration::from_secs(300),
        }
    }
}

// Each request that hubwatch made must be in PagerDuty's OpenAPI file.
impl Drop for Account {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            check(&self.state().asked);
        }
    }
}

fn check(asked: &[Asked]) {
    let Some(openapi) = OpenApi::load() else {
        return;
    };
    for one in asked {
        let fits = openapi.check_request("GET", &one.path, &one.query, &one.headers, None);
        assert_eq!(fits, Ok(()), "{one:?}");
    }
}

/// A client for `url`, which is on loopback, and the limits for its answers.
pub fn http(url: &str) -> (reqwest::Client, Limits) {
    let clients = Clients::new(LookupPool::new(Arc::new(|job| job())));
    let http = clients
        .client(&ClientSettings::default(), &url.parse().unwrap())
        .unwrap();
    let limits = Limits {
        timeout: Duration::from_secs(10),
        max_body_bytes: 32 << 20,
        budget: ByteBudget::new(64 << 20),
        proxy: Proxy::Direct,
    };
    (http, limits)
}

/// A part of an answer.
pub fn part<T>(answer: &Answer<T>, name: PartName) -> &Part {
    let found = answer.parts.iter().find(|part| part.name == name);
    found.unwrap_or_else(|| panic!("no part {name} in {:?}", answer.parts))
}

/// The paths of the requests, sorted. A path that was requested several times occurs several times.
pub fn paths(asked: &[Asked]) -> Vec<&str> {
    let mut paths: Vec<&str> = asked.iter().map(|one| one.path.as_str()).collect();
    paths.sort_unstable();
    paths
}
