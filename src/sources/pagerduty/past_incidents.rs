//! Past incidents with their logs, both listed by windows of time: PagerDuty takes at most six months at once and
//! lists at most 10,000 elements. One log for the whole account takes far fewer requests than one an incident.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::api_request::ApiRequest;
use super::client::Client;
use super::detail_budget::Pace;
use super::filters::Filters;
use super::paging::{Listing, ListingGap, PAGE_SIZE, describe_unreadable};
use super::wire::incident::WireIncident;
use super::wire::log::WireLogEntry;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::now::MAX_CLOCK_LEAD;
use crate::domain::settings::PagerDutySettings;
use crate::sources::error::SourceError;

const WINDOW: TimeDelta = TimeDelta::days(30);

/// PagerDuty's `since` and `until` are whole seconds.
const SMALLEST_WINDOW: TimeDelta = TimeDelta::seconds(2);

/// The most incidents that PagerDuty lists of one window.
const MAX_LISTED: usize = 10_000;

/// An incident, whether it is over or not, with its log.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRecord {
    pub incident: Incident,
    /// The oldest entry first.
    pub log: Vec<LogEntry>,
    /// The incident that it was merged into.
    pub merged_into: Option<IncidentId>,
}

/// The incidents of a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastIncidents {
    /// The spans of which not all incidents are listed.
    pub unread: Vec<Range<DateTime<Utc>>>,
    /// The earliest first.
    pub records: Vec<IncidentRecord>,
    /// Gaps in what was read, in words; empty if there are none.
    pub missing: Vec<String>,
}

/// The tools of a long reading.
pub struct Reading<'a> {
    /// Receives how many requests were answered so far.
    pub on_progress: &'a (dyn Fn(usize) + Send + Sync),
    /// Waits.
    pub wait: &'a (dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync),
}

/// Reads the incidents created within `span`, and their logs until `now`. It waits while the account's limit has no
/// room, since work that is not urgent may use only a share of it.
///
/// # Errors
/// A listing failed.
pub async fn fetch_past_incidents(
    client: &Client,
    settings: &PagerDutySettings,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
    reading: Reading<'_>,
) -> Result<PastIncidents, SourceError> {
    let ids = Filters::new(settings, None).look_up_ids(client).await?;
    let reader = WindowReader {
        client,
        reading,
        answered: AtomicUsize::new(0),
    };
    let ask_incidents = |window: &Range<DateTime<Utc>>| {
        let ask = ApiRequest::new("past incidents", "/incidents")
            .list_param("statuses[]", ["triggered", "acknowledged", "resolved"])
            .param("sort_by", "created_at:asc");
        ids.add_to_request(within(ask, window))
    };
    let ask_log = |window: &Range<DateTime<Utc>>| {
        let ask = ApiRequest::new("the log", "/log_entries").param("is_overview", "false");
        within(ask, window).list_param("team_ids[]", &ids.teams)
    };
    let (incidents, unread) = reader.read_all(span, "incidents", &ask_incidents).await?;
    // Events of an incident may be later than the span, or dated ahead by another clock or within the present second.
    let until = now.max(span.end);
    let until = until.checked_add_signed(MAX_CLOCK_LEAD).unwrap_or(until);
    let until_now = span.start..until;
    let (log, _) = reader.read_all(&until_now, "log_entries", &ask_log).await?;
    Ok(PastIncidents {
        unread,
        ..join(incidents, log)
    })
}

fn within(ask: ApiRequest, window: &Range<DateTime<Utc>>) -> ApiRequest {
    ApiRequest {
        is_detail: true,
        ..ask
            .time_param("since", window.start)
            .time_param("until", window.end)
    }
}

struct WindowReader<'a> {
    client: &'a Client,
    reading: Reading<'a>,
    answered: AtomicUsize,
}

impl WindowReader<'_> {
    /// Everything of `span`, window by window, and the windows of which PagerDuty does not list all. One that holds
    /// too many is read as two.
    async fn read_all<T: DeserializeOwned>(
        &self,
        span: &Range<DateTime<Utc>>,
        key: &'static str,
        ask: &(dyn Fn(&Range<DateTime<Utc>>) -> ApiRequest + Sync),
    ) -> Result<(Listing<T>, Vec<Range<DateTime<Utc>>>), SourceError> {
        let mut all = Listing::default();
        let mut unread = Vec::new();
        let mut windows = windows(span);
        while let Some(window) = windows.pop() {
            let piece = self.read_window(&ask(&window), key).await?;
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

    async fn read_window<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
    ) -> Result<Listing<T>, SourceError> {
        let mut all = Listing::default();
        for offset in (0..MAX_LISTED).step_by(PAGE_SIZE) {
            self.wait_for_share().await;
            let page = self.client.get_page::<T>(ask, key, offset).await?;
            let before = self.answered.fetch_add(1, Ordering::Relaxed);
            (self.reading.on_progress)(before + 1);
            let has_next = page.has_next(PAGE_SIZE);
            let holds_back = page.holds_back();
            all.extend(Listing {
                gap: None,
                ..Listing::from(page)
            });
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

    async fn wait_for_share(&self) {
        while self.client.available_details(Pace::AtOnce) == 0 {
            let wait = self.client.more_details_in();
            (self.reading.wait)(wait.max(Duration::from_millis(100))).await;
        }
    }
}

// The latest first, so that the earliest is taken first.
fn windows(span: &Range<DateTime<Utc>>) -> Vec<Range<DateTime<Utc>>> {
    let starts = std::iter::successors(Some(span.start), |start| start.checked_add_signed(WINDOW));
    let starts = starts.take_while(|start| *start < span.end);
    let mut windows: Vec<_> = starts
        .map(|start| {
            start
                ..span
                    .end
                    .min(start.checked_add_signed(WINDOW).unwrap_or(span.end))
        })
        .collect();
    windows.reverse();
    windows
}

fn join(incidents: Listing<WireIncident>, log: Listing<WireLogEntry>) -> PastIncidents {
    let is_log_whole = log.gap.is_none() && log.unreadable == 0;
    let mut entries = Entries::default();
    log.items.into_iter().for_each(|wire| entries.add(wire));
    let mut records = BTreeMap::new();
    let mut unreadable = incidents.unreadable;
    for wire in incidents.items {
        let merged_into = wire.merged_into();
        let Ok(mut incident) = wire.into_incident() else {
            unreadable += 1;
            continue;
        };
        let log = entries.of(&incident.id);
        incident.log_known = is_log_whole
            && !entries.may_lack_entry_of(&incident.id)
            && begins_with(&log, &incident);
        let key = (incident.created_at, incident.id.clone());
        let record = IncidentRecord {
            incident,
            log,
            merged_into,
        };
        records.insert(key, record);
    }
    let unreadable_entries = log.unreadable + entries.unreadable.len();
    let missing = missing("incidents", unreadable, incidents.gap)
        .into_iter()
        .chain(missing("log entries", unreadable_entries, log.gap));
    PastIncidents {
        missing: missing.collect(),
        unread: Vec::new(),
        records: records.into_values().collect(),
    }
}

// A log begins with what opened the incident; an older part of it may be gone.
fn begins_with(log: &[LogEntry], incident: &Incident) -> bool {
    let latest = incident.created_at + TimeDelta::minutes(1);
    log.first().is_some_and(|entry| entry.at <= latest)
}

fn missing(resource: &str, unreadable: usize, gap: Option<ListingGap>) -> Vec<String> {
    let count = (unreadable > 0).then(|| describe_unreadable(unreadable, resource));
    let gap = gap.map(|gap| gap.describe(resource));
    count.into_iter().chain(gap).collect()
}

/// Log entries by incident; one that two windows list counts once.
#[derive(Default)]
struct Entries {
    by_incident: BTreeMap<IncidentId, BTreeMap<String, (usize, LogEntry)>>,
    listed: usize,
    /// The incidents of those that cannot be read and that may decide; `None` where that is not known.
    unreadable: Vec<Option<IncidentId>>,
}

impl Entries {
    fn add(&mut self, wire: WireLogEntry) {
        let (of, is_needed) = (wire.incident_id(), !wire.decides_nothing());
        self.listed += 1;
        match wire.into_log_entry(None) {
            Some(entry) => {
                let of_incident = self.by_incident.entry(entry.incident.clone()).or_default();
                of_incident.insert(entry.id.clone(), (self.listed, entry));
            }
            None if is_needed => self.unreadable.push(of),
            None => {}
        }
    }

    // PagerDuty lists the newest first; entries of one second keep that order.
    fn of(&mut self, id: &IncidentId) -> Vec<LogEntry> {
        let entries = self.by_incident.remove(id).unwrap_or_default();
        let mut entries: Vec<(usize, LogEntry)> = entries.into_values().collect();
        entries.sort_by_key(|(listed, entry)| (entry.at, Reverse(*listed)));
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn may_lack_entry_of(&self, id: &IncidentId) -> bool {
        let mut of = self.unreadable.iter();
        of.any(|of| of.as_ref().is_none_or(|of| of == id))
    }
}

#[cfg(test)]
mod tests;
