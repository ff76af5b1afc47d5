//! The grounds for a verdict, counted by class, each thing once.

use crate::domain::ids::CaseId;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{Picture, Reason, ReasonKind};

use super::case::priority;
use super::group_texts::{ReasonClass, ReasonGroup, group_text};
use super::part;
use super::reason::worst_case_of_hub;
use crate::text::sanitize::clean;

fn classify(reason: &Reason) -> ReasonClass {
    match &reason.kind {
        ReasonKind::NoSources => ReasonClass::NoSources,
        ReasonKind::HubDown(..) if reason.level == VerdictLevel::Critical => ReasonClass::HubDown,
        ReasonKind::HubDown(..) => ReasonClass::StagingHubDown,
        ReasonKind::OpenP1(_) => ReasonClass::OpenP1,
        ReasonKind::UnownedInWorkingTime(_) => ReasonClass::Unowned,
        ReasonKind::Overdue(_) => ReasonClass::Overdue,
        ReasonKind::SourceNotFresh(..) => ReasonClass::SourceNotFresh,
        ReasonKind::PartMissing(..) => ReasonClass::PartMissing,
        ReasonKind::HubUnknown(_) => ReasonClass::HubUnknown,
        ReasonKind::BlindSpot(_) => ReasonClass::BlindSpot,
        ReasonKind::TimeBoxOverrun(_) => ReasonClass::BoxOverrun,
        ReasonKind::HubDegraded(_) => ReasonClass::HubDegraded,
        ReasonKind::Mismatch(_) => ReasonClass::Mismatch,
        ReasonKind::OpenCase(_) => ReasonClass::OpenCase,
    }
}

/// The grounds for a verdict by class, in words; `except` is the one that is told in full already.
pub fn grouped_reasons(picture: &Picture, except: Option<usize>) -> Vec<String> {
    let mut groups: Vec<ReasonGroup> = Vec::new();
    let skipped = except.and_then(|index| picture.verdict.reasons.get(index));
    let excepted_case = skipped.and_then(|skipped| case_of_reason(&skipped.kind, picture));
    // The classes of what is told in full: of these the others are "more".
    let mut skipped: Vec<ReasonClass> = Vec::new();
    for (index, reason) in picture.verdict.reasons.iter().enumerate() {
        let repeats = excepted_case.is_some_and(|id| is_about(&reason.kind, id, picture));
        if except == Some(index) || repeats {
            skipped.push(classify(reason));
        } else {
            add_reason(&mut groups, reason, picture);
        }
    }
    groups
        .iter()
        .map(|group| group_text(group, &skipped))
        .collect()
}

fn add_reason(groups: &mut Vec<ReasonGroup>, reason: &Reason, picture: &Picture) {
    let class = classify(reason);
    let state = match &reason.kind {
        ReasonKind::SourceNotFresh(_, state) => Some(*state),
        _ => None,
    };
    match groups.iter_mut().find(|group| group.class == class) {
        Some(group) => {
            group.count += 1;
            group.states.extend(state);
        }
        None => groups.push(ReasonGroup {
            class,
            count: 1,
            name: group_name(&reason.kind, picture),
            states: state.into_iter().collect(),
        }),
    }
}

fn group_name(kind: &ReasonKind, picture: &Picture) -> String {
    match kind {
        ReasonKind::SourceNotFresh(id, _) => clean(&id.to_string()).into_owned(),
        ReasonKind::PartMissing(id, name) => {
            format!("{} without {}", clean(&id.to_string()), part::name(*name))
        }
        ReasonKind::OpenP1(id) | ReasonKind::Overdue(id) => picture
            .case(id)
            .map_or_else(String::new, |case| priority(case)),
        _ => String::new(),
    }
}

/// The case that a ground is about: a hub's outage and its own case are one thing.
pub fn case_of_reason<'a>(kind: &'a ReasonKind, picture: &'a Picture) -> Option<&'a CaseId> {
    match kind {
        ReasonKind::HubDown(key, _) => worst_case_of_hub(key, picture).map(|case| &case.id),
        ReasonKind::OpenP1(id)
        | ReasonKind::UnownedInWorkingTime(id)
        | ReasonKind::Overdue(id)
        | ReasonKind::OpenCase(id)
        | ReasonKind::TimeBoxOverrun(id) => Some(id),
        ReasonKind::Mismatch(index) => picture.mismatches.get(*index)?.case.as_ref(),
        ReasonKind::NoSources
        | ReasonKind::SourceNotFresh(..)
        | ReasonKind::PartMissing(..)
        | ReasonKind::HubUnknown(_)
        | ReasonKind::BlindSpot(_)
        | ReasonKind::HubDegraded(_) => None,
    }
}

// There may be thousands of grounds: no look-up of cases here.
fn is_about(kind: &ReasonKind, id: &CaseId, picture: &Picture) -> bool {
    match kind {
        ReasonKind::HubDown(key, _) => {
            let mut hubs = picture.hubs();
            hubs.any(|hub| hub.spec.key == *key && hub.cases.first() == Some(id))
        }
        other => case_of_reason(other, picture) == Some(id),
    }
}
