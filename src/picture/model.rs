//! The picture: all answers joined and judged at a moment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::mismatch::Mismatch;
use super::skew::set_ahead_since;
pub use super::storm::{MajorityValue, Outlier, SharedValue, Storm, StormKind, StormScope};
use crate::domain::case::{Case, OwnerKind};
use crate::domain::directory::Directory;
use crate::domain::health::Evidence;
use crate::domain::hub::{Health, HubSpec, Signals};
use crate::domain::ids::{CaseId, ClusterName, PolicyId, PriorityName, ServiceId};
use crate::domain::incident::{LogEntry, Person, Reference};
use crate::domain::now::Now;
use crate::domain::post::{PageOwnership, Post};
use crate::domain::probe::Probe;
use crate::domain::source::{
    Answer, Failure, PartName, PartProblem, RateBudget, SourceId, SourceState,
};
use crate::domain::verdict::VerdictLevel;

/// Everything that can be shown, as of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The time for which it was built.
    pub at: Now,
    /// How far the servers' clocks are ahead of ours, in whole seconds. If not zero, every time in this picture is by
    /// the servers' clocks.
    pub skew: TimeDelta,
    /// The clusters and hubs to which it is limited, as they were named; empty for the whole fleet.
    pub restricted_to: Vec<String>,
    /// When the picture must be rebuilt without a new answer: a source becomes stale, a clock reaches zero, a grace
    /// or working time ends.
    pub valid_until: Option<DateTime<Utc>>,
    /// The verdict with its reasons.
    pub verdict: Verdict,
    /// Sources, in the order prometheus, alertmanager, pagerduty, status pages, probes.
    pub sources: Vec<SourceView>,
    /// Hubs by cluster, in the configuration's order.
    pub clusters: Vec<ClusterView>,
    /// Cases, the one to decide first on top.
    pub cases: Vec<Arc<Case>>,
    /// The cases as rows: a storm is one row that opens.
    pub rows: Vec<Row>,
    /// Storms with too few places to become a row. A storm that already has a row on the screen keeps it.
    pub small_storms: Vec<Storm>,
    /// The rota, as far as it is known.
    pub owners: Vec<PolicyView>,
    /// People who hold cases and are not on call by `owners`.
    pub off_call: Vec<OnCallView>,
    /// The missing part of the rota while PagerDuty is live. `None` if nothing is missing, and while PagerDuty is not
    /// live: the last rota is then shown and marked as a whole.
    pub rota_gap: Option<RotaGap>,
    /// Open cases that nobody holds (none or only placeholders).
    pub unowned: Vec<CaseId>,
    /// The status pages.
    pub pages: Vec<PageView>,
    /// Contradictions, the worst kind first.
    pub mismatches: Vec<Mismatch>,
    /// The user at this screen, if known.
    pub me: Option<MeView>,
    /// The account's priorities, most severe first.
    pub priorities: Vec<PriorityName>,
    /// The account's people, policies and services by PagerDuty's last answer; `None` before the first.
    pub directory: Option<Arc<Answer<Directory>>>,
    /// The service that each alert last paged, by the alert's name, as far as its incidents are known.
    pub services_by_alert: BTreeMap<String, Reference<ServiceId>>,
    /// PagerDuty's log of the incidents, oldest first.
    pub log: Vec<Arc<LogEntry>>,
}

/// The verdict and its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub level: VerdictLevel,
    /// Whether every source is live or late, and no part that judgement needs is missing.
    pub complete: bool,
    /// The reasons for it and for milder verdicts, worst first.
    pub reasons: Vec<Reason>,
}

/// A reason for the verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The verdict it calls for.
    pub level: VerdictLevel,
    pub kind: ReasonKind,
}

/// The kinds of reasons for a verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum ReasonKind {
    /// No source is configured, so nothing is known.
    NoSources,
    /// A hub is down, and since when.
    HubDown(crate::domain::ids::HubKey, Option<DateTime<Utc>>),
    /// An open P1 that is not snoozed.
    OpenP1(CaseId),
    /// A triggered, high-urgency P2 or one without priority that is unowned in working time.
    UnownedInWorkingTime(CaseId),
    /// A P2 past its due time, in working time.
    Overdue(CaseId),
    /// A source is not fresh.
    SourceNotFresh(SourceId, SourceState),
    /// A part of a source that judgement needs is missing.
    PartMissing(SourceId, PartName),
    /// A hub's health is unknown.
    HubUnknown(crate::domain::ids::HubKey),
    /// A blind spot: the index of its mismatch.
    BlindSpot(usize),
    /// Any other open case.
    OpenCase(CaseId),
    HubDegraded(crate::domain::ids::HubKey),
    /// A time-box past zero.
    TimeBoxOverrun(CaseId),
    /// Any other mismatch: its index.
    Mismatch(usize),
}

/// A source as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceView {
    pub id: SourceId,
    /// How far it can be trusted.
    pub state: SourceState,
    /// When the data on the screen was requested; `None` without data.
    pub requested_at: Option<Now>,
    pub interval: Duration,
    /// How long the last good answer took.
    pub latency: Option<Duration>,
    /// The failures since its last good answer.
    pub failure: Option<Failure>,
    /// Its request budget, if it reports one.
    pub rate: Option<RateBudget>,
    /// How far its clock is ahead of ours, in seconds; `None` if not known.
    pub skew_seconds: Option<i64>,
    /// How many of its items are on the screen: alerts, incidents, posts or hubs.
    pub items: usize,
    /// The parts of its answer, if they can fail one by one.
    pub parts: Vec<PartView>,
    /// Alerting rules that most other clusters have and this one lacks, if the source answers for one cluster.
    pub missing_rules: Vec<Arc<str>>,
}

/// A part of a source's answer as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct PartView {
    pub name: PartName,
    /// How far it can be trusted.
    pub state: SourceState,
    /// The part's problem.
    pub problem: Option<PartProblem>,
    /// Whether judgement needs this part and does not have it.
    pub is_missing: bool,
}

impl SourceView {
    /// The parts that judgement needs and does not have.
    pub fn missing_parts(&self) -> impl Iterator<Item = &PartView> {
        self.parts.iter().filter(|part| part.is_missing)
    }
}

/// A cluster and its hubs.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterView {
    pub name: ClusterName,
    /// The cloud provider.
    pub provider: Option<String>,
    pub hubs: Vec<HubView>,
    /// The source of its metrics, with its state.
    pub prometheus: Option<(SourceId, SourceState)>,
}

/// A hub as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct HubView {
    pub spec: HubSpec,
    pub health: Health,
    /// The reasons for its health, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Since when it is down, where known.
    pub since: Option<DateTime<Utc>>,
    /// Whether it is in planned maintenance: shown beside its health, and left out of the verdict.
    pub maintenance: bool,
    /// The result of its probe, if one ran.
    pub probe: Option<Probe>,
    /// Its signals; those that are not known are `None`.
    pub signals: Signals,
    /// Whether the signals are from a source that is not fresh.
    pub signals_stale: bool,
    /// Cases about it.
    pub cases: Vec<CaseId>,
}

/// A row of the Cases pane.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a picture holds few storms, and its rows are read far more often than made"
)]
pub enum Row {
    /// One case: its index in `cases`.
    Case(usize),
    /// A storm: the same alert in many places.
    Storm(Storm),
}

/// The missing part of PagerDuty because of which the rota is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotaGap {
    /// Escalation policies or on-calls.
    pub part: PartName,
    /// Whether a part of the rota was read. A level that looks empty may then have somebody.
    pub is_partial: bool,
}

/// An escalation policy with who is on call.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyView {
    pub id: PolicyId,
    pub name: String,
    /// Its levels; the first is level 1.
    pub levels: Vec<LevelView>,
}

/// A level of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelView {
    /// Its number, from 1.
    pub level: u32,
    /// Who is on call now.
    pub on_call: Vec<OnCallView>,
    /// Who is next, and from when.
    pub next: Option<(String, DateTime<Utc>)>,
}

impl LevelView {
    /// When the next shift begins, if nobody is on call at this level until then.
    pub fn gap_until(&self) -> Option<DateTime<Utc>> {
        let (_, from) = self.next.as_ref()?;
        let is_over = |who: &OnCallView| who.until.is_some_and(|end| end < *from);
        let is_gap = !self.on_call.is_empty() && self.on_call.iter().all(is_over);
        is_gap.then_some(*from)
    }
}

/// Somebody on call.
#[derive(Clone, Debug, PartialEq)]
pub struct OnCallView {
    pub who: Person,
    /// Person or placeholder.
    pub kind: OwnerKind,
    /// Whether this is the user at this screen.
    pub is_me: bool,
    /// The end of the shift; `None` if it has no end.
    pub until: Option<DateTime<Utc>>,
    /// All cases that they hold, by whatever policy.
    pub held_cases: Vec<CaseId>,
    /// How many of these nobody has acknowledged.
    pub unacknowledged: usize,
}

/// A status page as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct PageView {
    pub id: SourceId,
    /// How far it can be trusted.
    pub state: SourceState,
    pub ownership: PageOwnership,
    /// The page's own summary sentence.
    pub headline: Option<String>,
    /// Services that are not well: name and the page's word.
    pub impacted: Vec<(String, String)>,
    /// Open posts and maintenance.
    pub posts: Vec<Arc<Post>>,
}

/// Whether the person at this screen is on call now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MyShift {
    /// The rota, or who they are in PagerDuty, cannot be read.
    NotKnown,
    /// Not on call.
    Off,
    /// On call until this time.
    Until(DateTime<Utc>),
    /// On call without an end.
    Always,
}

/// The user at this screen.
#[derive(Clone, Debug, PartialEq)]
pub struct MeView {
    pub name: String,
    /// Their present shift at the lowest level that they hold.
    pub shift: MyShift,
    /// The next on call after them.
    pub next: Option<NextOnCall>,
    /// How many open cases are theirs.
    pub cases: usize,
}

/// The next on call after my shift.
#[derive(Clone, Debug, PartialEq)]
pub struct NextOnCall {
    pub name: String,
    /// The beginning of the shift; `None`: at once.
    pub from: Option<DateTime<Utc>>,
    /// Whether no person is on call at any level of the policy until then.
    pub nobody_before: bool,
}

impl Picture {
    /// The time by the servers' clocks. If our clock was set since this picture was built, the time is by our clock as
    /// it was before, until the servers answer again.
    pub fn corrected(&self, now: Now) -> Now {
        let built = self.at.with_wall_offset(-self.skew);
        now.with_wall_offset(self.skew - set_ahead_since(built, now))
    }

    /// The case with this id, now or earlier.
    pub fn case(&self, id: &CaseId) -> Option<&Arc<Case>> {
        self.cases
            .iter()
            .find(|case| case.id == *id || case.aliases.contains(id))
    }

    /// The present state of a case. If its incident is closed while its alerts fire, the case of these alerts.
    pub fn current_case(&self, case: &Case) -> Option<&Arc<Case>> {
        let mut parts = case.aliases.iter();
        let known = self.case(&case.id);
        known.or_else(|| parts.find_map(|id| self.case(id)))
    }

    /// The rows of clusters of which many hubs are down.
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
