//! The team's policy: the configuration as the core understands it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::zone::Zone;
use strum::IntoEnumIterator as _;

use super::calendar::Calendar;
use super::case::Place;
use super::checklist::ChecklistStep;
use super::hub::{HubSpec, Signal};
use super::ids::{ClusterName, PriorityName};
use super::labels::Labels;
use super::matcher::Matcher;
use super::mismatch::MismatchKind;
use super::post::PageOwnership;
use super::rollout::RolloutPolicy;
use super::route::Routes;
use super::source::SourceId;

/// A cluster of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSpec {
    pub name: ClusterName,
    /// Who runs the machines: `aws`, `gcp`, …
    pub provider: Option<String>,
    /// Its hubs, in the configuration's order.
    pub hubs: Vec<HubSpec>,
    /// Signals that its hubs never have: their absence is no blind spot.
    pub without: BTreeSet<Signal>,
}

/// From which values on a hub counts as degraded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Failed server starts in 30 minutes.
    pub failed_starts: f64,
    /// Percent of a disk that is free.
    pub disk_free_percent: f64,
    /// Days until a certificate ends.
    pub certificate_days: i64,
    /// A good probe slower than this.
    pub probe_slow: Duration,
    /// How long after its first failure a second one makes a probe's word count.
    pub probe_confirm: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            failed_starts: 2.0,
            disk_free_percent: 10.0,
            certificate_days: 21,
            probe_slow: Duration::from_secs(5),
            probe_confirm: Duration::from_secs(15),
        }
    }
}

/// The graces of mismatches, and the alerts that should page.
#[derive(Clone, Debug, PartialEq)]
pub struct MismatchPolicy {
    /// The grace of each kind; a kind without one has no grace.
    pub graces: BTreeMap<MismatchKind, Duration>,
    /// The alerts that should page: those that match all matchers of any entry. Empty: those whose severity is in the
    /// map.
    pub pages: Vec<Vec<Matcher>>,
}

impl Default for MismatchPolicy {
    fn default() -> Self {
        let known = MismatchKind::GRACES.iter();
        Self {
            graces: known.map(|(kind, _, grace)| (*kind, *grace)).collect(),
            pages: Vec::new(),
        }
    }
}

/// A runbook for alerts that match.
#[derive(Clone, Debug, PartialEq)]
pub struct Runbook {
    /// All must match.
    pub matchers: Vec<Matcher>,
    /// Where it is written.
    pub url: Option<String>,
    pub steps: Vec<String>,
}

/// A link or a command, shown and copied, never run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub name: String,
    /// With `{cluster}`, `{hub}`, `{domain}`, `{alert}`, `{incident}` to be filled in.
    pub template: String,
}

/// Words that are written in every outage, shown and copied, never sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannedText {
    /// The purpose.
    pub name: String,
    /// With the words of a link's template to be filled in.
    pub text: String,
}

/// The procedure for an outage: an incident of the most severe priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutageProcedure {
    /// The steps, in order.
    pub steps: Vec<String>,
    /// Links and commands that go before those of every case.
    pub links: Vec<Link>,
    /// Words to be copied, which go after the links.
    pub texts: Vec<CannedText>,
    /// Consequences of that priority elsewhere, a sentence each, shown before it is set.
    pub effects: Vec<String>,
    /// The steps that are watched; none: there is no checklist.
    pub checklist: BTreeSet<ChecklistStep>,
}

impl Default for OutageProcedure {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            links: Vec::new(),
            texts: Vec::new(),
            effects: Vec::new(),
            checklist: ChecklistStep::iter().collect(),
        }
    }
}

/// How a follow-up issue is prefilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The address, with `{title}`, `{body}` and `{labels}` to be filled in.
    pub template: String,
    /// The title, with a link's words to be filled in.
    pub title: String,
    /// Its body, with the same.
    pub body: String,
    pub labels: Vec<String>,
}

/// Which clusters a Prometheus answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusScope {
    /// The Prometheus.
    pub source: SourceId,
    /// Its cluster; none: many, distinguished by a label.
    pub cluster: Option<ClusterName>,
    /// Whether alerting rules are evaluated by it, and not elsewhere: then it must know some.
    pub has_rules: bool,
}

/// A severity label's place in the map: a priority, or none on purpose.
pub type SeverityMap = BTreeMap<String, Option<PriorityName>>;

/// Everything the core needs to know of the team.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The inventory.
    pub clusters: Vec<ClusterSpec>,
    /// Clusters of which every probed hub has an address on the public internet.
    pub public_clusters: BTreeSet<ClusterName>,
    /// Signals that no hub has: their absence is no blind spot.
    pub without: BTreeSet<Signal>,
    /// Which Prometheus watches which cluster.
    pub prometheus_scopes: Vec<PrometheusScope>,
    /// The configured routes of each Prometheus' Alertmanager.
    pub routes: BTreeMap<SourceId, Arc<Routes>>,
    /// The labels that distinguish clusters.
    pub cluster_labels: BTreeSet<String>,
    /// The address of PagerDuty's API, without a slash at the end; `None` if it is not configured.
    pub pagerduty_api: Option<String>,
    /// The address of the user at this screen.
    pub my_email: Option<String>,
    /// Addresses of mailboxes on the rota, lower case.
    pub placeholders: BTreeSet<String>,
    /// Addresses of users whose acknowledgements are no human's, lower case.
    pub bots: BTreeSet<String>,
    /// The team's working time.
    pub calendar: Calendar,
    /// The zone in which this screen shows times.
    pub display_zone: Zone,
    /// Severity labels to priorities.
    pub severities: SeverityMap,
    pub time_boxes: TimeBoxes,
    pub limits: Limits,
    /// The graces.
    pub mismatch: MismatchPolicy,
    /// Steps by alert.
    pub runbooks: Vec<Runbook>,
    /// Links and commands.
    pub links: Vec<Link>,
    pub outage: OutageProcedure,
    /// How a follow-up issue is prefilled; none: none is offered.
    pub follow_up: Option<FollowUp>,
    /// Alert names (regular expressions are matchers' job) that are a dead man's switch: always firing.
    pub dead_man: Vec<String>,
    /// Batches and wanted versions.
    pub rollout: RolloutPolicy,
    /// Further names of clusters and hubs in titles and on status pages.
    pub known_as: Vec<(Place, String)>,
    /// The ownership of the status pages, by their names; a page that is not listed is ours.
    pub page_ownership: BTreeMap<String, PageOwnership>,
    /// PagerDuty is limited to some services or teams: an incident that is not listed may still exist.
    pub pagerduty_filtered: bool,
}

/// The 2i2c preset: their severity labels and the priorities that their Event Orchestration sets.
/// `immediate action needed` carries none on purpose.
pub fn preset_2i2c() -> SeverityMap {
    [
        ("take immediate action", Some("P1")),
        ("same day action needed", Some("P2")),
        ("action needed this week", Some("P3")),
        ("to be planned in sprint planning", Some("P4")),
        ("immediate action needed", None),
    ]
    .into_iter()
    .map(|(severity, priority)| (severity.to_owned(), priority.map(PriorityName::from)))
    .collect()
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            clusters: Vec::new(),
            public_clusters: BTreeSet::new(),
            without: BTreeSet::new(),
            prometheus_scopes: Vec::new(),
            routes: BTreeMap::new(),
            cluster_labels: BTreeSet::from(["cluster".to_owned()]),
            pagerduty_api: None,
            my_email: None,
            placeholders: BTreeSet::new(),
            bots: BTreeSet::new(),
            calendar: Calendar::default(),
            display_zone: Zone::UTC,
            severities: preset_2i2c(),
            time_boxes: TimeBoxes::default(),
            limits: Limits::default(),
            mismatch: MismatchPolicy::default(),
            runbooks: Vec::new(),
            links: Vec::new(),
            outage: OutageProcedure::default(),
            follow_up: None,
            dead_man: vec!["Watchdog".to_owned(), "DeadMansSwitch".to_owned()],
            known_as: Vec::new(),
            rollout: RolloutPolicy::default(),
            page_ownership: BTreeMap::new(),
            pagerduty_filtered: false,
        }
    }
}

impl Policy {
    /// The inventory of a cluster.
    pub fn cluster(&self, name: &ClusterName) -> Option<&ClusterSpec> {
        self.clusters.iter().find(|cluster| cluster.name == *name)
    }

    /// Whether an alert with these labels should page: by the configured matchers, or else if its severity is in the
    /// map.
    pub fn should_page(&self, labels: &Labels) -> bool {
        let rules = &self.mismatch.pages;
        if rules.is_empty() {
            return labels
                .get("severity")
                .is_some_and(|severity| self.severities.contains_key(severity));
        }
        rules
            .iter()
            .any(|matchers| matchers.iter().all(|matcher| matcher.matches(labels)))
    }

    pub fn page_ownership(&self, page: &str) -> PageOwnership {
        let known = self.page_ownership.get(page).copied();
        known.unwrap_or(PageOwnership::Ours)
    }

    /// All hubs of the inventory, cluster by cluster.
    pub fn hubs(&self) -> impl Iterator<Item = &HubSpec> {
        self.clusters.iter().flat_map(|cluster| &cluster.hubs)
    }

    /// The Prometheus that watches a cluster: the one that is bound to it, else one for many.
    pub fn prometheus_for(&self, cluster: &ClusterName) -> Option<&SourceId> {
        let bound = |wanted: Option<&ClusterName>| {
            let mut scopes = self.prometheus_scopes.iter();
            scopes.find(|scope| scope.cluster.as_ref() == wanted)
        };
        bound(Some(cluster))
            .or_else(|| bound(None))
            .map(|scope| &scope.source)
    }
}

/// How long a response may take before it needs a decision, by priority. P1 has no time-box by default: it has the
/// outage procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBoxes {
    /// For a priority without an entry of its own, and for none; `None`: no time-box.
    pub default: Option<Duration>,
    /// By priority; `None`: no box.
    pub by_priority: BTreeMap<PriorityName, Option<Duration>>,
    /// How long the public may go without news of a P1; `None`: no clock.
    pub update_due: Option<Duration>,
}

impl Default for TimeBoxes {
    fn default() -> Self {
        Self {
            default: Some(Duration::from_secs(30 * 60)),
            by_priority: BTreeMap::from([("P1".into(), None)]),
            update_due: Some(Duration::from_secs(60 * 60)),
        }
    }
}

impl TimeBoxes {
    /// The box for a priority.
    pub fn length(&self, priority: Option<&PriorityName>) -> Option<Duration> {
        priority
            .and_then(|name| self.by_priority.get(name).copied())
            .unwrap_or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_has_no_box() {
        let boxes = TimeBoxes::default();
        assert_eq!(boxes.length(Some(&"P1".into())), None);
        assert_eq!(boxes.length(Some(&"P2".into())), boxes.default);
        assert_eq!(boxes.length(None), boxes.default);
    }
}
