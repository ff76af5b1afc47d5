//! Reads the PagerDuty data that a command needs before it decides: the named incidents and the directory. If the
//! operation concerns the public, the status pages are read too.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};

use crate::domain::answers::{Answers, IncidentsData};
use crate::domain::case::{Case, Place};
use crate::domain::directory::Directory;
use crate::domain::ids::{HubKey, IncidentId};
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::now::Now;
use crate::domain::operation::{CaseDoubt, NotSentReason, Operation, OutcomeDetail};
use crate::domain::policy::Policy;
use crate::domain::settings::{PagerDutySettings, SourcesConfig};
use crate::domain::source::{Answer, Part, PartName, Slot, SourceId, SourceKind};
use crate::picture::{BuildOptions, Picture, build};
use crate::runtime::registry::register_sources;
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::pagerduty::{
    Client, DirectoryPoller, fetch_incident, fetch_log, fetch_open_incidents,
};

/// The most concurrent reads. PagerDuty advises against many concurrent requests.
const MAX_CONCURRENT_READS: usize = 8;
/// How long to wait for sources other than PagerDuty.
const OTHERS_TIMEOUT: Duration = Duration::from_secs(5);

/// A named incident, or why the incident could not be read.
pub type IncidentLookup = (IncidentId, Result<Arc<Incident>, NotSentReason>);

/// The data that the look-up read.
pub struct Lookup {
    pub directory: Answer<Directory>,
    /// The posts and the alerts, if they were read.
    seen: Answers,
    /// The open incidents at the hub of a declaration, if they were read.
    pub open_at_hub: Vec<Arc<Incident>>,
    /// What is unknown about the case of a declaration.
    pub case_doubt: Option<CaseDoubt>,
    /// The logs of the incidents, oldest first, if they were read.
    log: Vec<LogEntry>,
    interval: Duration,
}

/// Reads the incidents, in the order of the command line. An incident that is named by id and by number appears only
/// once.
pub async fn fetch_incidents(client: &Client, wanted: Vec<IncidentId>) -> Vec<IncidentLookup> {
    let each = wanted.into_iter().map(|name| async move {
        let read = fetch_incident(client, &name).await;
        let read = match read {
            Ok(Some(incident)) => Ok(Arc::new(incident)),
            Ok(None) => Err(NotSentReason::NoIncident),
            Err(error) => Err(unreached(&error)),
        };
        (name, read)
    });
    let all: Vec<IncidentLookup> = stream::iter(each)
        .buffered(MAX_CONCURRENT_READS)
        .collect()
        .await;
    let mut once: Vec<IncidentLookup> = Vec::new();
    for (name, read) in all {
        let is_there = |(_, other): &IncidentLookup| match (other, &read) {
            (Ok(other), Ok(read)) => other.id == read.id,
            _ => false,
        };
        if !once.iter().any(is_there) {
            once.push((name, read));
        }
    }
    once
}

// Errors if a part of the directory is missing that the warnings before a write need: people, policies, the rota or the
// order of priorities.
fn with_all_that_writes_need(
    directory: Answer<Directory>,
) -> Result<Answer<Directory>, SourceError> {
    let is_needed = |part: &&Part| {
        !matches!(
            part.name,
            PartName::Me | PartName::MaintenanceWindows | PartName::Services
        )
    };
    let failure = directory
        .parts
        .iter()
        .filter(is_needed)
        .find_map(Part::failure);
    match failure {
        Some(failure) => Err(SourceError::answered(failure.kind, failure.text.clone())),
        None => Ok(directory),
    }
}

fn unreached(error: &SourceError) -> NotSentReason {
    NotSentReason::Blocked(OutcomeDetail::Unreachable(error.text.clone()))
}

impl Lookup {
    /// Reads the directory. The rota is read from the oldest assignment of the incidents in `on`, because the people
    /// who were on call at the assignment show an incident's present level.
    ///
    /// # Errors
    /// PagerDuty could not be read.
    pub async fn fetch_directory(
        client: &Arc<Client>,
        account: &PagerDutySettings,
        on: &[Arc<Incident>],
        services: bool,
    ) -> Result<Self, NotSentReason> {
        let poll = DirectoryPoller::new(Arc::clone(client), account);
        let mut poll = if services { poll.with_services() } else { poll };
        let assignments = on.iter().flat_map(|incident| &incident.assignments);
        let oldest = assignments.map(|one| one.at).min();
        let answered = poll.poll(oldest).await.outcome;
        match answered.and_then(with_all_that_writes_need) {
            Ok(directory) => Ok(Self {
                directory,
                seen: Answers::default(),
                open_at_hub: Vec::new(),
                case_doubt: None,
                log: Vec::new(),
                interval: account.oncalls_interval,
            }),
            Err(error) => Err(NotSentReason::Blocked(OutcomeDetail::Unreachable(
                error.text,
            ))),
        }
    }

    /// Whether PagerDuty listed all of the rota.
    pub fn rota_is_whole(&self) -> bool {
        let mut parts = self.directory.parts.iter();
        parts.all(|part| {
            !matches!(part.name, PartName::EscalationPolicies | PartName::Oncalls)
                || part.problem.is_none()
        })
    }

    /// Reads the open incidents at a hub. Declaring a second incident for the hub would page again.
    ///
    /// # Errors
    /// PagerDuty could not be read.
    pub async fn fetch_open_at_hub(
        &mut self,
        client: &Client,
        hub: &HubKey,
        policy: &Policy,
        now: Now,
    ) -> Result<(), NotSentReason> {
        let open = fetch_open_incidents(client)
            .await
            .map_err(|error| unreached(&error))?;
        let open: Vec<_> = open.into_iter().map(Arc::new).collect();
        let there = Place::from(hub.clone());
        let cases = self.cases(&open, policy, now);
        let cases = cases.iter().filter(|case| case.places.contains(&there));
        self.open_at_hub = cases.filter_map(|case| case.incident.clone()).collect();
        Ok(())
    }

    /// Whether the operation concerns the public. It does if it gives or takes the top priority, or resolves an
    /// incident of this priority.
    pub fn concerns_public(&self, on: &[Arc<Incident>], operation: &Operation) -> bool {
        let Some(top) = self.directory.body.priorities.first() else {
            return false;
        };
        let mut priorities = on.iter().map(|incident| incident.priority.as_ref());
        match operation {
            Operation::Declare(new) => new.priority.as_ref() == Some(top),
            Operation::Priority(name) if name == top => true,
            Operation::Priority(_) | Operation::RemovePriority | Operation::Resolve => {
                priorities.any(|was| was == Some(top))
            }
            _ => false,
        }
    }

    /// Reads the logs of incidents, which show when a time-box ends. Without its log, an incident's time-box has no
    /// known end.
    pub async fn fetch_logs(&mut self, client: &Client, on: &[Arc<Incident>]) {
        let logs = on.iter().map(|incident| fetch_log(client, &incident.id));
        let logs = join_all(logs).await.into_iter();
        self.log = logs.flat_map(Result::unwrap_or_default).collect();
        self.log.sort_by_key(|entry| entry.at);
    }

    /// Reads the status pages. A page that does not answer counts as not known.
    pub async fn fetch_status_pages(
        &mut self,
        sources: &SourcesConfig,
        context: &Arc<SourceContext>,
    ) {
        let pages = SourcesConfig {
            status_pages: sources.status_pages.clone(),
            ..SourcesConfig::default()
        };
        self.poll_others(pages, context).await;
    }

    /// Polls the given sources. A source that does not answer counts as not known.
    pub async fn poll_others(&mut self, sources: SourcesConfig, context: &Arc<SourceContext>) {
        let registry = register_sources(sources, Vec::new(), context);
        let (slots, polls) = registry.poll_once(OTHERS_TIMEOUT);
        join_all(polls).await;
        slots.add_to(&mut self.seen);
    }

    /// The cases of these incidents, in the order of the incidents. A resolved incident has no case.
    pub fn cases(&self, on: &[Arc<Incident>], policy: &Policy, now: Now) -> Vec<Arc<Case>> {
        cases_in(&self.picture(on, policy, now), on)
    }

    /// A picture with only these incidents.
    pub fn picture(&self, on: &[Arc<Incident>], policy: &Policy, now: Now) -> Picture {
        let says = IncidentsData {
            incidents: on.to_vec(),
            log: self.log.iter().cloned().map(Arc::new).collect(),
        };
        let answers = Answers {
            incidents: Some(self.as_slot(self.as_answer(says, now))),
            directory: Some(self.as_slot(self.directory.clone())),
            ..self.seen.clone()
        };
        build(&answers, policy, now, BuildOptions::default())
    }

    fn as_answer<T>(&self, body: T, now: Now) -> Answer<T> {
        Answer::new(now, now, self.directory.server_clock, body)
    }

    fn as_slot<T>(&self, answer: Answer<T>) -> Slot<T> {
        let id = SourceId::new(SourceKind::Pagerduty, "");
        let mut slot = Slot::waiting(id, self.interval);
        slot.succeed(answer);
        slot
    }
}

/// The cases of these incidents in a picture, in the order of the incidents. A resolved incident has no case.
pub fn cases_in(picture: &Picture, on: &[Arc<Incident>]) -> Vec<Arc<Case>> {
    let case = |incident: &Arc<Incident>| find_case(&picture.cases, incident).cloned();
    on.iter().filter_map(case).collect()
}

/// The case that has this incident.
pub fn find_case<'a>(cases: &'a [Arc<Case>], incident: &Incident) -> Option<&'a Arc<Case>> {
    cases.iter().find(|case| {
        let its = case.incident.as_ref();
        its.is_some_and(|its| its.id == incident.id)
    })
}
