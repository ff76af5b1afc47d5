//! What may be missing after an outage.

use crate::domain::tracker::{IssueState, TrackedIssue};

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No note says what follows: neither an issue nor that none is needed.
    FollowUp,
    /// No issue is about the report, or it is not done.
    ReportIssue(Option<OpenIssue>),
    /// No issue is about the review of the resolution, or it is not done.
    ReviewIssue(Option<OpenIssue>),
    /// Action items that are not done, of `all`.
    ActionItems { open: Vec<OpenIssue>, all: usize },
    /// No file in the folder of reports is of its day.
    NotPublished,
    /// A file of its day, by its name, that tells none of its places.
    PerhapsPublished(String),
    /// No note says that the support desk's ticket is closed.
    SupportTicket,
    /// A post about it is still open, by its title.
    OpenPost(String),
    /// So many time-boxes ran out, and no note gives a verdict.
    OverrunBoxes(usize),
    /// Not all of what would tell could be read in PagerDuty.
    NotKnown,
    /// The tracker could not be read, so whether there is more in it is not known.
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
