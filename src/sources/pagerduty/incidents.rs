//! The poller of incidents: their state, their log, and their alerts.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};

use super::cache::IncidentCache;
use super::client::Client;
use super::detail_budget::Pace;
use super::details::{self, DetailLimits, DetailReport};
use super::filter_ids::FilterIds;
use super::filters::Filters;
use super::future_dates;
use super::known_incidents::{Detail, KnownIncidents};
use super::listings::{self, IncidentListing, LogSlice};
use super::paging::Listing;
use crate::domain::answers::IncidentsData;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogKind};
use crate::domain::now::Now;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::{Part, PartName, PartProblem, ReadProgress, UnreadableItems};
use crate::sources::error::SourceError;
use crate::sources::part_reader::{PartOutcome, record};
use crate::sources::poll_report::{AnswerContent, PollReport};

/// How long resolved incidents are shown.
const RESOLVED_SHOWN_FOR: TimeDelta = TimeDelta::hours(24);
/// The interval at which resolved incidents are listed. Between two listings, the log shows resolutions.
const RESOLVED_INTERVAL: Duration = Duration::from_secs(300);
/// The overlap of two reads of the log, since an entry may appear a little later than its date.
const LOG_OVERLAP: TimeDelta = TimeDelta::seconds(60);
/// How far back the account's log is read at most. Older entries are read incident by incident.
const MAX_LOG_LOOKBACK: TimeDelta = TimeDelta::hours(1);
/// The most incidents that one poll looks up because a listing no longer has them.
const MAX_LOOKUPS: usize = 16;
/// The delay before the rest of the details is read, if the request budget allows more.
const DETAILS_RETRY_DELAY: Duration = Duration::from_secs(2);

/// Polls PagerDuty's incidents.
pub struct IncidentPoller {
    client: Arc<Client>,
    filters: Filters,
    detail_limits: DetailLimits,
    known: KnownIncidents,
    parts: IncidentParts,
}

/// The parts of the answer. `log` and `alerts` sum up the details of all incidents.
struct IncidentParts {
    open: Part,
    resolved: Part,
    log: Part,
    alerts: Part,
    notes: Part,
    /// The unreadable incidents in the last listing of open incidents.
    unreadable: UnreadableItems,
}

/// The results of the listings. `log` is `None` if it was not readable.
struct Listings {
    open: Vec<Incident>,
    resolved: Vec<Incident>,
    log: Option<LogSlice>,
}

impl IncidentPoller {
    /// A poller that starts with the cache of an earlier run.
    pub fn new(
        client: Arc<Client>,
        settings: &PagerDutySettings,
        detail_limits: DetailLimits,
        cached: IncidentCache,
    ) -> Self {
        Self {
            client,
            filters: Filters::new(settings, cached.filters.as_ref()),
            detail_limits,
            known: KnownIncidents::from_cache(cached),
            parts: IncidentParts {
                open: Part::new(PartName::Incidents),
                resolved: Part::new(PartName::ResolvedIncidents),
                log: Part::new(PartName::Log),
                alerts: Part::new(PartName::Alerts),
                notes: Part::new(PartName::Notes),
                unreadable: UnreadableItems::default(),
            },
        }
    }

    /// Polls once. If the future is dropped, only the answer to the current request is lost.
    pub async fn poll(&mut self) -> PollReport<IncidentsData> {
        let asked = self.client.now();
        let refreshed = self.refresh(asked).await;
        let is_cut_short = refreshed.is_ok() && self.fetch_details(asked).await;
        let content = refreshed.map(|()| self.content(asked));
        let polled = self.client.poll_result(asked, content);
        match is_cut_short {
            true => self.come_back_for_details(polled),
            false => polled,
        }
    }

    fn content(&self, asked: Now) -> AnswerContent<IncidentsData> {
        let server_clock = self.client.server_clock().unwrap_or(asked.wall);
        let mut body = self.known.to_data();
        let mut unreadable = self.parts.unreadable.clone();
        unreadable.extend(future_dates::remove(
            &mut body,
            server_clock.max(asked.wall),
        ));
        AnswerContent {
            body,
            parts: self.parts.to_vec(),
            unreadable,
        }
    }

    /// The cache to save for the next run; `None` if there is nothing new since the last call.
    /// [`IncidentCache::from_bytes`] reads the cache.
    pub fn take_unsaved_cache(&mut self) -> Option<Vec<u8>> {
        let now = self.client.now().wall;
        self.known
            .take_unsaved_cache(now)
            .map(IncidentCache::to_bytes)
    }

    async fn refresh(&mut self, asked: Now) -> Result<(), SourceError> {
        self.client.ensure_not_paused()?;
        // Without the ids nothing can be listed.
        let ids = self.filters.look_up_ids(&self.client).await?;
        self.known.keep_filters(self.filters.to_cached());
        let now = self.client.server_clock().unwrap_or(asked.wall);
        let cutoff = now
            .checked_sub_signed(RESOLVED_SHOWN_FOR)
            .unwrap_or_default();
        let listings = self.fetch_listings(asked, now, cutoff, &ids).await?;
        let all = listings.resolved.into_iter().chain(listings.open);
        let listed: Vec<IncidentId> = all.map(|incident| self.known.upsert(incident)).collect();
        self.look_up_unlisted(&ids, &listed).await;
        if let Some(log) = listings.log {
            self.apply_log(log, asked, cutoff, &ids).await;
        }
        self.known.remove_resolved_before(cutoff);
        Ok(())
    }

    // Reads the listings. Fails only if the open incidents cannot be read, since they are shown even if everything else
    // is missing.
    async fn fetch_listings(
        &mut self,
        asked: Now,
        now: DateTime<Utc>,
        cutoff: DateTime<Utc>,
        ids: &FilterIds,
    ) -> Result<Listings, SourceError> {
        let client = &*self.client;
        let read_at = self.parts.resolved.read_at;
        let due = read_at.is_none_or(|read| asked.since(read) >= RESOLVED_INTERVAL);
        let resolved = async {
            match due {
                true => Some(listings::fetch_resolved(client, ids, cutoff).await),
                false => None,
            }
        };
        let log_until = self.known.log_until();
        let since = log_start(log_until, now);
        // After the first read of the log, further pages are read even without a detail budget. Leaving them out would
        // leave a gap, and after a gap the log of each incident would have to be read. The first read cannot leave a
        // gap, since no earlier read precedes it.
        let pace = self.detail_limits.pace;
        let may_read_on = || log_until.is_some() || client.available_details(pace) > 0;
        let (open, resolved, log) = tokio::join!(
            listings::fetch_open(client, ids),
            resolved,
            listings::fetch_account_log(client, ids, since, now, may_read_on),
        );
        let open = self.parts.record_open(asked, open?);
        let resolved = resolved.map(|read| self.parts.record_resolved(asked, read));
        Ok(Listings {
            open,
            resolved: resolved.unwrap_or_default(),
            log: self.parts.record_log(asked, log),
        })
    }

    // Applies the log. Only the log shows an incident that was opened and resolved between two polls.
    async fn apply_log(
        &mut self,
        log: LogSlice,
        asked: Now,
        cutoff: DateTime<Utc>,
        ids: &FilterIds,
    ) {
        let ended = log
            .entries
            .iter()
            .filter(|entry| entry.kind == LogKind::Resolve && entry.at >= cutoff);
        let unheard = ended
            .into_iter()
            .any(|entry| !self.known.contains(&entry.incident));
        if unheard && self.parts.resolved.read_at != Some(asked) {
            let resolved = listings::fetch_resolved(&self.client, ids, cutoff).await;
            for incident in self.parts.record_resolved(asked, resolved) {
                self.known.upsert(incident);
            }
        }
        self.known.add_account_log(log, asked);
    }

    // Looks up the open incidents that are no longer listed. Such an incident was resolved, has left the filter, or
    // slipped between two pages. The incident stays unchanged until it is looked up.
    async fn look_up_unlisted(&mut self, ids: &FilterIds, listed: &[IncidentId]) {
        let client = &*self.client;
        let missing = self.known.open_not_in(listed).into_iter().take(MAX_LOOKUPS);
        let look = |id| async move { (listings::fetch_counted(client, ids, &id).await, id) };
        let mut looks = stream::iter(missing)
            .map(look)
            .buffer_unordered(self.detail_limits.max_concurrent);
        while let Some((found, id)) = looks.next().await {
            match found {
                Ok(Some(incident)) => {
                    self.known.upsert(incident);
                }
                Ok(None) => self.known.remove(&id),
                Err(_) => {}
            }
        }
    }

    /// Reads missing details. Returns whether another poll could read more.
    async fn fetch_details(&mut self, asked: Now) -> bool {
        let limits = self.detail_limits;
        let report = details::fetch_missing(&self.client, &mut self.known, limits, asked).await;
        self.known.mark_known_logs(asked);
        let left = self.known.unread_details(asked).len();
        let time_left = match limits.pace {
            Pace::Spread | Pace::Half => self.client.time_for_details(left),
            Pace::AtOnce => None,
        };
        let progress = DetailProgress {
            known: &self.known,
            report: &report,
            time_left,
        };
        self.parts.record_details(asked, &progress);
        report.is_cut_short
    }

    // Sets the time of the next poll. The poll comes soon if only the time budget was used up. Otherwise it comes when
    // the request budget allows more.
    fn come_back_for_details<T>(&self, polled: PollReport<T>) -> PollReport<T> {
        match self.client.available_details(self.detail_limits.pace) {
            0 => PollReport {
                next_poll_in: Some(self.client.more_details_in()),
                ..polled
            },
            _ => PollReport {
                poll_again_in: Some(DETAILS_RETRY_DELAY),
                ..polled
            },
        }
    }
}

impl IncidentParts {
    fn to_vec(&self) -> Vec<Part> {
        let parts = [
            &self.open,
            &self.resolved,
            &self.log,
            &self.alerts,
            &self.notes,
        ];
        parts.into_iter().cloned().collect()
    }

    // Records the open incidents. Each unreadable incident is a blind spot of its own, so the part does not report it
    // again.
    fn record_open(&mut self, asked: Now, read: IncidentListing) -> Vec<Incident> {
        self.unreadable = read.unreadable;
        let listing = Listing {
            unreadable: 0,
            ..read.listing
        };
        let outcome = listing.into_outcome("open incidents");
        record(&mut self.open, asked, outcome).unwrap_or_default()
    }

    // Records the resolved incidents. After the first successful read, a failed read does no harm, since the log shows
    // resolutions too.
    fn record_resolved(
        &mut self,
        asked: Now,
        read: Result<IncidentListing, SourceError>,
    ) -> Vec<Incident> {
        let outcome = match read {
            Ok(read) => read.listing.into_outcome("resolved incidents"),
            Err(error) => PartOutcome::Failed(error),
        };
        record(&mut self.resolved, asked, outcome).unwrap_or_default()
    }

    fn record_log(&mut self, asked: Now, read: Result<LogSlice, SourceError>) -> Option<LogSlice> {
        match read {
            Ok(slice) => {
                match slice.missing() {
                    None => self.log.succeed(asked),
                    Some(missing) => self.log.succeed_with(asked, PartProblem::Partial(missing)),
                }
                Some(slice)
            }
            Err(error) => {
                record(&mut self.log, asked, error.into_part_outcome::<()>(&[]));
                None
            }
        }
    }

    fn record_details(&mut self, asked: Now, progress: &DetailProgress<'_>) {
        let known = progress.known;
        progress.record(&mut self.alerts, Detail::Alerts, asked);
        progress.record(&mut self.notes, Detail::Notes, asked);
        if known.lacks(Detail::Log) || known.is_not_offered(Detail::Log) {
            progress.record(&mut self.log, Detail::Log, asked);
        }
    }
}

/// How many details were read, and how long the rest takes.
struct DetailProgress<'a> {
    known: &'a KnownIncidents,
    report: &'a DetailReport,
    time_left: Option<Duration>,
}

impl DetailProgress<'_> {
    fn record(&self, part: &mut Part, detail: Detail, asked: Now) {
        match self.report.failures.get(&part.name) {
            Some(error) => part.fail(error.kind(), error.text.clone(), asked),
            None if self.known.lacks(detail) => {
                let (read, all) = self.known.progress(detail);
                part.progress(ReadProgress {
                    read,
                    all,
                    time_left: self.time_left,
                });
            }
            None if self.known.is_not_offered(detail) => {
                let text = format!(
                    "PagerDuty: the account's plan does not include {} of incidents (402)",
                    part.name
                );
                part.succeed_with(asked, PartProblem::NotOffered(text));
            }
            None => part.succeed(asked),
        }
    }
}

/// The time from which on the account's log is requested.
fn log_start(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let back = now.checked_sub_signed(MAX_LOG_LOOKBACK).unwrap_or_default();
    let overlap = until.and_then(|until| until.checked_sub_signed(LOG_OVERLAP));
    // `overlap` is later than `now` if it was computed with a wrong clock that was corrected afterwards. The log is then
    // requested as far back as allowed.
    overlap
        .filter(|since| *since <= now)
        .map_or(back, |since| since.max(back))
}
