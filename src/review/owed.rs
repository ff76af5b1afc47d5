//! What is still to be done after outages, as far as PagerDuty's notes and the status pages tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::outage::{Outage, outages};
use super::past_incident::PastIncident;
use crate::domain::calendar::Calendar;
use crate::domain::case::Place;
use crate::domain::checklist::ChecklistStep;
use crate::domain::ids::{IncidentId, PriorityName};
use crate::domain::incident::{Incident, LogEntry, LogKind, Person};
use crate::domain::note::{OutageNote, TimeBoxNote, TimeBoxVerdict};
use crate::domain::post::{Post, PostKind};

/// What it is found by.
pub struct OwedInput<'a> {
    pub incidents: &'a [PastIncident],
    /// The account's first priority.
    pub p1: &'a PriorityName,
    /// Outages that ended before are not looked at.
    pub since: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub calendar: &'a Calendar,
    /// The steps that the team watches.
    pub steps: &'a BTreeSet<ChecklistStep>,
    /// Neither a mailbox nor a bot.
    pub is_human: &'a dyn Fn(&Person) -> bool,
    /// The posts that the team's pages show now. None: they could not be read, or there is no page.
    pub posts: Option<&'a [Post]>,
}

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No note says what follows: neither an issue nor that none is needed.
    FollowUp,
    /// No note says that the support desk's ticket is closed.
    SupportTicket,
    /// A post about it is still open, by its title.
    OpenPost(String),
    /// Not all of what would tell could be read.
    NotKnown,
}

/// An outage after which something is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct OwedOutage {
    /// Its incidents, the earliest first; never empty.
    pub incidents: Vec<OwedIncident>,
    pub places: Vec<Place>,
    pub begins: DateTime<Utc>,
    pub ended: DateTime<Utc>,
    /// The team's whole working days since it ended.
    pub working_days: usize,
    /// The name of the last human who acknowledged one of them.
    pub owner: Option<Arc<str>>,
    pub missing: Vec<Missing>,
}

/// What is owed, and how far that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct OwedReading {
    /// The oldest first.
    pub owed: Vec<OwedOutage>,
    /// Outages that ended before are not looked at.
    pub since: DateTime<Utc>,
    /// What could not be read, in words.
    pub unread: Vec<String>,
    /// What nothing here can tell, in words.
    pub not_watched: Vec<String>,
}

/// An incident of an outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedIncident {
    pub number: u64,
    pub id: IncidentId,
    pub title: String,
    /// Its address in PagerDuty, for a browser.
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
    let found = outages(input.incidents, input.p1, input.now);
    let ended = found.outages.into_iter().filter_map(|outage| {
        let end = outage.ends.filter(|end| *end >= input.since)?;
        Some((end, outage))
    });
    let mut owed: Vec<OwedOutage> = ended
        .filter_map(|(end, outage)| owed_after(input, outage, end))
        .collect();
    owed.sort_by_key(|one| one.ended);
    owed
}

fn owed_after(
    input: &OwedInput<'_>,
    outage: Outage<'_>,
    ended: DateTime<Utc>,
) -> Option<OwedOutage> {
    let record = Record {
        members: members(input, &outage),
    };
    let missing = record.missing(input);
    let places: BTreeSet<&Place> = outage
        .incidents
        .iter()
        .flat_map(|one| &one.places)
        .collect();
    let incidents = outage.incidents.iter();
    let incidents = incidents.map(|one| OwedIncident::new(&one.incident));
    (!missing.is_empty()).then(|| OwedOutage {
        working_days: input.calendar.working_days_between(ended, input.now),
        owner: record.last_human(input).map(|who| Arc::clone(&who.name)),
        places: places.into_iter().cloned().collect(),
        incidents: incidents.collect(),
        begins: outage.begins,
        ended,
        missing,
    })
}

// Those that were merged into it too: what any member shows counts for the outage.
fn members<'a>(input: &OwedInput<'a>, outage: &Outage<'a>) -> Vec<&'a PastIncident> {
    let ids: BTreeSet<&IncidentId> = outage
        .incidents
        .iter()
        .map(|one| &one.incident.id)
        .collect();
    let merged = input.incidents.iter().filter(|one| {
        let target = one.merged_into.as_ref();
        target.is_some_and(|id| ids.contains(id))
    });
    outage.incidents.iter().copied().chain(merged).collect()
}

struct Record<'a> {
    members: Vec<&'a PastIncident>,
}

impl<'a> Record<'a> {
    fn missing(&self, input: &OwedInput<'_>) -> Vec<Missing> {
        let mut missing = Vec::new();
        if !self.has_decision() {
            missing.push(Missing::FollowUp);
        }
        let step = ChecklistStep::SupportResolved;
        if input.steps.contains(&step) && !self.is_said(step) {
            missing.push(Missing::SupportTicket);
        }
        let is_log_known = self.members.iter().all(|one| one.incident.log_known);
        if !missing.is_empty() && !is_log_known {
            missing = vec![Missing::NotKnown];
        }
        if input.steps.contains(&ChecklistStep::PostClosed) {
            let posts = input.posts.unwrap_or_default().iter();
            let open = posts.filter(|post| self.is_about(post));
            missing.extend(open.map(|post| Missing::OpenPost(post.title.clone())));
        }
        missing
    }

    fn entries(&self) -> impl Iterator<Item = &'a LogEntry> {
        self.members.iter().flat_map(|one| &one.log)
    }

    fn notes(&self) -> impl Iterator<Item = &'a str> {
        self.entries().filter_map(|entry| match &entry.kind {
            LogKind::Annotate { text } => text.as_deref(),
            _ => None,
        })
    }

    fn has_decision(&self) -> bool {
        let mut notes = self.notes().filter_map(TimeBoxNote::parse);
        notes.any(|note| match note {
            TimeBoxNote::Verdict(TimeBoxVerdict::FollowUp, address, _) => address.is_some(),
            TimeBoxNote::Verdict(TimeBoxVerdict::NoFollowUp, _, why) => !why.is_empty(),
            _ => false,
        })
    }

    fn is_said(&self, step: ChecklistStep) -> bool {
        let mut notes = self.notes().filter_map(OutageNote::parse);
        notes.any(|note| note.step == step)
    }

    // Only what is linked: a post that names the place may be about a later outage.
    fn is_about(&self, post: &Post) -> bool {
        let mut ids = self.members.iter().map(|one| &one.incident.id);
        post.open
            && post.kind == PostKind::Incident
            && post
                .linked
                .as_ref()
                .is_some_and(|linked| ids.any(|id| id == linked))
    }

    fn last_human(&self, input: &OwedInput<'_>) -> Option<&'a Person> {
        let acknowledged = self.entries().filter_map(|entry| match &entry.kind {
            LogKind::Acknowledge { .. } => Some((entry.at, entry.agent.as_ref()?)),
            _ => None,
        });
        let by_humans = acknowledged.filter(|(_, who)| (input.is_human)(who));
        by_humans.max_by_key(|(at, _)| *at).map(|(_, who)| who)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, incident, p1};
    use super::*;

    const DAY: i64 = 24 * 60;

    fn is_human(who: &Person) -> bool {
        &*who.name != "support"
    }

    fn all_steps() -> BTreeSet<ChecklistStep> {
        use strum::IntoEnumIterator as _;
        ChecklistStep::iter().collect()
    }

    fn p1_at(number: u64, day: i64) -> PastIncident {
        incident(number, day * DAY, Some(day * DAY + 60))
            .priority("P1")
            .place("leap/prod")
    }

    fn missing_of(incidents: &[PastIncident], posts: Option<&[Post]>) -> Vec<(u64, Vec<Missing>)> {
        let (steps, calendar, p1) = (all_steps(), Calendar::default(), p1());
        let found = owed(&OwedInput {
            incidents,
            p1: &p1,
            since: at(-10 * DAY),
            now: at(30 * DAY),
            calendar: &calendar,
            steps: &steps,
            is_human: &is_human,
            posts,
        });
        let found = found.into_iter();
        found
            .map(|one| (one.incidents[0].number, one.missing))
            .collect()
    }

    const TICKET: &str = "[hubwatch] outage support-resolved: ticket 3";

    #[test]
    fn an_outage_owes_until_somebody_says_what_follows() {
        let bare = p1_at(1, 2);
        assert_eq!(
            missing_of(std::slice::from_ref(&bare), None),
            [(1, vec![Missing::FollowUp, Missing::SupportTicket])]
        );
        let ticket = bare.note(2 * DAY + 70, TICKET);
        let owes = |note: &str| missing_of(&[ticket.clone().note(2 * DAY + 80, note)], None);
        let follow_up = [(1, vec![Missing::FollowUp])];
        assert_eq!(owes("[hubwatch] verdict fixed: resized"), follow_up);
        assert_eq!(owes("[hubwatch] verdict follow-up: later"), follow_up);
        assert_eq!(owes("[hubwatch] verdict no-follow-up:"), follow_up);
        assert_eq!(
            owes("[hubwatch] verdict follow-up https://issues.example/7: x"),
            []
        );
        assert_eq!(owes("[hubwatch] verdict no-follow-up: a one-off"), []);
    }

    #[test]
    fn what_was_no_outage_or_is_one_still_owes_nothing() {
        let p2 = incident(1, 0, Some(60)).priority("P2");
        let open = incident(2, 0, None).priority("P1").place("maap/prod");
        let taken_back = p1_at(3, 3).change(3 * DAY + 70, "P1", "");
        assert_eq!(missing_of(&[p2, open, taken_back], None), []);
    }

    #[test]
    fn what_any_member_says_counts_and_a_merged_one_is_a_member() {
        let note = "[hubwatch] verdict follow-up https://issues.example/7: x";
        let one = p1_at(1, 2).note(2 * DAY + 70, TICKET);
        let other = p1_at(2, 2).note(2 * DAY + 70, note);
        assert_eq!(missing_of(&[one.clone(), other], None), []);
        let merged = incident(3, 2 * DAY, Some(2 * DAY + 5))
            .merged_into(1)
            .note(2 * DAY + 6, note);
        assert_eq!(missing_of(&[one, merged], None), []);
    }

    #[test]
    fn without_its_log_it_is_not_known_what_an_outage_owes() {
        let unread = p1_at(1, 2).log_unknown();
        assert_eq!(missing_of(&[unread], None), [(1, vec![Missing::NotKnown])]);
    }

    #[test]
    fn a_linked_post_that_is_open_is_owed_and_another_incidents_is_not() {
        let one = p1_at(1, 2)
            .note(2 * DAY + 70, TICKET)
            .note(2 * DAY + 80, "[hubwatch] verdict no-follow-up: a one-off");
        let post = |linked: &str, open: bool| Post {
            open,
            linked: Some(linked.into()),
            ..crate::app::fixture::post("N1", PostKind::Incident, "leap is down")
        };
        let owes = |posts: &[Post]| missing_of(std::slice::from_ref(&one), Some(posts));
        let open = [(1, vec![Missing::OpenPost("leap is down".to_owned())])];
        assert_eq!(owes(&[post("Q1", true)]), open);
        assert_eq!(owes(&[post("Q1", false)]), []);
        assert_eq!(owes(&[post("Q9", true)]), []);
    }

    #[test]
    fn its_age_is_in_working_days_and_its_owner_the_last_human() {
        let one = p1_at(1, 0)
            .by("Ada", 5, LogKind::Acknowledge { timeout: None })
            .by("Bo", 15, LogKind::Acknowledge { timeout: None })
            .by("support", 25, LogKind::Acknowledge { timeout: None });
        let incidents = [one];
        let (steps, calendar, p1) = (all_steps(), Calendar::default(), p1());
        let found = owed(&OwedInput {
            incidents: &incidents,
            p1: &p1,
            since: at(-DAY),
            // Minute 0 is a Sunday; this is the Monday after next.
            now: at(8 * DAY + 600),
            calendar: &calendar,
            steps: &steps,
            is_human: &is_human,
            posts: None,
        });
        assert_eq!(found[0].working_days, 5);
        assert_eq!(found[0].owner.as_deref(), Some("Bo"));
    }
}
