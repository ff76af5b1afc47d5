//! The data of each source, and all of it together: the one input of `picture::build`.

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

/// Whether a Prometheus does its work: rules that are not evaluated are a blind spot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RulesHealth {
    /// The names of its alerting rules.
    pub names: Vec<Arc<str>>,
    /// The clusters that its rules and alerts name by the label `cluster`, where it is bound to one.
    pub clusters: Vec<Arc<str>>,
    /// Rules whose evaluation fails, with Prometheus' errors.
    pub failing: Vec<(Arc<str>, String)>,
    /// Rules that have not been evaluated since the server loaded them, so that the absence of their alerts means
    /// nothing.
    pub not_evaluated: Vec<Arc<str>>,
    /// Rules that name a cluster by their label, with that cluster, for an endpoint that answers for many. Rules that
    /// are not listed are for all clusters.
    pub clusters_by_rule: BTreeMap<Arc<str>, BTreeSet<ClusterName>>,
    /// Groups that were not evaluated for more than three of their intervals (and a minute), with
    /// the time of their last evaluation.
    pub overdue: Vec<(Arc<str>, Option<DateTime<Utc>>)>,
}

/// The data of one Prometheus.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrometheusData {
    /// Pending and firing alerts.
    pub alerts: Vec<Arc<Alert>>,
    /// Alerts that have resolved in the last 24 hours, of those that were seen to fire.
    #[serde(rename = "ceased")]
    pub recently_resolved: Vec<ResolvedAlert>,
    /// How its rules are.
    pub rules: RulesHealth,
    /// Signals by hub. A hub without any series is not here.
    pub signals: BTreeMap<HubKey, Signals>,
    /// Expected signals that hubs of `signals` have not had for a quarter of an hour.
    pub missing_signals: BTreeMap<HubKey, Vec<MissingSignal>>,
    /// The newest sample of each cluster that it answers for, by the sample's own time.
    pub newest_sample: BTreeMap<ClusterName, DateTime<Utc>>,
    /// For an endpoint of one cluster: the clusters that its series name by the label `cluster`. A series without the
    /// label counts for that one cluster.
    pub series_clusters: BTreeSet<ClusterName>,
    /// The clusters that it had series of within two weeks, where it answers for many. None: not known.
    pub clusters_had: Option<BTreeSet<ClusterName>>,
    /// Expressions that could not be evaluated, with Prometheus' errors.
    pub broken_signals: BTreeMap<Signal, String>,
    /// Warnings of partial data.
    pub warnings: Vec<String>,
}

/// The data of one Alertmanager.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertmanagerData {
    /// The cluster that it belongs to, if configured.
    pub cluster: Option<ClusterName>,
    pub alerts: Vec<AlertmanagerAlert>,
    /// The routes of its own configuration.
    pub routes: Option<Arc<Routes>>,
}

/// PagerDuty's data about incidents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentsData {
    /// Open ones, and those resolved in the last day.
    pub incidents: Vec<Arc<Incident>>,
    /// The log of these incidents as far as it was read, oldest first.
    pub log: Vec<Arc<LogEntry>>,
}

/// All answers, each with its own age and errors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Prometheuses, in the configuration's order.
    pub prometheus: Vec<Slot<PrometheusData>>,
    pub alertmanager: Vec<Slot<AlertmanagerData>>,
    /// PagerDuty's incidents. Together with `directory` it is the source `pagerduty`.
    pub incidents: Option<Slot<IncidentsData>>,
    /// PagerDuty's people, policies and rota, asked less often.
    pub directory: Option<Slot<Directory>>,
    pub status_pages: Vec<Slot<StatusPage>>,
    /// The hub probes as a whole, by hub.
    pub probes: Option<Slot<BTreeMap<HubKey, Probe>>>,
    /// Time-boxes that were started here for cases without an incident.
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
    /// Every slot; PagerDuty has two.
    pub fn slots(&self) -> impl Iterator<Item = &dyn AnySlot> {
        chain_slots!(self.iter() as &dyn AnySlot)
    }

    /// One slot a source. PagerDuty has two; the one of its incidents counts if there is one.
    pub fn slot_by_source(&self) -> impl Iterator<Item = &dyn AnySlot> {
        let mut previous = None;
        self.slots()
            .filter(move |slot| previous.replace(slot.id()) != Some(slot.id()))
    }

    /// Every slot, to be changed.
    pub fn slots_mut(&mut self) -> impl Iterator<Item = &mut dyn AnySlot> {
        chain_slots!(self.iter_mut() as &mut dyn AnySlot)
    }
}
