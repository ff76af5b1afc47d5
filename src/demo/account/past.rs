//! The account's resolved incidents from before the scenario, with their log. The past is made when a request first
//! needs it, so that the start of the demo does not wait for it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::entry::{Entry, EntryKind};
use super::incident::Incident;
use super::{Account, FIRST_NUMBER};
use crate::demo::clockwork::At;

/// The incidents of earlier months.
#[derive(Debug)]
pub struct Past {
    end: At,
    record: LazyLock<Record, Box<dyn FnOnce() -> Record + Send>>,
}

/// Past incidents and their log, both sorted by time.
#[derive(Debug, Default)]
pub struct Record {
    /// The incidents, sorted by time of creation and therefore by number too.
    incidents: Vec<Incident>,
    /// The log entries, oldest first.
    log: Vec<Entry>,
    /// The position of each incident, by its id.
    positions: BTreeMap<String, Position>,
}

/// The positions of an incident and its log entries in the lists of a [`Record`].
#[derive(Debug, Default)]
struct Position {
    incident: usize,
    entries: Vec<usize>,
}

impl Past {
    /// A past that `make` creates when it is first needed. `make` must not date anything after `end`.
    pub fn new(end: At, make: impl FnOnce() -> Record + Send + 'static) -> Self {
        Self {
            end,
            record: LazyLock::new(Box::new(make)),
        }
    }

    pub fn incidents(&self) -> &[Incident] {
        &self.record.incidents
    }

    /// The log entries, oldest first.
    pub fn log(&self) -> &[Entry] {
        &self.record.log
    }

    fn incident(&self, id: &str) -> Option<&Incident> {
        let record = &*self.record;
        match id.parse::<u64>() {
            Ok(number) => {
                let found = record
                    .incidents
                    .binary_search_by_key(&number, |it| it.number);
                record.incidents.get(found.ok()?)
            }
            Err(_) => record.incidents.get(record.positions.get(id)?.incident),
        }
    }

    /// The log entries of one incident, oldest first.
    fn log_of(&self, id: &str) -> impl DoubleEndedIterator<Item = &Entry> {
        let position = self.record.positions.get(id);
        let entries = position.map_or(&[][..], |it| it.entries.as_slice());
        entries.iter().filter_map(|at| self.record.log.get(*at))
    }
}

impl Default for Past {
    fn default() -> Self {
        Self::new(At::MIN_UTC, Record::default)
    }
}

impl Record {
    /// A record of these incidents. Numbers the incidents by time of creation, so that the newest gets the number
    /// before `FIRST_NUMBER`.
    pub fn new(mut incidents: Vec<Incident>, mut log: Vec<Entry>) -> Self {
        incidents.sort_by_key(|it| it.created_at);
        log.sort_by_key(|entry| entry.at);
        for (it, number) in incidents.iter_mut().rev().zip((1..FIRST_NUMBER).rev()) {
            it.number = number;
        }
        let mut positions: BTreeMap<String, Position> = BTreeMap::new();
        for (incident, it) in incidents.iter().enumerate() {
            positions.entry(it.id.clone()).or_default().incident = incident;
        }
        for (at, entry) in log.iter().enumerate() {
            if let Some(position) = positions.get_mut(&entry.incident) {
                position.entries.push(at);
            }
        }
        Self {
            incidents,
            log,
            positions,
        }
    }
}

impl Account {
    /// The same account, with this past.
    pub fn with_past(self, past: Past) -> Self {
        Self {
            past: Arc::new(past),
            ..self
        }
    }

    /// The incident with this id or number.
    pub fn incident(&self, id: &str) -> Option<&Incident> {
        let mut incidents = self.incidents.iter();
        let found = incidents.find(|it| matches(it, id));
        found.or_else(|| self.past.incident(id))
    }

    /// The incident with this id or number, as a mutable reference. Copies a past incident from `past` to `incidents`.
    pub fn incident_mut(&mut self, id: &str) -> Option<&mut Incident> {
        if !self.incidents.iter().any(|it| matches(it, id)) {
            let past = self.past.incident(id)?.clone();
            let place = self.incidents.partition_point(|it| it.number < past.number);
            self.incidents.insert(place, past);
        }
        self.incidents.iter_mut().find(|it| matches(it, id))
    }

    /// The past incidents that have not changed since the scenario began, oldest first. If `since` is later than the
    /// whole past, returns no incident and does not generate the past.
    pub fn past_incidents(&self, since: Option<At>) -> impl Iterator<Item = &Incident> {
        let past = self.past_since(since).map_or(&[][..], Past::incidents);
        let changed = self.incidents.iter().map(|it| it.number);
        let changed: Vec<u64> = changed.take_while(|it| *it < FIRST_NUMBER).collect();
        past.iter()
            .filter(move |it| changed.binary_search(&it.number).is_err())
    }

    /// The log entries from `since` to `until`, both included, newest first.
    pub fn log_between(&self, since: At, until: At) -> impl Iterator<Item = &Entry> {
        let past = self.past_since(Some(since)).map_or(&[][..], Past::log);
        let from = past.partition_point(|entry| entry.at < since);
        let to = past.partition_point(|entry| entry.at <= until);
        let past = past.get(from..to).unwrap_or_default();
        let recent = self.log.iter().rev();
        let recent = recent.filter(move |entry| since <= entry.at && entry.at <= until);
        recent.chain(past.iter().rev())
    }

    /// The log entries of one incident, newest first.
    pub fn log_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Entry> {
        let recent = self.log.iter().rev();
        recent
            .filter(move |entry| entry.incident == id)
            .chain(self.past_log_of(id).rev())
    }

    /// The log entry about the opening of an incident.
    pub fn trigger_of(&self, id: &str) -> Option<&Entry> {
        let is_trigger = |entry: &&Entry| matches!(entry.kind, EntryKind::Trigger);
        let mut recent = self.log.iter().filter(|entry| entry.incident == id);
        recent
            .find(is_trigger)
            .or_else(|| self.past_log_of(id).find(is_trigger))
    }

    fn past_since(&self, since: Option<At>) -> Option<&Past> {
        let reaches = since.is_none_or(|since| since <= self.past.end);
        reaches.then_some(&*self.past)
    }

    // The past log entries of an incident. An incident whose number belongs to the scenario has no past log entries, so
    // the past is not generated for it.
    fn past_log_of(&self, id: &str) -> impl DoubleEndedIterator<Item = &Entry> {
        let mut incidents = self.incidents.iter();
        let is_recent = incidents.any(|it| it.id == id && it.number >= FIRST_NUMBER);
        let past = (!is_recent).then_some(&*self.past);
        past.into_iter().flat_map(|past| past.log_of(id))
    }
}

fn matches(incident: &Incident, id: &str) -> bool {
    incident.id == id || id.parse() == Ok(incident.number)
}
