//! The work that is still missing after outages, by PagerDuty's notes, the status pages and the tracker.

mod missing;
mod record;
mod tracked;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use missing::{Missing, OpenIssue};

use self::record::Record;
use self::tracked::Tracked;
use super::evidence::IssueEvidence;
use super::outage::{Outage, outages};
use super::past_incident::PastIncident;
use crate::domain::calendar::Calendar;
use crate::domain::case::Place;
use crate::domain::checklist::ChecklistStep;
use crate::domain::ids::{IncidentId, PriorityName};
use crate::domain::incident::{Incident, Person};
use crate::domain::policy::TimeBoxes;
use crate::domain::post::Post;
use crate::domain::settings::TrackerSettings;
use crate::domain::tracker::TrackerRecord;

pub struct OwedInput<'a> {
    pub incidents: &'a [PastIncident],
    /// The account's first priority.
    pub p1: &'a PriorityName,
    /// Outages that ended earlier are left out.
    pub since: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub calendar: &'a Calendar,
    /// The steps that the team watches.
    pub steps: &'a BTreeSet<ChecklistStep>,
    pub time_boxes: &'a TimeBoxes,
    /// Whether a user is neither a mailbox nor a bot.
    pub is_human: &'a dyn Fn(&Person) -> bool,
    /// The posts that the team's pages show now. `None` if they could not be read or there is no page.
    pub posts: Option<&'a [Post]>,
    /// `None` if no tracker is configured. Then only notes count.
    pub tracker: Option<TrackerInput<'a>>,
}

/// The tracker's data and settings.
#[derive(Clone, Copy)]
pub struct TrackerInput<'a> {
    pub settings: &'a TrackerSettings,
    pub record: &'a TrackerRecord,
    /// The words by which a report's file may name a place, such as its cluster, its hub or its domain.
    pub names: &'a dyn Fn(&Place) -> Vec<String>,
}

/// An outage after which something is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct OwedOutage {
    /// The outage's incidents, the earliest first. Never empty.
    pub incidents: Vec<OwedIncident>,
    pub places: Vec<Place>,
    pub begins: DateTime<Utc>,
    pub ended: DateTime<Utc>,
    /// The team's whole working days since the outage ended.
    pub working_days: usize,
    /// The assignees of the report issue. If it has no assignees, the last human who acknowledged one of the outage's
    /// incidents.
    pub owner: Option<OutageOwner>,
    /// The address of the outage's report issue, in whatever state the issue is.
    pub report: Option<String>,
    pub missing: Vec<Missing>,
}

/// The person who should do the missing work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutageOwner {
    Known(Arc<str>),
    /// The last human who acknowledged the outage. The tracker could not be read, so the report issue may have other
    /// assignees.
    Perhaps(Arc<str>),
}

/// The number of working days from which on missing work is late.
const LATE_AFTER: usize = 2;

/// The outages after which work is missing, and how complete this list is.
#[derive(Clone, Debug, PartialEq)]
pub struct OwedReading {
    /// The outages, the oldest first.
    pub owed: Vec<OwedOutage>,
    /// Outages that ended earlier are left out.
    pub since: DateTime<Utc>,
    /// The data that could not be read, in words.
    pub unread: Vec<String>,
    /// Steps that no source can show, in words.
    pub not_watched: Vec<String>,
}

impl OwedReading {
    /// The outages with work that is surely missing, the oldest first. Outages with only unreadable data are left out.
    pub fn known(&self) -> impl Iterator<Item = &OwedOutage> + Clone {
        self.owed.iter().filter(|one| one.is_known())
    }

    /// The known outages that are late.
    pub fn late(&self) -> impl Iterator<Item = &OwedOutage> + Clone {
        self.known().filter(|one| one.is_late())
    }
}

impl OwedOutage {
    /// Whether the work has been missing for so long that the header counts the outage.
    pub fn is_late(&self) -> bool {
        self.working_days >= LATE_AFTER
    }

    /// Whether work is surely missing. Data that could not be read does not count as missing work.
    pub fn is_known(&self) -> bool {
        let unread =
            |missing: &Missing| matches!(missing, Missing::NotKnown | Missing::TrackerNotKnown);
        !self.missing.iter().all(unread)
    }
}

/// An incident of an outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedIncident {
    pub number: u64,
    pub id: IncidentId,
    pub title: String,
    /// The incident's address in PagerDuty, for a browser.
    pub url: Option<String>,
}

impl OwedIncident {
    fn new(incident: &Incident) -> Self {
        Self {
            number: incident.number,
            id: incident.id.clone(),
            title: incident.title.clone(),
            url: incident.url.clone(),
        }
    }
}

/// The outages that ended and after which something is missing, the oldest first.
pub fn owed(input: &OwedInput<'_>) -> Vec<OwedOutage> {
    let evidence = input
        .tracker
        .map(|tracker| IssueEvidence::new(tracker.settings, &tracker.record.issues.items));
    let found = outages(input.incidents, input.p1, input.now);
    let ended = found.outages.into_iter().filter_map(|outage| {
        let end = outage.ends.filter(|end| *end >= input.since)?;
        Some((end, outage))
    });
    let mut owed: Vec<OwedOutage> = ended
        .filter_map(|(end, outage)| owed_after(input, evidence.as_ref(), &outage, end))
        .collect();
    owed.sort_by_key(|one| one.ended);
    owed
}

fn owed_after(
    input: &OwedInput<'_>,
    evidence: Option<&IssueEvidence<'_>>,
    outage: &Outage<'_>,
    ended: DateTime<Utc>,
) -> Option<OwedOutage> {
    let record = Record::new(input, outage);
    let places: BTreeSet<&Place> = outage
        .incidents
        .iter()
        .flat_map(|one| &one.places)
        .collect();
    let places: Vec<Place> = places.into_iter().cloned().collect();
    let tracked = evidence.zip(input.tracker).map(|(evidence, tracker)| {
        Tracked::new(tracker, evidence, &record, &places, outage.begins, ended)
    });
    let mut missing = record.missing(input, tracked.is_some());
    if let Some(tracked) = &tracked {
        tracked.add_missing(input, &record, &mut missing);
    }
    let incidents = outage.incidents.iter();
    let incidents = incidents.map(|one| OwedIncident::new(&one.incident));
    let acknowledged_by = record.last_human(input);
    let acknowledged_by = acknowledged_by.map(|who| Arc::clone(&who.name));
    let may_be_assigned = tracked.as_ref().is_some_and(|it| !it.is_whole());
    let by_acknowledgement = match may_be_assigned {
        true => OutageOwner::Perhaps,
        false => OutageOwner::Known,
    };
    let assigned = tracked.as_ref().and_then(Tracked::assignees);
    (!missing.is_empty()).then(|| OwedOutage {
        working_days: input.calendar.working_days_between(ended, input.now),
        owner: assigned
            .map(OutageOwner::Known)
            .or(acknowledged_by.map(by_acknowledgement)),
        report: tracked.as_ref().and_then(Tracked::report),
        incidents: incidents.collect(),
        begins: outage.begins,
        places,
        ended,
        missing,
    })
}

#[cfg(test)]
mod tests;
