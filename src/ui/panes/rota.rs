//! One escalation policy: its levels, who is on call, until when, who is next, and what they hold.

use crate::domain::owner::OwnerKind;
use crate::picture::{LevelView, OnCallView, PolicyView};
use crate::say::sanitize::clean;
use crate::say::{Meaning, TextContext, case, dates};
use crate::ui::widgets::line::Line;

/// A line, what follows it where there is room, and what stands at its right.
pub struct Entry {
    /// What is always said.
    pub line: Line,
    /// What follows where it fits.
    pub more: Line,
    /// What stands at the right.
    pub right: Line,
}

/// A line alone.
pub fn plain(line: Line) -> Entry {
    Entry {
        line,
        more: Line::new(),
        right: Line::new(),
    }
}

/// A policy with its levels.
pub fn of_policy(policy: &PolicyView, ctx: &TextContext) -> Vec<Entry> {
    let name = Line::of(clean(&policy.name), Meaning::Title);
    let empty = policy.levels.iter().all(|level| level.on_call.is_empty());
    let levels = policy.levels.iter();
    let levels = levels.flat_map(|level| of_level(level, empty, ctx));
    std::iter::once(plain(name)).chain(levels).collect()
}

// An empty level, or a mailbox on one, is a night like any other until it matters: when no level of
// the policy has anyone, or when the mailbox holds a case.
fn of_level(level: &LevelView, policy_is_empty: bool, ctx: &TextContext) -> Vec<Entry> {
    let number = format!("{:>2} ", level.level);
    if level.on_call.is_empty() {
        let look = if policy_is_empty {
            Meaning::Nobody
        } else {
            Meaning::Dim
        };
        let line = Line::of(number, Meaning::Dim).text("nobody", look);
        let more = next(level, ctx);
        return vec![Entry {
            more,
            ..plain(line)
        }];
    }
    let entry = |(index, who): (usize, &OnCallView)| {
        let is_first = index == 0;
        let head = if is_first { number.as_str() } else { "   " };
        Entry {
            line: Line::of(head, Meaning::Dim).join(on_call(who, ctx)),
            more: if is_first {
                next(level, ctx)
            } else {
                Line::new()
            },
            right: held(who.held_cases.len(), look(who), ctx),
        }
    };
    level.on_call.iter().enumerate().map(entry).collect()
}

fn on_call(who: &OnCallView, ctx: &TextContext) -> Line {
    let line = match who.kind {
        OwnerKind::Placeholder => Line::of(case::NOBODY_AWAKE, look(who))
            .text(format!(" ({})", clean(&who.who.name)), Meaning::Dim),
        OwnerKind::Person => Line::of(case::person_name(&who.who.name, who.is_me), look(who)),
    };
    match who.until {
        Some(until) => line
            .text(format!(" {} ", ctx.symbols.arrow), Meaning::Dim)
            .say(dates::short_time(until, ctx), Meaning::Dim),
        None => line,
    }
}

fn look(who: &OnCallView) -> Meaning {
    match who.kind {
        OwnerKind::Placeholder if who.held_cases.is_empty() => Meaning::Dim,
        OwnerKind::Placeholder => Meaning::Nobody,
        OwnerKind::Person if who.is_me => Meaning::Me,
        OwnerKind::Person => Meaning::Owner,
    }
}

// Who comes then; the moment is the end of the shift before.
fn next(level: &LevelView, ctx: &TextContext) -> Line {
    let Some((who, from)) = &level.next else {
        return Line::new();
    };
    let follows = level.on_call.iter().any(|it| it.until == Some(*from));
    let line = Line::of(format!(", then {}", clean(who)), Meaning::Dim);
    if follows {
        return line;
    }
    line.text(" ", Meaning::Dim)
        .say(dates::short_time(*from, ctx), Meaning::Dim)
}

/// How many cases somebody holds, or nobody.
pub fn held(cases: usize, meaning: Meaning, ctx: &TextContext) -> Line {
    match cases {
        0 => Line::new(),
        cases => Line::of(format!("{cases} {}", ctx.symbols.owned), meaning),
    }
}
