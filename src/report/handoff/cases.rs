//! The cases that are handed over: the cases without an owner, and the cases of the person who leaves.

use std::collections::HashMap;
use std::sync::Arc;

use super::Handover;
use super::layout::Entry;
use super::notes::{last_note, next_step};
use crate::domain::case::{Case, Holder, Owner};
use crate::domain::clock::ClockKind;
use crate::domain::ids::CaseId;
use crate::picture::{Row, Storm};
use crate::report::postmortem::escape;
use crate::text::durations::age_since;
use crate::text::sanitize::{clean, fit};
use crate::wording::{case, checklist, source};

/// Cases of a storm share a line if there are at least this many.
const MIN_FOLDED: usize = 3;
/// At most this many items of a list are named. The rest is counted.
const MAX_NAMED: usize = 3;
const TITLE_CELLS: usize = 80;
const NOTE_CELLS: usize = 110;

/// Cases that share a line, the worst first.
pub(super) type CaseRow<'a> = Vec<&'a Arc<Case>>;

/// The open cases that the person owns.
pub(super) fn held<'a>(handover: &Handover<'a>) -> Vec<&'a Arc<Case>> {
    let all = handover.input.picture.cases.iter();
    all.filter(|case| own_hold(case, handover).is_some())
        .collect()
}

/// The open cases that nobody owns.
pub(super) fn unowned<'a>(handover: &Handover<'a>) -> Vec<&'a Arc<Case>> {
    let picture = handover.input.picture;
    let ids = picture.unowned.iter();
    ids.filter_map(|id| picture.case(id)).collect()
}

/// The open cases whose owner PagerDuty does not give. The person's own cases are left out.
pub(super) fn of_unknown_owner<'a>(handover: &Handover<'a>) -> Vec<&'a Arc<Case>> {
    let is_unknown = |case: &&Arc<Case>| {
        case.holder() == Holder::NotKnown
            && case.muted_by.is_none()
            && own_hold(case, handover).is_none()
    };
    let all = handover.input.picture.cases.iter();
    all.filter(is_unknown).collect()
}

/// The open outages that other people own.
pub(super) fn outages_of_others<'a>(handover: &Handover<'a>) -> Vec<&'a Arc<Case>> {
    let picture = handover.input.picture;
    let is_other = |case: &&Arc<Case>| {
        case::is_outage(case)
            && case.muted_by.is_none()
            && case.holder() != Holder::NotKnown
            && own_hold(case, handover).is_none()
            && !picture.unowned.contains(&case.id)
    };
    picture.cases.iter().filter(is_other).collect()
}

fn own_hold<'a>(case: &'a Case, handover: &Handover<'_>) -> Option<&'a Owner> {
    let who = handover.input.who.person.as_ref()?;
    case.owners.iter().find(|owner| owner.who.id == who.id)
}

/// The cases in rows; the cases of a storm share a row.
pub(super) fn rows<'a>(handover: &Handover<'a>, cases: &[&'a Arc<Case>]) -> Vec<CaseRow<'a>> {
    let storms = storm_by_case(handover);
    let mut rows: Vec<CaseRow<'a>> = Vec::new();
    let mut row_of_storm: HashMap<&str, usize> = HashMap::new();
    let in_storm = |case: &Case| storms.get(&case.id).map(|storm| storm.key.as_str());
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in cases.iter().filter_map(|case| in_storm(case)) {
        *counts.entry(key).or_default() += 1;
    }
    for case in cases {
        let key = in_storm(case).filter(|key| counts.get(key).is_some_and(|it| *it >= MIN_FOLDED));
        let known = key.and_then(|key| row_of_storm.get(key).copied());
        match known.and_then(|at| rows.get_mut(at)) {
            Some(row) => row.push(case),
            None => {
                if let Some(key) = key {
                    row_of_storm.insert(key, rows.len());
                }
                rows.push(vec![case]);
            }
        }
    }
    rows
}

fn storm_by_case<'a>(handover: &Handover<'a>) -> HashMap<&'a CaseId, &'a Storm> {
    let picture = handover.input.picture;
    let storms = picture.rows.iter().filter_map(|row| match row {
        Row::Storm(storm) => Some(storm),
        Row::Case(_) => None,
    });
    let cases = |storm| {
        let all = picture.storm_cases(storm);
        all.map(move |case| (&case.id, storm))
    };
    storms.flat_map(cases).collect()
}

/// The entry for a row of cases without an owner, or whose owner is not known. The entry is never cut.
pub(super) fn unowned_entry(row: &CaseRow<'_>, handover: &Handover<'_>) -> Entry {
    let since = row.iter().map(|case| case.since).min();
    let age = since.map(|since| age_since(since, handover.ctx.now).text);
    let who = match row.first() {
        Some(case) if case.holder() == Holder::NotKnown => "open".to_owned(),
        Some(case) if row.len() == 1 => case::owners(case),
        _ => case::NOBODY.to_owned(),
    };
    let line = format!(
        "{}; {who} for {}",
        head(row, handover),
        age.unwrap_or_default()
    );
    Entry {
        line: with_doubt(line, row, handover),
        detail: detail(row, handover),
        brief: brief(row),
        is_kept: true,
        count: row.len(),
    }
}

/// The entry of a row of the person's own cases. The entry of an outage is never cut.
pub(super) fn held_entry(row: &CaseRow<'_>, handover: &Handover<'_>) -> Entry {
    let states: Vec<String> = match row.as_slice() {
        [one] => own_hold(one, handover)
            .map(|owner| state(one, owner, handover))
            .into_iter()
            .collect(),
        many => states_of_many(many, handover),
    };
    let line = format!("{}; {}", head(row, handover), states.join(", "));
    Entry {
        line: with_doubt(line, row, handover),
        detail: detail(row, handover),
        brief: brief(row),
        is_kept: row.iter().any(|case| case::is_outage(case)),
        count: row.len(),
    }
}

fn state(case: &Case, owner: &Owner, handover: &Handover<'_>) -> String {
    let snooze = case.clocks.iter().find(|it| it.kind == ClockKind::Snoozed);
    let since = owner.since.map(|since| {
        let age = age_since(since, handover.ctx.now).text;
        format!(" {age} ago")
    });
    let since = since.unwrap_or_default();
    let state = match (owner.acknowledged, snooze) {
        (_, Some(clock)) => format!("snoozed until {}", handover.times.at(clock.at)),
        (true, None) if case.snoozed => "snoozed".to_owned(),
        (true, None) => format!("acknowledged{since}"),
        (false, None) => format!("only assigned{since}, not acknowledged"),
    };
    let muted = case.muted_by.map(case::quiet_reason);
    let strip = checklist::strip(case);
    [
        Some(state),
        muted.map(str::to_owned),
        strip,
        other_owners(case, owner),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

fn other_owners(case: &Case, owner: &Owner) -> Option<String> {
    let others = case.owners.iter().filter(|it| it.who.id != owner.who.id);
    let names = owner_names(others);
    (!names.is_empty()).then(|| format!("with {names}"))
}

/// The owners' names. None of them becomes "you", since another person reads the handoff.
pub(super) fn owner_names<'a>(owners: impl Iterator<Item = &'a Owner>) -> String {
    let names: Vec<String> = owners.map(|owner| escape(&owner.who.name)).collect();
    names.join(" and ")
}

fn states_of_many(cases: &[&Arc<Case>], handover: &Handover<'_>) -> Vec<String> {
    let count = |is: &dyn Fn(&Case, &Owner) -> bool| {
        let all = cases.iter();
        all.filter(|case| own_hold(case, handover).is_some_and(|owner| is(case, owner)))
            .count()
    };
    let counts = [
        (count(&|case, _| case.snoozed), "snoozed"),
        (
            count(&|case, owner| !case.snoozed && owner.acknowledged),
            "acknowledged",
        ),
        (
            count(&|case, owner| !case.snoozed && !owner.acknowledged),
            "only assigned, not acknowledged",
        ),
    ];
    let shown = counts.iter().filter(|(count, _)| *count > 0);
    shown
        .map(|(count, name)| format!("{count} {name}"))
        .collect()
}

// Adds that the cases may be over, if one of their sources is not fresh.
fn with_doubt(line: String, row: &CaseRow<'_>, handover: &Handover<'_>) -> String {
    let picture = handover.input.picture;
    let mut stale = row.iter().flat_map(|case| &case.not_fresh);
    match stale.find_map(|id| picture.source(id)) {
        Some(view) => {
            let how = source::describe_short(view, handover.ctx).text;
            format!("{line}; may be out of date: {}", escape(&how))
        }
        None => line,
    }
}

fn head(row: &CaseRow<'_>, handover: &Handover<'_>) -> String {
    let symbols = handover.ctx.symbols;
    let Some(first) = row.first() else {
        return String::new();
    };
    let title = case::title(first);
    let title = escape(&fit(&title, TITLE_CELLS, symbols.ellipsis));
    let priority = escape(&case::priority(first));
    match row.len() {
        1 => format!("{priority} {}: {title}", name(first)),
        many => format!(
            "{priority} {title} {}{many}: {}",
            symbols.times,
            names(row.iter().copied())
        ),
    }
}

fn brief(row: &CaseRow<'_>) -> String {
    let priority = row.first().map(|first| escape(&case::priority(first)));
    let names = names(row.iter().copied());
    format!("{} {names}", priority.unwrap_or_default())
}

/// "#5001 leap/prod", or only the number if the place is not known.
pub(super) fn name(one: &Case) -> String {
    let number = match &one.incident {
        Some(incident) => format!("#{}", incident.number),
        None if one.holder() == Holder::NotKnown => "incident not known".to_owned(),
        None => "no incident".to_owned(),
    };
    match case::places(one) {
        place if place.is_empty() => number,
        place => format!("{number} {}", escape(&place)),
    }
}

/// The names of the list's first cases, and the number of the others.
pub(super) fn names<'a>(cases: impl Iterator<Item = &'a Arc<Case>>) -> String {
    let all: Vec<String> = cases.map(|case| name(case)).collect();
    some_of(&all, ", ")
}

/// The first items of the list, and the number of the others.
pub(super) fn some_of(all: &[String], between: &str) -> String {
    let named: Vec<&str> = all.iter().take(MAX_NAMED).map(String::as_str).collect();
    let more = match all.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", named.join(between))
}

// The last note and the next step, if the row has a single case.
fn detail(row: &CaseRow<'_>, handover: &Handover<'_>) -> Option<String> {
    let [one] = row.as_slice() else {
        return None;
    };
    let ellipsis = handover.ctx.symbols.ellipsis;
    let cut = |text: &str| escape(&fit(&one_line(text), NOTE_CELLS, ellipsis));
    let note = last_note(one, handover.input.picture).map(|note| {
        let age = age_since(note.at, handover.ctx.now).text;
        let by = note.by.map(|by| format!(" by {}", escape(&by)));
        format!(
            "note{} {age} ago: {}",
            by.unwrap_or_default(),
            cut(&note.text)
        )
    });
    let next = next_step(one, handover.input.picture, handover.input.policy);
    let next = next.map(|(label, text)| format!("{label}: {}", cut(&text)));
    let parts: Vec<String> = note.into_iter().chain(next).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

// Cleans the text before its width is measured: removed characters must not take up cells.
fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
