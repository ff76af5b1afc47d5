//! The text of a clock: a symbol or a word for its kind, and the time left.
//!
//! A clock that counts down to an action of PagerDuty says "awaiting PagerDuty" past zero, since only PagerDuty knows
//! when it has acted. A clock that asks a person to act counts up past zero.

use crate::domain::clock::{Clock, ClockKind};

use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::dates::short_time;
use crate::text::durations::{age_since, remaining};
use crate::text::meaning::Meaning;
use crate::text::sanitize::clean;

/// A clock with fewer seconds left than this is urgent.
const URGENT_SECONDS: i64 = 5 * 60;

/// The clock's present text: "↑ Bo in 3h48m", "◔ 4m left", "due Fri 17:00".
pub fn countdown(clock: &Clock, form: TextLength, ctx: &TextContext) -> ExpiringText {
    match (
        clock.has_expired(ctx.now.wall),
        clock.kind.is_pagerduty_timer(),
    ) {
        (false, _) => running(clock, form, ctx),
        (true, true) => awaiting_pagerduty(clock, form, ctx),
        (true, false) => overdue(clock, form, ctx),
    }
}

/// The text for a column that is too narrow for the short form: "closes 3h48m", "due 13h48m", "awaiting PD".
pub fn countdown_narrow(clock: &Clock, ctx: &TextContext) -> ExpiringText {
    let is_over = clock.has_expired(ctx.now.wall);
    match clock.kind {
        ClockKind::AutoResolves if !is_over => {
            with_estimate(clock, ctx, remaining(clock.at, ctx.now))
                .map(|left| format!("closes {left}"))
        }
        ClockKind::AckExpires if !is_over => {
            with_estimate(clock, ctx, remaining(clock.at, ctx.now))
                .map(|left| format!("ack {left}"))
        }
        ClockKind::UpdateDue if !is_over => with_estimate(clock, ctx, remaining(clock.at, ctx.now))
            .map(|left| format!("upd {left}")),
        ClockKind::UpdateDue => age_since(clock.at, ctx.now)
            .map(|over| format!("UPD OVER {}{over}", estimate_mark(clock, ctx))),
        ClockKind::TellPublic if is_over => age_since(clock.at, ctx.now)
            .map(|over| format!("TELL {}{over}", estimate_mark(clock, ctx))),
        // The column has no room for a time of day.
        ClockKind::Due if !is_over => {
            let mark = estimate_mark(clock, ctx);
            remaining(clock.at, ctx.now).map(|left| format!("due {mark}{left}"))
        }
        kind if is_over && kind.is_pagerduty_timer() => ExpiringText::fixed("awaiting PD"),
        _ => self::countdown(clock, TextLength::Short, ctx),
    }
}

/// The meaning of a clock, by how urgent it is.
pub fn meaning(clock: &Clock, ctx: &TextContext) -> Meaning {
    let seconds = clock.remaining(ctx.now.wall).num_seconds();
    match clock.kind {
        ClockKind::Snoozed => Meaning::Dim,
        _ if clock.has_expired(ctx.now.wall) => Meaning::ClockOver,
        _ if seconds < URGENT_SECONDS => Meaning::ClockUrgent,
        _ => Meaning::Clock,
    }
}

fn running(clock: &Clock, form: TextLength, ctx: &TextContext) -> ExpiringText {
    let words = |long: &'static str, short: &'static str| {
        if form == TextLength::Long {
            long
        } else {
            short
        }
    };
    let left = with_estimate(clock, ctx, remaining(clock.at, ctx.now));
    let symbols = ctx.symbols;
    left.map(|left| match clock.kind {
        ClockKind::Escalates => escalates(clock, &left, form, ctx),
        ClockKind::TimeBox => format!("{} {left}{}", symbols.time_box, words(" left", "")),
        ClockKind::AckExpires => format!("{} {left}", words("ack ends in", "ack ends")),
        ClockKind::AutoResolves => format!("{} {left}", words("PagerDuty closes in", "PD closes")),
        ClockKind::UrgencyRises => format!("{} {left}", words("starts paging in", "pages in")),
        ClockKind::Snoozed => format!("{} {left}", words("snoozed", "zz")),
        ClockKind::TellPublic => format!("{} {left}", words("tell public in", "tell")),
        ClockKind::UpdateDue => format!("{} {left}", words("update due in", "update in")),
        ClockKind::Due => format!("due {left}"),
    })
}

// Shows a due time as a time of day, because people plan by it.
fn with_estimate(clock: &Clock, ctx: &TextContext, left: ExpiringText) -> ExpiringText {
    let told = match clock.kind {
        ClockKind::Due => short_time(clock.at, ctx).append(ExpiringText {
            text: String::new(),
            valid_for: (clock.at - ctx.now.wall).to_std().ok(),
        }),
        _ => left,
    };
    told.map(|text| format!("{}{text}", estimate_mark(clock, ctx)))
}

fn estimate_mark(clock: &Clock, ctx: &TextContext) -> &'static str {
    match clock.estimate {
        true => ctx.symbols.estimate,
        false => "",
    }
}

fn escalates(clock: &Clock, left: &str, form: TextLength, ctx: &TextContext) -> String {
    let arrow = ctx.symbols.escalates;
    match (escalation_target(clock), form) {
        (None, TextLength::Long) => format!("{arrow} in {left}"),
        (None, TextLength::Short) => format!("{arrow} {left}"),
        (Some(who), TextLength::Long) => format!("{arrow} {who} in {left}"),
        (Some(who), TextLength::Short) => format!("{arrow} {who} {left}"),
    }
}

fn escalation_target(clock: &Clock) -> Option<String> {
    match clock.to.as_slice() {
        [] => None,
        [one] => Some(clean(one).into_owned()),
        [one, other] => Some(format!("{} or {}", clean(one), clean(other))),
        [one, rest @ ..] => Some(format!("{} or {} more", clean(one), rest.len())),
    }
}

fn awaiting_pagerduty(clock: &Clock, form: TextLength, ctx: &TextContext) -> ExpiringText {
    let what = match clock.kind {
        ClockKind::Escalates => ctx.symbols.escalates,
        ClockKind::AckExpires => "ack",
        ClockKind::AutoResolves => "close",
        ClockKind::UrgencyRises => "paging",
        _ => "snooze",
    };
    let whom = if form == TextLength::Long {
        "PagerDuty"
    } else {
        "PD"
    };
    ExpiringText::fixed(format!("{what} awaiting {whom}"))
}

// The capitals distinguish a clock past zero from a running clock even without colour.
fn overdue(clock: &Clock, form: TextLength, ctx: &TextContext) -> ExpiringText {
    let mark = estimate_mark(clock, ctx);
    age_since(clock.at, ctx.now).map(|over| match (clock.kind, form) {
        (ClockKind::TimeBox, TextLength::Long) => {
            format!("{} OVER by {mark}{over}", ctx.symbols.time_box)
        }
        (ClockKind::TimeBox, TextLength::Short) => {
            format!("{} OVER {mark}{over}", ctx.symbols.time_box)
        }
        (ClockKind::TellPublic, TextLength::Long) => format!("TELL PUBLIC, OVER {mark}{over}"),
        (ClockKind::TellPublic, TextLength::Short) => format!("TELL OVER {mark}{over}"),
        (ClockKind::UpdateDue, TextLength::Long) => format!("update OVERDUE {mark}{over}"),
        (ClockKind::UpdateDue, TextLength::Short) => format!("update OVER {mark}{over}"),
        (_, TextLength::Long) => format!("OVERDUE {mark}{over}"),
        (_, TextLength::Short) => format!("OVER {mark}{over}"),
    })
}

/// The name of a clock's kind, for a list of all clocks.
pub fn kind_name(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::Escalates => "escalates",
        ClockKind::AckExpires => "acknowledgement ends",
        ClockKind::AutoResolves => "PagerDuty closes it",
        ClockKind::UrgencyRises => "starts paging",
        ClockKind::TimeBox => "time-box",
        ClockKind::Due => "due",
        ClockKind::TellPublic => "the public must be told",
        ClockKind::UpdateDue => "public update due",
        ClockKind::Snoozed => "snoozed",
    }
}
