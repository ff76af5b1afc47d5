//! The issues that a request asks for, and the size of a page.

use super::issue::Issue;
use crate::demo::clockwork::At;
use crate::demo::serve::params::Params;

const MAX_PER_PAGE: usize = 100;
const DEFAULT_PER_PAGE: usize = 30;

/// The parameters of a request for issues.
pub(super) struct Page {
    labels: Vec<String>,
    state: String,
    since: Option<At>,
    pub is_ascending: bool,
    pub number: usize,
    pub size: usize,
}

impl Page {
    pub fn parse(params: &Params) -> Option<Self> {
        let state = params.get("state").unwrap_or("open").to_owned();
        if !matches!(state.as_str(), "open" | "closed" | "all") {
            return None;
        }
        let since = match params.get("since") {
            None => None,
            Some(text) => Some(text.parse::<At>().ok()?),
        };
        let number = |name: &str, default: usize| match params.get(name) {
            None => Some(default),
            Some(text) => text.parse().ok().filter(|number| *number > 0),
        };
        let labels = params.get("labels").unwrap_or_default();
        let labels = labels.split(',').filter(|label| !label.is_empty());
        Some(Self {
            labels: labels.map(str::to_owned).collect(),
            state,
            since,
            is_ascending: params.get("direction") == Some("asc"),
            number: number("page", 1)?,
            size: number("per_page", DEFAULT_PER_PAGE)?.min(MAX_PER_PAGE),
        })
    }

    pub fn admits(&self, issue: &Issue) -> bool {
        let is_closed = issue.closed.is_some();
        self.labels.iter().all(|label| issue.label == label)
            && self.since.is_none_or(|since| issue.updated_at() >= since)
            && match self.state.as_str() {
                "open" => !is_closed,
                "closed" => is_closed,
                _ => true,
            }
    }
}
