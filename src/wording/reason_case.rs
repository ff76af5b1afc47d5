//! The case that a reason of the verdict is about.

use crate::domain::case::Case;
use crate::domain::ids::{CaseId, HubKey};
use crate::picture::{HubView, Picture, ReasonKind};

/// The case that a reason is about. If a hub is down, the reason is about the worst case of that hub.
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

/// The worst of a hub's cases.
pub fn worst_case_of_hub<'a>(key: &HubKey, picture: &'a Picture) -> Option<&'a Case> {
    let hub = find_hub(key, picture)?;
    picture
        .cases
        .iter()
        .find(|case| hub.cases.contains(&case.id))
        .map(|case| &**case)
}

fn find_hub<'a>(key: &HubKey, picture: &'a Picture) -> Option<&'a HubView> {
    picture.hubs().find(|hub| hub.spec.key == *key)
}
