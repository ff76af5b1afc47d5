//! A time-box for a case without an incident. PagerDuty has no place for it, so this machine keeps it and
//! nobody else sees it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::ids::CaseId;
use super::now::time_after;

/// A time-box that was started by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTimeBox {
    /// The case that it was started for, as it was called then.
    pub case: CaseId,
    /// When.
    pub started: DateTime<Utc>,
    /// How long it is.
    #[serde(with = "seconds")]
    pub length: Duration,
}

/// Another box in the place of a case's own, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTimeBoxChange {
    /// All that the case was ever called.
    pub case_ids: Vec<CaseId>,
    /// The box from now on; none ends it.
    pub replacement: Option<LocalTimeBox>,
}

impl LocalTimeBox {
    /// When it is over.
    pub fn ends_at(&self) -> DateTime<Utc> {
        time_after(self.started, self.length)
    }

    /// Whether it belongs to the case. A box that began before the case belongs to an earlier problem, unless the
    /// case had another name then. An incident has its own box.
    pub fn belongs_to(&self, case: &Case) -> bool {
        let is_now = case.id == self.case && case.since <= self.started;
        case.incident.is_none() && (is_now || case.aliases.contains(&self.case))
    }
}

impl LocalTimeBoxChange {
    /// Makes it.
    pub fn apply(&self, boxes: &mut Vec<LocalTimeBox>) {
        boxes.retain(|one| !self.case_ids.contains(&one.case));
        boxes.extend(self.replacement.clone());
    }
}

mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(span.as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}
