//! The clocks of the cases, and the cases in which nothing has happened for hours.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Handover;
use super::cases::{name, names};
use super::layout::Entry;
use crate::domain::case::Case;
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::ids::IncidentId;
use crate::report::postmortem::escape;
use crate::text::durations::age_since;
use crate::wording::clock::kind_name;

/// An acknowledged incident is silent if its log has had no entry for this long.
const SILENT_AFTER: TimeDelta = TimeDelta::hours(2);

/// A clock that several cases share.
struct SharedClock<'a> {
    clock: &'a Clock,
    cases: Vec<&'a Arc<Case>>,
}

/// The clocks of these cases; clocks that have run out come first. Snoozes that end after the shift are left out, since
/// they have a group of their own.
pub(super) fn clock_entries(cases: &[&Arc<Case>], handover: &Handover<'_>) -> Vec<Entry> {
    let until = handover.input.shift.until;
    let counts = |clock: &&Clock| {
        clock.kind != ClockKind::Snoozed || until.is_none_or(|until| clock.at <= until)
    };
    let clocks = cases.iter().flat_map(|case| {
        let own = case.clocks.iter().filter(counts);
        own.map(move |clock| (clock, *case))
    });
    let shared = share(clocks);
    shared
        .iter()
        .map(|one| clock_entry(one, handover))
        .collect()
}

/// The snoozes, of all cases, that end during the next shift.
pub(super) fn snooze_entries(handover: &Handover<'_>) -> Vec<Entry> {
    let shift = handover.input.shift;
    let Some(until) = shift.until else {
        return Vec::new();
    };
    let is_next = |clock: &&Clock| {
        clock.kind == ClockKind::Snoozed
            && clock.at > until
            && shift.next_until().is_none_or(|end| clock.at <= end)
    };
    let all = handover.input.picture.cases.iter();
    let clocks = all.flat_map(|case| {
        let own = case.clocks.iter().filter(is_next);
        own.map(move |clock| (clock, case))
    });
    let shared = share(clocks);
    shared
        .iter()
        .map(|one| clock_entry(one, handover))
        .collect()
}

// Merges equal clocks. A storm may have thousands of cases with the same clock.
fn share<'a>(clocks: impl Iterator<Item = (&'a Clock, &'a Arc<Case>)>) -> Vec<SharedClock<'a>> {
    let mut shared: Vec<SharedClock<'a>> = Vec::new();
    let mut known: HashMap<(ClockKind, i64, &[String]), usize> = HashMap::new();
    for (clock, case) in clocks {
        let minute = clock.at.timestamp().div_euclid(60);
        let key = (clock.kind, minute, clock.to.as_slice());
        let at = *known.entry(key).or_insert(shared.len());
        match shared.get_mut(at) {
            Some(one) => one.cases.push(case),
            None => shared.push(SharedClock {
                clock,
                cases: vec![case],
            }),
        }
    }
    shared.sort_by_key(|one| (one.clock.at, one.clock.kind));
    shared
}

fn clock_entry(one: &SharedClock<'_>, handover: &Handover<'_>) -> Entry {
    let (clock, now) = (one.clock, handover.ctx.now);
    let names = match one.cases.as_slice() {
        [only] => name(only),
        many => names(many.iter().copied()),
    };
    let about = if clock.estimate { "about " } else { "" };
    let at = format!("{about}{}", handover.times.at(clock.at));
    let line = match (clock.has_expired(now.wall), clock.kind.is_pagerduty_timer()) {
        (false, _) => format!("{at} {}: {names}", what(clock)),
        (true, true) => format!("{at} {}, awaiting PagerDuty: {names}", what(clock)),
        (true, false) => {
            let over = age_since(clock.at, now).text;
            format!("{at} **{} OVER by {over}**: {names}", what(clock))
        }
    };
    Entry {
        count: one.cases.len(),
        ..Entry::new(line)
    }
}

fn what(clock: &Clock) -> String {
    match (clock.kind, clock.to.as_slice()) {
        (ClockKind::Escalates, [one]) => format!("escalates to {}", escape(one)),
        (ClockKind::Escalates, [one, rest @ ..]) => {
            format!("escalates to {} or {} more", escape(one), rest.len())
        }
        (ClockKind::Snoozed, _) => "snooze ends".to_owned(),
        (kind, _) => kind_name(kind).to_owned(),
    }
}

/// The cases that the person acknowledged, and in which nobody has done anything for hours.
pub(super) fn silent_entries(held: &[&Arc<Case>], handover: &Handover<'_>) -> Vec<Entry> {
    let now = handover.ctx.now;
    let last = last_entries(handover);
    let silent_since = |case: &Case| {
        let incident = case.incident.as_ref().filter(|it| it.log_known)?;
        let own = case.owners.iter().filter(|owner| owner.acknowledged);
        let who = handover.input.who.person.as_ref()?;
        let acknowledged = own
            .filter(|owner| owner.who.id == who.id)
            .map(|owner| owner.since);
        let since = acknowledged.max()?;
        let entry = last.get(&incident.id).copied();
        since.max(entry).filter(|at| now.wall - *at >= SILENT_AFTER)
    };
    let all = held.iter().filter(|case| !case.snoozed);
    let mut silent: Vec<(DateTime<Utc>, &Case)> = all
        .filter_map(|case| Some((silent_since(case)?, &***case)))
        .collect();
    silent.sort_by_key(|(since, _)| *since);
    let entry = |(since, case): &(DateTime<Utc>, &Case)| {
        let age = age_since(*since, now).text;
        Entry::new(format!("silent for {age}: {}", name(case)))
    };
    silent.iter().map(entry).collect()
}

fn last_entries<'a>(handover: &Handover<'a>) -> HashMap<&'a IncidentId, DateTime<Utc>> {
    let mut last: HashMap<&IncidentId, DateTime<Utc>> = HashMap::new();
    for entry in &handover.input.picture.log {
        let at = last.entry(&entry.incident).or_insert(entry.at);
        *at = entry.at.max(*at);
    }
    last
}
