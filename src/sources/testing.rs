//! Tools for the sources' tests: a clock that a test sets, and an endpoint at a server on loopback.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use wiremock::MockServer;

use super::endpoint::Endpoint;
use super::http::{Auth, ByteBudget, ClientSettings, Clients, Limits, LookupPool};
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::Proxy;

/// The largest size of an answer in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// A clock that a test sets.
pub struct TestClock(Mutex<u64>);

impl TestClock {
    /// A clock that shows this many seconds after 1970.
    pub fn at(seconds: u64) -> Self {
        Self(Mutex::new(seconds))
    }

    /// Sets the clock.
    pub fn set(&self, seconds: u64) {
        *self.0.lock().unwrap() = seconds;
    }
}

impl TimeSource for TestClock {
    fn now(&self) -> Now {
        let since = Duration::from_secs(*self.0.lock().unwrap());
        Now {
            wall: DateTime::UNIX_EPOCH + since,
            mono: since,
        }
    }
}

pub fn clients() -> Clients {
    Clients::new(LookupPool::new(Arc::new(|job| job())))
}

pub fn limits() -> Limits {
    Limits {
        timeout: Duration::from_secs(5),
        max_body_bytes: MAX_BYTES as u64,
        budget: ByteBudget::new(8 * MAX_BYTES as u64),
        proxy: Proxy::System,
    }
}

/// An endpoint at the server, with the user `hubwatch`, the password `sesame` and the tenant `tenant`.
pub fn endpoint(server: &MockServer) -> Endpoint {
    endpoint_at(&server.uri())
}

/// An endpoint at a port where no server listens.
pub fn unreachable_endpoint() -> Endpoint {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    endpoint_at(&format!("http://{}", port.local_addr().unwrap()))
}

fn endpoint_at(base: &str) -> Endpoint {
    let url = reqwest::Url::parse(base).unwrap();
    let client = clients().client(&ClientSettings::default(), &url).unwrap();
    let auth = Auth::Basic {
        username: "hubwatch".into(),
        password: "sesame".to_owned().into(),
    };
    let headers = BTreeMap::from([("X-Scope-OrgID".to_owned(), "tenant".to_owned())]);
    Endpoint::new(base, client, auth, &headers, limits()).unwrap()
}
