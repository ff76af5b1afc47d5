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
mod kinds;
mod probable;
pub mod title;
mod trees;

pub use asked::Asked;
pub use keys::Keys;
pub use kinds::{Kind, Kinds};
pub use trees::Trees;

use std::sync::Arc;

use crate::domain::alert::Alert;
use crate::domain::case::JoinedBy;
use crate::domain::ids::Fingerprint;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;

/// An alert with its place, and beside it what is looked at so often that it should lie near.
pub struct Placed<'a> {
    pub alert: &'a Arc<Alert>,
    pub print: Fingerprint,
    pub kind: &'a Kind<'a>,
}

/// The incidents that hold an alert, and the rung that found them.
pub type Join = (JoinedBy, Vec<usize>);

/// The rungs that are sure, over one set of incidents.
pub struct Sure<'a> {
    details: details::Index<'a>,
    dedup_key: dedup_key::Index<'a>,
    title: title::Index,
    domain: domain::Index<'a>,
}

/// What the sure rungs found, where none was.
struct Doubtful {
    details: Vec<usize>,
    keyed: Vec<usize>,
}

impl<'a> Sure<'a> {
    /// Indexes incidents; the answers are positions in this slice. `asked` are all alerts that will
    /// be asked for, `keys` theirs: a fingerprint or key that several clusters share is not exact.
    pub fn new(
        incidents: &[&'a Incident],
        asked: &'a Asked<'a>,
        keys: &'a Keys<'a>,
        policy: &'a Policy,
    ) -> Self {
        Self {
            details: details::Index::new(incidents, asked, policy),
            dedup_key: dedup_key::Index::new(incidents, keys),
            title: title::Index::new(incidents, asked),
            domain: domain::Index::new(incidents, asked, policy),
        }
    }

    /// The incidents that hold this alert beyond doubt, by the first rung that finds any.
    pub fn find(&self, placed: &Placed<'_>) -> Option<Join> {
        self.search(placed).ok()
    }

    fn search(&self, placed: &Placed<'_>) -> Result<Join, Doubtful> {
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
        Err(Doubtful {
            details,
            keyed: keyed
                .map(|keyed| keyed.probable.clone())
                .unwrap_or_default(),
        })
    }
}

/// All rungs over one set of incidents.
pub struct Ladder<'a> {
    sure: Sure<'a>,
    probable: probable::Index<'a>,
}

impl<'a> Ladder<'a> {
    /// Indexes incidents as [`Sure::new`] does.
    pub fn new(
        incidents: &[&'a Incident],
        asked: &'a Asked<'a>,
        keys: &'a Keys<'a>,
        policy: &'a Policy,
    ) -> Self {
        Self {
            sure: Sure::new(incidents, asked, keys, policy),
            probable: probable::Index::new(incidents, asked, policy),
        }
    }

    /// The incidents that hold this alert, by the first rung that finds any; what is only probable
    /// waits until no rung is sure.
    pub fn find(&self, placed: &Placed<'_>) -> Join {
        self.sure
            .search(placed)
            .unwrap_or_else(|doubtful| self.likely(placed, doubtful))
    }

    fn likely(&self, placed: &Placed<'_>, doubtful: Doubtful) -> Join {
        let Doubtful { details, mut keyed } = doubtful;
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
