//! Serves a world for tests, with real sockets and a clock that the test sets.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use crate::demo::clockwork::{At, from_unix};
use crate::demo::pagerduty::USER_TOKEN;
use crate::demo::prometheus::{PASSWORD, USER};
use crate::demo::{Endpoints, serve};
use crate::demo::{World, WorldOptions};
use crate::domain::now::{Now, TimeSource};

/// A clock that stands still until the test sets it.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<At>>);

impl TimeSource for Clock {
    fn now(&self) -> Now {
        Now {
            wall: *self.0.lock().unwrap(),
            mono: Duration::ZERO,
        }
    }
}

/// A client with the address of a running server.
#[derive(Clone)]
pub struct TestServer {
    pub at: Endpoints,
    pub world: Arc<Mutex<World>>,
    pub client: Client,
    clock: Clock,
}

/// Serves a world for as long as `test` lasts.
pub fn served<F: Future<Output = ()>>(options: WorldOptions, test: impl FnOnce(TestServer) -> F) {
    let start = from_unix(1_790_000_000.0).unwrap();
    let clock = Clock(Arc::new(Mutex::new(start)));
    let world = Arc::new(Mutex::new(World::new(options, start).unwrap()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let served = serve(world.clone(), Arc::new(clock.clone())).await.unwrap();
        let bench = TestServer {
            at: served.endpoints,
            world,
            client: plain_client(),
            clock,
        };
        tokio::select! {
            _ = join_all(served.futures) => panic!("the world stopped answering"),
            () = test(bench) => {}
        }
    });
}

impl TestServer {
    /// Sets the clock to `second` seconds after the start.
    pub fn at_second(&self, second: i64) {
        let start = self.world.lock().unwrap().start;
        *self.clock.0.lock().unwrap() = start + chrono::TimeDelta::seconds(second);
    }

    /// A read request to PagerDuty's API with a valid token.
    pub fn read(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{path}", self.at.pagerduty));
        signed(request)
    }

    /// The JSON of a response from PagerDuty's API.
    pub async fn pagerduty(&self, path: &str) -> Value {
        ok(self.read(path).send().await.unwrap()).await
    }

    /// A write request to PagerDuty's API by Ada.
    pub fn write(&self, method: reqwest::Method, path: &str, body: &Value) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{path}", self.at.pagerduty));
        signed(request).header("From", "ada@example.org").json(body)
    }

    /// A read request to a cluster's Prometheus with the right password.
    pub fn prometheus(&self, cluster: &str, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.at.prometheus[cluster]);
        self.client.get(url).basic_auth(USER, Some(PASSWORD))
    }

    /// Requests a path at the hubs' address.
    pub async fn hub(&self, path: &str) -> reqwest::Result<Response> {
        self.client
            .get(format!("{}{path}", self.at.hubs))
            .send()
            .await
    }

    /// The cluster and hub that play a role.
    pub fn place(&self, role: &str) -> (String, String) {
        let place = self.world.lock().unwrap().places[role].clone();
        (place.cluster.to_string(), place.hub.to_string())
    }

    /// The id of the incident with this name in the script.
    pub fn incident(&self, name: &str) -> String {
        let world = self.world.lock().unwrap();
        world.incident_named(name).unwrap().to_owned()
    }
}

fn signed(request: RequestBuilder) -> RequestBuilder {
    request
        .header("Authorization", format!("Token token={USER_TOKEN}"))
        .header("Accept", "application/vnd.pagerduty+json;version=2")
}

/// The JSON of a response. The response must be successful.
pub async fn ok(answer: Response) -> Value {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

// A client for loopback without TLS settings. reqwest requires a crypto provider all the same.
fn plain_client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}
