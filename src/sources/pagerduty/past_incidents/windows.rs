//! Reads listings by windows of time. PagerDuty allows at most six months between `since` and `until`, and lists at
//! most 10,000 elements. Reading is not urgent, so it may use only a share of the rate limit. It waits while this share
//! is used up.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;

use super::super::api_request::ApiRequest;
use super::super::client::Client;
use super::super::paging::{Listing, ListingGap, PAGE_SIZE};
use super::{Progress, Reading};
use crate::domain::source::FailureKind;
use crate::sources::error::SourceError;

/// The smallest window that can be split, since `since` and `until` are whole seconds.
const SMALLEST_WINDOW: TimeDelta = TimeDelta::seconds(2);

/// The most elements that PagerDuty lists for one window.
const MAX_LISTED: usize = 10_000;

/// How often a request is sent again after PagerDuty refused it because of the rate limit.
const MAX_REFUSALS: usize = 5;

/// The longest single wait. Progress is reported after each wait.
const MAX_WAIT: Duration = Duration::from_secs(5);

pub(super) struct WindowReader<'a> {
    client: &'a Client,
    reading: Reading<'a>,
    requests: AtomicUsize,
    steps_done: AtomicUsize,
    steps: AtomicUsize,
}

impl<'a> WindowReader<'a> {
    pub fn new(client: &'a Client, reading: Reading<'a>) -> Self {
        Self {
            client,
            reading,
            requests: AtomicUsize::new(0),
            steps_done: AtomicUsize::new(0),
            steps: AtomicUsize::new(0),
        }
    }

    /// Adds to the number of expected steps.
    pub fn expect_steps(&self, steps: usize) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }

    pub fn finish_step(&self) {
        self.steps_done.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads all elements in `span`. Also returns the parts of `span` that PagerDuty does not list completely. A window
    /// with too many elements is split in two. Each page is converted as soon as it is read, since a list of PagerDuty's
    /// own elements takes several times the memory of a list of converted ones.
    pub async fn read<T: DeserializeOwned, U>(
        &self,
        span: &Range<DateTime<Utc>>,
        key: &'static str,
        ask: &(dyn Fn(&Range<DateTime<Utc>>) -> ApiRequest + Sync),
        convert: impl Fn(T) -> Option<U>,
    ) -> Result<(Listing<U>, Vec<Range<DateTime<Utc>>>), SourceError> {
        let mut all = Listing::default();
        let mut unread = Vec::new();
        let mut windows = vec![span.clone()];
        while let Some(window) = windows.pop() {
            let piece = self.read_window(&ask(&window), key, &convert).await?;
            let is_divisible = window.end - window.start >= SMALLEST_WINDOW;
            match piece.gap {
                Some(ListingGap::Limit) if is_divisible => {
                    let middle = window.start + (window.end - window.start) / 2;
                    windows.push(middle..window.end);
                    windows.push(window.start..middle);
                }
                _ => {
                    unread.extend(piece.gap.is_some().then_some(window));
                    all.extend(piece);
                }
            }
        }
        Ok((all, unread))
    }

    async fn read_window<T: DeserializeOwned, U>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
        convert: impl Fn(T) -> Option<U>,
    ) -> Result<Listing<U>, SourceError> {
        let mut all = Listing::default();
        for offset in (0..MAX_LISTED).step_by(PAGE_SIZE) {
            let page = self
                .within_limit(|| self.client.get_page::<T>(ask, key, offset))
                .await?;
            let has_next = page.has_next(PAGE_SIZE);
            let holds_back = page.holds_back();
            let page = Listing {
                gap: None,
                ..Listing::from(page)
            };
            all.extend(page.convert_items(&convert));
            if holds_back {
                let listed = all.items.len() + all.unreadable;
                all.gap = Some(ListingGap::HeldBack { listed });
            }
            if !has_next {
                return Ok(all);
            }
        }
        all.gap = Some(ListingGap::Limit);
        Ok(all)
    }

    /// Sends a request when the rate limit allows it. If PagerDuty refuses the request because of the rate limit,
    /// waits, and sends it again.
    ///
    /// # Errors
    /// The request failed, or was refused too often.
    pub async fn within_limit<T, F: Future<Output = Result<T, SourceError>>>(
        &self,
        send: impl Fn() -> F,
    ) -> Result<T, SourceError> {
        let mut refusals = 0;
        loop {
            self.wait_for_share().await;
            match send().await {
                Err(error)
                    if error.kind() == FailureKind::RateLimited && refusals < MAX_REFUSALS =>
                {
                    refusals += 1;
                    self.wait(error.retry_after.unwrap_or(MAX_WAIT)).await;
                }
                answer => {
                    self.requests.fetch_add(1, Ordering::Relaxed);
                    self.report(Duration::ZERO);
                    return answer;
                }
            }
        }
    }

    async fn wait(&self, mut left: Duration) {
        while !left.is_zero() {
            self.report(left);
            let part = left.min(MAX_WAIT);
            (self.reading.wait)(part).await;
            left -= part;
        }
    }

    async fn wait_for_share(&self) {
        while self.client.available_details(self.reading.pace) == 0 {
            let wait = self.client.more_details_in();
            self.report(wait);
            let wait = wait.clamp(Duration::from_millis(100), MAX_WAIT);
            (self.reading.wait)(wait).await;
        }
        self.client.announce_detail(self.reading.pace);
    }

    fn report(&self, waits: Duration) {
        (self.reading.on_progress)(Progress {
            requests: self.requests.load(Ordering::Relaxed),
            steps_done: self.steps_done.load(Ordering::Relaxed),
            steps: self.steps.load(Ordering::Relaxed),
            waits,
        });
    }
}
