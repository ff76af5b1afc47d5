//! The last note on a case, and its next step according to the notes, the checklist or the runbook.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::links::{runbook_url, step_text};
use crate::domain::case::Case;
use crate::domain::checklist::StepState;
use crate::domain::incident::{LogEntry, LogKind};
use crate::domain::note::TimeBoxNote;
use crate::domain::policy::Policy;
use crate::domain::runbook::matching_runbooks;
use crate::picture::Picture;
use crate::wording::checklist;

const MARK: &str = "[hubwatch]";
/// A line of a note names the next step if it begins like this.
const NEXT_PREFIXES: [&str; 2] = ["next:", "next step:"];
/// The first step of a runbook. It is done once somebody owns the case.
const ACKNOWLEDGE: &str = "acknowledge";

pub(super) struct LastNote {
    pub text: String,
    pub at: DateTime<Utc>,
    pub by: Option<Arc<str>>,
}

/// The newest note. Empty notes and notes that only start a time-box are skipped.
pub(super) fn last_note(case: &Case, picture: &Picture) -> Option<LastNote> {
    let (entry, text) = notes(case, picture).max_by_key(|(entry, _)| entry.at)?;
    let text = text.trim();
    let text = text.strip_prefix(MARK).unwrap_or(text).trim();
    Some(LastNote {
        text: text.to_owned(),
        at: entry.at,
        by: entry.agent.as_ref().map(|agent| Arc::clone(&agent.name)),
    })
}

/// Whether the log has a note whose text could not be read.
pub(super) fn has_unread_note(case: &Case, picture: &Picture) -> bool {
    let incident = case.incident.as_ref();
    let mut log = picture.log.iter();
    incident.is_some_and(|incident| {
        log.any(|entry| {
            entry.incident == incident.id && entry.kind == LogKind::Annotate { text: None }
        })
    })
}

fn notes<'a>(
    case: &'a Case,
    picture: &'a Picture,
) -> impl Iterator<Item = (&'a LogEntry, &'a str)> {
    let id = case.incident.as_ref().map(|incident| &incident.id);
    let own = picture
        .log
        .iter()
        .filter(move |entry| id.is_some_and(|id| entry.incident == *id));
    own.filter_map(|entry| match &entry.kind {
        LogKind::Annotate { text: Some(text) } if says_something(text) => {
            Some((&**entry, text.as_str()))
        }
        _ => None,
    })
}

fn says_something(text: &str) -> bool {
    !text.trim().is_empty() && !matches!(TimeBoxNote::parse(text), Some(TimeBoxNote::Start(_)))
}

/// The next step and its origin; `None` if there is no next step.
pub(super) fn next_step(
    case: &Case,
    picture: &Picture,
    policy: &Policy,
) -> Option<(&'static str, String)> {
    let of_notes = notes(case, picture)
        .filter_map(|(entry, text)| Some((entry.at, step_in_note(text)?)))
        .max_by_key(|(at, _)| *at);
    if let Some((_, step)) = of_notes {
        return Some(("next", step));
    }
    let mut items = case.checklist.iter();
    if let Some(item) = items.find(|item| item.state == StepState::NotDone) {
        let step = checklist::step_name(item.step).to_owned();
        return Some(("next on the checklist", step));
    }
    of_runbook(case, picture, policy)
}

fn step_in_note(text: &str) -> Option<String> {
    let step = |line: &str| {
        let line = line.trim();
        let prefix = NEXT_PREFIXES.iter().find(|prefix| {
            let head = line.get(..prefix.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
        })?;
        let step = line.get(prefix.len()..)?.trim();
        (!step.is_empty()).then(|| step.to_owned())
    };
    text.lines().find_map(step)
}

// The runbook's address, or all of its steps if it has no address. All steps are listed, because no source shows which
// steps are done.
fn of_runbook(case: &Case, picture: &Picture, policy: &Policy) -> Option<(&'static str, String)> {
    let books = matching_runbooks(&policy.runbooks, case);
    let urls = books.iter().filter_map(|book| book.url.as_ref());
    let mut urls = urls.filter_map(|url| runbook_url(url, case, picture));
    if let Some(url) = urls.next() {
        return Some(("runbook", url));
    }
    let is_held = case.owners.iter().any(|owner| owner.acknowledged);
    let steps = books.iter().flat_map(|book| &book.steps);
    let steps = steps.filter(|step| !(is_held && step.trim() == ACKNOWLEDGE));
    let steps: Vec<String> = steps.map(|step| step_text(step, case, picture)).collect();
    (!steps.is_empty()).then(|| ("runbook", steps.join("; ")))
}
