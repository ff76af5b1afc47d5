//! Handles dates of incidents and log entries that are in the future by every clock. Such a date counts as unknown,
//! since the incident or entry would otherwise look new until that date.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::answers::IncidentsData;
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::now::is_in_future;
use crate::domain::source::{ItemKind, UnreadableItems};

/// Removes log entries that are dated after `now`, and returns the open incidents that have a date in the future. If a
/// removed entry matters for judgement, its incident's log counts as not read.
pub(super) fn remove(data: &mut IncidentsData, now: DateTime<Utc>) -> UnreadableItems {
    let mut undated: BTreeSet<IncidentId> = BTreeSet::new();
    data.log.retain(|entry| {
        let is_ahead = is_in_future(entry.at, now);
        if is_ahead && !entry.kind.decides_nothing() {
            undated.insert(entry.incident.clone());
        }
        !is_ahead
    });
    let mut found = UnreadableItems::default();
    for incident in &mut data.incidents {
        let lacks_entry = undated.contains(&incident.id);
        if lacks_entry {
            let incident = Arc::make_mut(incident);
            incident.log_known = false;
            incident.priority_log_known = false;
        }
        if incident.is_open() {
            let name = incident.number.to_string();
            for problem in problems(incident, lacks_entry, now) {
                found.push(ItemKind::IncidentField, Some(&name), problem);
            }
        }
    }
    found
}

fn problems(
    incident: &Incident,
    lacks_entry: bool,
    now: DateTime<Utc>,
) -> impl Iterator<Item = &'static str> {
    let mut acknowledgements = incident.acknowledgements.iter();
    let problems = [
        (
            is_in_future(incident.created_at, now),
            "its created_at is in the future",
        ),
        (
            acknowledgements.any(|ack| is_in_future(ack.at, now)),
            "the time of an acknowledgement is in the future",
        ),
        (lacks_entry, "the time of a log entry is in the future"),
    ];
    let held = problems.into_iter().filter(|(holds, _)| *holds);
    held.map(|(_, problem)| problem)
}
