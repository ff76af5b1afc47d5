//! Incidents of a past span of time, with their logs. They are read once, kept on disk by month, and brought up to date
//! by the account's log. One log for the whole account takes far fewer requests than one log for each incident.

mod entries;
mod kept;
mod month;
mod progress;
mod recorded_entry;
mod recorded_incident;
mod refresh;
mod spans;
mod windows;

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::client::Client;
use super::filters::Filters;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::settings::PagerDutySettings;
use crate::sources::error::SourceError;
pub use kept::RecordFiles;
use month::RecordMonth;
pub use progress::{Progress, Reading};
pub use recorded_incident::log_begins;
use refresh::Refresh;
use spans::months_of;
use windows::WindowReader;

/// An incident, open or resolved, with its log.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRecord {
    pub incident: Incident,
    /// The log, the oldest entry first. The `summary` of every entry is empty, since it is not kept on disk.
    pub log: Vec<LogEntry>,
    /// The incident into which this incident was merged.
    pub merged_into: Option<IncidentId>,
}

/// The incidents of a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastIncidents {
    /// The spans whose incidents are not all listed.
    pub unread: Vec<Range<DateTime<Utc>>>,
    /// The incidents, the earliest first.
    pub records: Vec<IncidentRecord>,
    /// The gaps in the data, in words. Empty if there are no gaps.
    pub missing: Vec<String>,
}

/// The incidents that are kept from the last reading.
pub struct KeptIncidents {
    pub past: PastIncidents,
    /// The time up to which the log was read for every month. It is the earliest of the months' own times.
    pub as_of: DateTime<Utc>,
    /// Whether at least one month of the span has no kept data.
    pub lacks_months: bool,
}

/// Reads the incidents created within `span`, and their logs until `now`. Kept data is read first, then the newer data
/// from PagerDuty. Waits while the rate limit leaves no requests.
///
/// # Errors
/// A listing failed. The months that were read before the failure are saved.
pub async fn fetch_past_incidents(
    client: &Client,
    settings: &PagerDutySettings,
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
    files: &RecordFiles<'_>,
    reading: Reading<'_>,
) -> Result<PastIncidents, SourceError> {
    let ids = Filters::new(settings, None).look_up_ids(client).await?;
    // A clock that is fast must not mark a future time as read.
    let now = client.server_clock().map_or(now, |clock| clock.min(now));
    let firsts = months_of(span);
    let kept = files.load_months(&firsts, now).await;
    let reader = WindowReader::new(client, reading);
    let mut refresh = Refresh::new(reader, client, ids, files, now);
    for (first, kept) in firsts.into_iter().zip(kept) {
        refresh.add_month(first, kept);
    }
    refresh.read(span).await?;
    Ok(refresh.into_past(span))
}

/// The kept incidents that were created within `span`; `None` if nothing is kept.
pub async fn load_past_incidents(
    span: &Range<DateTime<Utc>>,
    now: DateTime<Utc>,
    files: &RecordFiles<'_>,
) -> Option<KeptIncidents> {
    let firsts = months_of(span);
    let months = files.load_months(&firsts, now).await;
    let mut past = PastIncidents::default();
    let (mut read_until, mut lacking) = (Vec::new(), Vec::new());
    for (first, kept) in firsts.iter().zip(months) {
        let kept = kept.filter(RecordMonth::is_usable);
        let Some(month) = kept else {
            past.unread.push(RecordMonth::new("", *first).span());
            lacking.push(first.format("%Y-%m").to_string());
            continue;
        };
        let whole = month.span();
        if month.listed_until < whole.end.min(span.end) {
            past.unread.push(month.listed_until..whole.end);
        }
        read_until.push(month.log_until);
        past.records.extend(month.records(span, true));
    }
    if !lacking.is_empty() {
        let names = lacking.join(", ");
        past.missing
            .push(format!("no incidents are stored of {names}"));
    }
    sort(&mut past.records);
    let as_of = read_until.into_iter().min()?;
    Some(KeptIncidents {
        past,
        as_of,
        lacks_months: !lacking.is_empty(),
    })
}

fn sort(records: &mut [IncidentRecord]) {
    records.sort_by(|a, b| {
        let (a, b) = (&a.incident, &b.incident);
        (a.created_at, &a.id).cmp(&(b.created_at, &b.id))
    });
}

#[cfg(test)]
mod tests;
