//! What every handler of the demo shares: the world behind a lock, the clock, and how answers are made.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use basic_auth::basic_credentials;
use serde_json::Value;

use crate::demo::World;
use crate::demo::clockwork::At;
use crate::domain::now::TimeSource;

/// The world and its clock, cheap to clone.
#[derive(Clone)]
pub struct Shared {
    world: Arc<Mutex<World>>,
    time: Arc<dyn TimeSource>,
}

impl Shared {
    /// Handlers' access to this world.
    pub fn new(world: Arc<Mutex<World>>, time: Arc<dyn TimeSource>) -> Self {
        Self { world, time }
    }

    /// Looks at the world, or changes it, when all that was due by now has happened.
    pub fn with<R>(&self, look: impl FnOnce(&mut World, At) -> R) -> R {
        let now = self.time.now().wall;
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(now);
        look(&mut world, now)
    }
}

/// A JSON answer.
pub fn json(status: StatusCode, body: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, kind, body.to_string()).into_response()
}

/// An answer in plain text or HTML.
pub fn text(status: StatusCode, kind: &'static str, body: impl Into<String>) -> Response {
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

/// An answer that never comes: the connection is closed instead.
pub fn hang_up() -> Response {
    let broken = std::io::Error::other("the demo closes this connection");
    let stream = futures_util::stream::once(async { Err::<bytes::Bytes, _>(broken) });
    Body::from_stream(stream).into_response()
}

/// Whether the request carries this name and password by basic authentication.
pub fn has_credentials(headers: &HeaderMap, user: &str, password: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION);
    sent.is_some_and(|it| it.as_bytes() == basic_credentials(user, password).as_bytes())
}

/// Basic authentication's header, spelled here so that the demo needs no more crates.
mod basic_auth {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    pub(super) fn basic_credentials(user: &str, password: &str) -> String {
        let plain = format!("{user}:{password}");
        let coded = plain.as_bytes().chunks(3).flat_map(four_signs);
        "Basic ".chars().chain(coded).collect()
    }

    fn four_signs(bytes: &[u8]) -> [char; 4] {
        let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        let sign = |at: usize| {
            let index = word >> (18 - 6 * at) & 63;
            let sign = usize::try_from(index)
                .ok()
                .and_then(|index| SIGNS.get(index));
            if at > bytes.len() {
                '='
            } else {
                char::from(*sign.unwrap_or(&b'='))
            }
        };
        [sign(0), sign(1), sign(2), sign(3)]
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn known_credentials_come_out_as_published() {
            let coded = super::basic_credentials;
            assert_eq!(
                coded("Aladdin", "open sesame"),
                "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
            );
            assert_eq!(coded("a", "b"), "Basic YTpi");
            assert_eq!(coded("a", "bc"), "Basic YTpiYw==");
        }
    }
}

/// A request's parameters in order, repeated ones too, from a query string or a form.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Those of a query string.
    pub fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// These and those of a body.
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// The first value under `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(it, _)| it == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Every value under `name`.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let named = self.0.iter().filter(move |(it, _)| it == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether `value` passes the filter `name`: one that was not given lets all pass.
    pub fn admits(&self, name: &str, value: &str) -> bool {
        self.get(name).is_none() || self.all(name).any(|it| it == value)
    }

    /// The names that were given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// Percent-decoding, with `+` for a space.
fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<_> = bytes.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_and_coded_parameters_are_read() {
        let params = Params::parse("statuses%5B%5D=triggered&statuses[]=acknowledged&q=a+b%2Bc&x");
        let statuses: Vec<_> = params.all("statuses[]").collect();
        assert_eq!(statuses, ["triggered", "acknowledged"]);
        assert_eq!(
            (params.get("q"), params.get("x")),
            (Some("a b+c"), Some(""))
        );
        assert!(params.admits("statuses[]", "triggered") && params.admits("other", "1"));
        assert!(!params.admits("statuses[]", "resolved"));
    }

    #[test]
    fn a_broken_code_is_no_panic() {
        assert_eq!(decode("%zz%4"), "?\u{4}");
    }
}
