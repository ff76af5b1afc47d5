//! One escalation policy. For each of its levels: who is on call, until when, who is next, and which cases they own.

use crate::domain::case::OwnerKind;
use crate::picture::{LevelView, OnCallView, Picture, PolicyView};
use crate::text::Line;
use crate::text::sanitize::clean;
use crate::text::{Meaning, TextContext, dates};
use crate::wording::case;

/// A row of the Owners pane.
#[derive(Clone)]
pub struct RotaEntry {
    /// The part that is always shown.
    pub line: Line,
    /// The part that is shown after `line` if there is room.
    pub more: Line,
    /// The part at the right edge.
    pub right: Line,
}

/// An entry of a single line.
pub fn plain_entry(line: Line) -> RotaEntry {
    RotaEntry {
        line,
        more: Line::new(),
        right: Line::new(),
    }
}

/// A policy with its levels. `is_partial` means that a part of the rota is not known: somebody may be on call at a
/// level that looks empty.
pub fn policy_entries(policy: &PolicyView, is_partial: bool, ctx: &TextContext) -> Vec<RotaEntry> {
    let name = Line::styled(Meaning::Title, clean(&policy.name));
    let is_empty = policy.levels.iter().all(|level| level.on_call.is_empty());
    let empty_level = match (is_partial, is_empty) {
        (true, _) => Line::styled(Meaning::Unknown, case::NOT_KNOWN),
        (false, true) => Line::styled(Meaning::Nobody, case::NOBODY),
        (false, false) => Line::styled(Meaning::Dim, case::NOBODY),
    };
    let levels = policy.levels.iter();
    let levels = levels.flat_map(|level| level_entries(level, &empty_level, ctx));
    std::iter::once(plain_entry(name)).chain(levels).collect()
}

/// People who own cases but are on call at none of the levels that the screen shows.
pub fn off_call_entries(picture: &Picture, ctx: &TextContext) -> Vec<RotaEntry> {
    let title = match picture.rota_gap {
        None => "not on call",
        Some(_) => "others who hold cases",
    };
    let title = plain_entry(Line::styled(Meaning::Title, title));
    let holders = picture.off_call.iter().map(|who| RotaEntry {
        right: held_and_assigned(who, ctx),
        ..plain_entry(Line::styled(Meaning::Dim, "   ").join(on_call_line(who, ctx)))
    });
    let any = (!picture.off_call.is_empty()).then_some(title);
    any.into_iter().chain(holders).collect()
}

// The rows of a level. An empty level, or a level with only a placeholder, is normal and stays dim. There are two
// exceptions: nobody is on call for the whole policy, or the placeholder owns a case.
fn level_entries(level: &LevelView, empty_level: &Line, ctx: &TextContext) -> Vec<RotaEntry> {
    let number = format!("{:>2} ", level.level);
    if level.on_call.is_empty() {
        let line = Line::styled(Meaning::Dim, number).join(empty_level.clone());
        let more = next_on_call(level, ctx);
        return vec![RotaEntry {
            more,
            ..plain_entry(line)
        }];
    }
    let entry = |(index, who): (usize, &OnCallView)| {
        let is_first = index == 0;
        let head = if is_first { number.as_str() } else { "   " };
        RotaEntry {
            line: Line::styled(Meaning::Dim, head).join(on_call_line(who, ctx)),
            more: if is_first {
                next_on_call(level, ctx)
            } else {
                Line::new()
            },
            right: held_and_assigned(who, ctx),
        }
    };
    level.on_call.iter().enumerate().map(entry).collect()
}

fn on_call_line(who: &OnCallView, ctx: &TextContext) -> Line {
    let line = match who.kind {
        OwnerKind::Placeholder => Line::styled(on_call_meaning(who), case::NOBODY_AWAKE)
            .with(Meaning::Dim, format!(" ({})", clean(&who.who.name))),
        OwnerKind::Person => Line::styled(
            on_call_meaning(who),
            case::person_name(&who.who.name, who.is_me),
        ),
        OwnerKind::Unknown => Line::styled(on_call_meaning(who), clean(&who.who.name))
            .with(Meaning::Dim, " (a person?)"),
    };
    match who.until {
        Some(until) => line
            .with(Meaning::Dim, format!(" {} ", ctx.symbols.arrow))
            .with(Meaning::Dim, dates::short_time(until, ctx)),
        None => line,
    }
}

fn on_call_meaning(who: &OnCallView) -> Meaning {
    match who.kind {
        OwnerKind::Placeholder if who.held_cases.is_empty() => Meaning::Dim,
        OwnerKind::Placeholder => Meaning::Nobody,
        OwnerKind::Unknown => Meaning::Unknown,
        OwnerKind::Person if who.is_me => Meaning::Me,
        OwnerKind::Person => Meaning::Owner,
    }
}

// Who is on call next, and from when. The time is left out if it equals the end of the present shift, which the line
// already shows.
fn next_on_call(level: &LevelView, ctx: &TextContext) -> Line {
    let Some((who, from)) = &level.next else {
        return Line::new();
    };
    if let Some(from) = level.gap_until() {
        return Line::styled(Meaning::Dim, ", then nobody until ")
            .with(Meaning::Dim, dates::short_time(from, ctx));
    }
    let follows = level.on_call.iter().any(|it| it.until == Some(*from));
    let line = Line::styled(Meaning::Dim, format!(", then {}", clean(who)));
    if follows {
        return line;
    }
    line.with(Meaning::Dim, " ")
        .with(Meaning::Dim, dates::short_time(*from, ctx))
}

// How many of a person's cases are acknowledged, and how many are only assigned.
fn held_and_assigned(who: &OnCallView, ctx: &TextContext) -> Line {
    let held = who.held_cases.len().saturating_sub(who.unacknowledged);
    let held = held_count(held, on_call_meaning(who), ctx);
    match who.unacknowledged {
        0 => held,
        some => {
            let text = format!("{some} {}", ctx.symbols.assigned);
            held.join_spaced(1, Line::styled(Meaning::Warning, text))
        }
    }
}

/// A number of cases, followed by the symbol of an owned case. Empty for 0.
pub fn held_count(cases: usize, meaning: Meaning, ctx: &TextContext) -> Line {
    match cases {
        0 => Line::new(),
        cases => Line::styled(meaning, format!("{cases} {}", ctx.symbols.owned)),
    }
}
