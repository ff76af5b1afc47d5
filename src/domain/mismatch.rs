//! The ways in which sources contradict each other.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{CaseId, HubKey, PostId};
use super::source::SourceId;

/// Which contradiction, by CONTRACT's names.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MismatchKind {
    /// Something is not watched, so the verdict is unknown.
    BlindSpot,
    /// An alert that should page has no incident.
    PageMissing,
    /// An open incident, or a policy in use, has no one who can act.
    NobodyAwake,
    /// An open P1 is not on the status page.
    PublicNotTold,
    /// A post is open, its P1 is gone.
    StalePost,
    /// The incident is open, its alerts are gone.
    LingeringIncident,
    /// Grouping hid clusters behind one page.
    OneIncidentManyClusters,
    /// An open incident has no priority and should.
    NoPriority,
    /// A severity label that the map does not know.
    UnknownSeverity,
}

/// What exactly it is about: the arguments of its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MismatchDetail {
    /// A rule of a Prometheus fails.
    RuleFailing {
        /// Which Prometheus.
        source: SourceId,
        /// The rule.
        rule: String,
        /// What Prometheus says.
        error: String,
    },
    /// A group of rules is not evaluated.
    RulesNotEvaluated {
        /// Which Prometheus.
        source: SourceId,
        /// The group.
        group: String,
        /// When it last was.
        last: Option<DateTime<Utc>>,
    },
    /// An answer holds only part of the data.
    PartialData {
        /// Which source.
        source: SourceId,
        /// What it says.
        warning: String,
    },
    /// A Prometheus has no rules and no hub's series: its silence says nothing.
    WatchesNothing {
        /// Which Prometheus.
        source: SourceId,
    },
    /// The expression of a signal cannot be evaluated.
    SignalQueryFailed {
        /// Which Prometheus.
        source: SourceId,
        /// The signal.
        signal: super::hub::Signal,
        /// What Prometheus says.
        error: String,
    },
    /// A hub's series are gone where others' are present.
    SeriesMissing {
        /// The hub.
        hub: HubKey,
    },
    /// Nothing of a cluster has been scraped for a while.
    NoRecentSamples {
        /// Which Prometheus.
        source: SourceId,
        /// The cluster.
        cluster: super::ids::ClusterName,
        /// When its newest sample was scraped; none: there are none.
        newest: Option<DateTime<Utc>>,
    },
    /// A dead-man alert that was there is absent.
    DeadManAbsent {
        /// Which Prometheus.
        source: SourceId,
    },
    /// Metrics tell of a hub that the inventory lacks.
    NotInInventory {
        /// The hub.
        hub: HubKey,
    },
    /// No incident for an alert that should page.
    PageMissing,
    /// An open incident has no owner, or only placeholders.
    NoOwner {
        /// Whether a placeholder holds it.
        placeholder: bool,
    },
    /// No level of a policy in use has anyone.
    EmptyPolicy {
        /// The policy.
        policy: String,
    },
    /// No open post may be about an open P1.
    PublicNotTold {
        /// Several P1s and a post that fits none of them: it cannot be told.
        cannot_tell: bool,
    },
    /// A post stands without its P1.
    StalePost {
        /// The post.
        post: PostId,
        /// Its title.
        title: String,
        /// When the public was first told by it.
        posted: Option<DateTime<Utc>>,
        /// It is linked to no open P1 and may be about one nevertheless.
        cannot_tell: bool,
    },
    /// A service of a status page is still marked, no P1 and no post explains it.
    UnexplainedImpact {
        /// The page, as the configuration names it.
        page: String,
        /// The service.
        service: String,
        /// The page's word for how it is.
        impact: String,
    },
    /// The alerts of an incident are gone.
    LingeringIncident,
    /// An incident's alerts are of several clusters.
    OneIncidentManyClusters {
        /// Which.
        clusters: Vec<super::ids::ClusterName>,
    },
    /// An incident without priority.
    NoPriority,
    /// A label that the map does not know.
    UnknownSeverity {
        /// The label's value.
        severity: String,
    },
}

/// A contradiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Which.
    pub kind: MismatchKind,
    /// The case that it is about, where it is about one.
    pub case: Option<CaseId>,
    /// What it is about otherwise: a policy, a post, a source or a hub.
    pub subject: Option<String>,
    /// Since when it holds, where that is known.
    pub since: Option<DateTime<Utc>>,
    /// The arguments of its sentence.
    pub detail: MismatchDetail,
    /// Planned maintenance or a silence explains it: shown, and out of the verdict.
    pub muted: bool,
}
