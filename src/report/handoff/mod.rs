//! The handoff at the end of a shift, in Markdown. [`MAX_LINES`] keeps it so short that it can be read in two minutes.

mod around;
mod cases;
mod clocks;
mod layout;
mod missing;
mod notes;
pub mod person;
pub mod shift;
mod times;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::cases::some_of;
use self::layout::{Entry, Group, fit_groups};
use self::shift::{Shift, Successor};
use self::times::Times;
use super::postmortem::escape;
use crate::domain::case::Case;
use crate::domain::clock::ClockKind;
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::incident::{Incident, Person};
use crate::domain::policy::Policy;
use crate::picture::Picture;
use crate::review::owed::OwedReading;
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::clean_ascii;
use crate::text::symbols::ASCII;
use crate::wording::{case, verdict};

/// The most lines of a handoff.
pub const MAX_LINES: usize = 40;

/// The person who hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The person's name in PagerDuty, or else the name from the command line or the configuration.
    pub label: String,
    /// `None` if PagerDuty's users are not known.
    pub person: Option<Person>,
}

/// A disk, and when it will be full at its rate of the last hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskForecast {
    pub hub: HubKey,
    /// The signal of the disk, which holds the home directories or the database.
    pub signal: Signal,
    pub full_at: DateTime<Utc>,
}

/// The forecasts of the fullest disks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskForecasts {
    pub forecasts: Vec<DiskForecast>,
    /// How many hubs were queried.
    pub asked: usize,
    /// How many hubs were left out because their signals are not fresh.
    pub stale: usize,
    /// Hubs whose Prometheus did not answer, each with the reason.
    pub failed: Vec<String>,
}

/// The data that a handoff is made of.
#[derive(Clone, Copy)]
pub struct HandoffInput<'a> {
    pub picture: &'a Picture,
    pub policy: &'a Policy,
    pub who: &'a Outgoing,
    pub shift: &'a Shift,
    /// PagerDuty's incidents, including those that were resolved during the last day.
    pub incidents: &'a [Arc<Incident>],
    pub disks: &'a DiskForecasts,
    /// The work that is owed after outages, or why it is not known.
    pub owed: Result<&'a OwedReading, &'a str>,
}

/// The handoff's text, and whether all data for it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handoff {
    pub text: String,
    pub is_complete: bool,
}

/// The input and the context for texts.
struct Handover<'a> {
    input: HandoffInput<'a>,
    ctx: &'a TextContext,
    times: Times,
}

/// Renders the handoff. The zone of `ctx` is the zone of the person who prints it.
pub fn markdown(input: HandoffInput<'_>, ctx: &TextContext) -> Handoff {
    let handover = Handover {
        input,
        ctx,
        times: Times::new(input.policy.calendar.zone, ctx),
    };
    let held = cases::held(&handover);
    let unowned = cases::unowned(&handover);
    let missing = missing::missing(&held, &handover);
    let groups = groups(&held, &unowned, &handover);
    let mut head = head(&held, &unowned, &handover);
    let mut around = vec![String::new(), "## Also".to_owned()];
    let lines = around::lines(&handover).into_iter();
    around.extend(lines.map(|line| format!("- {line}")));
    if !missing.is_empty() {
        head.push(format!("- **Not known**: {}", some_of(&missing, "; ")));
    }
    let room = MAX_LINES.saturating_sub(head.len() + around.len());
    let body = fit_groups(&groups, room);
    let lines = head.into_iter().chain(body).chain(around);
    Handoff {
        text: lines.map(|line| in_symbols(&line, ctx) + "\n").collect(),
        is_complete: missing.is_empty()
            && input.picture.verdict.complete
            && input.owed.is_ok_and(|reading| reading.unread.is_empty()),
    }
}

fn in_symbols(line: &str, ctx: &TextContext) -> String {
    match ctx.symbols.ascii_only {
        true => clean_ascii(line).into_owned(),
        false => line.to_owned(),
    }
}

fn head(held: &[&Arc<Case>], unowned: &[&Arc<Case>], handover: &Handover<'_>) -> Vec<String> {
    let input = &handover.input;
    let (ctx, times) = (handover.ctx, &handover.times);
    let who = escape(&input.who.label);
    let next = input.shift.next.iter().map(|next| escape(&next.who.name));
    let next: Vec<String> = next.collect();
    let to = match next.is_empty() {
        true => String::new(),
        false => format!(" {} {}", ctx.symbols.arrow, next.join(" and ")),
    };
    let until = input.shift.until;
    let when = until.map(|until| format!(", {}", times.dated(until)));
    let level = verdict::level_name(input.picture.verdict.level, TextLength::Long);
    let summary = verdict::summary(input.picture, ctx.symbols);
    // The ASCII separator has a `|`, which Markdown would escape. So the separator is replaced.
    let summary = escape(&summary.replace(ASCII.separator, "; "));
    let outages = held.iter().filter(|case| case::is_outage(case)).count();
    let overrun = held.iter().filter(|case| has_overrun_box(case, ctx));
    let boxes = match held.iter().any(|case| is_log_unread(case)) {
        true => format!("at least {}", overrun.count()),
        false => overrun.count().to_string(),
    };
    let counts = match is_pagerduty_known(handover) {
        true => format!(
            "nobody owns {}; {who} holds {}, {outages} of them outages; boxes overrun: {boxes}",
            unowned.len(),
            held.len(),
        ),
        false => format!("unowned cases and those that {who} holds are not known"),
    };
    vec![
        format!("# Handoff: {who}{to}{}", when.unwrap_or_default()),
        String::new(),
        format!("- {}; times in {}", shift_text(handover), times.zones(ctx)),
        format!("- **{level}** as of {}: {summary}", times.at(ctx.now.wall)),
        format!("- In hand: {counts}"),
    ]
}

fn has_overrun_box(case: &Case, ctx: &TextContext) -> bool {
    let mut clocks = case.clocks.iter();
    clocks.any(|it| it.kind == ClockKind::TimeBox && it.has_expired(ctx.now.wall))
}

// Whether the incident's log could not be read. Without the log, the incident's time-box is not known.
fn is_log_unread(case: &Case) -> bool {
    let incident = case.incident.as_ref();
    incident.is_some_and(|incident| !incident.log_known)
}

fn is_pagerduty_known(handover: &Handover<'_>) -> bool {
    let view = missing::pagerduty(handover);
    handover.input.who.person.is_some() && view.is_some_and(|view| view.requested_at.is_some())
}

// The line about the shift: "Shift Sat 17:00 – Sun 17:00, then Bo until Mon 09:00".
fn shift_text(handover: &Handover<'_>) -> String {
    let (shift, times) = (handover.input.shift, &handover.times);
    let dash = handover.ctx.symbols.dash;
    let span = match (shift.from, shift.until) {
        (Some(from), Some(until)) => format!("{} {dash} {}", times.at(from), times.at(until)),
        (None, Some(until)) => format!("until {}", times.at(until)),
        (_, None) => "not known".to_owned(),
    };
    let next = |next: &Successor| {
        let from = next.from.map(|from| {
            let gap = match next.nobody_before {
                true => ", no person at level 1 before,",
                false => "",
            };
            format!(" from {}{gap}", times.at(from))
        });
        let until = next
            .until
            .map(|until| format!(" until {}", times.at(until)));
        format!(
            "{}{}{}",
            escape(&next.who.name),
            from.unwrap_or_default(),
            until.unwrap_or_default()
        )
    };
    let all: Vec<String> = shift.next.iter().map(next).collect();
    match all.is_empty() {
        true => format!("Shift {span}; the rota does not say who is next"),
        false => format!("Shift {span}, then {}", all.join(" and ")),
    }
}

// The most urgent group is at the top, since a handoff that is too long is cut from its end.
fn groups(held: &[&Arc<Case>], unowned: &[&Arc<Case>], handover: &Handover<'_>) -> Vec<Group> {
    let who = escape(&handover.input.who.label);
    // The clocks of other people's outages are listed too, because the next person also looks at those outages first.
    let others = cases::outages_of_others(handover);
    let timed = unowned.iter().chain(held).chain(&others).copied();
    let mut timed: Vec<&Arc<Case>> = timed.collect();
    let mut seen = std::collections::HashSet::new();
    timed.retain(|case| seen.insert(&case.id));
    let unowned = cases::rows(handover, unowned).into_iter();
    let unknown = cases::of_unknown_owner(handover);
    let unknown = cases::rows(handover, &unknown).into_iter();
    let held_rows = cases::rows(handover, held).into_iter();
    let group = |heading: String, entries: Vec<Entry>| Group { heading, entries };
    let all = vec![
        group(
            "Nobody owns".to_owned(),
            unowned
                .map(|row| cases::unowned_entry(&row, handover))
                .collect(),
        ),
        group(
            "Owner not known".to_owned(),
            unknown
                .map(|row| cases::unowned_entry(&row, handover))
                .collect(),
        ),
        group(
            format!("{who} holds"),
            held_rows
                .map(|row| cases::held_entry(&row, handover))
                .collect(),
        ),
        group("Clocks".to_owned(), clocks::clock_entries(&timed, handover)),
        group(
            "Acknowledged and silent".to_owned(),
            clocks::silent_entries(held, handover),
        ),
        group(
            "Snoozes that end in the next shift".to_owned(),
            clocks::snooze_entries(handover),
        ),
    ];
    let is_filled = |group: &Group| !group.entries.is_empty();
    all.into_iter().filter(is_filled).collect()
}
