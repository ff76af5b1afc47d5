//! Incidents that were read back after a write. The answer to a poll that began before the write may arrive after the
//! write, with the old state. That old state must not replace the new one on the screen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::answers::IncidentsData;
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::source::{Answer, Slot};

/// After a read of an incident shows a change, PagerDuty's listing may show the old state for up to this time.
const MAX_LISTING_LAG: Duration = Duration::from_secs(30);

/// The incidents that were read back, and when.
#[derive(Clone, Default)]
pub struct RecentWrites(Arc<Mutex<Vec<RecentWrite>>>);

struct RecentWrite {
    at: Now,
    incident: Arc<Incident>,
}

impl RecentWrites {
    /// Records an incident that was read back at `at`.
    pub fn record(&self, incident: &Arc<Incident>, at: Now) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|read| read.incident.id != incident.id);
        let incident = Arc::clone(incident);
        all.push(RecentWrite { at, incident });
    }

    /// Gives the incidents in the slot's answer the state that was read back, if this state is newer.
    pub fn apply(&self, slot: &mut Slot<IncidentsData>) {
        let Some(answer) = &slot.answer else {
            return;
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|read| answer.asked_at.mono < read.at.mono.saturating_add(MAX_LISTING_LAG));
        let newer = all.iter().filter_map(|read| read.merged_if_newer(answer));
        let newer: Vec<Arc<Incident>> = newer.collect();
        if !newer.is_empty() {
            slot.answer = Some(Arc::new(with_incidents(answer, newer)));
        }
    }
}

impl RecentWrite {
    // The incident as it was read back, if it is newer than in the answer. `None` if the answer is as new or has the
    // same content.
    fn merged_if_newer(&self, answer: &Answer<IncidentsData>) -> Option<Arc<Incident>> {
        let began_before = answer.asked_at.mono < self.at.mono;
        let mut all = answer.body.incidents.iter();
        let Some(polled) = all.find(|one| one.id == self.incident.id) else {
            return began_before.then(|| Arc::clone(&self.incident));
        };
        let is_newer = match compare_update_times(self.incident.updated_at, polled.updated_at) {
            Some(is_newer) => is_newer,
            None => began_before,
        };
        let amended = self.incident.with_details_of(polled);
        (is_newer && amended != **polled).then(|| Arc::new(amended))
    }
}

// Whether `a` is later than `b`. PagerDuty gives whole seconds. `None` if the times are equal or one is missing.
fn compare_update_times(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<bool> {
    let (a, b) = (a?, b?);
    (a != b).then_some(a > b)
}

fn with_incidents(
    answer: &Answer<IncidentsData>,
    newer: Vec<Arc<Incident>>,
) -> Answer<IncidentsData> {
    let mut incidents = answer.body.incidents.clone();
    for fresh in newer {
        match incidents.iter_mut().find(|one| one.id == fresh.id) {
            Some(polled) => *polled = fresh,
            None => incidents.push(fresh),
        }
    }
    Answer {
        asked_at: answer.asked_at,
        got_at: answer.got_at,
        server_clock: answer.server_clock,
        parts: answer.parts.clone(),
        unreadable: answer.unreadable.clone(),
        body: IncidentsData {
            incidents,
            log: answer.body.log.clone(),
        },
    }
}

#[cfg(test)]
mod tests;
