//! Cases that are no longer listed. A case counts as cleared only if its sources are still fresh.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashSet;

use super::{CLEARED_DURATION, MAX_CLEARED_DURATION, all_ids};
use crate::app::rows::RowKey;
use crate::domain::case::Case;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, IncidentId};
use crate::domain::incident::LogKind;
use crate::domain::now::Now;
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::Picture;
use crate::picture::mismatch::Finding;

/// Why a case is no longer listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovalReason {
    /// The case is over. `by` is the person who resolved its incident, if known.
    Cleared { by: Option<Arc<str>> },
    /// A source that listed the case can no longer show it. Whether the case is over is not known.
    SourceLost,
}

/// A case that is no longer listed.
#[derive(Clone, Debug, PartialEq)]
pub struct RemovedCase {
    /// The case, from the last picture that listed it.
    pub case: Arc<Case>,
    /// The key of the storm whose row showed the case.
    pub storm: Option<String>,
    pub reason: RemovalReason,
    /// When the case cleared or vanished. The time may be an estimate.
    pub at: DateTime<Utc>,
    pub(super) noticed_at: Now,
    pub(super) seen_at: Option<Now>,
}

impl RemovedCase {
    /// Whether `row` is the row of this case.
    pub(super) fn is_row(&self, row: &RowKey) -> bool {
        match row {
            RowKey::Storm(storm) => self.storm.as_ref() == Some(storm),
            RowKey::Case(id) | RowKey::Member { case: id, .. } => {
                all_ids(&self.case).any(|name| name == id)
            }
        }
    }

    /// Whether the case is known to be over.
    pub fn is_cleared(&self) -> bool {
        self.reason != RemovalReason::SourceLost
    }

    pub(super) fn is_unseen_in(&self, ids: &FxHashSet<&CaseId>) -> bool {
        self.seen_at.is_none() && ids.contains(&self.case.id)
    }

    /// How long the case still keeps its row; `selected` is the selected row.
    pub(super) fn time_left(&self, selected: Option<&RowKey>, now: Now) -> Duration {
        let at_most = MAX_CLEARED_DURATION.saturating_sub(now.since(self.noticed_at));
        match (&self.reason, self.seen_at) {
            (RemovalReason::Cleared { .. }, Some(seen))
                if !selected.is_some_and(|row| self.is_row(row)) =>
            {
                at_most.min(CLEARED_DURATION.saturating_sub(now.since(seen)))
            }
            _ => at_most,
        }
    }

    /// The key of the case's row. Removed cases of the same storm share a row.
    fn group_key(&self) -> String {
        let storm = self.storm.as_ref().map(|storm| format!("fold:{storm}"));
        storm.unwrap_or_else(|| self.case.id.to_string())
    }
}

/// All removed cases: the known ones that have not returned, and those that the new picture no longer lists.
pub fn collect(
    known: &[RemovedCase],
    before: &[Arc<Case>],
    new: &Picture,
    storms: &HashMap<CaseId, String>,
    now: Now,
) -> Vec<RemovedCase> {
    let there: HashSet<&CaseId> = new.cases.iter().flat_map(|case| all_ids(case)).collect();
    let is_there = |case: &Case| all_ids(case).any(|name| there.contains(name));
    let still = known.iter().filter(|gone| !is_there(&gone.case));
    let still = still.map(|gone| with_current_reason(gone, new));
    let went = before.iter().filter(|case| !is_there(case));
    let went = went.map(|case| {
        let (how, at) = removal_reason(case, new);
        RemovedCase {
            case: case.clone(),
            storm: storms.get(&case.id).cloned(),
            reason: how,
            at,
            noticed_at: now,
            seen_at: None,
        }
    });
    went.chain(still).collect()
}

/// Whether the picture lists the case under any of its ids.
pub fn is_listed(case: &Case, picture: &Picture) -> bool {
    let mut all = picture.cases.iter();
    all.any(|other| all_ids(other).any(|name| all_ids(case).any(|own| own == name)))
}

// Updates the reason of a case that disappeared because its source was lost. Once that source is fresh again, it shows
// whether the case is over.
fn with_current_reason(gone: &RemovedCase, new: &Picture) -> RemovedCase {
    let mut gone = gone.clone();
    if gone.reason == RemovalReason::SourceLost {
        (gone.reason, gone.at) = match removal_reason(&gone.case, new) {
            (RemovalReason::SourceLost, _) => (RemovalReason::SourceLost, gone.at),
            known => known,
        };
    }
    gone
}

fn removal_reason(case: &Case, new: &Picture) -> (RemovalReason, DateTime<Utc>) {
    let incident = case.incident.as_ref().map(|incident| &incident.id);
    if let Some((by, at)) = incident.and_then(|id| find_resolution(id, new)) {
        return (RemovalReason::Cleared { by }, at);
    }
    let how = if would_be_reported(case, new) {
        RemovalReason::Cleared { by: None }
    } else {
        RemovalReason::SourceLost
    };
    (how, new.at.wall)
}

fn find_resolution(id: &IncidentId, new: &Picture) -> Option<(Option<Arc<str>>, DateTime<Utc>)> {
    let mut entries = new.log.iter().rev();
    let entry = entries.find(|entry| entry.incident == *id && entry.kind == LogKind::Resolve)?;
    let by = entry.agent.as_ref().map(|agent| agent.name.clone());
    Some((by, entry.at))
}

// Whether the sources would still report the case if it were open. Only then does the absence of the case show that the
// case is over.
fn would_be_reported(case: &Case, new: &Picture) -> bool {
    let pagerduty = || SourceId::new(SourceKind::Pagerduty, "");
    let incident = case.incident.is_none() || is_fresh(&pagerduty(), new);
    let alerts = case.alerts.iter().all(|joined| {
        let source = &joined.alert.source;
        is_fresh(source, new) && !is_blind(case, source, joined.alert.name(), new)
    });
    let hub = case.hub_down.as_ref().is_none_or(|(key, _)| {
        let mut hubs = new.hubs();
        hubs.any(|hub| hub.spec.key == *key && hub.health != Health::Unknown)
    });
    incident && alerts && hub
}

fn is_fresh(id: &SourceId, new: &Picture) -> bool {
    new.source(id).is_some_and(|view| view.state.is_fresh())
}

// Whether the source answers, but a blind spot keeps the alert from firing.
fn is_blind(case: &Case, source_id: &SourceId, alert: &str, new: &Picture) -> bool {
    new.mismatches.iter().any(|mismatch| {
        matches!(&mismatch.finding, Finding::BlindSpot(spot) if spot.hides(source_id, alert, &case.places))
    })
}

/// Splits the cases into those of the newest `most` rows and the rest. Cases of one storm share a row.
pub fn split_newest(
    mut gone: Vec<RemovedCase>,
    most: usize,
) -> (Vec<RemovedCase>, Vec<RemovedCase>) {
    gone.sort_by(|a, b| (b.at, &a.case.id).cmp(&(a.at, &b.case.id)));
    let mut rows: Vec<String> = Vec::new();
    gone.into_iter().partition(|gone| {
        let row = gone.group_key();
        if !rows.contains(&row) && rows.len() < most {
            rows.push(row.clone());
        }
        rows.contains(&row)
    })
}
