//! The sentence of a clock: a symbol or a word for its kind, and what is left.
//!
//! What PagerDuty does by itself says "awaiting PagerDuty" past zero, since only PagerDuty knows when
//! it is done; what asks for a person counts up.

use chrono::{DateTime, Utc};

use crate::domain::clock::{Clock, ClockKind};

use super::durations::{ago, left};
use super::meaning::Meaning;
use super::moments::moment;
use super::sanitize::clean;
use super::voice::{Form, Said, Voice};

/// Below this a clock is urgent, in seconds.
const URGENT_SECONDS: i64 = 5 * 60;

/// What the clock says now: "↑ Bo in 3h48m", "◔ 4m left", "due Fri 17:00".
pub fn clock(clock: &Clock, form: Form, voice: &Voice) -> Said {
    match (
        clock.has_expired(voice.now.wall),
        clock.kind.is_pagerduty_timer(),
    ) {
        (false, _) => running(clock, form, voice),
        (true, true) => awaiting(clock, form, voice),
        (true, false) => overdue(clock, form, voice),
    }
}

/// The same where not even the short form fits: "closes 3h48m", "due 13h48m", "awaiting PD".
pub fn clock_narrow(clock: &Clock, voice: &Voice) -> Said {
    let is_over = clock.has_expired(voice.now.wall);
    match clock.kind {
        ClockKind::AutoResolves if !is_over => {
            about(clock, voice, left(clock.at, voice.now)).map(|left| format!("closes {left}"))
        }
        ClockKind::AckExpires if !is_over => {
            about(clock, voice, left(clock.at, voice.now)).map(|left| format!("ack {left}"))
        }
        ClockKind::UpdateDue if !is_over => {
            about(clock, voice, left(clock.at, voice.now)).map(|left| format!("upd {left}"))
        }
        ClockKind::UpdateDue => over(clock.at, voice).map(|over| format!("UPD OVER {over}")),
        // The hour of the day is what has no room.
        ClockKind::Due if !is_over => {
            let mark = if clock.estimate {
                voice.symbols.estimate
            } else {
                ""
            };
            left(clock.at, voice.now).map(|left| format!("due {mark}{left}"))
        }
        kind if is_over && kind.is_pagerduty_timer() => Said::fixed("awaiting PD"),
        _ => self::clock(clock, Form::Short, voice),
    }
}

/// How pressing the clock is.
pub fn meaning(clock: &Clock, voice: &Voice) -> Meaning {
    let seconds = clock.remaining(voice.now.wall).num_seconds();
    match clock.kind {
        ClockKind::Snoozed => Meaning::Dim,
        _ if clock.has_expired(voice.now.wall) => Meaning::ClockOver,
        _ if seconds < URGENT_SECONDS => Meaning::ClockUrgent,
        _ => Meaning::Clock,
    }
}

fn running(clock: &Clock, form: Form, voice: &Voice) -> Said {
    let words =
        |long: &'static str, short: &'static str| if form == Form::Long { long } else { short };
    let left = about(clock, voice, left(clock.at, voice.now));
    let symbols = voice.symbols;
    left.map(|left| match clock.kind {
        ClockKind::Escalates => escalates(clock, &left, form, voice),
        ClockKind::TimeBox => format!("{} {left}{}", symbols.time_box, words(" left", "")),
        ClockKind::AckExpires => format!("{} {left}", words("ack ends in", "ack ends")),
        ClockKind::AutoResolves => format!("{} {left}", words("PagerDuty closes in", "PD closes")),
        ClockKind::UrgencyRises => format!("{} {left}", words("starts paging in", "pages in")),
        ClockKind::Snoozed => format!("{} {left}", words("snoozed", "zz")),
        ClockKind::UpdateDue => format!("{} {left}", words("update due in", "update in")),
        ClockKind::Due => format!("due {left}"),
    })
}

// A due moment is told as such: people plan by the hour of the day.
fn about(clock: &Clock, voice: &Voice, left: Said) -> Said {
    let told = match clock.kind {
        ClockKind::Due => moment(clock.at, voice).then(Said {
            text: String::new(),
            valid_for: (clock.at - voice.now.wall).to_std().ok(),
        }),
        _ => left,
    };
    if clock.estimate {
        told.map(|text| format!("{}{text}", voice.symbols.estimate))
    } else {
        told
    }
}

fn escalates(clock: &Clock, left: &str, form: Form, voice: &Voice) -> String {
    let arrow = voice.symbols.escalates;
    match (to(clock), form) {
        (None, Form::Long) => format!("{arrow} in {left}"),
        (None, Form::Short) => format!("{arrow} {left}"),
        (Some(who), Form::Long) => format!("{arrow} {who} in {left}"),
        (Some(who), Form::Short) => format!("{arrow} {who} {left}"),
    }
}

fn to(clock: &Clock) -> Option<String> {
    match clock.to.as_slice() {
        [] => None,
        [one] => Some(clean(one).into_owned()),
        [one, other] => Some(format!("{} or {}", clean(one), clean(other))),
        [one, rest @ ..] => Some(format!("{} or {} more", clean(one), rest.len())),
    }
}

fn awaiting(clock: &Clock, form: Form, voice: &Voice) -> Said {
    let what = match clock.kind {
        ClockKind::Escalates => voice.symbols.escalates,
        ClockKind::AckExpires => "ack",
        ClockKind::AutoResolves => "close",
        ClockKind::UrgencyRises => "paging",
        _ => "snooze",
    };
    let whom = if form == Form::Long {
        "PagerDuty"
    } else {
        "PD"
    };
    Said::fixed(format!("{what} awaiting {whom}"))
}

// In capitals: it must not take a colour to tell what is late from what runs.
fn overdue(clock: &Clock, form: Form, voice: &Voice) -> Said {
    let mark = if clock.estimate {
        voice.symbols.estimate
    } else {
        ""
    };
    over(clock.at, voice).map(|over| match (clock.kind, form) {
        (ClockKind::TimeBox, Form::Long) => {
            format!("{} OVER by {mark}{over}", voice.symbols.time_box)
        }
        (ClockKind::TimeBox, Form::Short) => {
            format!("{} OVER {mark}{over}", voice.symbols.time_box)
        }
        (ClockKind::UpdateDue, Form::Long) => format!("update OVERDUE {mark}{over}"),
        (ClockKind::UpdateDue, Form::Short) => format!("update OVER {mark}{over}"),
        (_, Form::Long) => format!("OVERDUE {mark}{over}"),
        (_, Form::Short) => format!("OVER {mark}{over}"),
    })
}

fn over(at: DateTime<Utc>, voice: &Voice) -> Said {
    ago(at, voice.now)
}

/// The name of a clock's kind, for a list of all clocks.
pub fn kind(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::Escalates => "escalates",
        ClockKind::AckExpires => "acknowledgement ends",
        ClockKind::AutoResolves => "PagerDuty closes it",
        ClockKind::UrgencyRises => "starts paging",
        ClockKind::TimeBox => "time-box",
        ClockKind::Due => "due",
        ClockKind::UpdateDue => "update to the public due",
        ClockKind::Snoozed => "snoozed",
    }
}
