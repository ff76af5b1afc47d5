//! Looks for issues that are no longer in a list. Each such issue is requested by its number. The answer shows why the
//! issue is not in the list: the issue is gone, it lost its label, or the list was cut.

use chrono::{DateTime, Utc};

use super::client::{PageAnswer, TrackerClient};
use super::wire::{Element, WireIssue};
use crate::domain::tracker::{Repository, TrackedIssue};
use crate::sources::error::SourceError;
use crate::sources::http::parse_json;

/// The most missing issues that are requested. Any further issues stay as they were.
const MAX_ASKED: usize = 10;

/// A list as an earlier reading found it, to be compared with the present reading.
pub(super) struct Comparison<'a> {
    pub repository: &'a Repository,
    pub label: &'a str,
    /// The list leaves out issues that last changed before this time.
    pub since: DateTime<Utc>,
    pub before: &'a [TrackedIssue],
}

impl Comparison<'_> {
    /// Adds to `now` the missing issues that belong or may belong to the list. Returns the problem, in words, if such
    /// issues exist.
    pub async fn add_vanished(
        &self,
        client: &mut TrackerClient,
        now: &mut Vec<TrackedIssue>,
    ) -> Option<String> {
        let is_listed = |it: &&TrackedIssue| now.iter().any(|one| one.number == it.number);
        let before = self.before.iter();
        let owing = before.filter(|it| !it.state.is_done() && it.updated_at > self.since);
        let vanished: Vec<&TrackedIssue> = owing.filter(|it| !is_listed(it)).collect();
        let mut kept = Vec::new();
        for (index, issue) in vanished.into_iter().enumerate() {
            let asked = match index < MAX_ASKED {
                true => self.ask(client, issue.number).await,
                false => Err(()),
            };
            match asked {
                Ok(None) => {}
                Ok(Some(found)) => kept.push(found),
                Err(()) => kept.push(issue.clone()),
            }
        }
        let numbers: Vec<String> = kept.iter().map(|it| format!("#{}", it.number)).collect();
        now.extend(kept);
        (!numbers.is_empty()).then(|| {
            let numbers = numbers.join(", ");
            format!("it no longer lists {numbers}, but does not say that they are gone")
        })
    }

    // Requests a missing issue. `None` if the issue is gone or no longer has the label.
    async fn ask(
        &self,
        client: &mut TrackerClient,
        number: u64,
    ) -> Result<Option<TrackedIssue>, ()> {
        let address = client.address(&format!("/repos/{}/issues/{number}", self.repository), &[]);
        match client.get(&address, None).await {
            Ok(PageAnswer::Page { response, .. }) => match parse_json::<WireIssue>(&response) {
                Ok(wire) => match wire.into_element() {
                    Element::Item(issue) => Ok(Some(issue).filter(|it| self.is_of_it(it, number))),
                    Element::Other => Ok(None),
                    Element::Unreadable => Err(()),
                },
                Err(_) => Err(()),
            },
            Err(error) if is_gone(&error) => Ok(None),
            Ok(PageAnswer::Unchanged) | Err(_) => Err(()),
        }
    }

    fn is_of_it(&self, issue: &TrackedIssue, number: u64) -> bool {
        let label = self.label.to_lowercase();
        let mut labels = issue.labels.iter();
        issue.number == number && labels.any(|it| it.to_lowercase() == label)
    }
}

// Whether the issue is gone. 410 means that it was deleted. A 404 does not come from a missing permission: a token
// without permission for this issue could not read the list either.
fn is_gone(error: &SourceError) -> bool {
    matches!(error.status, Some(404 | 410))
}
