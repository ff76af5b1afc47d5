//! Issues and files as the demo stores them.

use super::SITE;
use crate::demo::clockwork::At;

pub(super) const OUTAGE: &str = "outage";
pub(super) const ACTION_ITEM: &str = "incident-action-item";

/// The reason why an issue was closed, in GitHub's terms, and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closed {
    pub reason: &'static str,
    pub at: At,
}

#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub label: &'static str,
    pub created_at: At,
    pub closed: Option<Closed>,
    /// When the issue was opened again.
    pub reopened_at: Option<At>,
    /// The login of the assignee.
    pub assignee: Option<String>,
    pub is_pull_request: bool,
}

impl Issue {
    pub fn updated_at(&self) -> At {
        let closed = self.closed.map(|it| it.at);
        let later = [closed, self.reopened_at].into_iter().flatten();
        later.fold(self.created_at, At::max)
    }

    /// The issue's address on the site.
    pub fn url(&self) -> String {
        let kind = if self.is_pull_request {
            "pull"
        } else {
            "issues"
        };
        format!("{SITE}/{}/{kind}/{}", super::REPOSITORY, self.number)
    }
}

/// A published report.
#[derive(Clone, Debug)]
pub(super) struct ReportFile {
    pub name: String,
}
