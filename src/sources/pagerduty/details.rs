//! What must be asked for by incident: alerts with their events' details, logs, the text of notes.
//!
//! None of it may keep the incidents themselves from being shown: what is refused, or cannot be had in
//! time, is asked for again with the next poll.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::ask::{Ask, segment};
use super::client::Client;
use super::listings;
use super::memory::Memory;
use super::refusal::Refusal;
use super::wire::alert::WireAlert;
use super::wire::log::WireNote;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{IncidentAlert, LogEntry};

/// How hard details are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Requests at once. PagerDuty advises few.
    pub at_once: usize,
    /// Requests in one poll.
    pub at_most: usize,
    /// After so long no further one is begun.
    pub within: Duration,
}

impl Effort {
    /// For a dashboard, which looks again soon.
    pub const STEADY: Self = Self {
        at_once: 4,
        at_most: 60,
        within: Duration::from_secs(5),
    };
    /// For the first look, and for a program that looks once.
    pub const ONE_LOOK: Self = Self {
        at_once: 16,
        at_most: 400,
        within: Duration::from_secs(6),
    };
}

enum Job {
    Alerts(IncidentId),
    Log(IncidentId),
    Notes(IncidentId),
}

enum Done {
    Alerts(IncidentId, Vec<IncidentAlert>),
    Log(IncidentId, Vec<LogEntry>),
    Notes(IncidentId, Vec<WireNote>),
}

/// Reads what the memory lacks. True where something is left that a poll soon could read.
pub(super) async fn read(client: &Client, memory: &mut Memory, effort: Effort) -> bool {
    if client.is_scarce() {
        return false;
    }
    let jobs = jobs(memory);
    let wanted = jobs.len();
    let begun = client.now();
    let in_time = |_: &Job| {
        let go = client.now().since(begun) < effort.within && !client.is_scarce();
        std::future::ready(go)
    };
    let mut results = stream::iter(jobs.into_iter().take(effort.at_most))
        .take_while(in_time)
        .map(|job| job.run(client))
        .buffer_unordered(effort.at_once);
    let mut done = 0;
    while let Some(result) = results.next().await {
        match result {
            Ok(heard) => heard.give(memory),
            Err(refusal) if refusal.is_general() => return false,
            Err(_) => {}
        }
        done += 1;
    }
    done < wanted && !client.is_scarce()
}

fn jobs(memory: &Memory) -> Vec<Job> {
    let logs = memory.want_log().into_iter().map(Job::Log);
    let notes = memory.want_notes().into_iter().map(Job::Notes);
    let alerts = memory.want_alerts().into_iter().map(Job::Alerts);
    logs.chain(notes).chain(alerts).collect()
}

impl Job {
    async fn run(self, client: &Client) -> Result<Done, Refusal> {
        match self {
            Self::Alerts(id) => {
                let alerts = absent_is_empty(alerts(client, &id).await)?;
                Ok(Done::Alerts(id, alerts))
            }
            Self::Log(id) => {
                let log = absent_is_empty(listings::log_of(client, &id).await)?;
                Ok(Done::Log(id, log))
            }
            Self::Notes(id) => {
                let notes = absent_is_empty(notes(client, &id).await)?;
                Ok(Done::Notes(id, notes))
            }
        }
    }
}

impl Done {
    fn give(self, memory: &mut Memory) {
        match self {
            Self::Alerts(id, alerts) => memory.hear_alerts(&id, alerts),
            Self::Log(id, entries) => memory.hear_log_of(&id, entries),
            Self::Notes(id, notes) => memory.hear_notes(&id, notes),
        }
    }
}

// A key or a plan without the part will not have it next time either.
fn absent_is_empty<T>(heard: Result<Vec<T>, Refusal>) -> Result<Vec<T>, Refusal> {
    match heard {
        Err(refusal) if refusal.is_absence() || refusal.is_not_found() => Ok(Vec::new()),
        heard => heard,
    }
}

/// An incident's alerts.
pub(super) async fn alerts(
    client: &Client,
    id: &IncidentId,
) -> Result<Vec<IncidentAlert>, Refusal> {
    let ask = Ask::new(
        "an incident's alerts",
        format!("/incidents/{}/alerts", segment(id.as_str())),
    );
    let wire = client.pages::<WireAlert>(&ask, "alerts", |_| false).await?;
    Ok(wire.into_iter().map(WireAlert::read).collect())
}

/// An incident's notes.
pub(super) async fn notes(client: &Client, id: &IncidentId) -> Result<Vec<WireNote>, Refusal> {
    let ask = Ask::new(
        "an incident's notes",
        format!("/incidents/{}/notes", segment(id.as_str())),
    );
    Ok(client.list(&ask, "notes").await?.items)
}
