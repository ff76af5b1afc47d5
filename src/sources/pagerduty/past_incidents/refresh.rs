//! Brings the months of a record up to date.

mod changed;

use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::api_request::ApiRequest;
use super::super::client::Client;
use super::super::filter_ids::FilterIds;
use super::super::paging::describe_unreadable;
use super::super::wire::incident::WireIncident;
use super::super::wire::log::WireLogEntry;
use super::entries::{Entries, ListedEntry};
use super::kept::RecordFiles;
use super::month::{OVERLAP, RecordMonth};
use super::spans::windows;
use super::windows::WindowReader;
use super::{IncidentRecord, PastIncidents, sort};
use crate::domain::ids::IncidentId;
use crate::domain::now::MAX_CLOCK_LEAD;
use crate::sources::error::SourceError;

/// An unchanged month is saved again after this time, so that the next run has to read less of the log.
const MAX_SAVED_AGE: TimeDelta = TimeDelta::hours(1);

/// Reads the months of a span. The months are also saved during the read, so that an interrupted read can continue.
pub(super) struct Refresh<'a> {
    reader: WindowReader<'a>,
    client: &'a Client,
    ids: FilterIds,
    files: &'a RecordFiles<'a>,
    now: DateTime<Utc>,
    /// The months, the earliest first.
    months: Vec<OpenMonth>,
    unread: Vec<Range<DateTime<Utc>>>,
    unreadable_incidents: usize,
    unreadable_entries: usize,
    /// Gaps of listings, in words.
    gaps: Vec<String>,
    /// Whether the log may lack an entry of any incident.
    is_log_incomplete: bool,
}

struct OpenMonth {
    month: RecordMonth,
    has_changed: bool,
    saved_log_until: DateTime<Utc>,
    /// The incidents whose stored log lacked an entry when the refresh began.
    lacking: Vec<IncidentId>,
}

impl OpenMonth {
    fn needs_saving(&self) -> bool {
        self.has_changed || self.month.log_until - self.saved_log_until >= MAX_SAVED_AGE
    }
}

impl<'a> Refresh<'a> {
    pub fn new(
        reader: WindowReader<'a>,
        client: &'a Client,
        ids: FilterIds,
        files: &'a RecordFiles<'a>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            reader,
            client,
            ids,
            files,
            now,
            months: Vec::new(),
            unread: Vec::new(),
            unreadable_incidents: 0,
            unreadable_entries: 0,
            gaps: Vec::new(),
            is_log_incomplete: false,
        }
    }

    /// Adds a month and its kept data, if there is any.
    pub fn add_month(&mut self, first: NaiveDate, kept: Option<RecordMonth>) {
        let month = kept.unwrap_or_else(|| RecordMonth::new(self.files.account(), first));
        self.months.push(OpenMonth {
            has_changed: false,
            saved_log_until: month.log_until,
            lacking: month.lacking(),
            month,
        });
    }

    /// Reads all new data.
    ///
    /// # Errors
    /// A request failed.
    pub async fn read(&mut self, span: &Range<DateTime<Utc>>) -> Result<(), SourceError> {
        let log = self.log_windows(span);
        let unlisted = self.months.iter().map(|open| open.month.unlisted(self.now));
        let unlisted: Vec<_> = unlisted.collect();
        self.reader
            .expect_steps(log.len() + unlisted.iter().flatten().count());
        for (position, window) in unlisted.into_iter().enumerate() {
            if let Some(window) = window {
                self.list(position, &window).await?;
                self.reader.finish_step();
                self.save().await;
            }
        }
        for window in log {
            self.read_log(&window).await?;
            self.reader.finish_step();
            self.save().await;
        }
        self.read_changed().await?;
        self.save().await;
        Ok(())
    }

    // The windows of the log that must be read. Each month's log was read up to some time, and the windows begin
    // shortly before the earliest of these times.
    fn log_windows(&self, span: &Range<DateTime<Utc>>) -> Vec<Range<DateTime<Utc>>> {
        let left_off = self.months.iter().map(|open| open.month.log_until);
        let from = left_off.min().map_or(span.start, |at| at - OVERLAP);
        // The end is later than now, so that entries of the present second and entries that another clock dated ahead
        // are read too.
        windows(&(from..self.now.max(span.end) + MAX_CLOCK_LEAD))
    }

    async fn list(
        &mut self,
        position: usize,
        window: &Range<DateTime<Utc>>,
    ) -> Result<(), SourceError> {
        let ask = |window: &Range<DateTime<Utc>>| {
            let ask = ApiRequest::new("past incidents", "/incidents")
                .list_param("statuses[]", ["triggered", "acknowledged", "resolved"])
                .param("sort_by", "created_at:asc");
            self.ids.add_to_request(within(ask, window))
        };
        let convert = |wire: WireIncident| {
            let merged_into = wire.merged_into();
            let incident = wire.into_incident().ok()?;
            Some((incident, merged_into))
        };
        let read = self.reader.read(window, "incidents", &ask, convert).await?;
        let (listing, unread) = read;
        let Some(open) = self.months.get_mut(position) else {
            return Ok(());
        };
        let unreadable = listing.unreadable;
        for (incident, merged_into) in listing.items {
            open.has_changed |= open.month.put(incident, merged_into, self.now);
        }
        // If data is missing, `listed_until` stays, so that the next run requests the data again.
        if unreadable == 0 && unread.is_empty() {
            let was_whole = open.month.unlisted(self.now).is_none();
            open.month.listed_until = self.now;
            open.has_changed |= !was_whole && open.month.unlisted(self.now).is_none();
        }
        self.unreadable_incidents += unreadable;
        self.unread.extend(unread);
        let gap = listing.gap.map(|gap| gap.describe("incidents"));
        self.gaps.extend(gap);
        Ok(())
    }

    async fn read_log(&mut self, window: &Range<DateTime<Utc>>) -> Result<(), SourceError> {
        let ask = |window: &Range<DateTime<Utc>>| {
            let ask = ApiRequest::new("the log", "/log_entries").param("is_overview", "false");
            within(ask, window).list_param("team_ids[]", &self.ids.teams)
        };
        let convert = |wire: WireLogEntry| Some(ListedEntry::from(wire));
        let read = self.reader.read(window, "log_entries", &ask, convert);
        let (listing, _) = read.await?;
        self.gaps
            .extend(listing.gap.map(|gap| gap.describe("log entries")));
        let mut entries = Entries::new(listing);
        self.unreadable_entries += entries.unreadable;
        self.is_log_incomplete |= entries.is_incomplete;
        let until = window.end.min(self.now);
        for open in &mut self.months {
            open.has_changed |= open.month.add(&mut entries);
            // If data is missing, `log_until` stays, so that the next run requests the data again.
            if !self.is_log_incomplete {
                open.month.log_until = open.month.log_until.max(until);
            }
        }
        Ok(())
    }

    async fn save(&mut self) {
        for open in self.months.iter_mut().filter(|open| open.needs_saving()) {
            self.files.save_month(&open.month).await;
            open.has_changed = false;
            open.saved_log_until = open.month.log_until;
        }
    }

    pub fn into_past(self, span: &Range<DateTime<Utc>>) -> PastIncidents {
        let is_log_known = !self.is_log_incomplete;
        let months = self.months.iter();
        let mut records: Vec<_> = months
            .flat_map(|open| open.month.records(span, is_log_known))
            .collect();
        sort(&mut records);
        let counts = [
            (self.unreadable_incidents, "incidents"),
            (self.unreadable_entries, "log entries"),
        ];
        let unreadable = counts.into_iter().filter(|(count, _)| *count > 0);
        let unreadable = unreadable.map(|(count, what)| describe_unreadable(count, what));
        let mut missing: Vec<String> = unreadable.chain(self.gaps).collect();
        if missing.is_empty() {
            missing.extend(headless_logs(&records));
        }
        PastIncidents {
            unread: self.unread,
            records,
            missing,
        }
    }
}

// Reports the logs that were read completely and still lack their beginning.
fn headless_logs(records: &[IncidentRecord]) -> Option<String> {
    let headless = records.iter().filter(|it| !it.incident.log_known).count();
    (headless > 0).then(|| {
        format!("the log does not say how {headless} of the incidents were opened: their owners are not known")
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
