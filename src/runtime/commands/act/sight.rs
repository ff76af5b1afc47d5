//! What PagerDuty is asked before anything is decided: the incidents that were named, who is who, and where
//! it matters what the public was told.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};

use crate::config::SourcesConfig;
use crate::domain::answers::{Answers, IncidentsData};
use crate::domain::case::{Case, Place};
use crate::domain::directory::Directory;
use crate::domain::ids::{HubKey, IncidentId, PriorityName};
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::operation::{NotSentReason, OutcomeDetail};
use crate::domain::policy::Policy;
use crate::domain::post::StatusPage;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::{Answer, Slot, SourceId, SourceKind};
use crate::picture::build;
use crate::runtime::shop::Shop;
use crate::runtime::wiring::wire;
use crate::sources::pagerduty::{
    ApiError, Client, DirectoryPoller, fetch_incident, fetch_open_incidents,
};

/// Reads at once. PagerDuty advises few.
const READS: usize = 8;
/// The public page is not waited for longer.
const PAGES_WITHIN: Duration = Duration::from_secs(5);

/// An incident that was named, as it is or why it could not be read.
pub type Read = (IncidentId, Result<Arc<Incident>, NotSentReason>);

/// What was read.
pub struct Sight {
    /// Who is who.
    pub directory: Answer<Directory>,
    /// What the public was told, where that was asked for.
    pub pages: Vec<Slot<StatusPage>>,
    /// What is open at the hub that an incident is declared for, where that was asked for.
    pub open_there: Vec<Arc<Incident>>,
    interval: Duration,
}

/// The incidents, in the order in which they were named; one that was named twice, by id and by number, is
/// there once.
pub async fn incidents(client: &Client, wanted: Vec<IncidentId>) -> Vec<Read> {
    let each = wanted.into_iter().map(|name| async move {
        let read = fetch_incident(client, &name).await;
        let read = match read {
            Ok(Some(incident)) => Ok(Arc::new(incident)),
            Ok(None) => Err(NotSentReason::NoIncident),
            Err(refusal) => Err(unread(&refusal)),
        };
        (name, read)
    });
    let all: Vec<Read> = stream::iter(each).buffered(READS).collect().await;
    let mut once: Vec<Read> = Vec::new();
    for (name, read) in all {
        let is_there = |(_, other): &Read| match (other, &read) {
            (Ok(other), Ok(read)) => other.id == read.id,
            _ => false,
        };
        if !once.iter().any(is_there) {
            once.push((name, read));
        }
    }
    once
}

fn unread(refusal: &ApiError) -> NotSentReason {
    NotSentReason::Blocked(OutcomeDetail::Unreachable(refusal.error.text.clone()))
}

impl Sight {
    /// Asks who is who. The rota is read back to the oldest assignment of `on`: that tells the present level.
    ///
    /// # Errors
    /// PagerDuty does not tell.
    pub async fn look(
        client: &Arc<Client>,
        account: &PagerDutySettings,
        on: &[Arc<Incident>],
        services: bool,
    ) -> Result<Self, NotSentReason> {
        let poll = DirectoryPoller::new(Arc::clone(client), account);
        let mut poll = if services { poll.with_services() } else { poll };
        let assignments = on.iter().flat_map(|incident| &incident.assignments);
        let oldest = assignments.map(|one| one.at).min();
        match poll.poll(oldest).await.outcome {
            Ok(directory) => Ok(Self {
                directory,
                pages: Vec::new(),
                open_there: Vec::new(),
                interval: account.oncalls_interval,
            }),
            Err(error) => Err(NotSentReason::Blocked(OutcomeDetail::Unreachable(
                error.text,
            ))),
        }
    }

    /// Looks at what is open at a hub: a second incident about it pages twice.
    ///
    /// # Errors
    /// PagerDuty does not tell.
    pub async fn look_at_hub(
        &mut self,
        client: &Client,
        hub: &HubKey,
        policy: &Policy,
        now: Now,
    ) -> Result<(), NotSentReason> {
        let open = fetch_open_incidents(client)
            .await
            .map_err(|refusal| unread(&refusal))?;
        let open: Vec<_> = open.into_iter().map(Arc::new).collect();
        let there = Place::from(hub.clone());
        let cases = self.cases(&open, policy, now);
        let cases = cases.iter().filter(|case| case.places.contains(&there));
        self.open_there = cases.filter_map(|case| case.incident.clone()).collect();
        Ok(())
    }

    /// Whether a priority would make one of these milder than what the public is told of.
    pub fn may_leave_posts(&self, on: &[Arc<Incident>], priority: &PriorityName) -> bool {
        let first = self.directory.body.priorities.first();
        first.is_some_and(|first| {
            let mut were = on.iter().map(|incident| incident.priority.as_ref());
            priority != first && were.any(|was| was == Some(first))
        })
    }

    /// Looks at the public pages too; one that does not answer is not known.
    pub async fn look_at_pages(&mut self, sources: &SourcesConfig, shop: &Arc<Shop>) {
        let pages = SourcesConfig {
            status_pages: sources.status_pages.clone(),
            ..SourcesConfig::default()
        };
        let (feeds, looks) = wire(pages, shop).look(PAGES_WITHIN);
        join_all(looks).await;
        self.pages = feeds.answers().status_pages;
    }

    /// The cases of these incidents, in their order; one that is over has none.
    pub fn cases(&self, on: &[Arc<Incident>], policy: &Policy, now: Now) -> Vec<Arc<Case>> {
        let says = IncidentsData {
            incidents: on.to_vec(),
            log: Vec::new(),
        };
        let answers = Answers {
            incidents: Some(self.slot(self.answer(says, now))),
            directory: Some(self.slot(self.directory.clone())),
            status_pages: self.pages.clone(),
            ..Answers::default()
        };
        let picture = build(&answers, policy, now);
        let of = |incident: &Arc<Incident>| {
            let mut cases = picture.cases.iter();
            let is_its = |case: &&Arc<Case>| {
                let its = case.incident.as_ref();
                its.is_some_and(|its| its.id == incident.id)
            };
            cases.find(is_its).cloned()
        };
        on.iter().filter_map(of).collect()
    }

    fn answer<T>(&self, body: T, now: Now) -> Answer<T> {
        Answer {
            asked_at: now,
            got_at: now,
            server_clock: self.directory.server_clock,
            body,
        }
    }

    fn slot<T>(&self, answer: Answer<T>) -> Slot<T> {
        let id = SourceId::new(SourceKind::Pagerduty, "");
        let mut slot = Slot::waiting(id, self.interval);
        slot.succeed(answer);
        slot
    }
}
