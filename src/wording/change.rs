//! Words for changes since the user last looked. They describe the earlier state of a case, since its row shows the
//! present state.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::case::MutedBy;
use crate::domain::clock::ClockKind;
use crate::domain::ids::PriorityName;
use crate::domain::incident::IncidentStatus;

use super::clock;
use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::dates::short_time;
use crate::text::sanitize::clean;

/// The earlier state of a case's hub: "the hub was down" if it was down already, else "the hub went down".
pub fn hub_down(was: bool) -> String {
    let words = if was {
        "the hub was down"
    } else {
        "the hub went down"
    };
    words.to_owned()
}

/// The earlier priority: "was P3", "had no priority".
pub fn priority(was: Option<&PriorityName>) -> String {
    match was {
        None => "had no priority".to_owned(),
        Some(name) => format!("was {}", clean(name.as_str())),
    }
}

/// The earlier owners: "owner was Bo", "was unowned".
pub fn owner(was: &[Arc<str>]) -> String {
    match was {
        [] => "was unowned".to_owned(),
        [one] => format!("owner was {}", clean(one)),
        [one, rest @ ..] => format!("owners were {} +{}", clean(one), rest.len()),
    }
}

/// The earlier status of the incident: "no page was known", "was acknowledged", "its incident was closed".
pub fn status(was: Option<IncidentStatus>, has_incident: bool) -> String {
    match (was, has_incident) {
        (None, _) => "no page was known".to_owned(),
        (Some(_), false) => "its incident was closed".to_owned(),
        (Some(status), true) => format!("was {status}"),
    }
}

/// The earlier state of a snooze: "was snoozed" if the snooze ended, "snoozed since" if it began.
pub fn snoozed(was: bool) -> String {
    let words = if was { "was snoozed" } else { "snoozed since" };
    words.to_owned()
}

/// Why the verdict did not count a case before: "was silenced", "counted until now".
pub fn quiet(was: Option<MutedBy>) -> String {
    let words = match was {
        None => "counted until now",
        Some(MutedBy::Maintenance) => "was in maintenance",
        Some(MutedBy::Suppressed) => "was silenced",
        Some(MutedBy::RoutedToNobody) => "was routed to nobody",
    };
    words.to_owned()
}

/// The earlier kind of the clock: "clock was: time-box", "had no clock".
pub fn clock_kind(was: Option<ClockKind>) -> String {
    match was {
        None => "had no clock".to_owned(),
        Some(kind) => format!("clock was: {}", clock::kind_name(kind)),
    }
}

/// How many cases changed: "3 new · 1 changed · 2 cleared". The text is empty if none did.
pub fn counts(new: usize, changed: usize, cleared: usize, ctx: &TextContext) -> String {
    let parts = [(new, "new"), (changed, "changed"), (cleared, "cleared")];
    let texts = parts.into_iter().filter(|(count, _)| *count > 0);
    let texts: Vec<String> = texts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    texts.join(ctx.symbols.separator)
}

/// When a case cleared: "cleared 03:12".
pub fn cleared(at: DateTime<Utc>, form: TextLength, ctx: &TextContext) -> ExpiringText {
    let word = if form == TextLength::Long {
        "cleared"
    } else {
        "clear"
    };
    short_time(at, ctx).map(|at| format!("{word} {at}"))
}

/// Who cleared a case: "by Bo". The text is empty if it is not known who cleared the case.
pub fn cleared_by(by: Option<&str>) -> String {
    by.map_or_else(String::new, |by| format!("by {}", clean(by)))
}

/// When a source last listed a case that no source lists now: "last seen 03:12".
pub fn last_seen(at: DateTime<Utc>, form: TextLength, ctx: &TextContext) -> ExpiringText {
    let word = if form == TextLength::Long {
        "last seen"
    } else {
        "seen"
    };
    short_time(at, ctx).map(|at| format!("{word} {at}"))
}

/// How many cases have a mark of change: "3 changed".
pub fn changed_count(count: usize) -> String {
    format!("{count} changed")
}
