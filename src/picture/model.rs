//! The picture: all answers, joined and judged at one time.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::mismatch::Mismatch;
use super::skew::set_ahead_since;
use super::storm::{Storm, StormKind};
use super::views::{
    ClusterView, HubView, MeView, OnCallView, PageView, PolicyView, RotaGap, SourceView, Verdict,
};
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::ids::{CaseId, PriorityName, ServiceId};
use crate::domain::incident::{LogEntry, Reference};
use crate::domain::now::Now;
use crate::domain::source::{Answer, SourceId};

/// All data that can be shown, as of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The time for which the picture was built.
    pub at: Now,
    /// How far the servers' clocks are ahead of ours, in whole seconds. If the skew is not zero, every time in this
    /// picture uses the servers' clocks.
    pub skew: TimeDelta,
    /// The clusters and hubs to which the picture is limited, as the user named them. Empty for the whole fleet.
    pub restricted_to: Vec<String>,
    /// When the picture must be rebuilt even without a new answer. At that time a source becomes stale, a clock reaches
    /// zero, or a grace or the working time ends.
    pub valid_until: Option<DateTime<Utc>>,
    /// The verdict with its reasons.
    pub verdict: Verdict,
    /// Sources, in the order prometheus, alertmanager, pagerduty, status pages, probes.
    pub sources: Vec<SourceView>,
    /// Hubs by cluster, in the configuration's order.
    pub clusters: Vec<ClusterView>,
    /// The cases. The case to decide first comes first.
    pub cases: Vec<Arc<Case>>,
    /// The cases as rows. A storm is one row that a person can expand.
    pub rows: Vec<Row>,
    /// Storms with too few places to become a row. If such a storm already has a row on the screen, the row stays.
    pub small_storms: Vec<Storm>,
    /// The rota, as far as it is known.
    pub owners: Vec<PolicyView>,
    /// People who hold cases although they are not on call in `owners`.
    pub off_call: Vec<OnCallView>,
    /// The missing part of the rota while PagerDuty is live; `None` if nothing is missing. Also `None` while PagerDuty
    /// is not live, since the screen then marks the whole last rota as old.
    pub rota_gap: Option<RotaGap>,
    /// Open cases without an owner, or with only placeholders as owners.
    pub unowned: Vec<CaseId>,
    /// The status pages.
    pub pages: Vec<PageView>,
    /// Mismatches, the worst kind first.
    pub mismatches: Vec<Mismatch>,
    /// The user at this screen, if known.
    pub me: Option<MeView>,
    /// The account's priorities, most severe first.
    pub priorities: Vec<PriorityName>,
    /// The account's people, policies and services in PagerDuty's last answer; `None` before the first answer.
    pub directory: Option<Arc<Answer<Directory>>>,
    /// For each alert name, the service that the alert last paged. Only known incidents count.
    pub services_by_alert: BTreeMap<String, Reference<ServiceId>>,
    /// PagerDuty's log of the incidents, oldest first.
    pub log: Vec<Arc<LogEntry>>,
}

/// A row of the Cases pane.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a picture holds few storms, and its rows are read far more often than made"
)]
pub enum Row {
    /// One case, as an index into `cases`.
    Case(usize),
    /// A storm: the same alert in many places.
    Storm(Storm),
}

impl Picture {
    /// The time by the servers' clocks. If our clock was set after this picture was built, the old setting of our clock
    /// is used until the servers answer again.
    pub fn corrected(&self, now: Now) -> Now {
        let built = self.at.with_wall_offset(-self.skew);
        now.with_wall_offset(self.skew - set_ahead_since(built, now))
    }

    /// The case that has this id now or had it earlier.
    pub fn case(&self, id: &CaseId) -> Option<&Arc<Case>> {
        self.cases
            .iter()
            .find(|case| case.id == *id || case.aliases.contains(id))
    }

    /// The present state of a case. If its incident is closed but its alerts still fire, returns the case of these
    /// alerts.
    pub fn current_case(&self, case: &Case) -> Option<&Arc<Case>> {
        let mut parts = case.aliases.iter();
        let known = self.case(&case.id);
        known.or_else(|| parts.find_map(|id| self.case(id)))
    }

    /// The rows of clusters that have many down hubs.
    pub fn outage_rows(&self) -> impl Iterator<Item = &Storm> {
        self.rows.iter().filter_map(|row| match row {
            Row::Storm(storm) if storm.kind == StormKind::Outage => Some(storm),
            Row::Storm(_) | Row::Case(_) => None,
        })
    }

    /// The cases of a storm, the worst first.
    pub fn storm_cases<'a>(&'a self, storm: &'a Storm) -> impl Iterator<Item = &'a Arc<Case>> {
        let indices = storm.cases.iter();
        indices.filter_map(|index| self.cases.get(*index))
    }

    /// All hubs, cluster by cluster.
    pub fn hubs(&self) -> impl Iterator<Item = &HubView> {
        self.clusters.iter().flat_map(|cluster| &cluster.hubs)
    }

    /// A source by its id.
    pub fn source(&self, id: &SourceId) -> Option<&SourceView> {
        self.sources.iter().find(|source| source.id == *id)
    }
}
