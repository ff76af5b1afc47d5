//! Time-boxes of a past incident that ran out without a decision.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::past_incident::PastIncident;
use crate::domain::ids::PriorityName;
use crate::domain::incident::{LogKind, Person};
use crate::domain::note::TimeBoxNote;
use crate::domain::policy::TimeBoxes;
use crate::domain::time_box::TimeBox;

/// A time-box that ran out. If somebody extends the box and it runs out again, that is a second overrun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// When the time-box ran out.
    pub at: DateTime<Utc>,
    /// How long the overrun lasted. An overrun ends when somebody decides, extends the box or hands the incident over.
    /// It also ends when the incident gets a priority without a box. An overrun that has not ended lasts until now.
    pub over: TimeDelta,
    /// Whether a note gave a verdict at `at` or later. A note that was written after the incident's end also counts.
    pub has_verdict: bool,
}

/// The overruns of an incident's time-boxes, the earliest first. The lengths come from `boxes`, as configured now.
/// `None` if the incident's log is not known.
pub fn overruns(
    one: &PastIncident,
    boxes: &TimeBoxes,
    is_human: &dyn Fn(&Person) -> bool,
    now: DateTime<Utc>,
) -> Option<Vec<Overrun>> {
    if !one.incident.log_known {
        return None;
    }
    let mut state = TimeBox::default();
    let mut given = GivenLength {
        length: boxes.length(first_priority(one).as_ref()),
        since: one.incident.created_at,
    };
    let mut found = Vec::new();
    let end = one.ended(now);
    for entry in &one.log {
        add(&mut found, &state, given, entry.at.min(end));
        if let LogKind::PriorityChange { to, .. } = &entry.kind {
            given = given.changed(boxes.length(to.as_ref()), entry.at);
        }
        state = state.apply(entry, is_human);
    }
    add(&mut found, &state, given, end);
    for overrun in &mut found {
        overrun.has_verdict = verdicts(one).any(|at| at >= overrun.at);
    }
    Some(found)
}

/// The length of a time-box for the incident's priority.
#[derive(Clone, Copy)]
struct GivenLength {
    length: Option<Duration>,
    /// When the incident's priority last changed between one with a time-box and one without. Without such a change,
    /// the incident's creation.
    since: DateTime<Utc>,
}

impl GivenLength {
    fn changed(self, length: Option<Duration>, at: DateTime<Utc>) -> Self {
        let since = match length.is_some() == self.length.is_some() {
            true => self.since,
            false => at,
        };
        Self { length, since }
    }
}

// Records an overrun if the box ran out before `until`, the time of the next entry. If the box has an overrun already,
// the overrun becomes longer. A box that no note started cannot have run out before `given.since`, since the priority
// had no box until then.
fn add(found: &mut Vec<Overrun>, state: &TimeBox, given: GivenLength, until: DateTime<Utc>) {
    let Some(at) = state.ends_at(given.length) else {
        return;
    };
    let at = match state.started_box_ends_at() {
        Some(at) => at,
        None => at.max(given.since),
    };
    let over = until - at;
    match found.last_mut() {
        Some(last) if last.at == at => last.over = last.over.max(over),
        _ if over > TimeDelta::zero() => found.push(Overrun {
            at,
            over,
            has_verdict: false,
        }),
        _ => {}
    }
}

// The priority before the first change. If there was no change, the present priority.
fn first_priority(one: &PastIncident) -> &Option<PriorityName> {
    let mut kinds = one.log.iter().map(|entry| &entry.kind);
    let first = kinds.find_map(|kind| match kind {
        LogKind::PriorityChange { from, .. } => Some(from),
        _ => None,
    });
    first.unwrap_or(&one.incident.priority)
}

fn verdicts(one: &PastIncident) -> impl Iterator<Item = DateTime<Utc>> {
    one.log.iter().filter_map(|entry| match &entry.kind {
        LogKind::Annotate { text: Some(text) } => {
            let note = TimeBoxNote::parse(text)?;
            matches!(note, TimeBoxNote::Verdict(..)).then_some(entry.at)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
