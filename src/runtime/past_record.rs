//! PagerDuty's record of past incidents, for reports, figures and open follow-up work.

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
use crate::sources::pagerduty::{
    DirectoryPoller, IncidentRecord, KeptIncidents, Pace, PastIncidents, Progress, Reading,
    RecordFiles, fetch_past_incidents, load_past_incidents,
};

/// The note if not all users could be read. Placeholders and bots are recognised by their email addresses. Without the
/// address, hubwatch counts a placeholder or bot as a human.
const USERS_MISSING: &str =
    "not all users can be read: an acknowledgement by a mailbox or a bot may count as a human's";

/// The part of PagerDuty's record to read.
pub struct RecordQuery<'a> {
    pub account: &'a PagerDutySettings,
    pub policy: &'a Policy,
    /// The span in which the incidents were created.
    pub span: &'a Range<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// What PagerDuty's record contains about a span of time.
pub struct PastRecord {
    pub incidents: Vec<PastIncident>,
    /// The spans whose incidents are not listed completely.
    pub unread: Vec<Range<DateTime<Utc>>>,
    pub directory: Directory,
    /// What could not be read, as sentences.
    pub missing: Vec<String>,
}

impl PastRecord {
    /// Reads the incidents that were created within the span of `query`. Known incidents come from the files of
    /// `sources`, new ones from PagerDuty. If PagerDuty cannot be read, the record contains what is in the files. The
    /// secrets of `sources` must be fetched before.
    ///
    /// # Errors
    /// When PagerDuty, its priorities or a listing cannot be read, and the files have no record.
    pub async fn read(
        sources: &SourceContext,
        query: &RecordQuery<'_>,
        on_progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Self, String> {
        let files = RecordFiles::new(sources, query.account).map_err(|error| error.text)?;
        match Self::fetch(sources, query, &files, on_progress).await {
            Ok(record) => Ok(record),
            Err(why) => {
                let directory = files.load_directory().await;
                let kept = load_past_incidents(query.span, query.now, &files).await;
                let said = |as_of: &str| {
                    format!("PagerDuty cannot be read ({why}): this is as of {as_of}")
                };
                let found = kept.zip(directory);
                let found =
                    found.map(|(kept, directory)| Self::of_kept(kept, directory, said, query));
                found.ok_or(why)
            }
        }
    }

    /// The record in the files of `sources`, without a request to PagerDuty. `None` if the files lack a month of the
    /// span.
    pub async fn kept(sources: &SourceContext, query: &RecordQuery<'_>) -> Option<Self> {
        let files = RecordFiles::new(sources, query.account).ok()?;
        let directory = files.load_directory().await?;
        let kept = load_past_incidents(query.span, query.now, &files).await?;
        let said = |as_of: &str| format!("PagerDuty is being read: this is as of {as_of}");
        (!kept.lacks_months).then(|| Self::of_kept(kept, directory, said, query))
    }

    async fn fetch(
        sources: &SourceContext,
        query: &RecordQuery<'_>,
        files: &RecordFiles<'_>,
        on_progress: &(dyn Fn(Progress) + Send + Sync),
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
        if !lacks_users && !polled.body.priorities.is_empty() {
            files.save_directory(&polled.body).await;
        }
        let reading = Reading {
            pace: pace(sources),
            on_progress,
            wait: &|time| Box::pin(clock::sleep(time)),
        };
        let (span, now) = (query.span, query.now);
        let past = fetch_past_incidents(&client, account, span, now, files, reading).await;
        let past = past.map_err(|error| error.text)?;
        let users = lacks_users.then(|| USERS_MISSING.to_owned());
        Ok(Self::new(past, polled.body, users, query))
    }

    fn of_kept(
        kept: KeptIncidents,
        directory: Directory,
        said: impl Fn(&str) -> String,
        query: &RecordQuery<'_>,
    ) -> Self {
        let as_of = kept.as_of.with_timezone(&query.policy.calendar.zone);
        let as_of = as_of.format("%Y-%m-%d %H:%M %Z").to_string();
        Self::new(kept.past, directory, Some(said(&as_of)), query)
    }

    fn new(
        past: PastIncidents,
        directory: Directory,
        missing: Option<String>,
        query: &RecordQuery<'_>,
    ) -> Self {
        let unlisted = unlisted_priorities(&past.records, &directory);
        let records = past.records.into_iter();
        Self {
            missing: past
                .missing
                .into_iter()
                .chain(missing)
                .chain(unlisted)
                .collect(),
            incidents: records
                .map(|record| past_incident(record, query.policy))
                .collect(),
            unread: past.unread,
            directory,
        }
    }

    /// Whether this person is a human. Users that the configuration lists as placeholders or bots are not.
    pub fn is_human(&self, who: &Person, policy: &Policy) -> bool {
        self.directory.person_kind(who, policy) == PersonKind::Human
    }
}

// The pace of the requests for the record. In the dashboard these requests may use half of each portion of the request
// budget, since the dashboard's polls are more urgent.
fn pace(sources: &SourceContext) -> Pace {
    match sources.detail_limits.pace {
        Pace::Spread | Pace::Half => Pace::Half,
        Pace::AtOnce => Pace::AtOnce,
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

// The error text if not all priorities could be read. The most severe priority is known only from the full order.
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

// The note about incidents with an unlisted priority. `check` counts them as most severe, but hubwatch does not know
// whether they were outages.
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
