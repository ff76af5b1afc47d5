//! Storms: many cases that are shown as one row.

use chrono::TimeDelta;

use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubName};

/// The same alert in many places of one cluster, of one provider or of the fleet. Or many down hubs of one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Storm {
    /// The storm's key, which stays the same when cases join or leave. The key is the alert's name. A number is added
    /// if there are several storms of that name at different times.
    pub key: String,
    /// The kind of the storm's cases.
    pub kind: StormKind,
    /// The alert's name.
    pub title: String,
    /// The narrowest scope that contains all cases of the storm.
    pub scope: StormScope,
    /// The number of affected places.
    pub affected: usize,
    /// The number of places in the scope.
    pub total: usize,
    /// The storm's cases, as indices into `cases`. The first case is the worst.
    pub cases: Vec<usize>,
    /// The values that all cases of the storm share, besides the scope.
    pub shared: Vec<SharedValue>,
    /// The one case or place that differs from the others.
    pub outlier: Option<Outlier>,
    /// The time from the beginning of the first case to that of the last.
    pub spread: TimeDelta,
}

/// The kinds of storms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StormKind {
    /// One alert in many places.
    Alert,
    /// Hubs of one cluster that are down.
    Outage,
}

/// A value that all cases of a storm share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedValue {
    /// The name that the hubs of all cases have.
    Hub(HubName),
    /// A label's name and value.
    Label(String, String),
}

/// The outlier of a storm. Cases are given as indices into `cases`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlier {
    /// The only place in the scope that the storm has not reached.
    Spared(Place),
    /// One case has a different value than all other cases.
    Differs {
        case: usize,
        /// The value that the other cases share.
        majority: MajorityValue,
    },
    /// One case began well before all others.
    StartedEarlier {
        case: usize,
        /// The time between the beginning of this case and the beginning of the next case.
        lead: TimeDelta,
    },
    /// One case is unowned; all others are owned.
    Unowned(usize),
    /// One case is owned; all others are unowned.
    Owned(usize),
}

/// The value that all cases of a storm except one share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MajorityValue {
    Cluster(String),
    Provider(String),
    /// The name of the hub.
    Hub(String),
    /// A label's name and value.
    Label(String, String),
}

/// The scope of a storm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StormScope {
    /// All places are hubs of one cluster.
    Cluster(ClusterName),
    /// All places are in clusters of one provider.
    Provider(String),
    /// The places are in clusters of several providers.
    Fleet,
}
