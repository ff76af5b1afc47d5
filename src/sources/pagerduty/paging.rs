//! Listings of many pages. PagerDuty's classic paging has the parameters `limit` and `offset`, and `more` in the
//! answer. PagerDuty lists at most 10,000 elements.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::api_request::ApiRequest;
use super::client::Client;
use crate::sources::error::SourceError;
use crate::sources::http::describe_garbled;
use crate::sources::lenient::{Page, parse_object, parse_page};
use crate::sources::part_reader::PartOutcome;

/// The largest page that PagerDuty returns.
pub(super) const PAGE_SIZE: usize = 100;
/// PagerDuty answers 400 to requests for later elements.
const MAX_LISTED: usize = 10_000;
/// The number of elements that two successive pages share. If they share none, the listing has shifted between the two
/// requests.
const PAGE_OVERLAP: usize = 10;
/// How many times a listing that shifts is read. The last reading is used even if the listing shifted again.
const MAX_TRIES: usize = 3;

/// A listing of many pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The elements that can be read, in the requested order.
    pub items: Vec<T>,
    /// The number of elements that cannot be read.
    pub unreadable: usize,
    /// The reason why the listing lacks elements; `None` if it lacks none.
    pub gap: Option<ListingGap>,
}

/// Why a listing lacks elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingGap {
    /// The listing has more than 10,000 elements, and PagerDuty lists no more.
    Limit,
    /// The listing ends with an empty page that says that there are more elements.
    HeldBack { listed: usize },
}

impl ListingGap {
    /// The gap in a listing of `resource`, in words.
    pub fn describe(self, resource: &str) -> String {
        match self {
            Self::Limit => format!("PagerDuty lists only the first 10,000 {resource}"),
            Self::HeldBack { listed } => {
                format!("PagerDuty lists only {listed} {resource}, but says that there are more")
            }
        }
    }
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            unreadable: 0,
            gap: None,
        }
    }
}

impl<T> Listing<T> {
    /// This listing with its items converted. An item whose conversion is `None` counts as unreadable.
    pub fn convert_items<U>(self, mut convert: impl FnMut(T) -> Option<U>) -> Listing<U> {
        let listed = self.items.len();
        let items: Vec<U> = self.items.into_iter().filter_map(&mut convert).collect();
        Listing {
            unreadable: self.unreadable + (listed - items.len()),
            gap: self.gap,
            items,
        }
    }

    /// Adds another piece of the listing.
    pub fn extend(&mut self, more: Self) {
        // The items of the first piece are not copied, so that no second list of them exists.
        match self.items.is_empty() {
            true => self.items = more.items,
            false => self.items.extend(more.items),
        }
        self.unreadable += more.unreadable;
        self.gap = self.gap.or(more.gap);
    }

    /// The outcome of a part that lists `resource`.
    pub fn into_outcome(self, resource: &str) -> PartOutcome<Vec<T>> {
        let missing = match (self.unreadable, self.gap) {
            (0, None) => return PartOutcome::Whole(self.items),
            (0, Some(gap)) => gap.describe(resource),
            (count, _) => describe_unreadable(count, resource),
        };
        PartOutcome::Partial(self.items, missing)
    }

    /// The elements of a listing of `resource` that must be complete.
    ///
    /// # Errors
    /// [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) if an element cannot be read, or if the
    /// listing has a gap.
    pub fn require_whole(self, resource: &str) -> Result<Vec<T>, SourceError> {
        match self.gap {
            None => self.require_readable(resource),
            Some(gap) => Err(SourceError::garbled_about(
                resource,
                gap.describe("elements"),
            )),
        }
    }

    /// The elements, even of a listing with a gap.
    ///
    /// # Errors
    /// [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) if an element cannot be read.
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

/// The gap in a listing of `resource` with unreadable elements, in words.
pub(super) fn describe_unreadable(count: usize, resource: &str) -> String {
    format!("{count} of PagerDuty's {resource} cannot be read")
}

impl<T> From<Page<T>> for Listing<T> {
    fn from(page: Page<T>) -> Self {
        let listed = page.len();
        Self {
            items: page.items,
            unreadable: page.unreadable,
            gap: (page.more == Some(true)).then_some(ListingGap::HeldBack { listed }),
        }
    }
}

impl Client {
    /// The object under `key`.
    ///
    /// # Errors
    /// Those of [`Client::get`], and [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) if there is
    /// no such object.
    pub async fn get_object<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
    ) -> Result<T, SourceError> {
        let response = self.get(ask).await?;
        let body = &response.body;
        parse_object(body, key).map_err(|error| {
            SourceError::garbled_about(ask.resource, describe_garbled(body, &error))
        })
    }

    /// A listing without pages.
    ///
    /// # Errors
    /// Those of [`Client::get_page`].
    pub async fn get_list<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
    ) -> Result<Page<T>, SourceError> {
        let response = self.get(ask).await?;
        let body = &response.body;
        parse_page(body, key).map_err(|error| {
            SourceError::garbled_about(ask.resource, describe_garbled(body, &error))
        })
    }

    /// One page of the list under `key`.
    ///
    /// # Errors
    /// Those of [`Client::get`], and [`FailureKind::Garbled`](crate::domain::source::FailureKind::Garbled) if there is
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

    /// Reads pages until there are no more pages or `enough` is true for a page.
    ///
    /// # Errors
    /// Those of [`Client::get_page`]. After an error, the pages read so far are dropped.
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
            let listed = all.items.len() + all.unreadable;
            all.gap = page.holds_back().then_some(ListingGap::HeldBack { listed });
            all.items.extend(page.items);
            all.unreadable += page.unreadable;
            if done {
                return Ok(all);
            }
        }
        Ok(Listing {
            gap: Some(ListingGap::Limit),
            ..all
        })
    }

    /// Reads a whole listing whose elements may vanish during the reading. If an element vanishes, all elements after
    /// it move forward, and an element may move from an unread page to a page that was already read. So successive
    /// pages are requested with an overlap. If two successive pages share no element, the listing is read again. `id`
    /// identifies elements. Each element is returned once, as last read.
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
                    return Ok(all.into_listing(Some(ListingGap::Limit)));
                }
                let page = self.get_page::<T>(ask, key, offset).await?;
                if page.holds_back() {
                    let listed = all.items.len() + all.unreadable;
                    return Ok(all.into_listing(Some(ListingGap::HeldBack { listed })));
                }
                let more = page.has_next(PAGE_SIZE);
                all.unreadable += page.unreadable;
                let shifted = !all.merge_page(page.items, &id, offset > 0);
                if shifted {
                    break;
                }
                if !more {
                    return Ok(all.into_listing(None));
                }
                offset += PAGE_SIZE - PAGE_OVERLAP;
            }
        }
        Ok(all.into_listing(None))
    }
}

/// Overlapping pages, joined into one list.
struct MergedPages<T> {
    items: Vec<T>,
    unreadable: usize,
    /// The index of each id in `items`.
    positions: HashMap<String, usize>,
    /// The ids at the end of the page that was added last.
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
    fn into_listing(self, gap: Option<ListingGap>) -> Listing<T> {
        Listing {
            items: self.items,
            unreadable: self.unreadable,
            gap,
        }
    }

    /// Adds a page. If `overlaps` is set, the page should share elements with the page before it. Returns false if it
    /// shares none.
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
