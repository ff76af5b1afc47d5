//! Cases that are no longer among the open ones: cleared, where those who told of them are still heard.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{AT_MOST, CLEARED_FOR, names};
use crate::app::rows::RowKey;
use crate::domain::case::Case;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, IncidentId};
use crate::domain::incident::LogKind;
use crate::domain::mismatch::MismatchDetail;
use crate::domain::now::Now;
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::Picture;

/// Why a case is no longer there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// It is over; by whom its incident was resolved, where a person did and that is known.
    Cleared {
        /// Who.
        by: Option<Arc<str>>,
    },
    /// Who told of it is not heard, so that nobody knows.
    Unheard,
}

/// A case that was there.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    /// As it was known last.
    pub case: Arc<Case>,
    /// The storm in which it was shown.
    pub fold: Option<String>,
    /// Why.
    pub how: How,
    /// When that was, as far as is known.
    pub at: DateTime<Utc>,
    pub(super) noticed: Now,
    pub(super) seen: Option<Now>,
}

impl Gone {
    /// Whether that is its row.
    pub(super) fn is(&self, row: &RowKey) -> bool {
        match row {
            RowKey::Fold(fold) => self.fold.as_ref() == Some(fold),
            RowKey::Case(id) | RowKey::Member { case: id, .. } => {
                names(&self.case).any(|name| name == id)
            }
        }
    }

    /// Whether it is known to be over.
    pub fn is_over(&self) -> bool {
        self.how != How::Unheard
    }

    pub(super) fn is_unseen_in(&self, ids: &[CaseId]) -> bool {
        self.seen.is_none() && ids.contains(&self.case.id)
    }

    /// How long it stays, where the person stands on `held`.
    pub(super) fn stays(&self, held: Option<&RowKey>, now: Now) -> Duration {
        let at_most = AT_MOST.saturating_sub(now.since(self.noticed));
        match (&self.how, self.seen) {
            (How::Cleared { .. }, Some(seen)) if !held.is_some_and(|row| self.is(row)) => {
                at_most.min(CLEARED_FOR.saturating_sub(now.since(seen)))
            }
            _ => at_most,
        }
    }

    /// What its row is known by: those of one storm are one.
    fn row(&self) -> String {
        let fold = self.fold.as_ref().map(|fold| format!("fold:{fold}"));
        fold.unwrap_or_else(|| self.case.id.to_string())
    }
}

/// Those that were gone and did not come back, and those that went with the new picture.
pub fn after(
    known: &[Gone],
    before: &[Arc<Case>],
    new: &Picture,
    folds: &HashMap<CaseId, String>,
    now: Now,
) -> Vec<Gone> {
    let there: HashSet<&CaseId> = new.cases.iter().flat_map(|case| names(case)).collect();
    let is_there = |case: &Case| names(case).any(|name| there.contains(name));
    let still = known.iter().filter(|gone| !is_there(&gone.case));
    let still = still.map(|gone| told_again(gone, new));
    let went = before.iter().filter(|case| !is_there(case));
    let went = went.map(|case| {
        let (how, at) = how(case, new);
        Gone {
            case: case.clone(),
            fold: folds.get(&case.id).cloned(),
            how,
            at,
            noticed: now,
            seen: None,
        }
    });
    went.chain(still).collect()
}

/// Whether the case is there under any name.
pub fn is_in(case: &Case, picture: &Picture) -> bool {
    let mut all = picture.cases.iter();
    all.any(|other| names(other).any(|name| names(case).any(|own| own == name)))
}

// Once they are heard again it is known.
fn told_again(gone: &Gone, new: &Picture) -> Gone {
    let mut gone = gone.clone();
    if gone.how == How::Unheard {
        (gone.how, gone.at) = match how(&gone.case, new) {
            (How::Unheard, _) => (How::Unheard, gone.at),
            known => known,
        };
    }
    gone
}

fn how(case: &Case, new: &Picture) -> (How, DateTime<Utc>) {
    let incident = case.incident.as_ref().map(|incident| &incident.id);
    if let Some((by, at)) = incident.and_then(|id| resolved(id, new)) {
        return (How::Cleared { by }, at);
    }
    let how = if is_heard(case, new) {
        How::Cleared { by: None }
    } else {
        How::Unheard
    };
    (how, new.at.wall)
}

fn resolved(id: &IncidentId, new: &Picture) -> Option<(Option<Arc<str>>, DateTime<Utc>)> {
    let mut entries = new.log.iter().rev();
    let entry = entries.find(|entry| entry.incident == *id && entry.kind == LogKind::Resolve)?;
    let by = entry.agent.as_ref().map(|agent| agent.name.clone());
    Some((by, entry.at))
}

// A silence tells that something is over only where it would have been heard.
fn is_heard(case: &Case, new: &Picture) -> bool {
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

// The source answers, but its alert would not fire.
fn is_blind(case: &Case, of: &SourceId, alert: &str, new: &Picture) -> bool {
    let of_place = |hub: &crate::domain::ids::HubKey| {
        let mut keys = case.places.iter().filter_map(|place| place.hub_key());
        keys.any(|key| key == *hub)
    };
    new.mismatches
        .iter()
        .any(|mismatch| match &mismatch.detail {
            MismatchDetail::RuleFailing { source, rule, .. } => source == of && rule == alert,
            MismatchDetail::RulesNotEvaluated { source, .. }
            | MismatchDetail::PartialData { source, .. }
            | MismatchDetail::WatchesNothing { source } => source == of,
            MismatchDetail::NoRecentSamples {
                source, cluster, ..
            } => {
                let mut places = case.places.iter();
                source == of && places.any(|place| place.cluster.as_ref() == Some(cluster))
            }
            MismatchDetail::SeriesMissing { hub } => of_place(hub),
            _ => false,
        })
}

/// The newest so many rows, and the rest. Those of one storm are one row.
pub fn newest(mut gone: Vec<Gone>, most: usize) -> (Vec<Gone>, Vec<Gone>) {
    gone.sort_by(|a, b| (b.at, &a.case.id).cmp(&(a.at, &b.case.id)));
    let mut rows: Vec<String> = Vec::new();
    gone.into_iter().partition(|gone| {
        let row = gone.row();
        if !rows.contains(&row) && rows.len() < most {
            rows.push(row.clone());
        }
        rows.contains(&row)
    })
}
