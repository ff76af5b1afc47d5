//! What may be missing after an outage.

use crate::domain::tracker::{IssueState, TrackedIssue};

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No note names a follow-up issue or says that none is needed.
    FollowUp,
    /// There is no report issue, or it is not done.
    ReportIssue(Option<OpenIssue>),
    /// There is no issue for the review of the resolution, or it is not done.
    ReviewIssue(Option<OpenIssue>),
    /// The action items that are not done; `all` is the number of action items.
    ActionItems { open: Vec<OpenIssue>, all: usize },
    /// No file in the folder of reports has the outage's date.
    NotPublished,
    /// The name of a file with the outage's date that names none of its places.
    PerhapsPublished(String),
    /// No note says that the support desk's ticket is closed.
    SupportTicket,
    /// A post about it is still open: the post's title.
    OpenPost(String),
    /// The number of time-boxes that ran out without a verdict in a note.
    OverrunBoxes(usize),
    /// Not everything needed could be read from PagerDuty.
    NotKnown,
    /// The tracker could not be read, so it is not known whether more is missing.
    TrackerNotKnown,
}

/// An issue that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIssue {
    /// Its address, for a browser.
    pub url: String,
    pub state: IssueState,
}

impl OpenIssue {
    pub(super) fn new(issue: &TrackedIssue) -> Self {
        Self {
            url: issue.url.clone(),
            state: issue.state,
        }
    }
}
