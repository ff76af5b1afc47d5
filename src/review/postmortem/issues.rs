//! What the tracker's issues show about the outage.

use super::{Decision, ReviewInput};
use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::{TrackedIssue, TrackerRecord};
use crate::review::evidence::{IncidentNames, IssueEvidence};

/// The tracker's data and settings.
#[derive(Clone, Copy)]
pub struct IssueInput<'a> {
    pub settings: &'a TrackerSettings,
    pub record: &'a TrackerRecord,
}

/// The issues about the outage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IssueFacts {
    pub reports: Vec<TrackedIssue>,
    pub reviews: Vec<TrackedIssue>,
    pub action_items: Vec<TrackedIssue>,
    /// Whether all issues of the tracker were read just now. If so, there are no issues about the outage besides these.
    pub is_whole: bool,
}

pub(super) fn facts(input: &ReviewInput<'_>, decisions: &[Decision]) -> Option<IssueFacts> {
    let IssueInput { settings, record } = input.issues?;
    let evidence = IssueEvidence::new(settings, &record.issues.items);
    let names = IncidentNames::from_incidents(input.members().map(|one| &one.incident));
    let noted = decisions.iter().filter_map(|one| one.address.as_deref());
    let found = evidence.issues_of(&names, &noted.collect::<Vec<_>>());
    let cloned = |issues: Vec<&TrackedIssue>| issues.into_iter().cloned().collect();
    Some(IssueFacts {
        reports: cloned(found.reports),
        reviews: cloned(found.reviews),
        action_items: cloned(found.action_items),
        is_whole: record.issues.is_current,
    })
}
