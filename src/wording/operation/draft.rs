//! Words for drafts.

use crate::domain::operation::{Draft, Purpose};
use crate::text::context::{ExpiringText, TextContext};
use crate::text::durations::age_since;
use crate::text::sanitize::clean;

/// The notice about drafts from an earlier run.
pub fn drafts_found(count: usize) -> String {
    match count {
        1 => "1 draft was not sent: u continues it".to_owned(),
        many => format!("{many} drafts were not sent: u continues the latest"),
    }
}

/// The notice if there is no draft to continue. `foreign` counts the drafts for other PagerDuty accounts.
pub fn no_drafts(foreign: usize) -> String {
    match foreign {
        0 => "no drafts: every typed text was sent or discarded".to_owned(),
        1 => "no draft for this PagerDuty account; 1 for another stays on the disk".to_owned(),
        many => format!("no draft for this PagerDuty account; {many} for another stay on the disk"),
    }
}

/// How many drafts wait to be sent.
pub fn unsent_drafts(count: usize) -> String {
    match count {
        1 => "1 draft not sent".to_owned(),
        many => format!("{many} drafts not sent"),
    }
}

/// Describes an unsent draft, without the key that continues it.
pub fn describe_draft(draft: &Draft, ctx: &TextContext) -> ExpiringText {
    let what = match draft.purpose {
        Purpose::Note => "a note",
        Purpose::Extend(_) => "the reason for a longer time-box",
        Purpose::Verdict(_) => "a verdict",
        Purpose::OutageStep(_) => "a note about an outage step",
        Purpose::Declare => "the title of an incident",
    };
    let state = match draft.in_doubt {
        true => "was sent, and its arrival is not confirmed",
        false => "was not sent",
    };
    let account = match draft.account {
        Some(_) => "",
        None => ", for an unknown account",
    };
    let age = age_since(draft.at, ctx.now);
    let text = clean(draft.text.lines().next().unwrap_or_default()).into_owned();
    age.map(|age| format!("{what} {state}, {age} ago{account}: {text}"))
}

/// Why a draft can no longer be sent, and what to do with its text.
pub fn draft_target_closed(draft: &Draft) -> String {
    let what = match draft.purpose {
        Purpose::Declare => "there is nothing left to declare".to_owned(),
        _ => match draft.incidents.first() {
            Some(about) if about.number > 0 => format!("#{} is no longer open", about.number),
            _ => "its incident is no longer open".to_owned(),
        },
    };
    format!("{what}: u again discards the draft")
}

/// The notice after a draft was discarded.
pub fn draft_dropped(draft: &Draft) -> String {
    format!("draft discarded: {}", clean(&draft.text))
}
