//! Listings of many pages. PagerDuty's classic paging: `limit` and `offset`, `more` in the answer, and
//! nothing beyond the 10,000th.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::api_request::ApiRequest;
use super::client::Client;
use crate::sources::error::SourceError;
use crate::sources::http::describe_garbled;
use crate::sources::lenient::{Page, parse_object, parse_page};
use crate::sources::part_reader::PartOutcome;

/// As many as PagerDuty gives at once.
pub(super) const PAGE_SIZE: usize = 100;
/// PagerDuty answers 400 beyond it.
const MAX_LISTED: usize = 10_000;
/// Neighbouring pages share so many, so that a listing that shifts while it is read is noticed.
const PAGE_OVERLAP: usize = 10;
/// How often a listing that shifts is read again before its last reading is used.
const MAX_TRIES: usize = 3;

/// What a listing of many pages holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The elements that can be read, in the order asked for.
    pub items: Vec<T>,
    /// How many others cannot be read.
    pub unreadable: usize,
    /// PagerDuty lists no more than 10,000, and there are more.
    pub is_partial: bool,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            unreadable: 0,
            is_partial: false,
        }
    }
}

impl<T> Listing<T> {
    /// The same listing of what its elements are read as. None: it cannot be read.
    pub fn convert_items<U>(self, mut convert: impl FnMut(T) -> Option<U>) -> Listing<U> {
        let listed = self.items.len();
        let items: Vec<U> = self.items.into_iter().filter_map(&mut convert).collect();
        Listing {
            unreadable: self.unreadable + (listed - items.len()),
            is_partial: self.is_partial,
            items,
        }
    }

    /// Adds another piece of the listing.
    pub fn extend(&mut self, more: Self) {
        self.items.extend(more.items);
        self.unreadable += more.unreadable;
        self.is_partial |= more.is_partial;
    }

    /// The outcome of a part that lists `resource`.
    pub fn into_outcome(self, resource: &str) -> PartOutcome<Vec<T>> {
        let missing = match (self.unreadable, self.is_partial) {
            (0, false) => return PartOutcome::Whole(self.items),
            (0, true) => format!("PagerDuty lists only the first 10,000 {resource}"),
            (count, _) => format!("{count} of PagerDuty's {resource} cannot be read"),
        };
        PartOutcome::Partial(self.items, missing)
    }

    /// The elements of a listing of `resource` that serves nothing unless each of them can be read.
    ///
    /// # Errors
    /// [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) where one cannot.
    pub fn require_readable(self, resource: &str) -> Result<Vec<T>, SourceError> {
        match self.unreadable {
            0 => Ok(self.items),
            _ => Err(SourceError::garbled_about(
                resource,
                "an element cannot be read",
            )),
        }
    }
}

impl<T> From<Page<T>> for Listing<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            unreadable: page.unreadable,
            is_partial: page.more == Some(true),
        }
    }
}

impl Client {
    /// The one object that stands under `key`.
    ///
    /// # Errors
    /// As [`Client::get`]; [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) where there is
    /// no such object.
    pub async fn get_object<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
    ) -> Result<T, SourceError> {
        let heard = self.get(ask).await?;
        let body = &heard.body;
        parse_object(body, key).map_err(|error| {
            SourceError::garbled_about(ask.resource, describe_garbled(body, &error))
        })
    }

    /// A listing that knows no paging.
    ///
    /// # Errors
    /// As [`Client::get_page`].
    pub async fn get_list<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
    ) -> Result<Page<T>, SourceError> {
        let heard = self.get(ask).await?;
        let body = &heard.body;
        parse_page(body, key).map_err(|error| {
            SourceError::garbled_about(ask.resource, describe_garbled(body, &error))
        })
    }

    /// One page of what stands under `key`.
    ///
    /// # Errors
    /// As [`Client::get`]; [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) where there is
    /// no such list.
    pub async fn get_page<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
        offset: usize,
    ) -> Result<Page<T>, SourceError> {
        let ask = ask
            .clone()
            .param("limit", PAGE_SIZE.to_string())
            .param("offset", offset.to_string());
        self.get_list(&ask, key).await
    }

    /// All pages, until there is no more or a page was `enough`.
    ///
    /// # Errors
    /// As [`Client::get_page`]; none of it counts then.
    pub async fn get_all_pages<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<Listing<T>, SourceError> {
        let mut all = Listing::default();
        for offset in (0..MAX_LISTED).step_by(PAGE_SIZE) {
            let page = self.get_page::<T>(ask, key, offset).await?;
            let done = !page.has_next(PAGE_SIZE) || enough(&page.items);
            // An empty page that says that there is more holds something back.
            all.is_partial = page.is_empty() && page.more == Some(true);
            all.items.extend(page.items);
            all.unreadable += page.unreadable;
            if done {
                return Ok(all);
            }
        }
        Ok(Listing {
            is_partial: true,
            ..all
        })
    }

    /// All of a listing whose elements may go while it is read: those behind them move forward, and one
    /// could slip from a page that is not read yet to one that was. Pages overlap for that; where two do
    /// not, the listing is read again. `id` tells elements apart; each is given once, as last read.
    ///
    /// # Errors
    /// As [`Client::get_page`].
    pub async fn get_shifting_list<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
        id: impl Fn(&T) -> String,
    ) -> Result<Listing<T>, SourceError> {
        let mut all = MergedPages::default();
        for _ in 0..MAX_TRIES {
            let mut offset = 0;
            all.unreadable = 0;
            loop {
                if offset + PAGE_SIZE > MAX_LISTED {
                    return Ok(all.into_listing(true));
                }
                let page = self.get_page::<T>(ask, key, offset).await?;
                let more = page.has_next(PAGE_SIZE);
                let is_partial = page.is_empty() && page.more == Some(true);
                all.unreadable += page.unreadable;
                let shifted = !all.merge_page(page.items, &id, offset > 0);
                if shifted {
                    break;
                }
                if !more {
                    return Ok(all.into_listing(is_partial));
                }
                offset += PAGE_SIZE - PAGE_OVERLAP;
            }
        }
        Ok(all.into_listing(false))
    }
}

/// Overlapping pages put together.
struct MergedPages<T> {
    items: Vec<T>,
    unreadable: usize,
    /// Where each id stands in `items`.
    positions: HashMap<String, usize>,
    /// Ids at the end of the last page.
    tail: Vec<String>,
}

impl<T> Default for MergedPages<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            unreadable: 0,
            positions: HashMap::new(),
            tail: Vec::new(),
        }
    }
}

impl<T> MergedPages<T> {
    fn into_listing(self, is_partial: bool) -> Listing<T> {
        Listing {
            items: self.items,
            unreadable: self.unreadable,
            is_partial,
        }
    }

    /// Adds a page; false where it should overlap the last one and does not.
    fn merge_page(&mut self, page: Vec<T>, id: impl Fn(&T) -> String, overlaps: bool) -> bool {
        let ids: Vec<String> = page.iter().map(&id).collect();
        let meets = !overlaps || ids.iter().any(|id| self.tail.contains(id));
        self.tail = ids.iter().rev().take(PAGE_OVERLAP).cloned().collect();
        for (item, id) in page.into_iter().zip(ids) {
            let place = *self.positions.entry(id).or_insert(self.items.len());
            match self.items.get_mut(place) {
                Some(before) => *before = item,
                None => self.items.push(item),
            }
        }
        meets
    }
}

#[cfg(test)]
mod tests;
