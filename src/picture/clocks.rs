//! The clocks of a case: PagerDuty's automatic actions, the time-box, due times.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::owners;
use super::p1::{became_p1, is_only_probably_p1};
use super::posts::{PublicTold, must_tell_public};
use crate::domain::case::{Case, OwnerKind, Rank};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::ids::PriorityName;
use crate::domain::incident::{
    Incident, IncidentField, IncidentStatus, LogEntry, LogKind, PendingKind, Person,
};
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::time_after;
use crate::domain::time_box::TimeBox;

/// All clocks of an incident, except those that depend on the case's priority or posts.
pub fn incident_clocks(
    context: &Context<'_>,
    incident: &Incident,
    priority: Option<&PriorityName>,
) -> Vec<Clock> {
    let log = context
        .log
        .get(&incident.id)
        .map(Vec::as_slice)
        .unwrap_or_default();
    // A snooze whose time is over no longer counts, even if PagerDuty has not ended it yet.
    let snooze = snoozed_until(incident, log).filter(|until| {
        context.expire_at(*until);
        *until > context.now.wall
    });
    let length = context.policy.time_boxes.length(priority);
    let is_human = |who: &_| !owners::is_bot(context, who);
    let running_box = match snooze {
        None if !incident.lacks_log() && !may_be_snoozed(incident, log) => {
            let clock = time_box_clock(incident, log, length, &is_human);
            let clock =
                clock.filter(|clock| !clock.estimate || !is_acknowledged_ahead(context, incident));
            clock.map(|clock| Clock {
                estimate: clock.estimate || may_be_acknowledged_by_bot(context, incident),
                ..clock
            })
        }
        _ => None,
    };
    [
        snooze.map(|at| exact_clock(ClockKind::Snoozed, at)),
        escalation_clock(context, incident, log),
        incident
            .pending_at(PendingKind::Unacknowledge)
            .filter(|_| snooze.is_none())
            .map(|at| exact_clock(ClockKind::AckExpires, at)),
        incident
            .pending_at(PendingKind::Resolve)
            .map(|at| exact_clock(ClockKind::AutoResolves, at)),
        incident
            .pending_at(PendingKind::UrgencyChange)
            .map(|at| exact_clock(ClockKind::UrgencyRises, at)),
        running_box,
    ]
    .into_iter()
    .flatten()
    .collect()
}

// Whether an acknowledgement is dated in the future. A time-box cannot begin at such a date.
fn is_acknowledged_ahead(context: &Context<'_>, incident: &Incident) -> bool {
    let mut acknowledgements = incident.acknowledgements.iter();
    acknowledgements.any(|ack| context.is_in_future(ack.at))
}

// Whether one of the acknowledgers may be a bot. The acknowledgement of a bot begins no time-box.
fn may_be_acknowledged_by_bot(context: &Context<'_>, incident: &Incident) -> bool {
    let mut acknowledgers = incident.acknowledgements.iter().map(|ack| &ack.by);
    acknowledgers.any(|who| owners::owner_kind(context, who) == OwnerKind::Unknown)
}

/// A clock whose time PagerDuty gives.
pub fn exact_clock(kind: ClockKind, at: DateTime<Utc>) -> Clock {
    Clock {
        kind,
        at,
        estimate: false,
        to: Vec::new(),
    }
}

fn escalation_clock(
    context: &Context<'_>,
    incident: &Incident,
    log: &[&LogEntry],
) -> Option<Clock> {
    let at = incident.pending_at(PendingKind::Escalate)?;
    Some(Clock {
        to: owners::next_in_line(context, incident, log, at),
        ..exact_clock(ClockKind::Escalates, at)
    })
}

/// Until when an incident is snoozed. `None` if the incident is not snoozed, or if its log cannot be read. A snoozed
/// incident is acknowledged and has a snooze that is newer than its last acknowledgement or trigger. The end of the
/// snooze is in the log. If it is missing there, PagerDuty's pending un-acknowledgement has the same time.
pub fn snoozed_until(incident: &Incident, log: &[&LogEntry]) -> Option<DateTime<Utc>> {
    if incident.status != IncidentStatus::Acknowledged || incident.lacks_log() {
        return None;
    }
    let last = last_change(log)?;
    let expires = incident.pending_at(PendingKind::Unacknowledge);
    match last.kind {
        LogKind::Snooze { until } => until.or(expires),
        LogKind::Acknowledge { .. } => expires.filter(|at| {
            // The log's times are whole seconds, so an acknowledgement and a snooze may have the same time. The snooze
            // came after the acknowledgement if the acknowledgement expires when the snooze ends.
            let mut same_second = log.iter().filter(|entry| entry.at == last.at);
            same_second.any(|entry| entry.kind == LogKind::Snooze { until: Some(*at) })
        }),
        _ => None,
    }
}

// Whether the incident may be snoozed: the last change is a snooze whose end is unknown. Neither the log nor
// PagerDuty's pending actions contain the end.
fn may_be_snoozed(incident: &Incident, log: &[&LogEntry]) -> bool {
    let last = last_change(log).map(|entry| &entry.kind);
    last == Some(&LogKind::Snooze { until: None }) && !incident.knows_pending()
}

// The last log entry that changes whether the incident is acknowledged or snoozed.
fn last_change<'a>(log: &[&'a LogEntry]) -> Option<&'a LogEntry> {
    let mut entries = log.iter().rev().copied();
    entries.find(|entry| {
        matches!(
            entry.kind,
            LogKind::Acknowledge { .. }
                | LogKind::Trigger
                | LogKind::Unacknowledge
                | LogKind::Resolve
                | LogKind::Snooze { .. }
                | LogKind::Unsnooze
        )
    })
}

/// When a case of this rank is due. A case of the second priority is due at the end of the working day, and a case of
/// the third priority at the end of the working week. Lower priorities are due at the next sprint planning. The first
/// priority has no due time.
pub fn due_clock(context: &Context<'_>, rank: Rank, since: DateTime<Utc>) -> Option<Clock> {
    let calendar = &context.policy.calendar;
    let at = match rank {
        Rank::Unranked | Rank::Priority(0) => None,
        Rank::Priority(1) => calendar.end_of_working_day(since),
        Rank::Priority(2) => calendar.end_of_working_week(since),
        Rank::Priority(_) => calendar.next_sprint_planning(since),
    };
    at.map(|at| exact_clock(ClockKind::Due, at))
}

/// When the public must be told of a P1. `None` if the public was told or need not be told, or if either is not known.
/// Also `None` if the date at which the incident became a P1 is in the future.
pub fn tell_public_clock(
    context: &Context<'_>,
    case: &Case,
    told: Option<&PublicTold>,
) -> Option<Clock> {
    let incident = case.incident.as_ref()?;
    if told != Some(&PublicTold::No)
        || !must_tell_public(context, case)
        || is_only_probably_p1(context, case)
    {
        return None;
    }
    let graces = &context.policy.mismatch.graces;
    let grace = graces.get(&MismatchKind::PublicNotTold).copied();
    let began = became_p1(context, incident);
    if context.is_in_future(began.at) {
        return None;
    }
    let end = time_after(began.at, grace.unwrap_or_default());
    Some(Clock {
        estimate: began.estimate || !context.knows_rank(incident),
        ..exact_clock(ClockKind::TellPublic, end)
    })
}

/// When the next update of a post is due. The post was last updated at `posted_at`.
pub fn update_due_clock(posted_at: DateTime<Utc>, every: Duration) -> Clock {
    exact_clock(ClockKind::UpdateDue, time_after(posted_at, every))
}

// The clock of the running time-box; `None` if no time-box runs. The clock is derived from PagerDuty's own log, so that
// it is the same on every colleague's screen. `length` is the length for the incident's priority. If a note started the
// time-box, the length in the note counts instead. `is_human` distinguishes people from bots.
fn time_box_clock(
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
        estimate,
        ..exact_clock(ClockKind::TimeBox, at)
    }
}
