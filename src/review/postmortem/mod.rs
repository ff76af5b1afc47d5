//! The facts of a report about one past incident, each with its source.
//!
//! The report has the sections of PagerDuty's own postmortem, and a timeline with eight named points.

mod impact;
mod timeline;

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

use impact::Impact;
pub use timeline::{Agent, Event, Happening, Point};

use super::overrun::{Overrun, overruns};
use super::ownership::unowned;
use super::past_incident::{FoundBy, P1, PastIncident};
use crate::domain::history::{AlertQuery, Series, Window};
use crate::domain::ids::PriorityName;
use crate::domain::incident::{LogKind, Person};
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
    /// PagerDuty's log of it.
    Log,
    /// A note on it.
    Note,
    /// The status page of this name.
    StatusPage(String),
    /// The Prometheus of this name.
    Prometheus(String),
    /// The probes of hubwatch on this machine.
    Probes,
    /// Only people know.
    People,
}

/// When an alert of the incident was pending and fired, by one Prometheus.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRecord {
    pub prometheus: String,
    pub alert: String,
    /// When it was pending and did not fire yet, the earliest first.
    pub pending: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// When it fired; a run goes from its first moment to its last one.
    pub firing: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// The last moment that was asked for.
    pub until: DateTime<Utc>,
    /// The time between two samples: no time is known better than that.
    pub step: TimeDelta,
}

/// The value over time that an alert of the incident compares, by its rule as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertCourse {
    pub prometheus: String,
    pub alert: String,
    pub query: AlertQuery,
    pub window: Window,
    /// The series that fits the alert's labels best.
    pub series: Series,
    /// How many more series fit them.
    pub others: usize,
}

/// The posts about the incident that the status pages still show.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicRecord {
    /// The posts that are about the incident for sure.
    pub posts: Vec<Post>,
    /// Why there may be more of them; none where the pages show all.
    pub unknown: Option<String>,
}

/// The input of a report's facts.
pub struct ReviewInput<'a> {
    pub one: &'a PastIncident,
    pub p1: Option<&'a PriorityName>,
    pub is_human: &'a dyn Fn(&Person) -> bool,
    pub alerts: &'a [AlertRecord],
    /// The outages that hubwatch's own probes saw on its places.
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
    /// It may have been so much earlier.
    pub within: TimeDelta,
    pub evidence: Evidence,
}

/// When the public was told first.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// This long after it became a P1, by this page. Zero where the post was there before.
    After(TimeDelta, String),
    /// Only when it was over, by this page.
    TooLate(String),
    /// No post was about it.
    Never,
    /// Why it is not known.
    NotKnown(String),
}

/// How long after its alert the page came.
#[derive(Clone, Debug, PartialEq)]
pub enum PageDelay {
    /// This long after the alert began to fire; what was between two samples is not known.
    After {
        at_least: TimeDelta,
        at_most: TimeDelta,
        evidence: Evidence,
    },
    /// Somebody opened it by hand, and no alert fired before that.
    ByHand,
    NotKnown,
}

/// The first acknowledgement by a human.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAcknowledgement {
    pub by: Person,
    pub at: DateTime<Utc>,
    /// How often it went to another level before.
    pub escalations: usize,
}

/// A verdict of a time-box, with what is left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: TimeBoxVerdict,
    pub address: Option<String>,
    pub text: String,
}

/// The facts of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Postmortem {
    /// The first moment at which an alert of it fired or a probe of its places failed. None: not known.
    pub impact_begins: Option<Moment>,
    /// The first moment after the last trouble, where it was well for [`WELL_FOR`] after that. None: not known.
    pub impact_ends: Option<Moment>,
    pub found_by: FoundBy,
    pub p1: P1,
    pub acknowledged: Option<FirstAcknowledgement>,
    /// How long nobody owned it. None: not known.
    pub unowned: Option<TimeDelta>,
    /// `None` if the incident was no P1.
    pub told: Option<Told>,
    pub page: PageDelay,
    /// The time-boxes that ran out. None: not known.
    pub overruns: Option<Vec<Overrun>>,
    /// What was decided at the end of time-boxes, in their order.
    pub decisions: Vec<Decision>,
    pub timeline: Vec<Event>,
}

/// The facts.
pub fn review(input: &ReviewInput<'_>) -> Postmortem {
    let one = input.one;
    let p1 = input.p1.map_or(P1::NotKnown, |name| one.p1(name));
    let impact = Impact::new(input);
    let (impact_begins, impact_ends) = (impact.begins(), impact.ends());
    Postmortem {
        found_by: one.found_by(),
        p1,
        acknowledged: first_human_acknowledgement(input),
        unowned: unowned(one, input.is_human, input.now),
        told: told(input, p1),
        page: page_delay(input, impact.first_alert().as_ref()),
        overruns: overruns(one, input.time_boxes, input.is_human, input.now),
        decisions: decisions(one),
        timeline: timeline::timeline(input, impact_begins.as_ref(), impact_ends.as_ref()),
        impact_begins,
        impact_ends,
    }
}

fn first_human_acknowledgement(input: &ReviewInput<'_>) -> Option<FirstAcknowledgement> {
    let mut escalations = 0;
    for entry in &input.one.log {
        match (&entry.kind, &entry.agent) {
            (LogKind::Acknowledge { .. }, Some(who)) if (input.is_human)(who) => {
                return Some(FirstAcknowledgement {
                    by: who.clone(),
                    at: entry.at,
                    escalations,
                });
            }
            (LogKind::Escalate { .. }, _) => escalations += 1,
            _ => {}
        }
    }
    None
}

fn told(input: &ReviewInput<'_>, p1: P1) -> Option<Told> {
    let P1::Since(since) = p1 else {
        return None;
    };
    let dated = input.public.posts.iter();
    let first = dated
        .filter_map(|post| Some((post.since?, post)))
        .min_by_key(|(at, _)| *at);
    Some(match (first, &input.public.unknown) {
        (Some((at, post)), _) if input.one.incident.resolved_at.is_some_and(|end| at >= end) => {
            Told::TooLate(post.page.clone())
        }
        (Some((at, post)), _) => {
            Told::After((at - since).max(TimeDelta::zero()), post.page.clone())
        }
        (None, _) if !input.public.posts.is_empty() => {
            Told::NotKnown("its post does not say since when it stands".to_owned())
        }
        (None, Some(why)) => Told::NotKnown(why.clone()),
        (None, None) => Told::Never,
    })
}

fn page_delay(input: &ReviewInput<'_>, begins: Option<&Moment>) -> PageDelay {
    let created = input.one.incident.created_at;
    // Firing that began after the page did not cause it; the first sample of one that did may be a step later.
    match (begins, input.one.found_by()) {
        (Some(begins), _) if begins.at <= created + begins.within => PageDelay::After {
            at_least: (created - begins.at).max(TimeDelta::zero()),
            at_most: created - begins.at + begins.within,
            evidence: begins.evidence.clone(),
        },
        (_, FoundBy::Person) => PageDelay::ByHand,
        _ => PageDelay::NotKnown,
    }
}

fn decisions(one: &PastIncident) -> Vec<Decision> {
    let notes = one.log.iter().filter_map(|entry| match &entry.kind {
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
