//! What is said in a shell: what is asked before anything is sent, and why something was not.

use super::{deed as named, goes_to, offer, outcome, warning, why};
use crate::domain::case::Case;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Choice, LookupKind, NotSent, NotSentReason, Operation, OperationKind, Outcome, Warning,
};
use crate::say::case;
use crate::say::sanitize::clean;
use crate::say::voice::Voice;

/// So many names are listed.
const NAMED: usize = 12;

/// What a shell asks, before a yes or no.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What is to be done.
    pub deed: &'a Operation,
    /// To which incidents, each with its case where one is open.
    pub on: &'a [(&'a Incident, Option<&'a Case>)],
    /// What they were before, where it is asked again since they changed.
    pub changed: &'a [Outcome],
    /// The level that it would go to, with who is on call there.
    pub level: Option<&'a Choice>,
    /// What must be known before.
    pub warnings: &'a [Warning],
}

/// The question, line by line, without the last one that waits for the answer.
pub fn asked(asked: &Asked<'_>, voice: &Voice) -> Vec<String> {
    let again = asked.changed.iter();
    let again = again.map(|one| marked(&outcome(one, voice), voice));
    let mut lines: Vec<String> = again.collect();
    lines.push(named(asked.deed, voice));
    let on = asked.on.iter();
    lines.extend(on.map(|(incident, case)| format!("  {}", about(incident, *case, voice))));
    lines.extend(particulars(asked.deed).into_iter().map(indented));
    lines.extend(asked.level.map(|level| indented(goes_to(level))));
    let warnings = asked.warnings.iter().map(warning);
    lines.extend(warnings.map(|text| marked(&text, voice)));
    lines
}

/// The line that waits for the answer.
pub const CONFIRM: &str = "send it? [y/N] ";

/// Nobody is there who could be asked.
pub const NOBODY_TO_ASK: &str =
    "nothing was sent: this asks first, and there is no terminal to ask on
  --yes                    does it without asking";

fn marked(text: &str, voice: &Voice) -> String {
    format!("{} {text}", voice.symbols.mismatch)
}

fn indented(text: String) -> String {
    format!("  {text}")
}

/// An incident in a line: number, title, place, priority, state and owner.
pub fn about(incident: &Incident, on: Option<&Case>, voice: &Voice) -> String {
    let title = on.map_or_else(|| case::named(&incident.title), case::title);
    let priority = incident.priority.as_ref().map_or_else(
        || "no priority".to_owned(),
        |name| clean(name.as_str()).into_owned(),
    );
    let parts = [
        format!("#{} {title}", incident.number),
        on.map(case::places_long).unwrap_or_default(),
        priority,
        incident.status.to_string(),
        on.map(owner).unwrap_or_default(),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(voice.symbols.dot)
}

fn owner(on: &Case) -> String {
    match case::owners(on).as_str() {
        "nobody" => "nobody owns it".to_owned(),
        "not known" => "its owner is not known".to_owned(),
        names => format!("owner {names}"),
    }
}

fn particulars(deed: &Operation) -> Vec<String> {
    match deed {
        Operation::Note(note) => note
            .text
            .lines()
            .map(|line| clean(line).into_owned())
            .collect(),
        Operation::Declare(new) => {
            let priority = new.priority.as_ref().map_or("none", |name| name.as_str());
            let hub = new.hub.as_ref().map(|hub| format!("hub {hub}"));
            let lines = [
                Some(clean(&new.title).into_owned()),
                Some(format!("priority {}", clean(priority))),
                hub,
            ];
            lines.into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// Why nothing was sent, with what it is about in front.
pub fn unsent(unsent: &NotSent, voice: &Voice) -> String {
    let name = match (unsent.number, &unsent.incident) {
        (Some(number), _) => format!("#{number} "),
        // What was typed: a number is known by its mark.
        (None, Some(id)) if id.as_str().bytes().all(|b| b.is_ascii_digit()) => format!("#{id} "),
        (None, Some(id)) => format!("{id} "),
        (None, None) => String::new(),
    };
    format!("{name}{}", reason(unsent.kind, &unsent.reason, voice))
}

/// Why nothing was sent.
pub fn reason(kind: OperationKind, reason: &NotSentReason, voice: &Voice) -> String {
    match reason {
        NotSentReason::Blocked(because) => why(kind, because, voice),
        NotSentReason::Unconfirmed => "not confirmed".to_owned(),
        NotSentReason::Interrupted => "not sent: interrupted".to_owned(),
        NotSentReason::NoIncident => "not sent: PagerDuty knows no such incident".to_owned(),
        NotSentReason::NotFound(sought, wanted, there) => {
            let there = match there.as_slice() {
                [] => String::new(),
                there => format!("; there is {}", list(there)),
            };
            format!(
                "not sent: {} \u{201c}{}\u{201d}{there}",
                none(*sought),
                clean(wanted)
            )
        }
        NotSentReason::Ambiguous(sought, wanted, found) => format!(
            "not sent: \u{201c}{}\u{201d} may be any of these {}: {}",
            clean(wanted),
            many(*sought),
            list(found)
        ),
        NotSentReason::NoLevel(levels) if levels.is_empty() => {
            "not sent: the present level is not known; name the LEVEL that it is to go to"
                .to_owned()
        }
        NotSentReason::NoLevel(levels) => {
            let levels: Vec<_> = levels.iter().map(offer).collect();
            format!(
                "not sent: the present level is not known, or it is the last; name the LEVEL that it is to go to ({})",
                levels.join("; ")
            )
        }
    }
}

fn none(sought: LookupKind) -> &'static str {
    match sought {
        LookupKind::Assignee => "nobody in the account has the address, and no policy the name",
        LookupKind::Policy => "there is no policy",
        LookupKind::Service => "there is no service",
        LookupKind::Priority => "there is no priority",
    }
}

fn many(sought: LookupKind) -> &'static str {
    match sought {
        LookupKind::Assignee => "people",
        LookupKind::Policy => "policies",
        LookupKind::Service => "services",
        LookupKind::Priority => "priorities",
    }
}

fn list(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(|name| clean(name));
    let mut shown = shown.collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMED);
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
    shown
}

/// A note that is not on the server, or may not be, is kept.
pub fn kept(in_doubt: bool) -> &'static str {
    match in_doubt {
        true => "the text is kept as a draft: the dashboard looks for it before it is sent again",
        false => "the text is kept as a draft: the dashboard goes on with it",
    }
}
