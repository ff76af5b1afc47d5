//! What may be missing after an outage.

use crate::domain::tracker::{IssueState, TrackedIssue};

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No note names a follow-up issue or says that none is needed.
    FollowUp,
    /// There is no report issue, or the report issue is not done.
    ReportIssue(Option<OpenIssue>),
    /// There is no issue for the review of the resolution, or the issue is not done.
    ReviewIssue(Option<OpenIssue>),
    /// Action items that are not done. `all` is the number of all action items.
    ActionItems { open: Vec<OpenIssue>, all: usize },
    /// No file in the folder of reports has the outage's date.
    NotPublished,
    /// A file has the outage's date, but its name contains none of the outage's places. This is the file's name.
    PerhapsPublished(String),
    /// No note says that the support desk's ticket is closed.
    SupportTicket,
    /// A post about the outage is still open. This is the post's title.
    OpenPost(String),
    /// Time-boxes ran out without a verdict in a note. This is their number.
    OverrunBoxes(usize),
    /// PagerDuty's data is incomplete, so something may be missing.
    NotKnown,
    /// The tracker could not be read, so more may be missing.
    TrackerNotKnown,
}

/// An issue that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIssue {
    /// The issue's address, for a browser.
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
