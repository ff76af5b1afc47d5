//! A PagerDuty account: its users, policies, services, incidents and log. Pure: every time is a parameter.

pub mod actions;
pub mod directory;
pub mod entry;
pub mod incident;
mod moves;
pub mod past;
pub mod refusal;
pub mod rota;
pub mod timers;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use directory::Directory;
use entry::{Entry, EntryKind};
use incident::{Agent, Incident};
use past::Past;
use refusal::Refusal;
use rota::Rota;

use super::clockwork::At;
use super::rng::Rng;

/// The number of a scenario's first incident. The incidents in `past`, from before the scenario, have lower numbers.
const FIRST_NUMBER: u64 = 5001;

/// A maintenance window, during which the incidents of its service do not page.
#[derive(Clone, Debug)]
pub struct Window {
    pub id: String,
    pub number: u64,
    /// The key of the service.
    pub service: String,
    pub text: String,
    pub start: At,
    pub end: At,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub directory: Directory,
    pub rota: Rota,
    /// The incidents, oldest first. A past incident is in `past` until something changes it.
    pub incidents: Vec<Incident>,
    /// The log entries, oldest first. The entries of past incidents are in `past`.
    pub log: Vec<Entry>,
    pub windows: Vec<Window>,
    past: Arc<Past>,
    rng: Rng,
    round_robin_positions: BTreeMap<(String, usize), usize>,
}

impl Account {
    /// An account without incidents. In each schedule, the first user is on call at `start`.
    pub fn new(directory: Directory, start: At, seed: u64) -> Self {
        Self {
            directory,
            rota: Rota::new(start),
            incidents: Vec::new(),
            log: Vec::new(),
            windows: Vec::new(),
            past: Arc::default(),
            rng: Rng::new(seed),
            round_robin_positions: BTreeMap::new(),
        }
    }

    /// Adds a maintenance window for a service.
    pub fn add_maintenance_window(&mut self, service: &str, text: String, start: At, end: At) {
        let id = self.new_id("PW");
        self.windows.push(Window {
            id,
            number: u64::try_from(self.windows.len()).unwrap_or(0) + 1,
            service: service.to_owned(),
            text,
            start,
            end,
        });
    }

    fn new_id(&mut self, prefix: &str) -> String {
        self.rng.id(prefix, 12)
    }

    fn next_number(&self) -> u64 {
        let last = self.incidents.last().map_or(0, |it| it.number);
        (last + 1).max(FIRST_NUMBER)
    }

    /// The incident with this id or number, as a mutable reference. Sets the incident's time of change to `at`.
    fn touch(&mut self, id: &str, at: At) -> Result<&mut Incident, Refusal> {
        let incident = self.incident_mut(id).ok_or(Refusal::NotFound)?;
        incident.updated_at = at;
        Ok(incident)
    }

    fn record(&mut self, id: &str, at: At, by: &Agent, channel: &'static str, what: EntryKind) {
        let entry = Entry {
            id: self.new_id("R"),
            incident: id.to_owned(),
            at,
            by: by.clone(),
            kind: what,
            channel,
        };
        self.log.push(entry);
    }

    /// The user who gets the next incident at a level of a policy. The level's targets take turns.
    fn next_round_robin(&mut self, policy: &str, level: usize, at: At) -> Option<String> {
        let found = self.directory.policy(policy)?;
        let targets = self.rota.targets(&self.directory, found, level, at);
        let turn = self
            .round_robin_positions
            .entry((policy.to_owned(), level))
            .or_default();
        let place = turn.checked_rem(targets.len())?;
        *turn += 1;
        targets.into_iter().nth(place)
    }
}
