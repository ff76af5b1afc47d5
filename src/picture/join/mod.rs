//! The ladder from alerts to incidents, surest rung first: labels or fingerprints in the incident's
//! alert details, the title's labels, the hub's domain in the title, then alertname, cluster and
//! namespace in a time window, which is only probable. One file a rung; each gives an index that is built once and asked for every alert, so
//! that the whole grows linearly.

mod details;
mod domain;
mod probable;
pub mod title;

use crate::domain::alert::Alert;
use crate::domain::case::{JoinedBy, Place};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;

/// An alert with its place.
pub struct Placed<'a> {
    pub alert: &'a Alert,
    pub place: &'a Place,
}

/// The rungs over one set of incidents.
pub struct Ladder<'a> {
    details: details::Index,
    title: title::Index,
    domain: domain::Index<'a>,
    probable: probable::Index,
}

impl<'a> Ladder<'a> {
    /// Indexes incidents; the answers are positions in this slice. `alerts` are all alerts that will
    /// be asked for: a fingerprint that several clusters share is not exact.
    pub fn new(incidents: &[&Incident], alerts: &[Placed<'_>], policy: &'a Policy) -> Self {
        Self {
            details: details::Index::new(incidents, alerts, policy),
            title: title::Index::new(incidents),
            domain: domain::Index::new(incidents, policy),
            probable: probable::Index::new(incidents, alerts, policy),
        }
    }

    /// The incidents that hold this alert, by the first rung that finds any.
    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let rungs = [
            self.details.find(placed),
            self.title.find(placed),
            self.domain.find(placed),
            self.probable.find(placed),
        ];
        rungs
            .into_iter()
            .find(|(_, found)| !found.is_empty())
            .unwrap_or((JoinedBy::None, Vec::new()))
    }
}
