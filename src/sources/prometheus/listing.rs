//! Asks for the rules and reads them, page by page where the upstream insists on pages.

use std::sync::Arc;

use super::envelope::{Reply, open};
use super::fault::Fault;
use super::memo::Memo;
use super::rules::{self, Origin, Page, Rules};
use super::wire::RulesData;
use crate::domain::labels::Interner;
use crate::sources::endpoint::Endpoint;
use crate::sources::http::Response;

/// More pages than this are no answer that ends.
const MOST_PAGES: usize = 500;

/// The rules as they stand, and what was said beside them.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) rules: Arc<Rules>,
    pub(super) warnings: Vec<String>,
}

/// Where the next page begins. The API refuses a token without a limit.
struct Next {
    token: String,
    limit: usize,
}

/// Asks for the first page, which is nearly always all there is.
pub(super) async fn first(endpoint: &Endpoint) -> Result<Response, Fault> {
    ask(endpoint, None).await
}

async fn ask(endpoint: &Endpoint, next: Option<&Next>) -> Result<Response, Fault> {
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

/// Reads pages, with what is kept between polls.
pub(super) struct Lister<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) origin: &'a Origin,
    pub(super) words: &'a mut Interner,
    pub(super) memo: &'a mut Memo<Listing>,
}

impl Lister<'_> {
    /// All rules, beginning with the first page's answer.
    pub(super) async fn list(mut self, first: &Response) -> Result<Arc<Listing>, Fault> {
        if let Some(known) = self.memo.recall(&first.body) {
            return Ok(known);
        }
        let (page, warnings) = self.read(first)?;
        let mut listing = Listing {
            rules: Arc::new(page.rules),
            warnings,
        };
        match next(page.next, page.groups) {
            None => Ok(self.memo.keep(&first.body, listing)),
            Some(next) => {
                let rest = self.rest(next).await?;
                Arc::make_mut(&mut listing.rules).extend(rest);
                Ok(Arc::new(listing))
            }
        }
    }

    async fn rest(&mut self, mut next_page: Next) -> Result<Rules, Fault> {
        let mut rest = Rules::default();
        for _ in 0..MOST_PAGES {
            let response = ask(self.endpoint, Some(&next_page)).await?;
            let (page, _) = self.read(&response)?;
            rest.extend(page.rules);
            match next(page.next, next_page.limit) {
                None => return Ok(rest),
                Some(next) => next_page = next,
            }
        }
        Err(Fault::garbled("its pages of rules do not end"))
    }

    fn read(&mut self, response: &Response) -> Result<(Page, Vec<String>), Fault> {
        let opened = open::<RulesData<'_>>(&Reply::of(response))?;
        let page = rules::read(&opened.data, self.origin, self.words)?;
        Ok((page, opened.warnings))
    }
}

fn next(token: Option<String>, groups: usize) -> Option<Next> {
    token.map(|token| Next {
        token,
        limit: groups.max(1),
    })
}
