//! The grounds for a verdict, counted by class, each thing once.

use crate::domain::ids::CaseId;
use crate::domain::source::SourceState;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{Picture, Reason, ReasonKind};

use super::case::priority;
use super::counts::counted;
use super::reason::case_of;
use super::sanitize::clean;

/// Grounds of one class.
pub struct Group {
    /// Which class.
    pub class: Class,
    /// How many.
    pub count: usize,
    /// What the count is of, where that is a name: a priority or a source.
    pub name: String,
    /// The states, where it is about sources.
    pub states: Vec<SourceState>,
}

/// What grounds are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// No source is configured.
    Nothing,
    /// A prod hub is down.
    Down,
    /// An open case of the first priority.
    P1,
    /// Nobody holds it in working time.
    Unowned,
    /// Past its due.
    Overdue,
    /// A source is not fresh.
    Source,
    /// A hub is unknown.
    Unknown,
    /// A blind spot.
    Blind,
    /// A time-box past zero.
    Overrun,
    /// A staging hub is down.
    StagingDown,
    /// A hub is degraded.
    Degraded,
    /// Any other mismatch.
    Mismatch,
    /// Any other open case.
    Case,
}

fn class(reason: &Reason) -> Class {
    match &reason.kind {
        ReasonKind::NoSources => Class::Nothing,
        ReasonKind::HubDown(..) if reason.level == VerdictLevel::Critical => Class::Down,
        ReasonKind::HubDown(..) => Class::StagingDown,
        ReasonKind::OpenP1(_) => Class::P1,
        ReasonKind::UnownedInWorkingTime(_) => Class::Unowned,
        ReasonKind::Overdue(_) => Class::Overdue,
        ReasonKind::SourceNotFresh(..) => Class::Source,
        ReasonKind::HubUnknown(_) => Class::Unknown,
        ReasonKind::BlindSpot(_) => Class::Blind,
        ReasonKind::TimeBoxOverrun(_) => Class::Overrun,
        ReasonKind::HubDegraded(_) => Class::Degraded,
        ReasonKind::Mismatch(_) => Class::Mismatch,
        ReasonKind::OpenCase(_) => Class::Case,
    }
}

/// The grounds for a verdict by class, in words; `except` is the one that is told in full already.
pub fn groups(picture: &Picture, except: Option<usize>) -> Vec<String> {
    let mut groups: Vec<Group> = Vec::new();
    let told = except.and_then(|index| picture.verdict.reasons.get(index));
    let told_case = told.and_then(|told| case_about(&told.kind, picture));
    // The classes of what is told in full: of these the others are "more".
    let mut told: Vec<Class> = Vec::new();
    for (index, reason) in picture.verdict.reasons.iter().enumerate() {
        let repeats = told_case.is_some_and(|id| is_about(&reason.kind, id, picture));
        if except == Some(index) || repeats {
            told.push(class(reason));
        } else {
            add(&mut groups, reason, picture);
        }
    }
    groups.iter().map(|group| counted(group, &told)).collect()
}

fn add(groups: &mut Vec<Group>, reason: &Reason, picture: &Picture) {
    let class = class(reason);
    let state = match &reason.kind {
        ReasonKind::SourceNotFresh(_, state) => Some(*state),
        _ => None,
    };
    match groups.iter_mut().find(|group| group.class == class) {
        Some(group) => {
            group.count += 1;
            group.states.extend(state);
        }
        None => groups.push(Group {
            class,
            count: 1,
            name: named(&reason.kind, picture),
            states: state.into_iter().collect(),
        }),
    }
}

fn named(kind: &ReasonKind, picture: &Picture) -> String {
    match kind {
        ReasonKind::SourceNotFresh(id, _) => clean(&id.to_string()).into_owned(),
        ReasonKind::OpenP1(id) | ReasonKind::Overdue(id) => picture
            .case(id)
            .map_or_else(String::new, |case| priority(case)),
        _ => String::new(),
    }
}

/// The case that a ground is about: a hub's outage and its own case are one thing.
pub fn case_about<'a>(kind: &'a ReasonKind, picture: &'a Picture) -> Option<&'a CaseId> {
    match kind {
        ReasonKind::HubDown(key, _) => case_of(key, picture).map(|case| &case.id),
        ReasonKind::OpenP1(id)
        | ReasonKind::UnownedInWorkingTime(id)
        | ReasonKind::Overdue(id)
        | ReasonKind::OpenCase(id)
        | ReasonKind::TimeBoxOverrun(id) => Some(id),
        ReasonKind::Mismatch(index) => picture.mismatches.get(*index)?.case.as_ref(),
        ReasonKind::NoSources
        | ReasonKind::SourceNotFresh(..)
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
        other => case_about(other, picture) == Some(id),
    }
}
