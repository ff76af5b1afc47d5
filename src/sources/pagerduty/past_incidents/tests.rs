//! Tests with a server that checks dates and paging as strictly as PagerDuty.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;

use super::*;
use crate::domain::cache::Cache;
use crate::domain::now::TimeSource;
use crate::domain::settings::{HttpClientConfig, SecretRef};
use crate::sources::pagerduty::Pace;
use crate::sources::pagerduty::client::Access;
use crate::sources::testing::{TestClock, clients, limits};

mod refresh;

type Rows = Vec<(DateTime<Utc>, Value)>;

const NO_SUCH_INCIDENT: &str = "there is no such incident";

/// The account on the server. Each row is an object and its time. A request lists the object if its window contains
/// this time.
#[derive(Clone, Default)]
struct Account {
    incidents: Rows,
    log: Rows,
    /// The number of requests that are answered before all later requests fail; `None` if no request fails.
    answers: Option<usize>,
    /// How many of the next requests are refused because of the rate limit.
    refusals: usize,
}

/// The server, with the requests that it answered.
#[derive(Clone, Default)]
struct Strict {
    account: Arc<Mutex<Account>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Strict {
    fn row(&self, id: &str) -> Result<Value, &'static str> {
        let account = self.account.lock().unwrap();
        if let Some(id) = id.strip_suffix("/log_entries") {
            let of = |row: &&Value| row["incident"]["id"] == *id;
            let log: Vec<&Value> = account.log.iter().map(|(_, row)| row).filter(of).collect();
            return Ok(json!({ "log_entries": log, "more": false }));
        }
        let mut rows = account.incidents.iter();
        let row = rows
            .find(|(_, row)| row["id"] == *id)
            .ok_or(NO_SUCH_INCIDENT)?;
        Ok(json!({ "incident": row.1 }))
    }

    fn is_refused(&self) -> bool {
        let mut account = self.account.lock().unwrap();
        let is_refused = account.refusals > 0;
        account.refusals = account.refusals.saturating_sub(1);
        is_refused
    }

    // Accepts only windows of at most 31 days, although PagerDuty accepts six months. So a test notices a window that
    // is too long.
    fn answer(&self, request: &Request) -> Result<Value, &'static str> {
        if let Some(id) = request.url.path().strip_prefix("/incidents/") {
            return self.row(id);
        }
        let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        let get = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name);
            found
                .map(|(_, value)| value.clone())
                .ok_or("a parameter is missing")
        };
        let time = |name: &str| get(name)?.parse::<DateTime<Utc>>().map_err(|_| "no time");
        let number = |name: &str| get(name)?.parse::<usize>().map_err(|_| "no number");
        let (since, until) = (time("since")?, time("until")?);
        let (offset, limit) = (number("offset")?, number("limit")?);
        if until <= since || until - since > TimeDelta::days(31) {
            return Err("since and until are not accepted");
        }
        if limit > 100 || offset + limit > 10_000 {
            return Err("offset and limit are not accepted");
        }
        let account = self.account.lock().unwrap();
        let (key, rows) = match request.url.path() {
            "/incidents" => ("incidents", &account.incidents),
            "/log_entries" => ("log_entries", &account.log),
            _ => return Err("there is no such path"),
        };
        let within: Vec<&Value> = rows
            .iter()
            .filter(|(at, _)| (since..until).contains(at))
            .map(|(_, row)| row)
            .collect();
        let page: Vec<&&Value> = within.iter().skip(offset).take(limit).collect();
        let more = offset + page.len() < within.len();
        Ok(json!({ key: page, "limit": limit, "offset": offset, "more": more, "total": null }))
    }
}

impl Respond for Strict {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let query = request.url.query().unwrap_or_default();
        let mut asked = self.asked.lock().unwrap();
        let answers = self.account.lock().unwrap().answers;
        if answers.is_some_and(|answers| asked.len() >= answers) {
            return ResponseTemplate::new(500);
        }
        if self.is_refused() {
            return ResponseTemplate::new(429).insert_header("ratelimit-reset", "12");
        }
        asked.push(format!("{}?{query}", request.url.path()));
        drop(asked);
        let template = match self.answer(request) {
            Ok(body) => ResponseTemplate::new(200).set_body_json(body),
            Err(NO_SUCH_INCIDENT) => ResponseTemplate::new(404),
            Err(why) => ResponseTemplate::new(400).set_body_string(why),
        };
        let limit = [
            ("ratelimit-limit", "100000"),
            ("ratelimit-remaining", "99999"),
        ];
        limit
            .into_iter()
            .chain([("ratelimit-reset", "60")])
            .fold(template, |all, (name, value)| {
                all.insert_header(name, value)
            })
    }
}

fn day(days: f64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2021-01-01T00:00:00Z".parse().unwrap();
    start + TimeDelta::seconds((days * 86_400.0) as i64)
}

fn incident(number: u64, at: DateTime<Utc>) -> (DateTime<Utc>, Value) {
    let row = json!({
        "id": format!("Q{number}"), "type": "incident", "incident_number": number, "title": "x",
        "created_at": at, "updated_at": at, "resolved_at": at + TimeDelta::minutes(30),
        "status": "resolved", "urgency": "high", "service": {"id": "S1", "type": "service_reference"},
        "assignments": [], "acknowledgements": [], "pending_actions": [], "priority": null,
        "escalation_policy": {"id": "E1", "type": "escalation_policy_reference"},
    });
    (at, row)
}

fn entry(id: usize, of: u64, kind: &str, at: DateTime<Utc>) -> (DateTime<Utc>, Value) {
    let row = json!({
        "id": format!("R{id}"), "type": format!("{kind}_log_entry"), "created_at": at, "summary": kind,
        "agent": {"id": "P1", "type": "user_reference", "summary": "Ada"},
        "channel": {"type": "website"},
        "incident": {"id": format!("Q{of}"), "type": "incident_reference"},
    });
    (at, row)
}

/// A cache in memory, in place of the files.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Vec<u8>>>);

impl Cache for Kept {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Vec<u8>> {
        let bytes = self.0.lock().unwrap().get(name).cloned();
        Box::pin(async move { bytes.unwrap_or_default() })
    }

    fn save<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        self.0.lock().unwrap().insert(name.to_owned(), bytes);
        Box::pin(async {})
    }
}

/// A server with an account, and the cache of the program that reads the account.
struct World {
    strict: Strict,
    clock: Arc<TestClock>,
    server: MockServer,
    kept: Kept,
}

impl World {
    async fn new(incidents: Rows, log: Rows) -> Self {
        let strict = Strict::default();
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .respond_with(strict.clone())
            .mount(&server)
            .await;
        let world = Self {
            strict,
            clock: Arc::new(TestClock::at(0)),
            server,
            kept: Kept::default(),
        };
        world.add(incidents, log);
        world
    }

    fn add(&self, incidents: Rows, log: Rows) {
        self.change(|account| {
            account.incidents.extend(incidents);
            account.log.extend(log);
            // PagerDuty's order of listing.
            account.incidents.sort_by_key(|(at, _)| *at);
            account.log.sort_by_key(|(at, _)| Reverse(*at));
        });
    }

    fn change(&self, change: impl FnOnce(&mut Account)) {
        change(&mut self.strict.account.lock().unwrap());
    }

    /// The requests that the server answered since the last call.
    fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.strict.asked.lock().unwrap())
    }

    /// The number of seconds that were spent waiting.
    fn waited(&self) -> u64 {
        self.clock.now().mono.as_secs()
    }

    fn settings(&self) -> PagerDutySettings {
        PagerDutySettings {
            url: self.server.uri(),
            token: SecretRef::Env("TOKEN".to_owned()),
            services: Vec::new(),
            teams: Vec::new(),
            email: None,
            http: HttpClientConfig::default(),
            interval: Duration::from_secs(20),
            oncalls_interval: Duration::from_secs(300),
        }
    }

    fn files(&self) -> RecordFiles<'_> {
        RecordFiles::for_account(&self.kept, &self.settings(), "key")
    }

    async fn read(&self, days: Range<f64>, now: f64) -> Result<PastIncidents, SourceError> {
        let http = clients()
            .client(&Default::default(), &self.server.uri().parse().unwrap())
            .unwrap();
        let limits = crate::sources::http::Limits {
            max_body_bytes: 1 << 22,
            ..limits()
        };
        let client = Client::new(
            http,
            limits,
            &self.server.uri(),
            "key".to_owned().into(),
            Arc::clone(&self.clock) as Arc<dyn TimeSource>,
            Access::ReadOnly,
        );
        let span = day(days.start)..day(days.end);
        let clock = Arc::clone(&self.clock);
        let reading = Reading {
            pace: Pace::AtOnce,
            on_progress: &|_| {},
            wait: &move |time| {
                clock.set(clock.now().mono.as_secs() + time.as_secs());
                Box::pin(async {})
            },
        };
        let (settings, files) = (self.settings(), self.files());
        fetch_past_incidents(&client, &settings, &span, day(now), &files, reading).await
    }
}

#[tokio::test]
async fn a_year_is_read_by_windows_and_nothing_is_asked_for_twice() {
    let incidents: Vec<_> = (0..400_u32)
        .map(|n| incident(u64::from(n), day(f64::from(n) * 0.9)))
        .collect();
    let log: Vec<_> = (0..400_u32)
        .map(|n| entry(n as usize, u64::from(n), "trigger", day(f64::from(n) * 0.9)))
        .collect();
    let world = World::new(incidents, log).await;
    let read = world.read(0.0..360.0, 365.0).await.unwrap();
    assert_eq!(read.missing, Vec::<String>::new());
    let numbers: Vec<u64> = read.records.iter().map(|it| it.incident.number).collect();
    assert_eq!(numbers, (0..400).collect::<Vec<_>>());
    assert!(
        read.records
            .iter()
            .all(|it| it.log.len() == 1 && it.incident.log_known)
    );
    assert_eq!(read.records[0].log[0].channel.as_deref(), Some("website"));
    assert_eq!(world.waited(), 0);
    let mut asked = world.take_asked();
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(
        (asked.len(), count),
        (25, 25),
        "12 windows of incidents, 13 of the log"
    );
}

#[tokio::test]
async fn a_window_that_holds_too_many_is_read_as_two() {
    let one = vec![incident(7, day(1.0))];
    let log = (0..12_500_u32).map(|n| {
        let kind = if n == 0 { "trigger" } else { "notify" };
        entry(n as usize, 7, kind, day(1.0 + f64::from(n) / 1000.0))
    });
    let world = World::new(one, log.collect()).await;
    let read = world.read(0.0..20.0, 20.0).await.unwrap();
    assert_eq!(read.missing, Vec::<String>::new());
    assert_eq!(read.records[0].log.len(), 12_500);
    assert!(world.take_asked().len() < 100 + 130 + 5);
}

/// Whether the log of each incident is known.
fn known_logs(read: &PastIncidents) -> Vec<bool> {
    let records = read.records.iter();
    records.map(|it| it.incident.log_known).collect()
}

#[tokio::test]
async fn a_log_that_does_not_begin_with_what_opened_the_incident_is_not_known() {
    let incidents = vec![incident(1, day(1.0)), incident(2, day(2.0))];
    let log = vec![
        entry(1, 1, "trigger", day(1.0)),
        entry(2, 2, "resolve", day(2.02)),
    ];
    let world = World::new(incidents, log).await;
    let read = world.read(0.0..10.0, 10.0).await.unwrap();
    assert_eq!(known_logs(&read), [true, false]);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_spoils_only_its_own_incident() {
    let mut broken = entry(3, 2, "acknowledge", day(2.01));
    broken.1["created_at"] = json!("yesterday");
    let incidents = vec![
        incident(1, day(1.0)),
        incident(2, day(2.0)),
        (day(3.0), json!({"id": "Q3"})),
        (day(3.0), json!(7)),
    ];
    let log = vec![
        entry(1, 1, "trigger", day(1.0)),
        entry(2, 2, "trigger", day(2.0)),
        broken,
    ];
    let world = World::new(incidents, log).await;
    let read = world.read(0.0..10.0, 10.0).await.unwrap();
    assert_eq!(known_logs(&read), [true, false]);
    assert_eq!(
        read.missing,
        [
            "2 of PagerDuty's incidents cannot be read",
            "1 of PagerDuty's log entries cannot be read",
        ]
    );
}

#[tokio::test]
async fn a_merge_names_its_target() {
    let mut merged = incident(1, day(1.0));
    merged.1["resolve_reason"] = json!({
        "type": "merge_resolve_reason",
        "incident": {"id": "Q9", "type": "incident_reference"},
    });
    let world = World::new(vec![merged, incident(2, day(1.0))], Vec::new()).await;
    let read = world.read(0.0..10.0, 10.0).await.unwrap();
    let targets: Vec<_> = read
        .records
        .iter()
        .map(|it| it.merged_into.as_ref())
        .collect();
    assert_eq!(targets, [Some(&"Q9".into()), None]);
}
