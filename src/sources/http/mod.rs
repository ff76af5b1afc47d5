//! Requests to an upstream over HTTP: one factory for clients, answers of bounded size, errors without secrets.
//!
//! A source gets a client from [`Clients`] for its settings, builds its request with [`Auth`], and hands it to
//! [`fetch()`]. The result is a [`Response`] of any status, or a [`SourceError`](super::error::SourceError).

mod auth;
mod body;
mod certificate;
mod dns;

mod factory;
mod fetch;
mod headers;
mod proxy;
mod redirect;
mod reqwest_error;
mod response;
mod sent_secrets;
mod status;
mod url;

#[cfg(test)]
mod tests;

pub use auth::Auth;
pub use body::{ByteBudget, Reservation};
pub use certificate::Signer;
pub use dns::{LookupPool, SpawnBlocking};
pub use factory::{CertificateCheck, ClientSettings, Clients, Pool, Redirects};
pub use fetch::{Limits, fetch};
pub use headers::retry_after;
pub use response::{NULL_ANSWER, Response, describe_garbled, is_null, parse_json};
pub use status::failure_kind;
pub use url::{RedactedUrl, is_loopback};
