//! Words for the outcome of an operation.

use chrono::{DateTime, Utc};

use super::action::unavailable_reason;
use super::changes::{describe_change, describe_changes, join_names};
use super::standing::{describe_present, describe_standing, shows_in_incident};
use super::{past_tense, past_tense_of};
use crate::domain::incident::{Acknowledgement, Incident, Person};
use crate::domain::operation::{
    IncidentChange, OperationKind, OperationResult, Outcome, OutcomeDetail,
};
use crate::text::context::TextContext;
use crate::text::meaning::Meaning;
use crate::text::sanitize::clean;

/// The outcome in a sentence, followed by the incident's state: "acknowledged 03:12:09", "escalated 03:12:09, now
/// assigned to Bo (not acknowledged)".
pub fn outcome_detail(outcome: &Outcome, ctx: &TextContext) -> String {
    let done = describe_done(past_tense_of(&outcome.operation), &outcome.detail, ctx);
    let Some(incident) = outcome.read_back.as_deref() else {
        return done;
    };
    let present = || describe_present(&outcome.operation, incident, ctx);
    match &outcome.detail {
        OutcomeDetail::Diverged(changes) => {
            let is_snoozed =
                |change: &&IncidentChange| matches!(change, IncidentChange::SnoozedUntil(_));
            let snoozed = changes.iter().find(is_snoozed);
            let present = snoozed.map_or_else(present, |change| describe_change(change, ctx));
            format!("{SAID_YES} {present}")
        }
        OutcomeDetail::NotVisibleYet(_) if shows_in_incident(outcome.kind()) => {
            format!("{done}: {}", present())
        }
        _ if outcome.is_success() => done + &describe_standing(outcome.kind(), incident, ctx),
        _ => done,
    }
}

const SAID_YES: &str = "PagerDuty accepted it, but";

/// Describes an outcome in a sentence. `kind` is the operation.
pub fn describe_detail(kind: OperationKind, why: &OutcomeDetail, ctx: &TextContext) -> String {
    describe_done(past_tense(kind), why, ctx)
}

fn describe_done(done: &str, why: &OutcomeDetail, ctx: &TextContext) -> String {
    match why {
        OutcomeDetail::Confirmed {
            at,
            response_lost: lost,
            other_acks: others,
        } => {
            let lost = if *lost {
                "; the answer was lost, a second read confirmed it"
            } else {
                ""
            };
            let beside = other_acknowledgements(others, *at, ctx);
            format!("{done}{}{beside}{lost}", time_suffix(*at, ctx))
        }
        OutcomeDetail::Already {
            by,
            at,
            other_acks: others,
        } => {
            let who = if by.is_empty() {
                String::new()
            } else {
                format!(" by {}", join_names(by))
            };
            let beside = other_acknowledgements(others, *at, ctx);
            format!("already {done}{who}{}{beside}", time_suffix(*at, ctx))
        }
        OutcomeDetail::Changed(all) => format!("not sent, {}", describe_changes(all, ctx)),
        OutcomeDetail::Resolved { by, at } => format!(
            "not sent: it was resolved{}{}, and this would reopen it and give it to you",
            by_suffix(by.as_ref()),
            time_suffix(*at, ctx)
        ),
        OutcomeDetail::Reopened { by } => format!(
            "it had just been resolved{}: your acknowledgement reopened it and it is yours now; resolve it unless you want it",
            by_suffix(by.as_ref())
        ),
        OutcomeDetail::Unavailable(why) => format!("not sent: {}", unavailable_reason(*why)),
        OutcomeDetail::ReadOnly => "not sent: read-only".to_owned(),
        OutcomeDetail::NoActor => {
            "not sent: PagerDuty does not say who you are; with an account's API key, set [me] email"
                .to_owned()
        }
        OutcomeDetail::Skipped => "not sent, because an earlier step failed".to_owned(),
        OutcomeDetail::Rejected { code, text } => api_error_text(*code, text),
        OutcomeDetail::Unreachable(why) => format!("not sent: {}", clean(why)),
        OutcomeDetail::Unverified(why) => format!(
            "unknown whether it was done: {}; check before you try again",
            clean(why)
        ),
        OutcomeDetail::NotVisibleYet(why) => format!(
            "the answer was lost ({}), and PagerDuty does not show the change yet",
            clean(why)
        ),
        OutcomeDetail::Diverged(all) if all.is_empty() => {
            format!("{SAID_YES} does not show it")
        }
        OutcomeDetail::Diverged(all) => {
            format!("{SAID_YES} {}", describe_changes(all, ctx))
        }
    }
}

/// The outcome with its incident's number: "#5001 acknowledged 03:12:09".
pub fn describe_outcome(outcome: &Outcome, ctx: &TextContext) -> String {
    let number = outcome.named_incident().map(|incident| incident.number);
    let id = outcome.incident.as_ref();
    let name = match (number, id) {
        (Some(number), _) if number > 0 => format!("#{number} "),
        (_, Some(id)) => format!("{id} "),
        _ => String::new(),
    };
    format!("{name}{}", outcome_detail(outcome, ctx))
}

/// The outcome with its incident's number and title.
pub fn describe_outcome_on(
    outcome: &Outcome,
    on: &Incident,
    title: &str,
    ctx: &TextContext,
) -> String {
    format!("#{} {}, {title}", on.number, outcome_detail(outcome, ctx))
}

/// The meaning of an outcome, which gives it its style.
pub fn outcome_meaning(outcome: &Outcome) -> Meaning {
    match outcome.result {
        OperationResult::Done => Meaning::Done,
        OperationResult::Already => Meaning::Plain,
        OperationResult::Refused => Meaning::Warning,
        OperationResult::Unknown => Meaning::Unknown,
    }
}

/// How many outcomes have each result, the worst first: "1 not done, 3 done".
pub fn outcome_counts(outcomes: &[Outcome]) -> String {
    let count =
        |result: OperationResult| outcomes.iter().filter(|one| one.result == result).count();
    let words = [
        (OperationResult::Unknown, "unknown"),
        (OperationResult::Refused, "not done"),
        (OperationResult::Already, "already so"),
        (OperationResult::Done, "done"),
    ];
    let said = words
        .into_iter()
        .map(|(result, word)| (count(result), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"));
    said.collect::<Vec<_>>().join(", ")
}

// The time has seconds, since two people may act within the same minute.
fn time_suffix(at: Option<DateTime<Utc>>, ctx: &TextContext) -> String {
    at.map_or_else(String::new, |at| {
        format!(" {}", at.with_timezone(&ctx.zone).format("%H:%M:%S"))
    })
}

// Describes other people's acknowledgements. The user's own acknowledgement was at `at`. The text gives the seconds
// between the two, so that people who acknowledge at the same time notice each other.
fn other_acknowledgements(
    others: &[Acknowledgement],
    at: Option<DateTime<Utc>>,
    ctx: &TextContext,
) -> String {
    let said = others.iter().map(|other| {
        let name = clean(&other.by.name);
        let ahead = at.map(|at| (at - other.at).num_seconds());
        match ahead {
            Some(seconds @ 0..120) => format!("; {name} acknowledged {seconds} s before you"),
            _ => format!("; {name} acknowledged{}", time_suffix(Some(other.at), ctx)),
        }
    });
    said.collect()
}

fn by_suffix(by: Option<&Person>) -> String {
    by.map_or_else(String::new, |by| format!(" by {}", clean(&by.name)))
}

fn api_error_text(code: Option<u32>, text: &str) -> String {
    let words = match code {
        Some(1001) => "not done: it is resolved already",
        Some(1002) => "not done: it is acknowledged already",
        Some(1005) => "not done: it changed in the meantime; look again",
        Some(1006) => "not done: its urgency is low, or its policy has no such level",
        Some(1007) => "not done: PagerDuty has no such user",
        Some(1008) => "not done: PagerDuty has no user with your email; check [me] email",
        Some(1011) => "not done: it cannot be reassigned now",
        Some(1012) => "not done: only an acknowledged incident can be snoozed",
        Some(1013) => "not done: a snooze lasts from 1 second to 7 days",
        Some(1014) => "not done: PagerDuty has no such policy",
        Some(1015) => "not done: nobody is on call for that policy",
        Some(1018) => "not done: PagerDuty does not allow you to do this",
        Some(1020) => "not done: PagerDuty has no such priority",
        _ => return format!("not done: {}", clean(text)),
    };
    words.to_owned()
}
