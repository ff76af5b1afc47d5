//! Reads the details that PagerDuty lists only incident by incident: alerts with their events' details, logs, and
//! notes' texts.
//!
//! Incidents are shown even if their details cannot be read. The next poll requests rejected and late details again.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::api_request::ApiRequest;
use super::client::Client;
use super::detail_budget::Pace;
use super::known_incidents::{Detail, KnownIncidents};
use super::listings;
use super::paging::Listing;
use super::wire::alert::WireAlert;
use super::wire::log::WireNote;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{IncidentAlert, LogEntry};
use crate::domain::now::Now;
use crate::domain::source::PartName;
use crate::sources::error::SourceError;

/// The limits for reading details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailLimits {
    /// The most requests at once. PagerDuty advises against many concurrent requests.
    pub max_concurrent: usize,
    /// The pace at which requests use hubwatch's share of PagerDuty's rate limit.
    pub pace: Pace,
    /// The time after which no further request is started.
    pub time_budget: Duration,
}

impl DetailLimits {
    /// The limits for the dashboard, which polls again soon.
    pub const CONTINUOUS: Self = Self {
        max_concurrent: 4,
        pace: Pace::Spread,
        time_budget: Duration::from_secs(5),
    };
    /// The limits for a command that polls once.
    pub const SINGLE_POLL: Self = Self {
        max_concurrent: 16,
        pace: Pace::AtOnce,
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
    /// Whether another poll could read more.
    pub is_cut_short: bool,
    /// The last failure by part.
    pub failures: BTreeMap<PartName, SourceError>,
}

/// Reads the details that `memory` lacks, as far as the request budget allows. `asked` is the time at which the poll
/// began.
pub(super) async fn fetch_missing(
    client: &Client,
    memory: &mut KnownIncidents,
    limits: DetailLimits,
    asked: Now,
) -> DetailReport {
    let mut report = DetailReport::default();
    let begun = client.now();
    let may_begin = || {
        client.now().since(begun) < limits.time_budget && client.available_details(limits.pace) > 0
    };
    let read = async |job: Job| match may_begin() {
        true => (
            job.part(),
            Some(job.run(client).await.map_err(|error| (job, error))),
        ),
        false => (job.part(), None),
    };
    let mut results = stream::iter(jobs(memory, asked))
        .map(read)
        .buffer_unordered(limits.max_concurrent);
    while let Some((part, result)) = results.next().await {
        match result {
            None => report.is_cut_short = true,
            Some(Ok(read)) => read.store_in(memory, asked),
            // The alerts of a resolved incident are not requested again, since they affect no judgement.
            Some(Err((Job::Alerts(id), error))) if error.is_lasting() && !memory.is_open(&id) => {
                memory.set_alerts(&id, Vec::new());
            }
            // If the account's plan lacks this detail (402), another request is useless. After any other error, even
            // 403 or 404, another request may succeed.
            Some(Err((job, error))) if error.status == Some(402) => {
                memory.set_not_offered(job.id(), job.detail());
            }
            Some(Err((_, error))) => {
                let is_last = error.affects_every_request();
                report.failures.insert(part, error);
                if is_last {
                    return report;
                }
            }
        }
    }
    report
}

// The missing details by incident, the most urgent incident first.
fn jobs(memory: &KnownIncidents, asked: Now) -> Vec<Job> {
    let jobs = memory.unread_details(asked).into_iter();
    jobs.map(|(id, part)| match part {
        Detail::Alerts => Job::Alerts(id),
        Detail::Log => Job::Log(id),
        Detail::Notes => Job::Notes(id),
    })
    .collect()
}

impl Job {
    fn id(&self) -> &IncidentId {
        let (Self::Alerts(id) | Self::Log(id) | Self::Notes(id)) = self;
        id
    }

    fn detail(&self) -> Detail {
        match self {
            Self::Alerts(_) => Detail::Alerts,
            Self::Log(_) => Detail::Log,
            Self::Notes(_) => Detail::Notes,
        }
    }

    fn part(&self) -> PartName {
        match self {
            Self::Alerts(_) => PartName::Alerts,
            Self::Log(_) => PartName::Log,
            Self::Notes(_) => PartName::Notes,
        }
    }

    async fn run(&self, client: &Client) -> Result<JobResult, SourceError> {
        match self {
            Self::Alerts(id) => {
                let alerts = fetch_alerts(client, id).await?;
                Ok(JobResult::Alerts(id.clone(), alerts))
            }
            Self::Log(id) => {
                let log = listings::fetch_incident_log(client, id, None).await?;
                Ok(JobResult::Log(id.clone(), log))
            }
            Self::Notes(id) => {
                let notes = fetch_notes(client, id).await?;
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

/// Reads an incident's alerts.
pub(super) async fn fetch_alerts(
    client: &Client,
    id: &IncidentId,
) -> Result<Vec<IncidentAlert>, SourceError> {
    let ask = ApiRequest::detail("an incident's alerts", id, "alerts");
    let wire = client
        .get_all_pages::<WireAlert>(&ask, "alerts", |_| false)
        .await?;
    let wire = wire.require_whole(ask.resource)?;
    Ok(wire.into_iter().map(WireAlert::into_alert).collect())
}

/// Reads an incident's notes.
pub(super) async fn fetch_notes(
    client: &Client,
    id: &IncidentId,
) -> Result<Vec<WireNote>, SourceError> {
    let ask = ApiRequest::detail("an incident's notes", id, "notes");
    let page = Listing::from(client.get_list(&ask, "notes").await?);
    page.require_whole(ask.resource)
}
