//! PagerDuty's record of past incidents, as what is about the time after an incident reads it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::clock;
use crate::domain::directory::{Directory, PersonKind};
use crate::domain::ids::PriorityName;
use crate::domain::incident::Person;
use crate::domain::policy::Policy;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::{Failure, Part, PartName, PartProblem};
use crate::picture::places::places_in_title;
use crate::review::past_incident::PastIncident;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{DirectoryPoller, IncidentRecord, Reading, fetch_past_incidents};

/// Mailboxes and bots are known by their users' addresses.
const USERS_MISSING: &str =
    "not all users can be read: an acknowledgement by a mailbox or a bot may count as a human's";

/// Which part of PagerDuty's record is read.
pub struct RecordQuery<'a> {
    pub account: &'a PagerDutySettings,
    pub policy: &'a Policy,
    /// When the incidents were created.
    pub span: &'a Range<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// What PagerDuty holds of a span of time.
pub struct PastRecord {
    pub incidents: Vec<PastIncident>,
    /// The spans of which not all incidents are listed.
    pub unread: Vec<Range<DateTime<Utc>>>,
    pub directory: Directory,
    /// What could not be read, in words.
    pub missing: Vec<String>,
}

impl PastRecord {
    /// Reads the incidents that were created within the span of `query`. The secrets of `sources` must have been
    /// fetched.
    ///
    /// # Errors
    /// PagerDuty, its priorities or a listing could not be read.
    pub async fn read(
        sources: &SourceContext,
        query: &RecordQuery<'_>,
        on_progress: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Self, String> {
        let account = query.account;
        let client = sources.pagerduty_client(&account.url, &account.token, &account.http);
        let client = client.map_err(|error| error.text)?;
        let mut directory = DirectoryPoller::new(Arc::clone(&client), account);
        let polled = directory.poll(None).await.outcome;
        let polled = polled.map_err(|error| error.text)?;
        if let Some(why) = unread_priorities(&polled.parts) {
            return Err(why);
        }
        let mut parts = polled.parts.iter();
        let lacks_users = parts.any(|part| part.name == PartName::Users && part.problem.is_some());
        let reading = Reading {
            on_progress,
            wait: &|time| Box::pin(clock::sleep(time)),
        };
        let past = fetch_past_incidents(&client, account, query.span, query.now, reading).await;
        let past = past.map_err(|error| error.text)?;
        let unread_users = lacks_users.then(|| USERS_MISSING.to_owned());
        let unlisted = unlisted_priorities(&past.records, &polled.body);
        let missing = past.missing.into_iter().chain(unread_users).chain(unlisted);
        let records = past.records.into_iter();
        Ok(Self {
            missing: missing.collect(),
            incidents: records
                .map(|record| past_incident(record, query.policy))
                .collect(),
            unread: past.unread,
            directory: polled.body,
        })
    }

    /// Whether somebody is neither a mailbox nor a bot of the configuration.
    pub fn is_human(&self, who: &Person, policy: &Policy) -> bool {
        self.directory.person_kind(who, policy) == PersonKind::Human
    }
}

fn past_incident(record: IncidentRecord, policy: &Policy) -> PastIncident {
    PastIncident {
        places: places_in_title(&record.incident.title, policy),
        incident: record.incident,
        log: record.log,
        merged_into: record.merged_into,
    }
}

// The most severe priority is not known unless all priorities are read in their order.
fn unread_priorities(parts: &[Part]) -> Option<String> {
    let part = parts.iter().find(|it| it.name == PartName::Priorities)?;
    match part.problem.as_ref()? {
        PartProblem::NotOffered(_) => None,
        PartProblem::Failed(Failure { text, .. }) | PartProblem::Partial(text) => {
            Some(text.clone())
        }
        PartProblem::NotReadYet(_) => Some("the priorities are not read".to_owned()),
    }
}

// `check` counts such an incident as one of the most severe; whether it was an outage is not known.
fn unlisted_priorities(records: &[IncidentRecord], directory: &Directory) -> Option<String> {
    let names = records
        .iter()
        .filter_map(|it| it.incident.priority.as_ref());
    let unlisted: BTreeSet<&PriorityName> = names
        .filter(|name| !directory.priorities.contains(name))
        .collect();
    let names: Vec<String> = unlisted.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("PagerDuty does not list these priorities: {names}; whether such incidents were outages is not known")
    })
}
