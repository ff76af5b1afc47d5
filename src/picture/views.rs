//! The parts of a picture as they are shown: the verdict, the sources, the hubs, the rota and the status pages.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::case::OwnerKind;
use crate::domain::health::Evidence;
use crate::domain::hub::{Health, HubSpec, Signals};
use crate::domain::ids::{CaseId, ClusterName, HubKey, PolicyId};
use crate::domain::incident::Person;
use crate::domain::now::Now;
use crate::domain::post::{PageOwnership, Post};
use crate::domain::probe::Probe;
use crate::domain::source::{Failure, PartName, PartProblem, RateBudget, SourceId, SourceState};
use crate::domain::verdict::VerdictLevel;

/// The verdict and its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub level: VerdictLevel,
    /// True if every source is live or late and has all parts that the verdict needs.
    pub complete: bool,
    /// The reasons for this verdict and for milder verdicts, worst first.
    pub reasons: Vec<Reason>,
}

/// A reason for the verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The verdict that this reason alone would give.
    pub level: VerdictLevel,
    pub kind: ReasonKind,
}

/// The kinds of reasons for a verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum ReasonKind {
    /// No source is configured, so nothing is known.
    NoSources,
    /// A hub that is down, and since when.
    HubDown(HubKey, Option<DateTime<Utc>>),
    /// An open P1 that is not snoozed.
    OpenP1(CaseId),
    /// An unowned case in working time. Its incident is triggered, has high urgency, and is a P2 or has no priority.
    UnownedInWorkingTime(CaseId),
    /// A P2 that is past its due time. Counts only in working time.
    Overdue(CaseId),
    /// A source is not fresh.
    SourceNotFresh(SourceId, SourceState),
    /// A missing part of a source. The verdict needs this part.
    PartMissing(SourceId, PartName),
    /// A hub's health is unknown.
    HubUnknown(HubKey),
    /// A blind spot, as an index into the mismatches.
    BlindSpot(usize),
    /// An open case for which there is no other kind of reason.
    OpenCase(CaseId),
    HubDegraded(HubKey),
    /// A time-box that is over.
    TimeBoxOverrun(CaseId),
    /// A mismatch that is not a blind spot, as an index into the mismatches.
    Mismatch(usize),
}

/// A source as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceView {
    pub id: SourceId,
    /// How far the source can be trusted.
    pub state: SourceState,
    /// When the data on the screen was requested; `None` without data.
    pub requested_at: Option<Now>,
    pub interval: Duration,
    /// How long the last good answer took.
    pub latency: Option<Duration>,
    /// The failures since the source's last good answer.
    pub failure: Option<Failure>,
    /// The source's request budget, if the source reports it.
    pub rate: Option<RateBudget>,
    /// How far the source's clock is ahead of ours, in seconds; `None` if unknown.
    pub skew_seconds: Option<i64>,
    /// How many items of the source are on the screen: alerts, incidents, posts or hubs.
    pub items: usize,
    /// The parts of the source's answer, if the parts can fail one by one.
    pub parts: Vec<PartView>,
    /// Alerting rules that most other clusters have and this cluster lacks. Empty unless the source answers for a
    /// single cluster.
    pub missing_rules: Vec<Arc<str>>,
}

/// A part of a source's answer as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct PartView {
    pub name: PartName,
    /// How far the part can be trusted.
    pub state: SourceState,
    /// The part's problem.
    pub problem: Option<PartProblem>,
    /// Whether the verdict needs this part but the part is missing.
    pub is_missing: bool,
}

impl SourceView {
    /// The parts that the verdict needs but that are missing.
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
    /// The source of the cluster's metrics, with its state.
    pub prometheus: Option<(SourceId, SourceState)>,
}

/// A hub as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct HubView {
    pub spec: HubSpec,
    pub health: Health,
    /// The reasons for the hub's health, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Since when the hub is down, if known.
    pub since: Option<DateTime<Utc>>,
    /// Whether the hub is in planned maintenance. The maintenance is shown beside the health, and the hub does not
    /// affect the verdict.
    pub maintenance: bool,
    /// The result of the hub's probe, if a probe ran.
    pub probe: Option<Probe>,
    /// The hub's signals; unknown signals are `None`.
    pub signals: Signals,
    /// Whether the signals are from a source that is not fresh.
    pub signals_stale: bool,
    /// Cases about the hub.
    pub cases: Vec<CaseId>,
}

/// The part of PagerDuty's answer that the rota needs and that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotaGap {
    /// Either the escalation policies or the on-calls.
    pub part: PartName,
    /// Whether the rota was read in part. In a partial rota, a level that looks empty may have somebody on call.
    pub is_partial: bool,
}

/// An escalation policy with the people on call.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyView {
    pub id: PolicyId,
    pub name: String,
    /// The policy's levels; the first is level 1.
    pub levels: Vec<LevelView>,
}

/// A level of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelView {
    /// The level's number, from 1.
    pub level: u32,
    /// The people who are on call now.
    pub on_call: Vec<OnCallView>,
    /// The next person, and when that person's shift begins.
    pub next: Option<(String, DateTime<Utc>)>,
}

impl LevelView {
    /// The end of a gap without anybody on call. This is the beginning of the next shift, if all present shifts end
    /// before it. `None` if there is no gap.
    pub fn gap_until(&self) -> Option<DateTime<Utc>> {
        let (_, from) = self.next.as_ref()?;
        let is_over = |who: &OnCallView| who.until.is_some_and(|end| end < *from);
        let is_gap = !self.on_call.is_empty() && self.on_call.iter().all(is_over);
        is_gap.then_some(*from)
    }
}

/// A person on call.
#[derive(Clone, Debug, PartialEq)]
pub struct OnCallView {
    pub who: Person,
    /// A person or a placeholder.
    pub kind: OwnerKind,
    /// Whether this is the user at this screen.
    pub is_me: bool,
    /// The end of the shift; `None` if it has no end.
    pub until: Option<DateTime<Utc>>,
    /// All cases that the person holds, by any policy.
    pub held_cases: Vec<CaseId>,
    /// How many of these cases nobody has acknowledged.
    pub unacknowledged: usize,
}

/// A status page as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct PageView {
    pub id: SourceId,
    /// How far the page can be trusted.
    pub state: SourceState,
    pub ownership: PageOwnership,
    /// The page's own summary sentence.
    pub headline: Option<String>,
    /// Services with problems: each service's name, and the page's word for its state.
    pub impacted: Vec<(String, String)>,
    /// Open posts and maintenance.
    pub posts: Vec<Arc<Post>>,
}

/// Whether the person at this screen is on call now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MyShift {
    /// Unknown: the rota, or the user's identity in PagerDuty, cannot be read.
    NotKnown,
    /// The user is not on call.
    Off,
    /// The user is on call until this time.
    Until(DateTime<Utc>),
    /// The user is on call without an end.
    Always,
}

/// The user at this screen.
#[derive(Clone, Debug, PartialEq)]
pub struct MeView {
    pub name: String,
    /// The user's present shift at the lowest level at which the user is on call.
    pub shift: MyShift,
    /// The person who is on call next, after the user.
    pub next: Option<NextOnCall>,
    /// How many open cases the user holds.
    pub cases: usize,
}

/// The person who is on call next, after the user's shift.
#[derive(Clone, Debug, PartialEq)]
pub struct NextOnCall {
    pub name: String,
    /// The beginning of the next shift; `None` if it begins at once.
    pub from: Option<DateTime<Utc>>,
    /// Whether nobody is on call at any level of the policy before the next shift.
    pub nobody_before: bool,
}
