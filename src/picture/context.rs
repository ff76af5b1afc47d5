//! The inputs that all steps of building a picture share, indexed for lookups.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::freshness;
use super::parts::{self, lacks_priorities};
use super::views::{PartView, RotaGap, SourceView};
use crate::domain::alert::Alert;
use crate::domain::answers::Answers;
use crate::domain::case::Rank;
use crate::domain::directory::Directory;
use crate::domain::ids::{IncidentId, PriorityName};
use crate::domain::incident::{Incident, IncidentField, LogEntry};
use crate::domain::now::{MAX_CLOCK_LEAD, Now, is_in_future, time_after};
use crate::domain::policy::Policy;
use crate::domain::source::{
    AnySlot, ItemKind, PartName, PartProblem, SourceId, SourceKind, SourceState,
};

/// The inputs of a picture, indexed.
pub struct Context<'a> {
    pub answers: &'a Answers,
    pub policy: &'a Policy,
    pub now: Now,
    pub sources: Vec<SourceView>,
    pub states: BTreeMap<SourceId, SourceState>,
    /// PagerDuty's directory, however old; empty before the first answer.
    pub directory: &'a Directory,
    /// Priorities, most severe first.
    pub priorities: Vec<PriorityName>,
    /// The missing part of the rota; set only while PagerDuty is live.
    pub rota_gap: Option<RotaGap>,
    /// PagerDuty's log by incident, oldest first.
    pub log: HashMap<&'a IncidentId, Vec<&'a LogEntry>>,
    valid_until: Cell<Option<DateTime<Utc>>>,
}

impl<'a> Context<'a> {
    /// Indexes the inputs. `empty_directory` is used if no directory was ever read.
    pub fn new(
        answers: &'a Answers,
        policy: &'a Policy,
        now: Now,
        empty_directory: &'a Directory,
    ) -> Self {
        let directory = answers
            .directory
            .as_ref()
            .and_then(|slot| slot.body())
            .unwrap_or(empty_directory);
        let sources = freshness::source_views(answers, policy, now);
        Self {
            answers,
            policy,
            now,
            states: sources
                .iter()
                .map(|view| (view.id.clone(), view.state))
                .collect(),
            rota_gap: parts::rota_gap(&sources),
            sources,
            directory,
            priorities: priorities(answers, policy, directory),
            log: log_by_incident(answers),
            valid_until: Cell::new(None),
        }
    }

    /// Records a time at which the picture changes without a new answer.
    pub fn expire_at(&self, at: DateTime<Utc>) {
        if at > self.now.wall && self.valid_until.get().is_none_or(|known| at < known) {
            self.valid_until.set(Some(at));
        }
    }

    /// Whether `since` is at least `grace` ago. If not, records the end of the grace, since the picture changes at that
    /// time.
    pub fn has_lasted(&self, since: DateTime<Utc>, grace: Duration) -> bool {
        let end = time_after(since, grace);
        self.expire_at(end);
        end <= self.now.wall
    }

    /// Whether `at` is in the future and cannot be used as a date yet. If so, records the time at which `at` becomes
    /// usable, since the picture changes at that time.
    pub fn is_in_future(&self, at: DateTime<Utc>) -> bool {
        self.expire_at(at.checked_sub_signed(MAX_CLOCK_LEAD).unwrap_or(at));
        is_in_future(at, self.now.wall)
    }

    /// The earliest recorded time at which the picture must be rebuilt.
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.valid_until.get()
    }

    /// Whether a source is fresh. A source that is not configured is not fresh.
    pub fn is_fresh(&self, id: &SourceId) -> bool {
        self.states.get(id).is_some_and(|state| state.is_fresh())
    }

    /// Whether a part of PagerDuty's directory is fresh.
    pub fn directory_part_is_fresh(&self, name: PartName) -> bool {
        self.directory_part(name, |part| part.state.is_fresh())
    }

    /// Whether a part of PagerDuty's directory is fresh and complete.
    pub fn directory_part_is_whole(&self, name: PartName) -> bool {
        self.directory_part(name, |part| !parts::lacks_data(part))
    }

    /// Whether every open incident is known: PagerDuty is fresh and lists all of them, and each can be read.
    pub fn sees_all_incidents(&self) -> bool {
        let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
        self.is_fresh(&pagerduty) && !self.lacks_incidents()
    }

    /// Whether PagerDuty answers, but some open incidents may be missing.
    pub fn lacks_incidents(&self) -> bool {
        let Some(slot) = &self.answers.incidents else {
            return false;
        };
        let mut items = slot.unreadable(self.now).into_iter();
        let mut parts = slot.parts().iter();
        items.any(|item| item.kind == ItemKind::Incident)
            || parts.any(|part| {
                let is_partial = matches!(part.problem, Some(PartProblem::Partial(_)));
                part.name == PartName::Incidents && is_partial
            })
    }

    fn directory_part(&self, name: PartName, is_well: impl Fn(&PartView) -> bool) -> bool {
        let mut parts = self.sources.iter().flat_map(|view| &view.parts);
        let part = parts.find(|part| part.name == name);
        part.map_or_else(|| self.directory_is_fresh(), is_well)
    }

    fn directory_is_fresh(&self) -> bool {
        let slot = self.answers.directory.as_ref();
        slot.is_some_and(|slot| slot.state(self.now).is_fresh())
    }

    /// The time of the last good poll of a Prometheus. This time dates things whose beginning is unknown. With `now`
    /// instead, these things would always look new.
    pub fn last_poll_at(&self, prometheus: &SourceId) -> DateTime<Utc> {
        self.answers
            .prometheus
            .iter()
            .find(|slot| slot.id == *prometheus)
            .and_then(|slot| slot.answer.as_ref())
            .map_or(self.now.wall, |answer| answer.asked_at.wall)
    }

    /// The rank of a priority in the account's order. A priority that the order lacks counts as the highest, since it
    /// may be.
    pub fn rank(&self, priority: Option<&PriorityName>) -> Rank {
        let Some(name) = priority else {
            return Rank::Unranked;
        };
        let place = self.priorities.iter().position(|known| known == name);
        Rank::Priority(place.unwrap_or(0))
    }

    /// The priority that the configuration gives to the severity of an alert.
    pub fn severity_priority(&self, alert: &Alert) -> Option<&PriorityName> {
        let severity = alert.labels.get("severity")?;
        self.policy.severities.get(severity)?.as_ref()
    }

    /// Whether the rank of an incident's priority is known. If the account's order is not read, or lacks the priority,
    /// the highest rank is only assumed.
    pub fn knows_rank(&self, incident: &Incident) -> bool {
        let name = incident.priority.as_ref();
        !has_unread_priority(incident) && name.is_none_or(|name| self.priorities.contains(name))
    }

    /// The rank of an incident's own priority. A priority that is not in the order, or that cannot be read, counts as
    /// the highest.
    pub fn incident_rank(&self, incident: &Incident) -> Option<Rank> {
        if has_unread_priority(incident) {
            return Some(Rank::Priority(0));
        }
        let name = incident.priority.as_ref()?;
        Some(self.rank(Some(name)))
    }
}

/// Whether an incident has a priority that cannot be read.
pub fn has_unread_priority(incident: &Incident) -> bool {
    incident.unread_fields.contains(&IncidentField::Priority)
}

// If the account has no order of priorities, names sort alphabetically: P1 before P2. If it has an order that could not
// be read, the list is empty, since the alphabet would be a guess.
fn priorities(answers: &Answers, policy: &Policy, directory: &Directory) -> Vec<PriorityName> {
    let slot = answers.directory.as_ref();
    if !directory.priorities.is_empty() || slot.is_some_and(|slot| lacks_priorities(slot, answers))
    {
        return directory.priorities.clone();
    }
    let mapped = policy.severities.values().flatten().cloned();
    let carried = answers
        .incidents
        .iter()
        .filter_map(|slot| slot.body())
        .flat_map(|says| &says.incidents)
        .filter_map(|incident| incident.priority.clone());
    let mut names: Vec<_> = mapped.chain(carried).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn log_by_incident(answers: &Answers) -> HashMap<&IncidentId, Vec<&LogEntry>> {
    let mut log: HashMap<_, Vec<&LogEntry>> = HashMap::new();
    let entries = answers
        .incidents
        .iter()
        .filter_map(|slot| slot.body())
        .flat_map(|says| &says.log);
    for entry in entries {
        log.entry(&entry.incident).or_default().push(entry);
    }
    for entries in log.values_mut() {
        entries.sort_by_key(|entry| entry.at);
    }
    log
}
