//! What must be asked for by incident: alerts with their events' details, logs, the text of notes.
//!
//! None of it may keep the incidents themselves from being shown: what is refused, or cannot be had in
//! time, is asked for again with the next poll.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::api_error::ApiError;
use super::api_request::{ApiRequest, path_segment};
use super::client::Client;
use super::known_incidents::KnownIncidents;
use super::listings;
use super::wire::alert::WireAlert;
use super::wire::log::WireNote;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{IncidentAlert, LogEntry};

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

/// Reads what the memory lacks. True where something is left that a poll soon could read.
pub(super) async fn fetch_missing(
    client: &Client,
    memory: &mut KnownIncidents,
    effort: DetailLimits,
) -> bool {
    if client.is_budget_low() {
        return false;
    }
    let jobs = jobs(memory);
    let wanted = jobs.len();
    let begun = client.now();
    let in_time = |_: &Job| {
        let go = client.now().since(begun) < effort.time_budget && !client.is_budget_low();
        std::future::ready(go)
    };
    let mut results = stream::iter(jobs.into_iter().take(effort.max_requests))
        .take_while(in_time)
        .map(|job| job.run(client))
        .buffer_unordered(effort.max_concurrent);
    let mut done = 0;
    while let Some(result) = results.next().await {
        match result {
            Ok(heard) => heard.store_in(memory),
            Err(refusal) if refusal.affects_every_request() => return false,
            Err(_) => {}
        }
        done += 1;
    }
    done < wanted && !client.is_budget_low()
}

fn jobs(memory: &KnownIncidents) -> Vec<Job> {
    let logs = memory.needing_log().into_iter().map(Job::Log);
    let notes = memory.needing_notes().into_iter().map(Job::Notes);
    let alerts = memory.needing_alerts().into_iter().map(Job::Alerts);
    logs.chain(notes).chain(alerts).collect()
}

impl Job {
    async fn run(self, client: &Client) -> Result<JobResult, ApiError> {
        match self {
            Self::Alerts(id) => {
                let alerts = empty_if_missing(fetch_alerts(client, &id).await)?;
                Ok(JobResult::Alerts(id, alerts))
            }
            Self::Log(id) => {
                let log = empty_if_missing(listings::fetch_incident_log(client, &id).await)?;
                Ok(JobResult::Log(id, log))
            }
            Self::Notes(id) => {
                let notes = empty_if_missing(fetch_notes(client, &id).await)?;
                Ok(JobResult::Notes(id, notes))
            }
        }
    }
}

impl JobResult {
    fn store_in(self, memory: &mut KnownIncidents) {
        match self {
            Self::Alerts(id, alerts) => memory.set_alerts(&id, alerts),
            Self::Log(id, entries) => memory.add_incident_log(&id, entries),
            Self::Notes(id, notes) => memory.add_notes(&id, notes),
        }
    }
}

// A key or a plan without the part will not have it next time either.
fn empty_if_missing<T>(heard: Result<Vec<T>, ApiError>) -> Result<Vec<T>, ApiError> {
    match heard {
        Err(refusal) if refusal.is_feature_unavailable() || refusal.is_not_found() => {
            Ok(Vec::new())
        }
        heard => heard,
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
    Ok(client.get_list(&ask, "notes").await?.items)
}
