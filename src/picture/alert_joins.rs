//! Joins alerts with incidents without building a picture: for a benchmark, and for the view of the joins.

use super::context::Context;
use super::incidents;
use crate::domain::answers::Answers;
use crate::domain::case::JoinedBy;
use crate::domain::directory::Directory;
use crate::domain::ids::{Fingerprint, IncidentId};
use crate::domain::now::Now;
use crate::domain::policy::Policy;

/// A firing alert and the open incidents to which it is joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertJoin {
    pub alert: Fingerprint,
    /// The rung that found the incidents.
    pub joined_by: JoinedBy,
    /// The open incidents that contain the alert, oldest first; empty if the alert is joined to none.
    pub incidents: Vec<IncidentId>,
}

/// The joins of all firing alerts, as [`super::build()`] joins them.
pub fn join_alerts(answers: &Answers, policy: &Policy, now: Now) -> Vec<AlertJoin> {
    let empty_directory = Directory::default();
    let joined = incidents::join(&Context::new(answers, policy, now, &empty_directory));
    let id = |at: &usize| joined.open.get(*at).map(|incident| incident.id.clone());
    joined
        .alerts
        .iter()
        .map(|alert| AlertJoin {
            alert: alert.fingerprint,
            joined_by: alert.joined_by,
            incidents: alert.incidents.iter().filter_map(id).collect(),
        })
        .collect()
}
