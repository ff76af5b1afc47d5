//! Listings of many pages. PagerDuty's classic paging: `limit` and `offset`, `more` in the answer, and
//! nothing beyond the 10,000th.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::ask::Ask;
use super::client::Client;
use super::refusal::Refusal;
use crate::domain::source::FailureKind;
use crate::sources::http::Sent;
use crate::sources::lenient::{Page, parse_object, parse_page};
use crate::sources::poll::PollError;

/// As many as PagerDuty gives at once.
pub(super) const PAGE: usize = 100;
/// PagerDuty answers 400 beyond it.
const LISTED_AT_MOST: usize = 10_000;
/// Neighbouring pages share so many, so that a listing that shifts while it is read is noticed.
const SHARED: usize = 10;
/// How often a listing that shifts is read again before what was heard must do.
const TRIES: usize = 3;

impl Client {
    /// The one object that stands under `key`.
    ///
    /// # Errors
    /// As [`Client::get`]; [`FailureKind::Garbled`] where there is no such object.
    pub async fn one<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        key: &'static str,
    ) -> Result<T, Refusal> {
        let heard = self.get(ask).await?;
        parse_object(&heard.response.body, key).map_err(|e| Refusal::garbled(ask.part, e))
    }

    /// A listing that knows no paging.
    ///
    /// # Errors
    /// As [`Client::parse_page`].
    pub async fn list<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        key: &'static str,
    ) -> Result<Page<T>, Refusal> {
        let heard = self.get(ask).await?;
        parse_page(&heard.response.body, key).map_err(|e| Refusal::garbled(ask.part, e))
    }

    /// One page of what stands under `key`.
    ///
    /// # Errors
    /// As [`Client::get`]; [`FailureKind::Garbled`] where there is no such list.
    pub async fn page<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        key: &'static str,
        offset: usize,
    ) -> Result<Page<T>, Refusal> {
        if offset + PAGE > LISTED_AT_MOST {
            return Err(too_many(ask.part));
        }
        let ask = ask
            .clone()
            .with("limit", PAGE.to_string())
            .with("offset", offset.to_string());
        self.list(&ask, key).await
    }

    /// All pages, until there is no more or a page was `enough`.
    ///
    /// # Errors
    /// As [`Client::parse_page`]; none of it counts then.
    pub async fn pages<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        key: &'static str,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, Refusal> {
        let mut all = Vec::new();
        for offset in (0..).step_by(PAGE) {
            let page = self.page::<T>(ask, key, offset).await?;
            let done = !page.more || page.items.is_empty() || enough(&page.items);
            all.extend(page.items);
            if done {
                break;
            }
        }
        Ok(all)
    }

    /// All of a listing whose elements may go while it is read: those behind them move forward, and one
    /// could slip from a page that is not read yet to one that was. Pages overlap for that; where two do
    /// not, the listing is read again. `id` tells elements apart; each is given once, as last heard.
    ///
    /// # Errors
    /// As [`Client::parse_page`].
    pub async fn shifting<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        key: &'static str,
        id: impl Fn(&T) -> String,
    ) -> Result<Vec<T>, Refusal> {
        let mut all = Joined::default();
        for _ in 0..TRIES {
            let mut offset = 0;
            loop {
                let page = self.page::<T>(ask, key, offset).await?;
                let more = page.more && !page.items.is_empty();
                let shifted = !all.join(page.items, &id, offset > 0);
                if shifted {
                    break;
                }
                if !more {
                    return Ok(all.items);
                }
                offset += PAGE - SHARED;
            }
        }
        Ok(all.items)
    }
}

fn too_many(part: &str) -> Refusal {
    let text = format!("PagerDuty lists only 10,000 {part}: narrow `services` or `teams`");
    Refusal::without_status(Sent::No, PollError::new(FailureKind::TooLarge, text))
}

/// Overlapping pages put together.
struct Joined<T> {
    items: Vec<T>,
    /// Where each id stands in `items`.
    places: HashMap<String, usize>,
    /// Ids at the end of the last page.
    tail: Vec<String>,
}

impl<T> Default for Joined<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            places: HashMap::new(),
            tail: Vec::new(),
        }
    }
}

impl<T> Joined<T> {
    /// Adds a page; false where it should overlap the last one and does not.
    fn join(&mut self, page: Vec<T>, id: impl Fn(&T) -> String, overlaps: bool) -> bool {
        let ids: Vec<String> = page.iter().map(&id).collect();
        let meets = !overlaps || ids.iter().any(|id| self.tail.contains(id));
        self.tail = ids.iter().rev().take(SHARED).cloned().collect();
        for (item, id) in page.into_iter().zip(ids) {
            let place = *self.places.entry(id).or_insert(self.items.len());
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
