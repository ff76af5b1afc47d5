//! The verdict's reasons in groups with counts. Each case is counted once.

use std::collections::HashSet;

use crate::domain::ids::{CaseId, HubKey};
use crate::domain::verdict::VerdictLevel;
use crate::picture::mismatch::MismatchGroups;
use crate::picture::{Picture, Reason, ReasonKind, Storm};

use super::case::priority;
use super::group_texts::{ReasonClass, ReasonGroup, group_text};
use super::outage::OutageRows;
use super::reason_case::case_of_reason;
use super::{part, source};
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

/// The verdict's reasons in words, grouped by class. `except` is the index of a reason that is already written in full.
pub fn grouped_reasons(picture: &Picture, except: Option<usize>) -> Vec<String> {
    let mut groups: Vec<ReasonGroup> = Vec::new();
    let skipped = except.and_then(|index| picture.verdict.reasons.get(index));
    let told = skipped.map(|skipped| ToldInFull::from_reason(&skipped.kind, picture));
    // The classes of the reasons that are left out here because they are already written in full. Further reasons of
    // these classes get the word "more".
    let mut skipped: Vec<(ReasonClass, String)> = Vec::new();
    for (index, reason) in picture.verdict.reasons.iter().enumerate() {
        let repeats = told
            .as_ref()
            .is_some_and(|told| told.covers(&reason.kind, picture));
        if except == Some(index) || repeats {
            skipped.push((classify(reason), group_name(&reason.kind, picture)));
        } else {
            add_reason(&mut groups, reason, picture);
        }
    }
    let already_shown = |group: &ReasonGroup| -> Vec<ReasonClass> {
        let shown = skipped.iter();
        let shown = shown.filter(|(class, name)| !is_by_priority(*class) || *name == group.name);
        shown.map(|(class, _)| *class).collect()
    };
    groups
        .iter()
        .map(|group| group_text(group, &already_shown(group)))
        .collect()
}

// The reasons of these classes are grouped by the name of their priority, since several priorities may count as the
// highest while their order is not known.
fn is_by_priority(class: ReasonClass) -> bool {
    matches!(class, ReasonClass::OpenP1 | ReasonClass::Overdue)
}

fn add_reason(groups: &mut Vec<ReasonGroup>, reason: &Reason, picture: &Picture) {
    let class = classify(reason);
    let state = match &reason.kind {
        ReasonKind::SourceNotFresh(id, state) => Some(match picture.source(id) {
            Some(view) => source::state_word(view),
            None => source::state_name(*state),
        }),
        _ => None,
    };
    let name = group_name(&reason.kind, picture);
    let is_same = |group: &&mut ReasonGroup| {
        group.class == class && (!is_by_priority(class) || group.name == name)
    };
    match groups.iter_mut().find(is_same) {
        Some(group) => {
            group.count += 1;
            group.states.extend(state);
        }
        None => groups.push(ReasonGroup {
            class,
            count: 1,
            name,
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

/// The reasons that need no mention, because the reason written in full covers them.
enum ToldInFull<'a> {
    /// The reasons about a case or its hubs.
    Case(&'a CaseId, HashSet<&'a HubKey>),
    /// The reasons about one row of hubs that are down.
    Row(OutageRows<'a>, &'a Storm),
    /// The mismatches of a folded group, by index.
    Group(HashSet<usize>),
    Nothing,
}

impl<'a> ToldInFull<'a> {
    fn from_reason(kind: &'a ReasonKind, picture: &'a Picture) -> Self {
        let rows = OutageRows::of_picture(picture);
        if let Some(row) = rows.row_of_reason(kind, picture) {
            return Self::Row(rows, row);
        }
        if let ReasonKind::BlindSpot(index) | ReasonKind::Mismatch(index) = kind {
            let groups = MismatchGroups::of_picture(picture);
            if let Some(group) = groups.group_at(*index).filter(|group| group.is_folded()) {
                return Self::Group(group.indices().collect());
            }
        }
        let Some(id) = case_of_reason(kind, picture) else {
            return Self::Nothing;
        };
        // Collects the hubs once. A search for each of thousands of reasons would take quadratic time.
        let hubs = picture.hubs().filter(|hub| hub.cases.first() == Some(id));
        Self::Case(id, hubs.map(|hub| &hub.spec.key).collect())
    }

    fn covers(&self, kind: &ReasonKind, picture: &Picture) -> bool {
        match (self, kind) {
            (Self::Case(_, hubs), ReasonKind::HubDown(key, _)) => hubs.contains(key),
            (Self::Case(id, _), kind) => case_of_reason(kind, picture) == Some(id),
            (Self::Row(rows, row), kind) => rows
                .row_of_reason(kind, picture)
                .is_some_and(|other| other.key == row.key),
            (Self::Group(indices), ReasonKind::BlindSpot(at) | ReasonKind::Mismatch(at)) => {
                indices.contains(at)
            }
            (Self::Group(_) | Self::Nothing, _) => false,
        }
    }
}
