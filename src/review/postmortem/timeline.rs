//! The events of an outage in order, from Prometheus, PagerDuty's log, notes and status pages.

use chrono::{DateTime, Utc};

use super::{Evidence, Moment, ReviewInput};
use crate::domain::checklist::ChecklistStep;
use crate::domain::ids::{HubKey, PriorityName};
use crate::domain::incident::{LogEntry, LogKind, Person};
use crate::domain::note::{OutageNote, TimeBoxNote, TimeBoxVerdict};
use crate::domain::probe::PastOutage;
use crate::review::past_incident::PastIncident;

/// The points that a report's timeline names, in the order in which they usually come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter, strum::Display,
)]
pub enum Point {
    ImpactBegins,
    BroughtToAttention,
    ResponseBegins,
    Debugging,
    Fixes,
    Community,
    Fixed,
    Verified,
}

/// An event of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub what: Happening,
    pub by: Agent,
    pub evidence: Evidence,
    /// The named point of the report's timeline that this event marks.
    pub point: Option<Point>,
    /// The number of the incident to which the event happened; `None` for the incident of the report.
    pub other: Option<u64>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq)]
pub enum Agent {
    Person(Person),
    /// A service, an integration or a rule.
    Program,
    /// The log does not say.
    NotKnown,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    AlertPending(String),
    AlertFires(String),
    AlertEnds(String),
    /// The probe of this hub fails. The flag is true if a failure of our own network would explain the failed probe.
    ProbeFails(HubKey, bool),
    ProbeAnswers(HubKey),
    /// PagerDuty opened the incident by this channel. `None` if the log names no channel.
    Opened(Option<String>),
    Acknowledged,
    AcknowledgementEnded,
    Escalated(Vec<Person>),
    Assigned(Vec<Person>),
    Snoozed,
    PriorityChanged(Option<PriorityName>, Option<PriorityName>),
    /// A note that is not in a form that hubwatch knows.
    Note(String),
    /// A note says that a step of the outage checklist is done.
    Step(OutageNote),
    Decided(TimeBoxVerdict, String),
    /// A post with this title was published.
    Posted(String),
    PostUpdated(String),
    Resolved,
    /// The incident was merged into another one. PagerDuty's log shows this as a resolution.
    Merged,
}

/// All events, the earliest first.
pub fn timeline(
    input: &ReviewInput<'_>,
    begins: Option<&Moment>,
    ends: Option<&Moment>,
) -> Vec<Event> {
    let mut events: Vec<Event> = alert_events(input).collect();
    events.extend(input.probes.iter().flat_map(probe_events));
    events.extend(events_of(input.one));
    for other in input.others {
        let number = other.incident.number;
        events.extend(events_of(other).map(|event| event.of_other(number)));
    }
    events.extend(post_events(input));
    events.sort_by_key(|event| event.at);
    let at = |moment: Option<&Moment>| moment.map(|moment| moment.at);
    name_points(&mut events, input, at(begins), at(ends));
    events
}

impl Event {
    fn of_other(self, number: u64) -> Self {
        Self {
            other: Some(number),
            ..self
        }
    }
}

fn alert_events(input: &ReviewInput<'_>) -> impl Iterator<Item = Event> {
    input.alerts.iter().flat_map(|record| {
        let event = |at: DateTime<Utc>, what: Happening| Event {
            at,
            what,
            by: Agent::Program,
            evidence: Evidence::Prometheus(record.prometheus.clone()),
            point: None,
            other: None,
        };
        let name = || record.alert.clone();
        let pending = record.pending.iter();
        let pending = pending.map(|(from, _)| event(*from, Happening::AlertPending(name())));
        let fires = record.firing.iter();
        let fires = fires.map(|(from, _)| event(*from, Happening::AlertFires(name())));
        // Leaves out alerts that fired at the end of the queried time, since they may still fire.
        let ends = record.firing.iter().filter(|(_, to)| *to < record.until);
        let ends = ends.map(|(_, to)| event(*to, Happening::AlertEnds(name())));
        pending.chain(fires).chain(ends).collect::<Vec<_>>()
    })
}

fn probe_events(one: &PastOutage) -> impl Iterator<Item = Event> {
    let event = |at: DateTime<Utc>, what: Happening| Event {
        at,
        what,
        by: Agent::Program,
        evidence: Evidence::Probes,
        point: None,
        other: None,
    };
    let fails = Happening::ProbeFails(one.hub.clone(), one.may_be_our_network);
    let answers = one
        .ended
        .map(|at| event(at, Happening::ProbeAnswers(one.hub.clone())));
    std::iter::once(event(one.first, fails)).chain(answers)
}

fn events_of(one: &PastIncident) -> impl Iterator<Item = Event> {
    let events = one.log.iter().filter_map(log_event);
    events.map(|event| match event.what {
        Happening::Resolved if one.merged_into.is_some() => Event {
            what: Happening::Merged,
            ..event
        },
        _ => event,
    })
}

fn log_event(entry: &LogEntry) -> Option<Event> {
    let (what, evidence) = match &entry.kind {
        LogKind::Trigger => (Happening::Opened(entry.channel.clone()), Evidence::Log),
        LogKind::Acknowledge { .. } => (Happening::Acknowledged, Evidence::Log),
        LogKind::Unacknowledge => (Happening::AcknowledgementEnded, Evidence::Log),
        LogKind::Resolve => (Happening::Resolved, Evidence::Log),
        LogKind::Escalate { to } => (Happening::Escalated(to.clone()), Evidence::Log),
        // PagerDuty also logs an assignment when an incident is opened. That entry is listed too, since it shows who
        // was called first.
        LogKind::Assign { to } | LogKind::Delegate { to } => {
            (Happening::Assigned(to.clone()), Evidence::Log)
        }
        LogKind::Snooze { .. } => (Happening::Snoozed, Evidence::Log),
        LogKind::PriorityChange { from, to } => (
            Happening::PriorityChanged(from.clone(), to.clone()),
            Evidence::Log,
        ),
        LogKind::Annotate { text: Some(text) } => (note(text)?, Evidence::Note),
        _ => return None,
    };
    Some(Event {
        at: entry.at,
        what,
        by: match &entry.agent {
            Some(who) => Agent::Person(who.clone()),
            None if entry.agent_known => Agent::Program,
            None => Agent::NotKnown,
        },
        evidence,
        point: None,
        other: None,
    })
}

// Skips notes that start or extend a time-box, since they say nothing about the incident.
fn note(text: &str) -> Option<Happening> {
    if let Some(step) = OutageNote::parse(text) {
        return Some(Happening::Step(step));
    }
    match TimeBoxNote::parse(text) {
        Some(TimeBoxNote::Verdict(verdict, _, text)) => Some(Happening::Decided(verdict, text)),
        Some(TimeBoxNote::Start(_) | TimeBoxNote::Extend(..)) => None,
        None => Some(Happening::Note(text.to_owned())),
    }
}

fn post_events(input: &ReviewInput<'_>) -> impl Iterator<Item = Event> {
    input.public.posts.iter().flat_map(|post| {
        let event = |at: DateTime<Utc>, what: Happening| Event {
            at,
            what,
            by: Agent::Program,
            evidence: Evidence::StatusPage(post.page.clone()),
            point: None,
            other: None,
        };
        let posted = post
            .since
            .map(|at| event(at, Happening::Posted(post.title.clone())));
        let updated = post.updated.filter(|at| Some(*at) != post.since);
        let updated = updated.map(|at| event(at, Happening::PostUpdated(post.title.clone())));
        posted.into_iter().chain(updated).collect::<Vec<_>>()
    })
}

// Marks the first event of each kind as a point.
fn name_points(
    events: &mut [Event],
    input: &ReviewInput<'_>,
    begins: Option<DateTime<Utc>>,
    ends: Option<DateTime<Utc>>,
) {
    let mut named = Vec::new();
    for event in events {
        let point = point_of(event, begins, ends, input);
        let Some(point) = point.filter(|point| !named.contains(point)) else {
            continue;
        };
        named.push(point);
        event.point = Some(point);
    }
}

fn point_of(
    event: &Event,
    begins: Option<DateTime<Utc>>,
    ends: Option<DateTime<Utc>>,
    input: &ReviewInput<'_>,
) -> Option<Point> {
    match &event.what {
        Happening::AlertFires(_) | Happening::ProbeFails(..) if begins == Some(event.at) => {
            Some(Point::ImpactBegins)
        }
        Happening::AlertEnds(_) | Happening::ProbeAnswers(_) if ends == Some(event.at) => {
            Some(Point::Fixed)
        }
        Happening::Opened(_) => Some(Point::BroughtToAttention),
        Happening::Acknowledged => match &event.by {
            Agent::Person(who) if (input.is_human)(who) => Some(Point::ResponseBegins),
            _ => None,
        },
        Happening::Note(_) => Some(Point::Debugging),
        Happening::Decided(TimeBoxVerdict::Fixed, _) => Some(Point::Fixes),
        Happening::Step(note) if note.step == ChecklistStep::ToldCommunity => {
            Some(Point::Community)
        }
        Happening::Step(note) if note.step == ChecklistStep::Validated => Some(Point::Verified),
        _ => None,
    }
}
