//! The ladder from alerts to incidents, surest rung first: labels or fingerprints in the incident's
//! alert details, the dedup key, the title's labels, the hub's domain in the title, then alertname,
//! cluster and namespace in a time window, which is only probable. One file a rung; each gives an index
//! that is built once and asked for every alert, so that the whole grows linearly.

mod asked;
mod dedup_key;
mod details;
mod domain;
mod groups;
mod keys;
mod probable;
pub mod title;
mod trees;

pub use asked::Asked;
pub use keys::Keys;

use crate::domain::alert::Alert;
use crate::domain::case::{JoinedBy, Place};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;

/// An alert with its place.
pub struct Placed<'a> {
    /// Its position among all alerts.
    pub at: usize,
    pub alert: &'a Alert,
    pub place: &'a Place,
}

/// The rungs over one set of incidents.
pub struct Ladder<'a> {
    details: details::Index<'a>,
    dedup_key: dedup_key::Index<'a>,
    title: title::Index,
    domain: domain::Index<'a>,
    probable: probable::Index,
}

impl<'a> Ladder<'a> {
    /// Indexes incidents; the answers are positions in this slice. `asked` are all alerts that will
    /// be asked for, `keys` theirs: a fingerprint or key that several clusters share is not exact.
    pub fn new(
        incidents: &[&Incident],
        asked: &'a Asked<'a>,
        keys: &'a Keys<'a>,
        policy: &'a Policy,
    ) -> Self {
        Self {
            details: details::Index::new(incidents, asked, policy),
            dedup_key: dedup_key::Index::new(incidents, keys),
            title: title::Index::new(incidents),
            domain: domain::Index::new(incidents, policy),
            probable: probable::Index::new(incidents, asked, policy),
        }
    }

    /// The incidents that hold this alert, by the first rung that finds any; what is only probable
    /// waits until no rung is sure.
    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let details = self.details.find(placed);
        if is_sure(&details) {
            return details;
        }
        let keyed = self.dedup_key.find(placed);
        let by_key = (JoinedBy::DedupKey, keyed.exact);
        if is_sure(&by_key) {
            return by_key;
        }
        let mut likely = keyed.probable;
        likely.retain(|at| self.probable.may_hold(*at, placed));
        let sure = [self.title.find(placed), self.domain.find(placed)];
        let unsure = [
            details,
            (JoinedBy::Probable, likely),
            self.probable.find(placed),
        ];
        sure.into_iter()
            .chain(unsure)
            .find(|(_, found)| !found.is_empty())
            .unwrap_or((JoinedBy::None, Vec::new()))
    }
}

fn is_sure((by, found): &(JoinedBy, Vec<usize>)) -> bool {
    *by != JoinedBy::Probable && !found.is_empty()
}
