//! Lists the data that could not be read, so that nobody takes a gap for "nothing to report".

use std::sync::Arc;

use super::Handover;
use super::cases::{name, some_of};
use super::notes::has_unread_note;
use crate::domain::case::Case;
use crate::domain::source::{PartName, PartProblem, SourceKind};
use crate::picture::{PartView, SourceView};
use crate::report::postmortem::escape;
use crate::text::sanitize::clean;
use crate::wording::{part, source};

/// The list in Markdown. The list is empty if all data could be read.
pub(super) fn missing(held: &[&Arc<Case>], handover: &Handover<'_>) -> Vec<String> {
    let picture = handover.input.picture;
    let mut missing = Vec::new();
    if handover.input.who.person.is_none() {
        let who = &handover.input.who.label;
        missing.push(format!("who '{}' is in PagerDuty", escape(who)));
    }
    match pagerduty(handover) {
        Some(view) if !view.state.is_fresh() => {
            let how = source::describe_short(view, handover.ctx).text;
            missing.push(format!("the present incidents and rota ({})", escape(&how)));
        }
        view => missing.extend(view.iter().flat_map(|view| unread_parts(view))),
    }
    let others = part::all_missing(picture);
    let others = others.filter(|(view, _)| view.id.kind != SourceKind::Pagerduty);
    missing.extend(others.map(|(view, it)| escape(&part::missing(view, it.name))));
    let incidents = held.iter().filter_map(|case| case.incident.as_ref());
    match incidents.filter(|incident| !incident.log_known).count() {
        0 => {}
        1 => missing.push("the log of 1 incident".to_owned()),
        many => missing.push(format!("the logs of {many} incidents")),
    }
    let unread = held.iter().filter(|case| has_unread_note(case, picture));
    let unread: Vec<String> = unread.map(|case| name(case)).collect();
    if !unread.is_empty() {
        missing.push(format!("a note on {}", some_of(&unread, ", ")));
    }
    let failed = handover.input.disks.failed.iter();
    missing.extend(failed.map(|text| format!("disks of {}", escape(&clean(text)))));
    missing
}

pub(super) fn pagerduty<'a>(handover: &Handover<'a>) -> Option<&'a SourceView> {
    let mut sources = handover.input.picture.sources.iter();
    sources.find(|view| view.id.kind == SourceKind::Pagerduty)
}

// The parts that could not be read. Unlike the verdict, a handoff also needs the maintenance windows and the resolved
// incidents.
fn unread_parts(view: &SourceView) -> impl Iterator<Item = String> {
    let is_listed = |name| {
        matches!(
            name,
            PartName::MaintenanceWindows | PartName::ResolvedIncidents
        )
    };
    let unread = view
        .parts
        .iter()
        .filter(move |part| part.is_missing || (is_listed(part.name) && lacks(part)));
    unread.map(|part| escape(&part::missing(view, part.name)))
}

/// Whether planned maintenance could not be read.
pub(super) fn lacks_windows(view: &SourceView) -> bool {
    lacks_part(view, PartName::MaintenanceWindows)
}

/// Whether the incidents that were resolved lately could not be read.
pub(super) fn lacks_resolved(view: &SourceView) -> bool {
    lacks_part(view, PartName::ResolvedIncidents)
}

fn lacks_part(view: &SourceView, name: PartName) -> bool {
    let mut parts = view.parts.iter();
    parts.any(|part| part.name == name && lacks(part))
}

// Whether the part is missing. A part that the account does not offer is not missing.
fn lacks(part: &PartView) -> bool {
    match part.problem {
        Some(PartProblem::NotOffered(_)) => false,
        Some(_) => true,
        None => !part.state.is_fresh(),
    }
}
