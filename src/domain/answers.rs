//! The data of each source, and [`Answers`], the data of all sources. `Answers` is the only input of `picture::build`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::{Alert, AlertmanagerAlert, ResolvedAlert};
use super::directory::Directory;
use super::hub::{MissingSignal, Signal, Signals};
use super::ids::{ClusterName, HubKey};
use super::incident::{Incident, LogEntry};
use super::local_time_box::LocalTimeBox;
use super::post::StatusPage;
use super::probe::Probe;
use super::route::Routes;
use super::source::{AnswerBody, AnySlot, Slot};

/// The health of a Prometheus' alerting rules. Rules that are not evaluated are a blind spot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RulesHealth {
    /// The names of the alerting rules.
    pub names: Vec<Arc<str>>,
    /// For a Prometheus of one cluster: all values of the label `cluster` in its rules and alerts.
    pub clusters: Vec<Arc<str>>,
    /// Rules whose evaluation fails, with Prometheus' errors.
    pub failing: Vec<(Arc<str>, String)>,
    /// Rules that have not been evaluated since the server loaded them. The absence of their alerts means nothing.
    pub not_evaluated: Vec<Arc<str>>,
    /// For a Prometheus of several clusters: the rules that name clusters by a label, each with those clusters. A rule
    /// that is not listed is for all clusters.
    pub clusters_by_rule: BTreeMap<Arc<str>, BTreeSet<ClusterName>>,
    /// The groups in `overdue` whose rules all name clusters by a label, each with those clusters.
    pub clusters_by_group: BTreeMap<Arc<str>, BTreeSet<ClusterName>>,
    /// Rule groups whose last evaluation is longer ago than three of their intervals plus a minute, with the time of
    /// this evaluation.
    pub overdue: Vec<(Arc<str>, Option<DateTime<Utc>>)>,
}

/// The data of one Prometheus.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrometheusData {
    /// Pending and firing alerts.
    pub alerts: Vec<Arc<Alert>>,
    /// Alerts that hubwatch saw fire and that have resolved in the last 24 hours.
    #[serde(rename = "ceased")]
    pub recently_resolved: Vec<ResolvedAlert>,
    /// The health of the alerting rules.
    pub rules: RulesHealth,
    /// Signals by hub. Hubs without any series are missing.
    pub signals: BTreeMap<HubKey, Signals>,
    /// Expected signals that hubs in `signals` have lacked for a quarter of an hour.
    pub missing_signals: BTreeMap<HubKey, Vec<MissingSignal>>,
    /// For each cluster of the Prometheus, the timestamp of its newest sample.
    pub newest_sample: BTreeMap<ClusterName, DateTime<Utc>>,
    /// For a Prometheus of one cluster: all values of the label `cluster` in its series. A series without the label
    /// counts for the configured cluster.
    pub series_clusters: BTreeSet<ClusterName>,
    /// For a Prometheus of several clusters: the clusters that have had series in the last two weeks. `None` if
    /// unknown.
    pub clusters_had: Option<BTreeSet<ClusterName>>,
    /// Expressions that could not be evaluated, with Prometheus' errors.
    pub broken_signals: BTreeMap<Signal, String>,
    /// Prometheus' warnings that its data is only partial.
    pub warnings: Vec<String>,
}

/// The data of one Alertmanager.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertmanagerData {
    /// The cluster of the Alertmanager, if configured.
    pub cluster: Option<ClusterName>,
    pub alerts: Vec<AlertmanagerAlert>,
    /// The routes of the Alertmanager's own configuration.
    pub routes: Option<Arc<Routes>>,
}

/// PagerDuty's data about incidents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentsData {
    /// Open incidents, and those that were resolved in the last day.
    pub incidents: Vec<Arc<Incident>>,
    /// The log of `incidents` as far as it was read, oldest first.
    pub log: Vec<Arc<LogEntry>>,
}

/// The answers of all sources, each with its own age and errors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Prometheuses, in the configuration's order.
    pub prometheus: Vec<Slot<PrometheusData>>,
    pub alertmanager: Vec<Slot<AlertmanagerData>>,
    /// PagerDuty's incidents. This slot and `directory` together are the source `pagerduty`.
    pub incidents: Option<Slot<IncidentsData>>,
    /// PagerDuty's people, policies and rota, which are polled less often.
    pub directory: Option<Slot<Directory>>,
    pub status_pages: Vec<Slot<StatusPage>>,
    /// The hub probes, by hub. Together they are one source.
    pub probes: Option<Slot<BTreeMap<HubKey, Probe>>>,
    /// Time-boxes that were started on this machine for cases without an incident.
    #[serde(rename = "own_boxes")]
    pub local_time_boxes: Vec<LocalTimeBox>,
}

macro_rules! count_items {
    ($($body:ty: |$it:ident| $count:expr;)+) => {$(
        impl AnswerBody for $body {
            fn item_count(&self) -> usize {
                let $it = self;
                $count
            }
        }
    )+};
}

count_items! {
    PrometheusData: |it| it.alerts.len();
    AlertmanagerData: |it| it.alerts.len();
    IncidentsData: |it| it.incidents.len();
    Directory: |_it| 0;
    StatusPage: |it| it.posts.len();
    BTreeMap<HubKey, Probe>: |it| it.len();
}

macro_rules! chain_slots {
    ($answers:ident.$iter:ident() as $any:ty: $first:ident $($other:ident)+) => {
        $answers.$first.$iter().map(|slot| slot as $any)
            $(.chain($answers.$other.$iter().map(|slot| slot as $any)))+
    };
    ($answers:ident.$iter:ident() as $any:ty) => {
        chain_slots!($answers.$iter() as $any: prometheus alertmanager incidents directory status_pages probes)
    };
}

impl Answers {
    /// All slots. PagerDuty has two.
    pub fn slots(&self) -> impl Iterator<Item = &dyn AnySlot> {
        chain_slots!(self.iter() as &dyn AnySlot)
    }

    /// One slot per source. For PagerDuty, the slot of its incidents is used if there is one, else the slot of its
    /// directory.
    pub fn slot_by_source(&self) -> impl Iterator<Item = &dyn AnySlot> {
        let mut previous = None;
        self.slots()
            .filter(move |slot| previous.replace(slot.id()) != Some(slot.id()))
    }

    /// All slots, mutable.
    pub fn slots_mut(&mut self) -> impl Iterator<Item = &mut dyn AnySlot> {
        chain_slots!(self.iter_mut() as &mut dyn AnySlot)
    }
}
