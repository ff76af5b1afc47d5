//! The outcome of asking a hub's `/hub/health`.

mod vantage;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use vantage::{UnprovenLine, unproven_line};

use super::ids::HubKey;
use super::now::Now;
use super::rollout::KnownSince;

/// How long a run of failures that ended is kept: an outside check pages half an hour after the first failure.
pub const ENDED_RUN_MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long past outages are kept on disk, for the report of an incident: more than a year.
pub const PAST_OUTAGE_MAX_AGE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// After the last trouble it must have been well for so long to be over.
pub const WELL_FOR: TimeDelta = TimeDelta::minutes(10);

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// The status that was expected.
    Good {
        /// The HTTP status.
        status: u16,
    },
    /// The expected status without JupyterHub's header: a maintenance page, a sign-in form, a parked domain.
    NotFromHub {
        /// The HTTP status.
        status: u16,
        /// Whether this hub sent the header within the last 30 days. If not, it may never have been a hub.
        was_hub: bool,
    },
    /// Another status: a definite wrong answer.
    Wrong {
        /// The HTTP status.
        status: u16,
        /// What answers in the hub's place.
        proxy: ProxyState,
    },
    /// An answer never came.
    NoAnswer {
        /// How it failed.
        kind: ProbeFailure,
        /// In words.
        text: String,
    },
}

/// The state of the hub's proxy (`/_chp_healthz`) when the hub answered wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyState {
    /// The proxy is well: the hub behind it is gone.
    HubGone,
    /// The proxy does not answer either: the proxy or something before it is gone.
    ProxyGone,
    /// The proxy was not asked, or its answer means nothing.
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
    /// The certificate is not accepted. The far end did answer, and wrongly.
    Certificate,
    /// The TLS handshake failed for another reason. The far end did answer, and wrongly.
    Handshake,
    /// The answer is not HTTP, ends early or is too large. The other side did answer, and wrongly.
    Garbled,
    /// No answer in time.
    Timeout,
}

/// A refusal in the hub's place. The same refusal in nearly every cluster comes from our own side: a firewall, or a
/// proxy that opens TLS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// An answer without JupyterHub's header.
    Page {
        /// Its `Server` header.
        server: Option<String>,
        /// The length of its body.
        body_bytes: u64,
    },
    /// A certificate that is not accepted.
    Certificate {
        /// The name of its issuer.
        issuer: String,
        /// The id of the issuer's key, in hexadecimal.
        key_id: Option<String>,
    },
}

/// An unbroken run of failed tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingRun {
    /// When the first of them was made.
    pub first: Now,
    /// When the latest was.
    pub latest: Now,
    /// How many there were.
    pub tries: u32,
}

/// A run of failures that a good answer ended: an outage that is over, whose page may be still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedRun {
    /// When the first failed try was made.
    pub first: Now,
    /// When the first good try after it was made.
    pub ended: Now,
    /// Whether its last failure could as well be our own network's.
    pub may_be_our_network: bool,
}

/// A confirmed run of failures, as the state directory keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastOutage {
    pub hub: HubKey,
    /// When the first failed try was made.
    pub first: DateTime<Utc>,
    /// When the first good try after it was made; none where there was none yet.
    pub ended: Option<DateTime<Utc>>,
    /// Whether no try failed for [`WELL_FOR`] after its end, and one was made after that.
    pub stayed_well: bool,
    /// Whether its last failure could as well be our own network's.
    pub may_be_our_network: bool,
}

/// The version in a hub's header `X-JupyterHub-Version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubVersion {
    /// As the hub gives it, cut to [`super::rollout::MAX_VERSION_CHARS`].
    pub text: String,
    /// When the try was made whose answer had it.
    pub at: Now,
    /// Since when this version is known; `None` where nothing is kept.
    #[serde(default)]
    pub since: Option<KnownSince>,
}

/// The state of one hub's probe after its latest try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When the latest try was made.
    pub at: Now,
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// The refusal. `None` after a good answer, after an answer of the hub or its proxy, after a self-signed
    /// certificate (an ingress's default), and without an answer.
    #[serde(default)]
    pub refusal: Option<Refusal>,
    /// How long the answer took, where one came.
    pub latency: Option<Duration>,
    /// The end of the certificate's validity, from the last handshake that succeeded.
    pub certificate_ends: Option<DateTime<Utc>>,
    /// The present run of failures; none after a good answer.
    pub failing: Option<FailingRun>,
    /// Confirmed runs that ended within [`ENDED_RUN_MAX_AGE`], the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<EndedRun>,
    /// The version by the latest answer that gave one. It is older than `at` if the latest try found none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<HubVersion>,
}

impl ProbeOutcome {
    /// Whether the hub answered as it should.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Good { .. })
    }

    /// Whether a hub that keeps answering so is down, rather than only in doubt.
    pub fn shows_outage(&self) -> bool {
        let is_in_doubt = matches!(self, Self::NotFromHub { was_hub: false, .. });
        !self.is_good() && !is_in_doubt
    }

    /// Whether it could as well be our own network that failed.
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
    /// Whether the failure has been seen again, at least `confirm` after it was first seen.
    pub fn is_confirmed(&self, confirm: Duration) -> bool {
        self.tries >= 2 && self.latest.since(self.first) >= confirm
    }
}

impl Probe {
    /// Whether a failure has been seen again, at least `confirm` after it was first seen.
    pub fn is_confirmed(&self, confirm: Duration) -> bool {
        self.failing.is_some_and(|run| run.is_confirmed(confirm))
    }

    /// The version, if the latest try found one.
    pub fn present_version(&self) -> Option<&HubVersion> {
        let version = self.version.as_ref();
        version.filter(|version| version.at.wall == self.at.wall)
    }
}
