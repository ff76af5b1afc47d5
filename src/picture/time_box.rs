//! The time-box of an incident, derived from PagerDuty's own log, so that every colleague's screen agrees. It begins
//! with the acknowledgement by a human with which the present, unbroken ownership began.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::clock::{Clock, ClockKind};
use crate::domain::ids::UserId;
use crate::domain::incident::{Incident, IncidentField, IncidentStatus, LogEntry, LogKind, Person};
use crate::domain::note::TimeBoxNote;
use crate::domain::now::time_after;

/// A span of ownership in the log.
#[derive(Default)]
struct Ownership {
    holders: BTreeSet<UserId>,
    since: Option<DateTime<Utc>>,
    started: Option<(DateTime<Utc>, Duration)>,
    extended: Duration,
    has_verdict: bool,
}

/// The box's clock, if one runs. `length` is the box for the incident's priority; a box that a note
/// started has the note's length. `is_human` tells people from bots.
pub fn clock(
    incident: &Incident,
    log: &[&LogEntry],
    length: Option<Duration>,
    is_human: &dyn Fn(&Person) -> bool,
) -> Option<Clock> {
    let ownership = log.iter().fold(Ownership::default(), |ownership, entry| {
        ownership.apply(entry, is_human)
    });
    if ownership.has_verdict {
        return None;
    }
    if let Some((at, length)) = ownership.started {
        return Some(box_clock(
            time_after(at, length + ownership.extended),
            false,
        ));
    }
    if incident.status != IncidentStatus::Acknowledged || !may_be_held(incident, is_human) {
        return None;
    }
    let length = length? + ownership.extended;
    match ownership.since {
        Some(since) => Some(box_clock(time_after(since, length), false)),
        None => {
            let first = incident
                .acknowledgements
                .iter()
                .filter(|ack| is_human(&ack.by))
                .map(|ack| ack.at)
                .min()?;
            Some(box_clock(time_after(first, length), true))
        }
    }
}

// The log does not list every acknowledgement that ended, but the incident lists those in force.
fn may_be_held(incident: &Incident, is_human: &dyn Fn(&Person) -> bool) -> bool {
    let mut standing = incident.acknowledgements.iter();
    let is_unread = |field| incident.unread_fields.contains(&field);
    is_unread(IncidentField::Acknowledgements) || standing.any(|ack| is_human(&ack.by))
}

fn box_clock(at: DateTime<Utc>, estimate: bool) -> Clock {
    Clock {
        kind: ClockKind::TimeBox,
        at,
        estimate,
        to: Vec::new(),
    }
}

impl Ownership {
    fn apply(mut self, entry: &LogEntry, is_human: &dyn Fn(&Person) -> bool) -> Self {
        match &entry.kind {
            LogKind::Acknowledge { .. } => {
                let human = entry.agent.as_ref().filter(|agent| is_human(agent));
                if let Some(agent) = human {
                    self.since = self.since.or(Some(entry.at));
                    self.holders.insert(agent.id.clone());
                }
                self
            }
            // Handing it to somebody who already holds it breaks nothing.
            LogKind::Assign { to } | LogKind::Escalate { to } | LogKind::Delegate { to } => {
                let kept = !to.is_empty() && to.iter().all(|who| self.holders.contains(&who.id));
                if kept { self } else { Self::default() }
            }
            LogKind::Trigger
            | LogKind::Unacknowledge
            | LogKind::Resolve
            | LogKind::Snooze { .. }
            | LogKind::Unsnooze => Self::default(),
            LogKind::Annotate { text: Some(text) } => self.apply_note(entry.at, text),
            _ => self,
        }
    }

    fn apply_note(mut self, at: DateTime<Utc>, text: &str) -> Self {
        match TimeBoxNote::parse(text) {
            Some(TimeBoxNote::Start(length)) => {
                self.started = Some((at, length));
                self.extended = Duration::ZERO;
                self.has_verdict = false;
            }
            Some(TimeBoxNote::Extend(more, _)) => self.extended += more,
            Some(TimeBoxNote::Verdict(..)) => self.has_verdict = true,
            None => {}
        }
        self
    }
}
