//! The common part of all the demo's handlers: the world behind a lock, the clock, and functions for responses.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use serde_json::Value;

use super::basic_auth::basic_credentials;
pub use super::params::Params;
use crate::demo::World;
use crate::demo::clockwork::At;
use crate::domain::now::TimeSource;

/// The world and its clock. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    world: Arc<Mutex<World>>,
    time: Arc<dyn TimeSource>,
}

impl Shared {
    pub fn new(world: Arc<Mutex<World>>, time: Arc<dyn TimeSource>) -> Self {
        Self { world, time }
    }

    /// Runs `look` on the world. All events that are due happen first.
    pub fn with<R>(&self, look: impl FnOnce(&mut World, At) -> R) -> R {
        let now = self.time.now().wall;
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(now);
        look(&mut world, now)
    }
}

/// A JSON answer.
pub fn json_response(status: StatusCode, body: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, kind, body.to_string()).into_response()
}

/// An answer in plain text or HTML.
pub fn text(status: StatusCode, kind: &'static str, body: impl Into<String>) -> Response {
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

/// A failing response. The connection is closed before any part of the body is sent.
pub fn hang_up() -> Response {
    let broken = std::io::Error::other("the demo closes this connection");
    let stream = futures_util::stream::once(async { Err::<bytes::Bytes, _>(broken) });
    Body::from_stream(stream).into_response()
}

/// Whether the request's basic authentication has this user and password.
pub fn has_credentials(headers: &HeaderMap, user: &str, password: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION);
    sent.is_some_and(|it| it.as_bytes() == basic_credentials(user, password).as_bytes())
}
