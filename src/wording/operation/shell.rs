//! Words for operations from a shell: prompts before sending, and reasons why nothing was sent.

use super::{choice_label, describe_detail};
use crate::domain::case::Case;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    CaseDoubt, Choice, LookupKind, NotSent, NotSentReason, OperationKind,
};
use crate::text::context::TextContext;
use crate::text::sanitize::clean;
use crate::wording::case;

/// A list names at most this many items.
const MAX_LISTED: usize = 12;

/// The question at which the command waits for an answer.
pub const CONFIRM_PROMPT: &str = "send it? [y/N] ";

/// The error if a command must ask for confirmation and has no terminal.
pub const NO_TERMINAL: &str =
    "nothing was sent: the command asks for confirmation, and there is no terminal
  --yes                    skips the question";

/// Describes an incident in one line: number, title, place, priority, state and owner.
pub fn describe_incident(incident: &Incident, on: Option<&Case>, ctx: &TextContext) -> String {
    let title = on.map_or_else(|| case::display_name(&incident.title), case::title);
    let priority = incident.priority.as_ref().map_or_else(
        || "no priority".to_owned(),
        |name| clean(name.as_str()).into_owned(),
    );
    let parts = [
        format!("#{} {title}", incident.number),
        on.map(case::places_long).unwrap_or_default(),
        priority,
        incident.status.to_string(),
        on.map(case::owner_text).unwrap_or_default(),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(ctx.symbols.separator)
}

/// Why nothing was sent, with the incident's number or name before the reason.
pub fn describe_not_sent(unsent: &NotSent, ctx: &TextContext) -> String {
    let name = match (unsent.number, &unsent.incident) {
        (Some(number), _) => format!("#{number} "),
        // An id stays as it was typed; a number gets a `#`.
        (None, Some(id)) if id.as_str().bytes().all(|b| b.is_ascii_digit()) => format!("#{id} "),
        (None, Some(id)) => format!("{id} "),
        (None, None) => String::new(),
    };
    format!(
        "{name}{}",
        not_sent_reason(unsent.kind, &unsent.reason, ctx)
    )
}

/// The reason why nothing was sent.
pub fn not_sent_reason(kind: OperationKind, reason: &NotSentReason, ctx: &TextContext) -> String {
    match reason {
        NotSentReason::Blocked(because) => describe_detail(kind, because, ctx),
        NotSentReason::Unconfirmed => "not confirmed".to_owned(),
        NotSentReason::Interrupted => "not sent: interrupted".to_owned(),
        NotSentReason::NoIncident => "not sent: PagerDuty has no such incident".to_owned(),
        NotSentReason::NotFound(sought, wanted, there) => {
            let there = match there.as_slice() {
                [] => String::new(),
                there => format!("; there is {}", list_names(there)),
            };
            format!(
                "not sent: {} \u{201c}{}\u{201d}{there}",
                none_found(*sought),
                clean(wanted)
            )
        }
        NotSentReason::Ambiguous(sought, wanted, found) => format!(
            "not sent: \u{201c}{}\u{201d} matches several {}: {}",
            clean(wanted),
            plural_noun(*sought),
            list_names(found)
        ),
        NotSentReason::NeedsAddress(name, addresses) => format!(
            "not sent: \u{201c}{}\u{201d} is a person: give the email, {}",
            clean(name),
            list_names(addresses)
        ),
        NotSentReason::NoCase(case) => format!(
            "not sent: there is no case {case}; the dashboard's case page and `hubwatch check --format json` show the ids"
        ),
        NotSentReason::CaseHasIncident(case, number) => format!(
            "not sent: {case} has an open incident, #{number}: take it or write a note on it (hubwatch take {number}); a second one would page again"
        ),
        NotSentReason::NoSuchLevel(level, levels) => format!(
            "not sent: its policy has no level {level}; there is {}",
            list_levels(levels)
        ),
        NotSentReason::NoLevel(levels) if levels.is_empty() => {
            "not sent: the present level is not known; give the LEVEL to escalate to".to_owned()
        }
        NotSentReason::NoLevel(levels) => format!(
            "not sent: the present level is not known, or is the last; give the LEVEL to escalate to ({})",
            list_levels(levels)
        ),
    }
}

fn list_levels(levels: &[Choice]) -> String {
    let levels: Vec<_> = levels.iter().map(choice_label).collect();
    levels.join("; ")
}

/// A sentence that says what is not known about the case for which an incident is to be declared.
pub fn describe_case_doubt(doubt: &CaseDoubt) -> String {
    let list = |sources: &[String]| clean(&sources.join(", ")).into_owned();
    match doubt {
        CaseDoubt::NotSeen(case, sources) if sources.is_empty() => {
            format!("unknown whether {case} exists: no configured source could show it")
        }
        CaseDoubt::NotSeen(case, sources) => format!(
            "unknown whether {case} exists: no full answer from {}",
            list(sources)
        ),
        CaseDoubt::IncidentNotKnown(case, sources) => format!(
            "unknown whether {case} has an open incident: no full answer from {}",
            list(sources)
        ),
        CaseDoubt::MayHaveIncident(case, incident) => format!(
            "#{} {} ({}) may be {case}'s incident: a second one would page again",
            incident.number,
            clean(&incident.title),
            incident.status
        ),
    }
}

fn none_found(sought: LookupKind) -> &'static str {
    match sought {
        LookupKind::Assignee => "no user has the email and no policy the name",
        LookupKind::Policy => "there is no policy",
        LookupKind::Service => "there is no service",
        LookupKind::Priority => "there is no priority",
    }
}

fn plural_noun(sought: LookupKind) -> &'static str {
    match sought {
        LookupKind::Assignee => "people",
        LookupKind::Policy => "policies",
        LookupKind::Service => "services",
        LookupKind::Priority => "priorities",
    }
}

fn list_names(names: &[String]) -> String {
    let shown = names.iter().take(MAX_LISTED).map(|name| clean(name));
    let mut shown = shown.collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
    shown
}

/// The note about a text that was saved as a draft. If `in_doubt`, PagerDuty may have received the text. Otherwise
/// PagerDuty did not receive it.
pub fn text_kept(in_doubt: bool) -> &'static str {
    match in_doubt {
        true => {
            "the text is kept as a draft: the dashboard checks PagerDuty for it before sending it again"
        }
        false => "the text is kept as a draft: the dashboard can continue it",
    }
}
