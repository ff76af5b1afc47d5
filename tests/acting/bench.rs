//! A served PagerDuty account, and a proxy between the account and the client.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::join_all;
use hubwatch::demo::account::incident::{Agent, Incident as PendingResults, Opening};
use hubwatch::demo::{Scenario, World, WorldOptions, serve};
use hubwatch::domain::incident::{Incident, Person};
use hubwatch::domain::now::{Now, TimeSource};
use hubwatch::domain::operation::{Actor, Operation, OperationBatch, Outcome};
use hubwatch::domain::settings::{HttpClientConfig, PagerDutySettings, SecretRef};
use hubwatch::sources::pagerduty::operations::run_batch;
use hubwatch::sources::pagerduty::{Access, Client, DetailLimits, IncidentCache, IncidentPoller};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::openapi::OpenApi;
use crate::sources::account::http;

/// A clock that moves only when a test or an operation waits.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<Duration>>, DateTime<Utc>);

impl TimeSource for Clock {
    fn now(&self) -> Now {
        let mono = *self.0.lock().unwrap();
        Now {
            wall: self.1 + mono,
            mono,
        }
    }
}

impl Clock {
    pub fn pass(&self, span: Duration) {
        *self.0.lock().unwrap() += span;
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
}

impl Asked {
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// Whether the request has this method and path, such as `PUT /incidents`.
    pub fn is(&self, what: &str) -> bool {
        format!("{} {}", self.method, self.path) == what
    }
}

/// The fate of a request.
pub enum Fate {
    Pass,
    /// The request is passed on, but the client gets this answer instead of the account's.
    PassThenSay(u16, Value),
    /// The request is not passed on. The client gets this answer.
    Say(u16, Value),
    /// The request is not passed on. The client is redirected to this path with a 307.
    SendTo(&'static str),
    /// The request is passed on at once, but its answer waits for [`Bench::let_through`].
    KeepBack,
}

/// Runs before a request is passed on, and decides its fate.
pub type Twist = Box<dyn FnMut(&Asked, &mut World, DateTime<Utc>) -> Fate + Send>;

#[derive(Default)]
struct Between {
    asked: Vec<Asked>,
    twist: Option<Twist>,
    waited: Duration,
}

#[derive(Clone)]
struct Proxy {
    to: String,
    http: reqwest::Client,
    between: Arc<Mutex<Between>>,
    world: Arc<Mutex<World>>,
    clock: Clock,
    gate: Arc<Semaphore>,
}

/// The tools of a test.
#[derive(Clone)]
pub struct Bench {
    pub client: Arc<Client>,
    pub clock: Clock,
    url: String,
    between: Arc<Mutex<Between>>,
    world: Arc<Mutex<World>>,
    gate: Arc<Semaphore>,
}

/// Serves a quiet account for as long as `test` lasts.
pub async fn served(access: Access, test: impl AsyncFnOnce(Bench)) {
    served_from("2026-03-02T12:00:00Z".parse().unwrap(), access, test).await;
}

/// As `served`, with a clock that starts at `start`.
pub async fn served_from(start: DateTime<Utc>, access: Access, test: impl AsyncFnOnce(Bench)) {
    let clock = Clock(Arc::default(), start);
    let options = WorldOptions {
        scenario: Scenario::Calm,
        clusters: 1,
        hubs: 1,
        ..WorldOptions::default()
    };
    let mut world = World::new(options, start).unwrap();
    world.account.incidents.clear();
    world.account.log.clear();
    let world = Arc::new(Mutex::new(world));
    let time: Arc<dyn TimeSource> = Arc::new(clock.clone());
    let demo = serve(Arc::clone(&world), Arc::clone(&time)).await.unwrap();
    let between = Arc::<Mutex<Between>>::default();
    let gate = Arc::new(Semaphore::new(0));
    let proxy = Proxy {
        to: demo.endpoints.pagerduty.clone(),
        http: plain_client(),
        between: Arc::clone(&between),
        world: Arc::clone(&world),
        clock: clock.clone(),
        gate: Arc::clone(&gate),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(pass).with_state(proxy);
    let serving = axum::serve(listener, router).into_future();
    let (http, limits) = http(&url);
    let token = hubwatch::demo::pagerduty::USER_TOKEN.into();
    let client = Client::new(http, limits, &url, token, time, access);
    let bench = Bench {
        client: Arc::new(client),
        clock,
        url,
        between,
        world,
        gate,
    };
    tokio::select! {
        _ = join_all(demo.futures) => panic!("the world stopped answering"),
        _ = serving => panic!("the one between stopped answering"),
        () = test(bench) => {}
    }
}

async fn pass(
    State(proxy): State<Proxy>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let asked = asked(&method, &uri, &headers, &body);
    let fate = {
        let mut between = proxy.between.lock().unwrap();
        between.asked.push(asked.clone());
        let twist = between.twist.take();
        drop(between);
        let now = proxy.clock.now().wall;
        let (fate, twist) = match twist {
            None => (Fate::Pass, None),
            Some(mut twist) => {
                let mut world = proxy.world.lock().unwrap();
                world.advance(now);
                (twist(&asked, &mut world, now), Some(twist))
            }
        };
        let mut between = proxy.between.lock().unwrap();
        between.twist = between.twist.take().or(twist);
        fate
    };
    let location = match fate {
        Fate::SendTo(path) => path,
        _ => "",
    };
    let (status, answer) = match fate {
        Fate::SendTo(_) => (307, Value::Null),
        Fate::Say(status, answer) => (status, answer),
        Fate::Pass => proxy.forward(&asked, method, &uri, headers, body).await,
        Fate::KeepBack => {
            let answer = proxy.forward(&asked, method, &uri, headers, body).await;
            proxy.gate.acquire().await.unwrap().forget();
            answer
        }
        Fate::PassThenSay(status, answer) => {
            proxy.forward(&asked, method, &uri, headers, body).await;
            (status, answer)
        }
    };
    let date = proxy.clock.now().wall;
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", "application/json")
        .header("location", location)
        .header("date", date.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .body(Body::from(answer.to_string()))
        .unwrap()
}

impl Proxy {
    async fn forward(
        &self,
        asked: &Asked,
        method: Method,
        uri: &Uri,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> (u16, Value) {
        headers.remove("accept-encoding");
        let url = format!("{}{uri}", self.to);
        let request = self.http.request(method, url).headers(headers).body(body);
        // A world that drops its answers closes the connection; the client then gets a 502.
        let Ok(answer) = request.send().await else {
            return (502, Value::Null);
        };
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.unwrap_or_default();
        if let Some(api) = OpenApi::load() {
            let (method, path) = (&asked.method, &asked.path);
            let fits = api.check_response(method, path, status, &answer);
            assert_eq!(fits, Ok(()), "{asked:?}: {answer}");
        }
        (status, answer)
    }
}

fn asked(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Asked {
    let url: reqwest::Url = format!("http://pagerduty.test{uri}").parse().unwrap();
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), value.into_owned())
    });
    let asked = Asked {
        method: method.to_string(),
        path: url.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        headers: headers.collect(),
        body: serde_json::from_slice(body).ok(),
    };
    if let Some(api) = OpenApi::load() {
        let (path, query, headers) = (&asked.path, &asked.query, &asked.headers);
        let fits = api.check_request(&asked.method, path, query, headers, asked.body.as_ref());
        assert_eq!(fits, Ok(()), "{asked:?}");
    }
    asked
}

impl Bench {
    /// The world, to look at or to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// The present by the test's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now().wall
    }

    /// An incident as the account holds it.
    pub fn held(&self, id: &str) -> PendingResults {
        self.world().account.incident(id).unwrap().clone()
    }

    /// Opens an incident of the service `hub-url` that is assigned to `owner`.
    pub fn open(&self, title: &str, owner: &str) -> String {
        let now = self.clock.now().wall;
        let opening = Opening {
            title: title.to_owned(),
            service: "hub-url".to_owned(),
            owner: Some(owner.to_owned()),
            ..Opening::default()
        };
        let opened = self.world().account.open(opening, &Agent::Service, now);
        let id = opened.unwrap();
        self.clock.pass(Duration::from_secs(30));
        id
    }

    /// The settings of the client.
    pub fn settings(&self) -> PagerDutySettings {
        PagerDutySettings {
            url: self.url.clone(),
            token: SecretRef::Env("UNUSED".into()),
            services: Vec::new(),
            teams: Vec::new(),
            email: None,
            http: HttpClientConfig {
                timeout: Duration::from_secs(10),
                ..HttpClientConfig::default()
            },
            interval: Duration::from_secs(3600),
            oncalls_interval: Duration::from_secs(3600),
        }
    }

    /// Lets one answer through that waits because of [`Fate::KeepBack`].
    pub fn let_through(&self) {
        self.gate.add_permits(1);
    }

    /// The incidents as a poll shows them, the oldest first.
    pub async fn shown(&self) -> Vec<Arc<Incident>> {
        let settings = self.settings();
        let cache = IncidentCache::default();
        let client = Arc::clone(&self.client);
        let mut poller = IncidentPoller::new(client, &settings, DetailLimits::SINGLE_POLL, cache);
        let said = poller.poll().await.outcome.unwrap();
        let mut all = said.body.incidents;
        all.sort_by_key(|one| one.number);
        self.between.lock().unwrap().asked.clear();
        all
    }

    /// Installs a twist for all requests from now on.
    pub fn twist(
        &self,
        twist: impl FnMut(&Asked, &mut World, DateTime<Utc>) -> Fate + Send + 'static,
    ) {
        self.between.lock().unwrap().twist = Some(Box::new(twist));
    }

    /// The requests that were recorded since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.between.lock().unwrap().asked)
    }

    /// Whether a request for which `what` is true was recorded since the last call of [`Bench::asked`].
    pub fn has_asked(&self, what: impl Fn(&Asked) -> bool) -> bool {
        self.between.lock().unwrap().asked.iter().any(what)
    }

    /// The writes that were recorded since the last call of [`Bench::asked`] or of this function.
    pub fn written(&self) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(Asked::writes);
        asked
    }

    /// How long the operations waited in all.
    pub fn waited(&self) -> Duration {
        self.between.lock().unwrap().waited
    }

    /// Ada runs the operations on these incidents.
    pub async fn act(&self, operations: &[Operation], on: &[Arc<Incident>]) -> Vec<Outcome> {
        self.run_batch(&OperationBatch {
            number: 1,
            operations: operations.to_vec(),
            incidents: on.to_vec(),
            actor: Some(ada()),
        })
        .await
    }

    pub async fn run_batch(&self, batch: &OperationBatch) -> Vec<Outcome> {
        let pause = |span| {
            self.clock.pass(span);
            self.between.lock().unwrap().waited += span;
            std::future::ready(()).boxed()
        };
        run_batch(&self.client, batch, &pause).await
    }
}

pub fn ada() -> Actor {
    Actor {
        person: person("PUADA", "Ada"),
        email: "ada@example.org".into(),
    }
}

pub fn person(id: &str, name: &str) -> Person {
    Person {
        id: id.into(),
        name: name.into(),
    }
}

// A client for loopback. reqwest requires a crypto provider even if no TLS is used.
fn plain_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}
