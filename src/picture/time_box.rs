//! The clock of an open incident's time-box. The clock is derived from PagerDuty's own log, so that it is the same on
//! every colleague's screen.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::clock::{Clock, ClockKind};
use crate::domain::incident::{Incident, IncidentField, IncidentStatus, LogEntry, Person};
use crate::domain::now::time_after;
use crate::domain::time_box::TimeBox;

/// The clock of the running time-box, if there is one. `length` is the priority's length; a time-box that a note
/// started has the note's length instead. `is_human` distinguishes people from bots.
pub fn clock(
    incident: &Incident,
    log: &[&LogEntry],
    length: Option<Duration>,
    is_human: &dyn Fn(&Person) -> bool,
) -> Option<Clock> {
    let time_box = log.iter().fold(TimeBox::default(), |time_box, entry| {
        time_box.apply(entry, is_human)
    });
    if time_box.has_verdict() {
        return None;
    }
    if let Some(at) = time_box.started_box_ends_at() {
        return Some(box_clock(at, false));
    }
    if incident.status != IncidentStatus::Acknowledged || !may_be_held(incident, is_human) {
        return None;
    }
    if let Some(at) = time_box.ends_at(length) {
        return Some(box_clock(at, false));
    }
    let first = incident
        .acknowledgements
        .iter()
        .filter(|ack| is_human(&ack.by))
        .map(|ack| ack.at)
        .min()?;
    Some(box_clock(
        time_after(first, time_box.extended(length?)),
        true,
    ))
}

// Whether a human may still hold the incident. The incident's list of present acknowledgements decides, since the log
// lacks the end of some acknowledgements.
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
