//! Reads a listing page by page. An unchanged page is taken from the kept data. If the reading breaks off, the last
//! complete listing stays. Its elements are updated from the pages that were read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::client::{PageAnswer, TrackerClient};
use super::kept::{KeptListing, KeptPage};
use super::wire::Element;
use crate::domain::tracker::Kept;
use crate::sources::error::SourceError;
use crate::sources::http::{Response, parse_json};
use crate::sources::lenient::List;

/// The most pages of one listing. A team does not have 5,000 outage issues in a few months.
const MAX_PAGES: usize = 50;

/// The way in which a listing's elements are parsed and identified.
pub(super) struct PagedList<T, W> {
    pub first: String,
    /// The number of elements of a full page. Another page may follow a full page. `None` if the listing has only one
    /// page.
    pub page_size: Option<usize>,
    pub parse: fn(W) -> Element<T>,
    pub key: fn(&T) -> String,
    /// Whether an element that was listed before should still be listed now.
    pub must_stay: Box<dyn Fn(&T) -> bool + Send + Sync>,
}

impl<T, W> PagedList<T, W>
where
    T: Clone,
    W: DeserializeOwned,
{
    /// Reads the listing and stores it in `kept`. Also returns the problem, in words, if the listing is not complete.
    pub async fn read(
        &self,
        client: &mut TrackerClient,
        kept: &mut KeptListing<T>,
    ) -> (Kept<T>, Option<String>) {
        let asked_at = client.now();
        let known = std::mem::take(&mut kept.pages);
        let (pages, failure) = self.read_pages(client, &known).await;
        let unreadable: usize = pages.iter().map(|(_, page)| page.unreadable).sum();
        let problem = failure.or_else(|| {
            (unreadable > 0).then(|| format!("{unreadable} of its entries cannot be read"))
        });
        let items = pages
            .iter()
            .flat_map(|(_, page)| page.items.iter().cloned());
        let items: BTreeMap<String, T> = items.map(|it| ((self.key)(&it), it)).collect();
        let problem = problem.or_else(|| self.doubt_empty(items.is_empty(), &kept.items));
        let items = match &problem {
            None => items,
            Some(_) => self.with_older(items, &kept.items),
        };
        kept.pages = pages_with_tags(pages, known, problem.is_some());
        kept.items = items.into_values().collect();
        if problem.is_none() {
            kept.read_at = Some(asked_at);
        }
        let found = Kept {
            items: kept.items.clone(),
            read_at: kept.read_at,
            is_current: problem.is_none(),
        };
        (found, problem)
    }

    // One element may be closed, moved or renamed. But if all elements are gone at once, the answer is probably not
    // this list.
    fn doubt_empty(&self, is_empty: bool, known: &[T]) -> Option<String> {
        let gone = known.iter().filter(|it| (self.must_stay)(it)).count();
        (is_empty && gone > 0).then(|| format!("it lists none now, and listed {gone} before"))
    }

    fn with_older(&self, newer: BTreeMap<String, T>, older: &[T]) -> BTreeMap<String, T> {
        let older = older.iter().map(|it| ((self.key)(it), it.clone()));
        let mut all: BTreeMap<String, T> = older.collect();
        all.extend(newer);
        all
    }

    async fn read_pages(
        &self,
        client: &mut TrackerClient,
        known: &BTreeMap<String, KeptPage<T>>,
    ) -> (Vec<(String, KeptPage<T>)>, Option<String>) {
        let (mut pages, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = Some(self.first.clone());
        let mut was_named = false;
        while let Some(address) = next {
            if pages.len() == MAX_PAGES {
                return (pages, Some(format!("it has more than {MAX_PAGES} pages")));
            }
            if !seen.insert(address.clone()) {
                return (pages, Some("its pages lead back to one another".to_owned()));
            }
            match self.read_page(client, &address, known.get(&address)).await {
                Ok(page) => {
                    let listed = page.listed;
                    if was_named && listed == 0 {
                        let page = pages.len() + 1;
                        return (
                            pages,
                            Some(format!(
                                "page {page} is empty, although the page before names it"
                            )),
                        );
                    }
                    next = page.next.clone();
                    was_named = next.is_some();
                    pages.push((address, page));
                    next = next.or_else(|| self.page_after_full_one(listed, pages.len()));
                }
                Err(error) => {
                    let page = match pages.len() {
                        0 => String::new(),
                        before => format!("page {}: ", before + 1),
                    };
                    return (pages, Some(format!("{page}{error}")));
                }
            }
        }
        (pages, None)
    }

    // The address of the next page, if a full page comes without a link to it. A proxy may have dropped the header with
    // the link. If there is no next page, its answer is empty.
    fn page_after_full_one(&self, listed: usize, pages: usize) -> Option<String> {
        let is_full = self.page_size.is_some_and(|size| listed >= size);
        is_full.then(|| format!("{}&page={}", self.first, pages + 1))
    }

    async fn read_page(
        &self,
        client: &mut TrackerClient,
        address: &str,
        known: Option<&KeptPage<T>>,
    ) -> Result<KeptPage<T>, SourceError> {
        let etag = known.map(|page| page.etag.as_str());
        match (client.get(address, etag).await?, known) {
            (PageAnswer::Unchanged, Some(page)) => Ok(page.clone()),
            (PageAnswer::Unchanged, None) => Err(SourceError::garbled(
                "304 for a request without If-None-Match",
            )),
            (
                PageAnswer::Page {
                    response,
                    etag,
                    next,
                },
                _,
            ) => self.parse_page(&response, etag.unwrap_or_default(), next),
        }
    }

    fn parse_page(
        &self,
        response: &Response,
        etag: String,
        next: Option<String>,
    ) -> Result<KeptPage<T>, SourceError> {
        let list: List<W> = parse_json(response)?;
        if !list.is_present {
            return Err(SourceError::garbled(
                "the answer is not a list: is the address right?",
            ));
        }
        let mut page = KeptPage {
            etag,
            items: Vec::new(),
            listed: list.items.len() + list.unreadable,
            unreadable: list.unreadable,
            next,
        };
        for element in list.items {
            match (self.parse)(element) {
                Element::Item(item) => page.items.push(item),
                Element::Other => {}
                Element::Unreadable => page.unreadable += 1,
            }
        }
        Ok(page)
    }
}

// Keeps only pages with a tag, since only these can be requested conditionally. Pages after a failed page keep their
// old tags.
fn pages_with_tags<T>(
    read: Vec<(String, KeptPage<T>)>,
    known: BTreeMap<String, KeptPage<T>>,
    is_cut: bool,
) -> BTreeMap<String, KeptPage<T>> {
    let is_worth_keeping = is_cut && known.len() <= MAX_PAGES;
    let mut pages = if is_worth_keeping {
        known
    } else {
        BTreeMap::new()
    };
    pages.extend(read);
    pages.retain(|_, page| !page.etag.is_empty());
    pages
}

/// The earlier of two listings' last complete readings. `None` if one listing was never complete.
pub(super) fn both_read_at(
    one: Option<DateTime<Utc>>,
    other: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    Some(one?.min(other?))
}
