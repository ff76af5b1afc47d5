//! Many cases that are one row.

use chrono::TimeDelta;

use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubName};

/// The same alert in many places of one cluster or provider, or of the fleet.
#[derive(Clone, Debug, PartialEq)]
pub struct Storm {
    /// Its key, which does not depend on its members: the alert's name, with a number if there are several storms of
    /// that name at different times.
    pub key: String,
    /// The kind of its cases.
    pub kind: StormKind,
    /// The alert's name.
    pub title: String,
    /// The narrowest scope that contains all of it.
    pub scope: StormScope,
    /// The number of affected places.
    pub affected: usize,
    /// The number of places in the scope.
    pub total: usize,
    /// The indices of its cases in `cases`, in order; the first is the worst.
    pub cases: Vec<usize>,
    /// The other values that all of them share.
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
    /// Their hubs' name.
    Hub(HubName),
    /// A label's name and value.
    Label(String, String),
}

/// The outlier of a storm. Cases are indices in `cases`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlier {
    /// The only place of the scope that it has not reached.
    Spared(Place),
    /// One case has another value than all others.
    Differs {
        case: usize,
        /// The value that the others share.
        majority: MajorityValue,
    },
    /// One began well before all others.
    StartedEarlier {
        case: usize,
        /// The time between its beginning and the next one's.
        lead: TimeDelta,
    },
    /// One is unowned, all others are held.
    Unowned(usize),
    /// One is held, all others are unowned.
    Owned(usize),
}

/// The value that all cases of a storm except one share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MajorityValue {
    Cluster(String),
    Provider(String),
    /// The hub's name.
    Hub(String),
    /// A label's name and value.
    Label(String, String),
}

/// Where all of a storm is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StormScope {
    /// Hubs of one cluster.
    Cluster(ClusterName),
    /// Clusters of one provider.
    Provider(String),
    /// Clusters of several providers.
    Fleet,
}
