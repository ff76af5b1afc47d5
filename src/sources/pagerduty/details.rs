//! What must be asked for by incident: alerts with their events' details, logs, the text of notes.
//!
//! None of it may keep the incidents themselves from being shown: what is refused, or cannot be had in
//! time, is asked for again with the next poll.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::api_error::ApiError;
use super::api_request::{ApiRequest, path_segment};
use super::client::Client;
use super::known_incidents::KnownIncidents;
use super::listings;
use super::paging::Listing;
use super::wire::alert::WireAlert;
use super::wire::log::WireNote;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{IncidentAlert, LogEntry};
use crate::domain::now::Now;
use crate::domain::source::PartName;
use crate::sources::poll::PollError;

/// How hard details are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailLimits {
    /// Requests at once. PagerDuty advises few.
    pub max_concurrent: usize,
    /// Requests in one poll.
    pub max_requests: usize,
    /// After so long no further one is begun.
    pub time_budget: Duration,
}

impl DetailLimits {
    /// For a dashboard, which looks again soon.
    pub const CONTINUOUS: Self = Self {
        max_concurrent: 4,
        max_requests: 60,
        time_budget: Duration::from_secs(5),
    };
    /// For the first look, and for a program that looks once.
    pub const SINGLE_POLL: Self = Self {
        max_concurrent: 16,
        max_requests: 400,
        time_budget: Duration::from_secs(6),
    };
}

enum Job {
    Alerts(IncidentId),
    Log(IncidentId),
    Notes(IncidentId),
}

enum JobResult {
    Alerts(IncidentId, Vec<IncidentAlert>),
    Log(IncidentId, Vec<LogEntry>),
    Notes(IncidentId, Vec<WireNote>),
}

/// How reading details ended.
#[derive(Debug, Default)]
pub(super) struct DetailReport {
    /// Something is left that a poll soon could read.
    pub poll_soon: bool,
    /// The last failure by part.
    pub failures: BTreeMap<PartName, PollError>,
}

/// Reads what the memory lacks, for the poll that began at `asked`.
pub(super) async fn fetch_missing(
    client: &Client,
    memory: &mut KnownIncidents,
    effort: DetailLimits,
    asked: Now,
) -> DetailReport {
    let mut report = DetailReport::default();
    if client.is_budget_low() {
        return report;
    }
    let jobs = jobs(memory, asked);
    let wanted = jobs.len();
    let begun = client.now();
    let in_time = |_: &Job| {
        let go = client.now().since(begun) < effort.time_budget && !client.is_budget_low();
        std::future::ready(go)
    };
    let mut results = stream::iter(jobs.into_iter().take(effort.max_requests))
        .take_while(in_time)
        .map(async |job| {
            (
                job.part(),
                job.run(client).await.map_err(|error| (job, error)),
            )
        })
        .buffer_unordered(effort.max_concurrent);
    let mut done = 0;
    while let Some((part, result)) = results.next().await {
        match result {
            Ok(read) => read.store_in(memory, asked),
            // What was resolved is not asked about again: nothing is judged by it.
            Err((Job::Alerts(id), error)) if error.is_lasting() && !memory.is_open(&id) => {
                memory.set_alerts(&id, Vec::new());
            }
            Err((_, error)) => {
                let is_last = error.affects_every_request();
                report.failures.insert(part, error.error);
                if is_last {
                    return report;
                }
            }
        }
        done += 1;
    }
    report.poll_soon = done < wanted && !client.is_budget_low();
    report
}

fn jobs(memory: &KnownIncidents, asked: Now) -> Vec<Job> {
    let logs = memory.needing_log(asked).into_iter().map(Job::Log);
    let notes = memory.needing_notes().into_iter().map(Job::Notes);
    let alerts = memory.needing_alerts().into_iter().map(Job::Alerts);
    logs.chain(notes).chain(alerts).collect()
}

impl Job {
    fn part(&self) -> PartName {
        match self {
            Self::Alerts(_) => PartName::Alerts,
            Self::Log(_) => PartName::Log,
            Self::Notes(_) => PartName::Notes,
        }
    }

    async fn run(&self, client: &Client) -> Result<JobResult, ApiError> {
        match self {
            Self::Alerts(id) => {
                let alerts = empty_if_not_offered(fetch_alerts(client, id).await)?;
                Ok(JobResult::Alerts(id.clone(), alerts))
            }
            Self::Log(id) => {
                let log = empty_if_not_offered(listings::fetch_incident_log(client, id).await)?;
                Ok(JobResult::Log(id.clone(), log))
            }
            Self::Notes(id) => {
                let notes = empty_if_not_offered(fetch_notes(client, id).await)?;
                Ok(JobResult::Notes(id.clone(), notes))
            }
        }
    }
}

impl JobResult {
    fn store_in(self, memory: &mut KnownIncidents, asked: Now) {
        match self {
            Self::Alerts(id, alerts) => memory.set_alerts(&id, alerts),
            Self::Log(id, entries) => memory.add_incident_log(&id, entries, asked),
            Self::Notes(id, notes) => memory.add_notes(&id, notes),
        }
    }
}

// A plan without the part will not have it next time either. Every other refusal, 403 and 404 too, is about
// something that this incident may have.
fn empty_if_not_offered<T>(read: Result<Vec<T>, ApiError>) -> Result<Vec<T>, ApiError> {
    match read {
        Err(error) if error.status == Some(402) => Ok(Vec::new()),
        read => read,
    }
}

/// An incident's alerts.
pub(super) async fn fetch_alerts(
    client: &Client,
    id: &IncidentId,
) -> Result<Vec<IncidentAlert>, ApiError> {
    let ask = ApiRequest::new(
        "an incident's alerts",
        format!("/incidents/{}/alerts", path_segment(id.as_str())),
    );
    let wire = client
        .get_all_pages::<WireAlert>(&ask, "alerts", |_| false)
        .await?;
    let wire = wire.require_readable(ask.resource)?;
    Ok(wire.into_iter().map(WireAlert::into_alert).collect())
}

/// An incident's notes.
pub(super) async fn fetch_notes(
    client: &Client,
    id: &IncidentId,
) -> Result<Vec<WireNote>, ApiError> {
    let ask = ApiRequest::new(
        "an incident's notes",
        format!("/incidents/{}/notes", path_segment(id.as_str())),
    );
    let page = Listing::from(client.get_list(&ask, "notes").await?);
    page.require_readable(ask.resource)
}
