//! The ladder that joins alerts with incidents. Its rungs are tried in this order, surest first: labels or fingerprints
//! in the incident's alert details, the dedup key, the labels in the title, the hub's domain in the title. The last
//! rung is only probable: alertname, cluster and namespace within a time window.
//!
//! Each rung is a file with an index. The index is built once and used for every alert, so the time grows linearly.

mod declared;
mod dedup_key;
mod dedup_keys;
mod details;
mod domain;
mod kinds;
mod partial_labels;
mod probable;
mod route_trees;
pub mod title;

pub use declared::alert_case_id;
pub use dedup_keys::DedupKeys;
pub use kinds::AlertSet;
pub use kinds::{AlertKind, AlertKinds};
pub use route_trees::RouteTrees;

use std::sync::Arc;

use crate::domain::alert::Alert;
use crate::domain::case::JoinedBy;
use crate::domain::ids::Fingerprint;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;

/// An alert with its place, and copies of the fields that are read most often.
pub struct PlacedAlert<'a> {
    pub alert: &'a Arc<Alert>,
    pub fingerprint: Fingerprint,
    pub kind: &'a AlertKind<'a>,
}

/// The incidents that contain an alert, and the rung that found them.
pub type IncidentMatch = (JoinedBy, Vec<usize>);

/// All rungs except the last, for one set of incidents. A match on these rungs is sure.
pub struct ExactLadder<'a> {
    declared: declared::DeclaredIndex,
    details: details::DetailsIndex<'a>,
    dedup_key: dedup_key::DedupKeyIndex<'a>,
    title: title::TitleIndex,
    domain: domain::DomainIndex<'a>,
}

/// The incidents that may contain an alert for which `ExactLadder` has no sure join. The rungs for alert details and
/// dedup keys found them.
pub struct ProbableMatches {
    details: Vec<usize>,
    keyed: Vec<usize>,
}

impl<'a> ExactLadder<'a> {
    /// Indexes `incidents`. The results are positions in `incidents`. `asked` are all alerts to look up, and `keys` are
    /// their dedup keys. A fingerprint or key that several clusters share does not give a sure join.
    pub fn new(
        incidents: &[&'a Incident],
        asked: &'a AlertSet<'a>,
        keys: &'a DedupKeys<'a>,
        policy: &'a Policy,
    ) -> Self {
        Self {
            declared: declared::DeclaredIndex::new(incidents),
            details: details::DetailsIndex::new(incidents, asked, policy),
            dedup_key: dedup_key::DedupKeyIndex::new(incidents, keys),
            title: title::TitleIndex::new(incidents, asked),
            domain: domain::DomainIndex::new(incidents, asked, policy),
        }
    }

    /// The incidents that surely contain this alert. They come from the first rung that finds any. If there are none,
    /// the error contains the incidents that may contain the alert. An alert with cut labels has no sure join, so its
    /// result is always an error.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> Result<IncidentMatch, ProbableMatches> {
        let found = self.find_by_rung(placed)?;
        match placed.alert.labels.are_cut() {
            false => Ok(found),
            true => Err(ProbableMatches {
                details: found.1,
                keyed: Vec::new(),
            }),
        }
    }

    fn find_by_rung(&self, placed: &PlacedAlert<'_>) -> Result<IncidentMatch, ProbableMatches> {
        let declared = self.declared.find(placed);
        if !declared.is_empty() {
            return Ok((JoinedBy::Declared, declared.to_vec()));
        }
        self.find_undeclared(placed)
    }

    fn find_undeclared(&self, placed: &PlacedAlert<'_>) -> Result<IncidentMatch, ProbableMatches> {
        let (by, details) = self.details.find(placed);
        if by != JoinedBy::Probable && !details.is_empty() {
            return Ok((by, details));
        }
        let keyed = self.dedup_key.find(placed);
        if let Some(found) = keyed.filter(|keyed| !keyed.exact.is_empty()) {
            return Ok((JoinedBy::DedupKey, found.exact.clone()));
        }
        let titled = self.title.find(placed);
        if !titled.is_empty() {
            return Ok((JoinedBy::Title, titled.to_vec()));
        }
        let named = self.domain.find(placed);
        if !named.is_empty() {
            return Ok((JoinedBy::Domain, named));
        }
        Err(ProbableMatches {
            details,
            keyed: keyed
                .map(|keyed| keyed.probable.clone())
                .unwrap_or_default(),
        })
    }
}

/// All rungs, for one set of incidents.
pub struct Ladder<'a> {
    exact: ExactLadder<'a>,
    probable: probable::ProbableIndex<'a>,
}

impl<'a> Ladder<'a> {
    /// Indexes incidents as [`ExactLadder::new`] does.
    pub fn new(
        incidents: &[&'a Incident],
        asked: &'a AlertSet<'a>,
        keys: &'a DedupKeys<'a>,
        policy: &'a Policy,
    ) -> Self {
        Self {
            exact: ExactLadder::new(incidents, asked, keys, policy),
            probable: probable::ProbableIndex::new(incidents, asked, policy),
        }
    }

    /// The incidents that contain this alert, from the first rung that finds any. Probable matches count only if no
    /// sure rung finds an incident.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> IncidentMatch {
        self.exact
            .find(placed)
            .unwrap_or_else(|doubtful| self.find_probable(placed, doubtful))
    }

    /// The incidents that surely contain an alert, except those that were declared for the alert.
    pub fn find_beside_declared(&self, placed: &PlacedAlert<'_>) -> Option<IncidentMatch> {
        let is_sure = !placed.alert.labels.are_cut();
        let found = self.exact.find_undeclared(placed).ok();
        found.filter(|_| is_sure)
    }

    fn find_probable(&self, placed: &PlacedAlert<'_>, doubtful: ProbableMatches) -> IncidentMatch {
        let ProbableMatches { details, mut keyed } = doubtful;
        if !details.is_empty() {
            return (JoinedBy::Probable, details);
        }
        keyed.retain(|at| self.probable.may_hold(*at, placed));
        if keyed.is_empty() {
            keyed = self.probable.find(placed);
        }
        match keyed.is_empty() {
            true => (JoinedBy::None, keyed),
            false => (JoinedBy::Probable, keyed),
        }
    }
}
