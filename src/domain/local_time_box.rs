//! Time-boxes for cases without an incident. PagerDuty cannot store such time-boxes, so hubwatch stores them on this
//! machine. Only the user of this machine sees them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::ids::CaseId;
use super::now::time_after;

/// A time-box that was started by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTimeBox {
    /// The id that the case had when the time-box was started.
    pub case: CaseId,
    pub started: DateTime<Utc>,
    #[serde(with = "seconds")]
    pub length: Duration,
}

/// A change that replaces or ends a case's time-box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTimeBoxChange {
    /// Every id that the case has had.
    pub case_ids: Vec<CaseId>,
    /// The new time-box. `None` ends the present time-box.
    pub replacement: Option<LocalTimeBox>,
}

impl LocalTimeBox {
    /// The time at which the time-box ends.
    pub fn ends_at(&self) -> DateTime<Utc> {
        time_after(self.started, self.length)
    }

    /// Whether the time-box belongs to the case. A time-box that began before the case belongs to an earlier problem,
    /// unless the time-box was started under an earlier id of the case. A case with an incident has the incident's
    /// time-box instead.
    pub fn belongs_to(&self, case: &Case) -> bool {
        let is_now = case.id == self.case && case.since <= self.started;
        case.incident.is_none() && (is_now || case.aliases.contains(&self.case))
    }
}

impl LocalTimeBoxChange {
    /// Applies the change to `boxes`.
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
