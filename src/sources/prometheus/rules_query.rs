//! Requests the rules and reads them. A server that splits its list of rules sends it page by page.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::envelope::{RawResponse, parse_response};
use super::query_error::QueryError;
use super::rules::{self, AlertOrigin, Rules, RulesPage};
use super::wire::{RulesData, RuntimeInfo};
use crate::domain::alert::AlertRule;
use crate::domain::labels::Interner;
use crate::sources::endpoint::Endpoint;
use crate::sources::http::Response;

/// The most pages that are requested, since a faulty server may never stop sending pages. The time limit of a poll
/// holds for all pages together.
pub(super) const MAX_PAGES: usize = 100;

/// The rules and the warnings of the answer.
#[derive(Debug)]
pub(super) struct RulesListing {
    pub(super) rules: Arc<Rules>,
    pub(super) warnings: Vec<String>,
}

impl RulesListing {
    /// Whether the absence of an alert of this rule proves that the alert does not fire. A partial answer proves
    /// nothing.
    pub(super) fn is_evaluated(&self, rule: &AlertRule) -> bool {
        self.warnings.is_empty() && self.rules.is_evaluated(rule)
    }
}

/// Where the next page begins. The limit is needed, since the API refuses a token without a limit.
pub(super) struct PageCursor {
    token: String,
    limit: usize,
}

/// Requests a page. Without a cursor this is the first page, which is nearly always the only page.
pub(super) async fn fetch_page(
    endpoint: &Endpoint,
    next: Option<&PageCursor>,
) -> Result<Response, QueryError> {
    let request = endpoint.get("/api/v1/rules").query(&[("type", "alert")]);
    let request = match next {
        None => request,
        Some(next) => request.query(&[
            ("group_limit", next.limit.to_string()),
            ("group_next_token", next.token.clone()),
        ]),
    };
    Ok(endpoint.fetch(request).await?)
}

/// Reads pages. If the first page is the same as in the last poll, takes the rules from the cache.
pub(super) struct RulesQuery<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) origin: &'a AlertOrigin,
    pub(super) interner: &'a mut Interner,
    pub(super) cache: &'a mut ResponseCache<RulesListing>,
}

impl RulesQuery<'_> {
    /// Returns all rules. `first` is the answer with the first page.
    pub(super) async fn fetch_all(
        mut self,
        first: &Response,
    ) -> Result<Arc<RulesListing>, QueryError> {
        if let Some(known) = self.cache.get(&first.body) {
            return Ok(known);
        }
        let (page, warnings) = self.parse_page(first)?;
        let mut listing = RulesListing {
            rules: Arc::new(page.rules),
            warnings,
        };
        match page_cursor(page.next, page.groups) {
            None => Ok(self.cache.store(&first.body, listing)),
            Some(next) => {
                let rest = self.fetch_remaining(next).await?;
                Arc::make_mut(&mut listing.rules).extend(rest);
                Ok(Arc::new(listing))
            }
        }
    }

    async fn fetch_remaining(&mut self, mut next_page: PageCursor) -> Result<Rules, QueryError> {
        let mut rest = Rules::default();
        let mut tokens = HashSet::new();
        while tokens.len() < MAX_PAGES && tokens.insert(next_page.token.clone()) {
            let response = fetch_page(self.endpoint, Some(&next_page)).await?;
            let (page, _) = self.parse_page(&response)?;
            rest.extend(page.rules);
            match page_cursor(page.next, next_page.limit) {
                None => return Ok(rest),
                Some(next) => next_page = next,
            }
        }
        Err(QueryError::garbled("its list of rules never ends"))
    }

    fn parse_page(&mut self, response: &Response) -> Result<(RulesPage, Vec<String>), QueryError> {
        let opened = parse_response::<RulesData<'_>>(&RawResponse::from_response(response))?;
        let page = rules::read_page(&opened.data, self.origin, self.interner)?;
        Ok((page, opened.warnings))
    }
}

pub(super) fn page_cursor(token: Option<String>, groups: usize) -> Option<PageCursor> {
    token.map(|token| PageCursor {
        token,
        limit: groups.max(1),
    })
}

/// The hash of the last answer's bytes, and the value parsed from them.
#[derive(Debug)]
pub(super) struct ResponseCache<T>(Option<(Digest, Arc<T>)>);

type Digest = (usize, u64);

impl<T> Default for ResponseCache<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> ResponseCache<T> {
    /// The value parsed from these bytes, if the last answer had the same bytes.
    pub(super) fn get(&self, bytes: &[u8]) -> Option<Arc<T>> {
        let (kept, what) = self.0.as_ref()?;
        (*kept == digest(bytes)).then(|| what.clone())
    }

    /// Stores the value parsed from these bytes.
    pub(super) fn store(&mut self, bytes: &[u8], what: T) -> Arc<T> {
        let what = Arc::new(what);
        self.0 = Some((digest(bytes), what.clone()));
        what
    }
}

fn digest(bytes: &[u8]) -> Digest {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    (bytes.len(), hasher.finish())
}

/// When the server last loaded its rules, by its own clock. `None` if the server does not report the time.
/// VictoriaMetrics has no such endpoint, and a proxy may refuse it.
pub(super) async fn fetch_rules_loaded(endpoint: &Endpoint) -> Option<DateTime<Utc>> {
    let request = endpoint.get("/api/v1/status/runtimeinfo");
    let response = endpoint.fetch(request).await.ok()?;
    let info = parse_response::<RuntimeInfo<'_>>(&RawResponse::from_response(&response)).ok()?;
    let started = info.data.start_time.time().datetime();
    started.max(info.data.last_config_time.time().datetime())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_bytes_are_recalled() {
        let mut memo = ResponseCache::default();
        assert_eq!(memo.get(b"a"), None);
        let kept = memo.store(b"a", 1);
        assert!(Arc::ptr_eq(&kept, &memo.get(b"a").unwrap()));
        assert_eq!(memo.get(b"b"), None);
    }
}
