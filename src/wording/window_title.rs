//! The title of the terminal's window: the verdict's symbol, and the numbers of cases and hubs that need somebody.
//! People read the title on a tab or in a list of windows, when they do not see the screen.

use std::sync::Arc;

use crate::domain::case::{Case, Rank};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::hub::{Health, Tier};
use crate::domain::incident::{Incident, IncidentStatus};
use crate::domain::verdict::VerdictLevel;
use crate::picture::Picture;
use crate::text::sanitize::clean;
use crate::text::symbols::Symbols;

use super::case;
use super::verdict::{is_waiting, level_symbol};

/// The title: "✖ 1 P1 · 2 unowned". `lagging` means that the picture is out of date.
pub fn window_title(picture: Option<&Picture>, lagging: bool, symbols: &Symbols) -> String {
    let Some(picture) = picture.filter(|picture| !is_waiting(picture)) else {
        let symbol = level_symbol(VerdictLevel::Unknown, symbols);
        return format!("{symbol} hubwatch: nothing is known yet");
    };
    let verdict = picture.verdict.level;
    let level = match lagging && verdict != VerdictLevel::Critical {
        true => VerdictLevel::Unknown,
        false => verdict,
    };
    let counts: Vec<String> = [
        lagging.then(|| "not up to date".to_owned()),
        most_severe(picture),
        hubs_down(picture),
        unowned(picture),
        yours(picture),
        time_boxes_over(picture),
        not_fresh(picture),
    ]
    .into_iter()
    .flatten()
    .collect();
    let text = match counts.is_empty() {
        false => counts.join(symbols.separator),
        true => without_counts(level, picture.cases.len()),
    };
    format!("{} {text}", level_symbol(level, symbols))
}

fn without_counts(level: VerdictLevel, cases: usize) -> String {
    match (level, cases) {
        (VerdictLevel::Unknown, _) => "hubwatch: not all is known".to_owned(),
        (VerdictLevel::Ok, 0) => "hubwatch: all clear".to_owned(),
        (_, 0) => "hubwatch: something is wrong".to_owned(),
        (_, 1) => "hubwatch: 1 open case".to_owned(),
        (_, cases) => format!("hubwatch: {cases} open cases"),
    }
}

// How many open cases have the highest priority. Snoozed and muted cases do not count.
fn most_severe(picture: &Picture) -> Option<String> {
    let cases = picture.cases.iter();
    let cases = cases.filter(|case| {
        let is_known = case.rank == Rank::Priority(0) && case.priority.is_some();
        is_known && counts(case)
    });
    let name = picture.priorities.first()?;
    at_least_one(cases.count(), |count| {
        format!("{count} {}", clean(name.as_str()))
    })
}

fn hubs_down(picture: &Picture) -> Option<String> {
    let hubs = picture.hubs().filter(|hub| {
        hub.health == Health::Down && hub.spec.tier == Tier::Prod && !hub.maintenance
    });
    at_least_one(hubs.count(), |count| match count {
        1 => "1 hub down".to_owned(),
        count => format!("{count} hubs down"),
    })
}

fn unowned(picture: &Picture) -> Option<String> {
    at_least_one(picture.unowned.len(), |count| format!("{count} unowned"))
}

// How many of the user's incidents are not acknowledged.
fn yours(picture: &Picture) -> Option<String> {
    let is_triggered = |it: &Arc<Incident>| it.status == IncidentStatus::Triggered;
    let yours = picture.cases.iter().filter(|case| {
        let waits = case.incident.as_ref().is_some_and(is_triggered);
        waits && case::is_mine(case) && counts(case)
    });
    at_least_one(yours.count(), |count| format!("{count} yours"))
}

fn time_boxes_over(picture: &Picture) -> Option<String> {
    let is_over = |it: &Clock| it.kind == ClockKind::TimeBox && it.has_expired(picture.at.wall);
    let over = picture.cases.iter().filter(|case| {
        // The time-box of a case without an incident is local, so it belongs to the user.
        let is_own = case.incident.is_none() || case::is_mine(case);
        is_own && counts(case) && case.clocks.iter().any(is_over)
    });
    at_least_one(over.count(), |count| match count {
        1 => "time-box over".to_owned(),
        count => format!("{count} time-boxes over"),
    })
}

fn counts(case: &Case) -> bool {
    !case.snoozed && case.muted_by.is_none()
}

fn not_fresh(picture: &Picture) -> Option<String> {
    let missing = picture
        .sources
        .iter()
        .filter(|source| !source.state.is_fresh() || source.missing_parts().next().is_some());
    at_least_one(missing.count(), |count| match count {
        1 => "1 source missing".to_owned(),
        count => format!("{count} sources missing"),
    })
}

fn at_least_one(count: usize, text: impl FnOnce(usize) -> String) -> Option<String> {
    (count > 0).then(|| text(count))
}

#[cfg(test)]
mod tests;
