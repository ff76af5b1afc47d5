//! The team's policy: the part of the configuration that the pure code needs.

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
    /// The cloud provider: `aws`, `gcp`, …
    pub provider: Option<String>,
    /// The hubs, in the configuration's order.
    pub hubs: Vec<HubSpec>,
    /// Signals that the cluster's hubs never have. Their absence is not a blind spot.
    pub without: BTreeSet<Signal>,
}

/// The values at which a hub begins to count as degraded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Failed server starts in 30 minutes.
    pub failed_starts: f64,
    /// Percent of a disk that is free.
    pub disk_free_percent: f64,
    /// Days until a certificate expires.
    pub certificate_days: i64,
    /// The response time above which a good probe counts as slow.
    pub probe_slow: Duration,
    /// The shortest time from the first failure of a probe to a later failure that confirms it.
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

/// The grace periods of mismatches, and the alerts that should page.
#[derive(Clone, Debug, PartialEq)]
pub struct MismatchPolicy {
    /// The grace period of each kind that has one.
    pub graces: BTreeMap<MismatchKind, Duration>,
    /// The alerts that should page. An alert should page if it matches all matchers of at least one entry. If there are
    /// no entries, an alert should page if its severity is in the severity map.
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

/// A runbook for matching alerts.
#[derive(Clone, Debug, PartialEq)]
pub struct Runbook {
    /// The matchers, all of which must match.
    pub matchers: Vec<Matcher>,
    /// The address of the written runbook.
    pub url: Option<String>,
    pub steps: Vec<String>,
}

/// A link or a command. hubwatch shows the text and copies it, but never runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub name: String,
    /// The text, with the placeholders `{cluster}`, `{hub}`, `{domain}`, `{alert}` and `{incident}`.
    pub template: String,
}

/// A text that is needed in every outage. hubwatch shows the text and copies it, but never sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannedText {
    pub name: String,
    /// The text, with the placeholders of [`Link::template`].
    pub text: String,
}

/// The procedure for an outage: an incident of the most severe priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutageProcedure {
    /// The steps, in order.
    pub steps: Vec<String>,
    /// Links and commands that are shown before the general ones.
    pub links: Vec<Link>,
    /// Texts to copy, shown after the links.
    pub texts: Vec<CannedText>,
    /// The effects that setting the most severe priority has outside of hubwatch, one sentence each. They are shown
    /// before that priority is set.
    pub effects: Vec<String>,
    /// The steps of the checklist. If empty, there is no checklist.
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

/// A template for follow-up issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The address of the issue form, with the placeholders `{title}`, `{body}` and `{labels}`.
    pub template: String,
    /// The title, with the placeholders of [`Link::template`].
    pub title: String,
    /// The body, with the placeholders of [`Link::template`].
    pub body: String,
    pub labels: Vec<String>,
}

/// The clusters whose data a Prometheus has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusScope {
    pub source: SourceId,
    /// The only cluster of the Prometheus. `None` if it has several clusters, which a label distinguishes.
    pub cluster: Option<ClusterName>,
    /// Whether this Prometheus evaluates the alerting rules. If so, it must have some.
    pub has_rules: bool,
}

/// The priority of each severity label. `None` marks a label that deliberately has no priority.
pub type SeverityMap = BTreeMap<String, Option<PriorityName>>;

/// Everything that the pure code needs to know about the team.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The inventory.
    pub clusters: Vec<ClusterSpec>,
    /// The clusters whose probed hubs all have addresses on the public internet.
    pub public_clusters: BTreeSet<ClusterName>,
    /// Signals that no hub has. Their absence is not a blind spot.
    pub without: BTreeSet<Signal>,
    /// The clusters of each Prometheus.
    pub prometheus_scopes: Vec<PrometheusScope>,
    /// The configured routes of each Prometheus' Alertmanager.
    pub routes: BTreeMap<SourceId, Arc<Routes>>,
    /// The labels that distinguish clusters.
    pub cluster_labels: BTreeSet<String>,
    /// The address of PagerDuty's API, without a slash at the end. `None` if PagerDuty is not configured.
    pub pagerduty_api: Option<String>,
    /// The e-mail address of hubwatch's user.
    pub my_email: Option<String>,
    /// E-mail addresses, in lower case, of PagerDuty users that are on the rota while nobody works. Such a user is a
    /// shared mailbox, not a person.
    pub placeholders: BTreeSet<String>,
    /// E-mail addresses of PagerDuty users that are not humans, in lower case.
    pub bots: BTreeSet<String>,
    /// The team's working time.
    pub calendar: Calendar,
    /// The time zone in which this screen shows times.
    pub display_zone: Zone,
    pub severities: SeverityMap,
    pub time_boxes: TimeBoxes,
    pub limits: Limits,
    pub mismatch: MismatchPolicy,
    pub runbooks: Vec<Runbook>,
    pub links: Vec<Link>,
    pub outage: OutageProcedure,
    /// The template for follow-up issues. `None` if hubwatch does not offer follow-up issues.
    pub follow_up: Option<FollowUp>,
    /// The names of alerts that always fire (dead man's switches). They are literal names, not regular expressions.
    pub dead_man: Vec<String>,
    /// Batches and wanted versions.
    pub rollout: RolloutPolicy,
    /// Other names that titles and status pages use for clusters and hubs.
    pub known_as: Vec<(Place, String)>,
    /// Whether a status page is the team's own, by the page's name. A page that is not listed is the team's own.
    pub page_ownership: BTreeMap<String, PageOwnership>,
    /// Whether hubwatch reads only some services or teams of PagerDuty. An incident that is not listed may then still
    /// exist.
    pub pagerduty_filtered: bool,
}

/// The preset for 2i2c: its severity labels, and the priorities that its Event Orchestration sets. `immediate action
/// needed` deliberately has no priority.
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
    pub fn cluster(&self, name: &ClusterName) -> Option<&ClusterSpec> {
        self.clusters.iter().find(|cluster| cluster.name == *name)
    }

    /// Whether an alert with these labels should page. The configured matchers decide. Without matchers, the alert
    /// should page if its severity is in the severity map.
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

    /// The Prometheus that watches a cluster. A Prometheus for this cluster alone is preferred to one for several
    /// clusters.
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

/// How long people may work on an incident before they must decide again, for each priority. A P1 has no time-box by
/// default, since the outage procedure applies to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBoxes {
    /// The length for incidents without a priority, and for priorities that are not in `by_priority`. `None` if these
    /// have no time-box.
    pub default: Option<Duration>,
    /// The length for each priority. `None` if the priority has no time-box.
    pub by_priority: BTreeMap<PriorityName, Option<Duration>>,
    /// The longest time between two posted updates about a P1. `None` if there is no limit.
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
    /// The length of the time-box for a priority. `None` if the priority has no time-box.
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
