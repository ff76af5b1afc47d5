//! The facts of a report about one past incident, each with its source.
//!
//! The report has the sections of PagerDuty's own postmortem, and a timeline with eight named points.

mod impact;
mod issues;
mod timeline;

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

use impact::Impact;
pub use issues::{IssueFacts, IssueInput};
pub use timeline::{Agent, Event, Happening, Point};

use super::overrun::{Overrun, overruns};
use super::ownership::unowned;
use super::past_incident::{FoundBy, P1, PastIncident};
use crate::domain::history::{AlertQuery, Series, Window};
use crate::domain::ids::PriorityName;
use crate::domain::incident::{LogEntry, LogKind, Person};
use crate::domain::note::{TimeBoxNote, TimeBoxVerdict};
use crate::domain::policy::TimeBoxes;
use crate::domain::post::Post;
use crate::domain::probe::PastOutage;
pub use crate::domain::probe::WELL_FOR;

/// The source of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The incident itself, in PagerDuty.
    Incident,
    /// PagerDuty's log of the incident.
    Log,
    /// A note on the incident.
    Note,
    /// The status page of this name.
    StatusPage(String),
    /// The Prometheus of this name.
    Prometheus(String),
    /// The probes of hubwatch on this machine.
    Probes,
    /// The issue tracker.
    Tracker,
    /// No source shows the fact. People must add it.
    People,
}

/// When one Prometheus saw an alert of the incident as pending and as firing.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRecord {
    pub prometheus: String,
    pub alert: String,
    /// The times in which the alert was pending and did not fire yet, the earliest first.
    pub pending: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// The times in which the alert fired, each from its first sample to its last sample.
    pub firing: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// The end of the queried time.
    pub until: DateTime<Utc>,
    /// The time between two samples, and so the precision of the times.
    pub step: TimeDelta,
}

/// The course of the value that an alert of the incident compares with its threshold. The query is from the alert's
/// present rule.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertCourse {
    pub prometheus: String,
    pub alert: String,
    pub query: AlertQuery,
    pub window: Window,
    /// The series that fits the alert's labels best.
    pub series: Series,
    /// The number of other series that fit the alert's labels.
    pub others: usize,
}

/// The posts about the incident, as far as the status pages still show them.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicRecord {
    /// The posts that are surely about the incident.
    pub posts: Vec<Post>,
    /// Why there may be more posts; `None` if the pages show all.
    pub unknown: Option<String>,
}

/// The input of a report's facts.
pub struct ReviewInput<'a> {
    pub one: &'a PastIncident,
    /// The other incidents of the incident's outage, and the incidents that were merged into one of them.
    pub others: &'a [PastIncident],
    /// `None` if no tracker is configured.
    pub issues: Option<IssueInput<'a>>,
    pub p1: Option<&'a PriorityName>,
    pub is_human: &'a dyn Fn(&Person) -> bool,
    pub alerts: &'a [AlertRecord],
    /// Whether the history of all alerts could be read.
    pub alerts_known: bool,
    /// The outages that hubwatch's own probes saw on the incident's places.
    pub probes: &'a [PastOutage],
    /// The time from one try of a probe to the next.
    pub probe_interval: TimeDelta,
    pub public: &'a PublicRecord,
    pub time_boxes: &'a TimeBoxes,
    pub now: DateTime<Utc>,
}

/// A time with its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub at: DateTime<Utc>,
    /// The true time may be earlier than `at` by up to this much.
    pub within: TimeDelta,
    pub evidence: Evidence,
}

/// When the public was told first about the outage.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The time from the P1 to the first post, and the name of the post's status page. Zero if the post was there
    /// before the P1.
    After(TimeDelta, String),
    /// The first post came only after the outage's end, on the status page of this name.
    TooLate(String),
    /// No post was about the outage.
    Never,
    /// The reason why the time is not known.
    NotKnown(String),
}

/// The delay from an alert to its page.
#[derive(Clone, Debug, PartialEq)]
pub enum PageDelay {
    /// The delay since the alert began to fire. It has two bounds, since the alert may have begun between two samples.
    After {
        at_least: TimeDelta,
        at_most: TimeDelta,
        evidence: Evidence,
    },
    /// A person opened the incident by hand, and no alert fired before that.
    ByHand,
    NotKnown,
}

/// The first acknowledgement by a human, of any incident of the outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAcknowledgement {
    pub by: Person,
    /// The number of the incident that was acknowledged.
    pub incident: u64,
    /// The time from the creation of the outage's first incident to the acknowledgement.
    pub after: TimeDelta,
    /// How often the incident was escalated to another level before its acknowledgement.
    pub escalations: usize,
    /// Whether the person who acknowledged had opened the incident by hand.
    pub by_its_opener: bool,
}

/// Another incident of the outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherIncident {
    pub number: u64,
    pub created_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A verdict at the end of a time-box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: TimeBoxVerdict,
    pub address: Option<String>,
    pub text: String,
}

/// The facts of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Postmortem {
    /// When an alert of the outage first fired, or a probe of its places first failed. `None` if not known.
    pub impact_begins: Option<Moment>,
    /// The end of the last failure. `None` if not known, or if a failure may have followed within [`WELL_FOR`].
    pub impact_ends: Option<Moment>,
    /// Whether the history of all alerts could be read.
    pub alerts_known: bool,
    /// How the first incident of the outage was found.
    pub found_by: FoundBy,
    /// Whether the first incident was opened with hubwatch for a case that an alert or a probe had found.
    pub was_declared: bool,
    pub p1: P1,
    /// The incident into which this incident was merged: its number, or its id if the number is not known.
    pub merged_into: Option<String>,
    /// Whether the log of each incident of the outage is known.
    pub logs_known: bool,
    /// The other incidents of the outage, the earliest first.
    pub others: Vec<OtherIncident>,
    pub acknowledged: Option<FirstAcknowledgement>,
    /// How long nobody owned each incident of the outage; the report's own incident comes first. `None` if not known.
    pub unowned: Vec<(u64, Option<TimeDelta>)>,
    /// When the last incident of the outage was resolved; `None` while an incident is open.
    pub ended: Option<DateTime<Utc>>,
    /// `None` if the incident was no P1.
    pub told: Option<Told>,
    pub page: PageDelay,
    /// The time-boxes that ran out. `None` if not known.
    pub overruns: Option<Vec<Overrun>>,
    /// The verdicts at the ends of time-boxes, in their order.
    pub decisions: Vec<Decision>,
    /// `None` if no tracker is configured.
    pub issues: Option<IssueFacts>,
    pub timeline: Vec<Event>,
}

impl<'a> ReviewInput<'a> {
    fn members(&self) -> impl Iterator<Item = &'a PastIncident> + Clone {
        std::iter::once(self.one).chain(self.others)
    }

    /// The incident that was created first.
    fn first(&self) -> &'a PastIncident {
        let created = |one: &&PastIncident| one.incident.created_at;
        self.members().min_by_key(created).unwrap_or(self.one)
    }

    /// When the last incident was resolved; `None` while an incident is open.
    fn ended(&self) -> Option<DateTime<Utc>> {
        let ends: Option<Vec<_>> = self.members().map(|it| it.incident.resolved_at).collect();
        ends.and_then(|ends| ends.into_iter().max())
    }
}

pub fn review(input: &ReviewInput<'_>) -> Postmortem {
    let (one, first) = (input.one, input.first());
    let p1 = |one: &PastIncident| input.p1.map_or(P1::NotKnown, |name| one.p1(name));
    let impact = Impact::new(input);
    let (impact_begins, impact_ends) = (impact.begins(), impact.ends());
    let decisions = decisions(input);
    Postmortem {
        alerts_known: input.alerts_known,
        found_by: first.found_by(),
        was_declared: first.incident.declared_for().is_some(),
        p1: p1(one),
        merged_into: merged_into(input),
        logs_known: input.members().all(|one| one.incident.log_known),
        others: others(input),
        acknowledged: first_human_acknowledgement(input),
        unowned: all_unowned(input),
        ended: input.ended(),
        told: public_told(
            input,
            input.members().filter_map(|one| since(p1(one))).min(),
        ),
        page: page_delay(input, impact.first_alert().as_ref()),
        overruns: all_overruns(input),
        issues: issues::facts(input, &decisions),
        decisions,
        timeline: timeline::timeline(input, impact_begins.as_ref(), impact_ends.as_ref()),
        impact_begins,
        impact_ends,
    }
}

fn since(p1: P1) -> Option<DateTime<Utc>> {
    match p1 {
        P1::Since(at) => Some(at),
        _ => None,
    }
}

fn merged_into(input: &ReviewInput<'_>) -> Option<String> {
    let id = input.one.merged_into.as_ref()?;
    let mut others = input.others.iter();
    let target = others.find(|other| other.incident.id == *id);
    Some(target.map_or_else(|| id.to_string(), |it| it.incident.number.to_string()))
}

fn others(input: &ReviewInput<'_>) -> Vec<OtherIncident> {
    let others = input.others.iter().map(|one| OtherIncident {
        number: one.incident.number,
        created_at: one.incident.created_at,
        resolved_at: one.incident.resolved_at,
    });
    others.collect()
}

fn all_unowned(input: &ReviewInput<'_>) -> Vec<(u64, Option<TimeDelta>)> {
    let each = input.members().map(|one| {
        let time = unowned(one, input.is_human, input.now);
        (one.incident.number, time)
    });
    each.collect()
}

fn all_overruns(input: &ReviewInput<'_>) -> Option<Vec<Overrun>> {
    let each = input
        .members()
        .map(|one| overruns(one, input.time_boxes, input.is_human, input.now));
    let each: Option<Vec<Vec<Overrun>>> = each.collect();
    let mut all: Vec<Overrun> = each?.into_iter().flatten().collect();
    all.sort_by_key(|one| one.at);
    Some(all)
}

fn first_human_acknowledgement(input: &ReviewInput<'_>) -> Option<FirstAcknowledgement> {
    let began = input.first().incident.created_at;
    let found = input.members().filter_map(|one| {
        let mut entries = one.log.iter().enumerate();
        let (index, entry, who) = entries.find_map(|(index, entry)| {
            let who = entry.agent.as_ref().filter(|who| (input.is_human)(who))?;
            let acknowledges = matches!(entry.kind, LogKind::Acknowledge { .. });
            acknowledges.then_some((index, entry, who))
        })?;
        let before = one.log.iter().take(index);
        let escalated = |entry: &&LogEntry| matches!(entry.kind, LogKind::Escalate { .. });
        let opened =
            |entry: &LogEntry| entry.kind == LogKind::Trigger && entry.agent.as_ref() == Some(who);
        let first = FirstAcknowledgement {
            by: who.clone(),
            incident: one.incident.number,
            after: (entry.at - began).max(TimeDelta::zero()),
            escalations: before.clone().filter(escalated).count(),
            by_its_opener: before.clone().any(opened),
        };
        Some((entry.at, first))
    });
    found.min_by_key(|(at, _)| *at).map(|(_, first)| first)
}

fn public_told(input: &ReviewInput<'_>, p1_since: Option<DateTime<Utc>>) -> Option<Told> {
    let since = p1_since?;
    let dated = input.public.posts.iter();
    let first = dated
        .filter_map(|post| Some((post.since?, post)))
        .min_by_key(|(at, _)| *at);
    Some(match (first, &input.public.unknown) {
        (Some((at, post)), _) if input.ended().is_some_and(|end| at >= end) => {
            Told::TooLate(post.page.clone())
        }
        (Some((at, post)), _) => {
            Told::After((at - since).max(TimeDelta::zero()), post.page.clone())
        }
        (None, _) if !input.public.posts.is_empty() => {
            Told::NotKnown("its post does not say since when it is open".to_owned())
        }
        (None, Some(why)) => Told::NotKnown(why.clone()),
        (None, None) => Told::Never,
    })
}

fn page_delay(input: &ReviewInput<'_>, begins: Option<&Moment>) -> PageDelay {
    let first = input.first();
    let created = first.incident.created_at;
    // The alert that caused the page fired before the page, but its first sample may be up to a step later than the
    // page.
    match (begins, first.found_by()) {
        (Some(begins), _) if begins.at <= created + begins.within => PageDelay::After {
            at_least: (created - begins.at).max(TimeDelta::zero()),
            at_most: created - begins.at + begins.within,
            evidence: begins.evidence.clone(),
        },
        (_, FoundBy::Person) => PageDelay::ByHand,
        _ => PageDelay::NotKnown,
    }
}

fn decisions(input: &ReviewInput<'_>) -> Vec<Decision> {
    let entries = input.members().flat_map(|one| &one.log);
    let notes = entries.filter_map(|entry| match &entry.kind {
        LogKind::Annotate { text: Some(text) } => TimeBoxNote::parse(text),
        _ => None,
    });
    let decisions = notes.filter_map(|note| match note {
        TimeBoxNote::Verdict(verdict, address, text) => Some(Decision {
            verdict,
            address,
            text,
        }),
        _ => None,
    });
    decisions.collect()
}
