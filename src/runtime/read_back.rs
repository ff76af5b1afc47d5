//! Incidents as they were read back after a write. A poll that was begun before the write is answered after
//! it with the old state: it must not bring that back to the screen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::answer::IncidentsSay;
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::source::{Answer, Slot};

/// A listing may lag behind what was read of one incident, but not for longer.
const KEPT: Duration = Duration::from_secs(30);

/// What was read back, and when.
#[derive(Clone, Default)]
pub struct ReadBack(Arc<Mutex<Vec<Read>>>);

struct Read {
    at: Now,
    incident: Arc<Incident>,
}

impl ReadBack {
    /// Keeps an incident as it was read at `at`.
    pub fn keep(&self, incident: &Arc<Incident>, at: Now) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|read| read.incident.id != incident.id);
        let incident = Arc::clone(incident);
        all.push(Read { at, incident });
    }

    /// Puts what was read back in the place of what an older answer says.
    pub fn amend(&self, slot: &mut Slot<IncidentsSay>) {
        let Some(answer) = &slot.answer else {
            return;
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|read| answer.asked_at.mono < read.at.mono.saturating_add(KEPT));
        let newer = all.iter().filter_map(|read| read.amended(answer));
        let newer: Vec<Arc<Incident>> = newer.collect();
        if !newer.is_empty() {
            slot.answer = Some(Arc::new(with(answer, newer)));
        }
    }
}

impl Read {
    // None where the answer is as new.
    fn amended(&self, answer: &Answer<IncidentsSay>) -> Option<Arc<Incident>> {
        let began_before = answer.asked_at.mono < self.at.mono;
        let mut all = answer.body.incidents.iter();
        let Some(heard) = all.find(|one| one.id == self.incident.id) else {
            return began_before.then(|| Arc::clone(&self.incident));
        };
        let is_newer = match newer(self.incident.updated_at, heard.updated_at) {
            Some(is_newer) => is_newer,
            None => began_before,
        };
        let mut amended = (*self.incident).clone();
        amended.alerts.clone_from(&heard.alerts);
        amended.alerts_known = heard.alerts_known;
        (is_newer && amended != **heard).then(|| Arc::new(amended))
    }
}

// By PagerDuty's own word, which is by the second; none where it does not tell.
fn newer(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<bool> {
    let (a, b) = (a?, b?);
    (a != b).then_some(a > b)
}

fn with(answer: &Answer<IncidentsSay>, newer: Vec<Arc<Incident>>) -> Answer<IncidentsSay> {
    let mut incidents = answer.body.incidents.clone();
    for fresh in newer {
        match incidents.iter_mut().find(|one| one.id == fresh.id) {
            Some(heard) => *heard = fresh,
            None => incidents.push(fresh),
        }
    }
    Answer {
        asked_at: answer.asked_at,
        got_at: answer.got_at,
        server_clock: answer.server_clock,
        body: IncidentsSay {
            incidents,
            log: answer.body.log.clone(),
        },
    }
}
