//! The results of probing a hub's health address (`/hub/health`).

mod vantage;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use vantage::{UnprovenLine, unproven_line};

use super::ids::HubKey;
use super::now::Now;
use super::rollout::KnownSince;

/// How long a run of failures is kept after its end. This time must be longer than the delay of an external check,
/// which pages half an hour after the first failure.
pub const ENDED_RUN_MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long past outages are kept on disk for incident reports: more than a year.
pub const PAST_OUTAGE_MAX_AGE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// An outage is over once the hub has answered well for this long after the last failure.
pub const WELL_FOR: TimeDelta = TimeDelta::minutes(10);

/// The result of one try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// The answer has the expected status.
    Good {
        /// The HTTP status.
        status: u16,
    },
    /// The answer has the expected status, but not JupyterHub's version header. Examples are a maintenance page, a
    /// sign-in form and a parked domain.
    NotFromHub {
        /// The HTTP status.
        status: u16,
        /// Whether this hub sent JupyterHub's version header within the last 30 days. If not, it may never have been a
        /// hub.
        was_hub: bool,
    },
    /// The answer has another status, so it is certainly wrong.
    Wrong {
        /// The HTTP status.
        status: u16,
        /// The state of the proxy before the hub.
        proxy: ProxyState,
    },
    /// There was no answer.
    NoAnswer {
        /// The kind of failure.
        kind: ProbeFailure,
        /// The error in words.
        text: String,
    },
}

/// The state of the hub's proxy (`/_chp_healthz`) when the hub answered wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyState {
    /// The hub's proxy works, so the hub behind it is gone.
    HubGone,
    /// The proxy does not answer either. The proxy itself is gone, or something in front of it.
    ProxyGone,
    /// The proxy was not queried, or its answer is inconclusive.
    Unclear,
}

/// How a try without an answer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeFailure {
    /// The name did not resolve.
    Resolve,
    /// The connection was refused or reset.
    Connect,
    /// The certificate is not accepted. The server answered, but wrongly.
    Certificate,
    /// The TLS handshake failed for another reason. The server answered, but wrongly.
    Handshake,
    /// The answer is not HTTP, ends too early or is too large. The server answered, but wrongly.
    Garbled,
    /// No answer came in time.
    Timeout,
}

/// An answer that does not come from the hub. If nearly all clusters give the same answer, it comes from our own
/// network: a firewall, or a proxy that intercepts TLS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// An answer without JupyterHub's header.
    Page {
        /// The page's `Server` header.
        server: Option<String>,
        body_bytes: u64,
    },
    /// A certificate that is not accepted.
    Certificate {
        issuer: String,
        /// The id of the issuer's key, in hexadecimal.
        key_id: Option<String>,
    },
}

/// An unbroken run of failed tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingRun {
    /// When the first failed try was made.
    pub first: Now,
    /// When the latest failed try was made.
    pub latest: Now,
    /// The number of failed tries.
    pub tries: u32,
}

/// A run of failures that ended with a good answer. An outside check may page only after the run's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedRun {
    /// When the first failed try was made.
    pub first: Now,
    /// When the first good try after the failures was made.
    pub ended: Now,
    /// Whether our own network may have caused the last failure.
    pub may_be_our_network: bool,
}

/// A confirmed run of failures, as stored in the state directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastOutage {
    pub hub: HubKey,
    /// When the first failed try was made.
    pub first: DateTime<Utc>,
    /// When the first good try after the failures was made; `None` if there has been none yet.
    pub ended: Option<DateTime<Utc>>,
    /// Whether the hub stayed well: no try failed for [`WELL_FOR`] after the end, and a later try was made.
    pub stayed_well: bool,
    /// Whether our own network may have caused the last failure.
    pub may_be_our_network: bool,
}

/// The version in a hub's header `X-JupyterHub-Version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubVersion {
    /// The version as the hub gives it, cut to [`super::rollout::MAX_VERSION_CHARS`].
    pub text: String,
    /// When the try was made that returned this version.
    pub at: Now,
    /// The time since which the hub is known to have this version; `None` if no version history is kept.
    #[serde(default)]
    pub since: Option<KnownSince>,
}

/// The state of one hub's probe after its latest try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When the latest try was made.
    pub at: Now,
    pub outcome: ProbeOutcome,
    /// The refusal of the latest try. `None` if the hub or its proxy answered, or if nothing answered. Also `None` if
    /// the certificate was self-signed, as the default certificate of an ingress is.
    #[serde(default)]
    pub refusal: Option<Refusal>,
    /// How long the answer took; `None` if there was no answer.
    pub latency: Option<Duration>,
    /// When the certificate expires, by the last successful handshake.
    pub certificate_ends: Option<DateTime<Utc>>,
    /// The present run of failures; `None` after a good answer.
    pub failing: Option<FailingRun>,
    /// Confirmed runs that ended within [`ENDED_RUN_MAX_AGE`], the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<EndedRun>,
    /// The latest version that an answer contained. The version is from before `at` if the latest answer contained
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<HubVersion>,
}

impl ProbeOutcome {
    /// Whether the hub answered as expected.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Good { .. })
    }

    /// Whether repeated tries with this result mean that the hub is down. If not, they only raise doubt.
    pub fn shows_outage(&self) -> bool {
        let is_in_doubt = matches!(self, Self::NotFromHub { was_hub: false, .. });
        !self.is_good() && !is_in_doubt
    }

    /// Whether our own network may have caused this failure.
    pub fn may_be_our_network(&self) -> bool {
        matches!(
            self,
            Self::NoAnswer {
                kind: ProbeFailure::Resolve | ProbeFailure::Connect | ProbeFailure::Timeout,
                ..
            }
        )
    }
}

impl FailingRun {
    /// Whether a later try failed too, and came at least `confirm` after the first failure.
    pub fn is_confirmed(&self, confirm: Duration) -> bool {
        self.tries >= 2 && self.latest.since(self.first) >= confirm
    }
}

impl Probe {
    /// Whether the present failure is confirmed; see [`FailingRun::is_confirmed`].
    pub fn is_confirmed(&self, confirm: Duration) -> bool {
        self.failing.is_some_and(|run| run.is_confirmed(confirm))
    }

    /// The version from the latest try; `None` if that try returned none.
    pub fn present_version(&self) -> Option<&HubVersion> {
        let version = self.version.as_ref();
        version.filter(|version| version.at.wall == self.at.wall)
    }
}
