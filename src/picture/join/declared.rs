//! Joins an alert with the incidents that hubwatch opened for the alert's case. The key of such an incident contains
//! the case id. This join comes before all rungs of the ladder.

use std::collections::HashMap;

use super::PlacedAlert;
use crate::domain::alert::Alert;
use crate::domain::ids::{CaseId, ClusterName, Fingerprint};
use crate::domain::incident::Incident;
use crate::picture::places::is_called_hub_down;

/// For each case, the incidents that were declared for it.
pub struct DeclaredIndex(HashMap<CaseId, Vec<usize>>);

impl DeclaredIndex {
    pub fn new(incidents: &[&Incident]) -> Self {
        let mut index: HashMap<CaseId, Vec<usize>> = HashMap::new();
        for (at, incident) in incidents.iter().enumerate() {
            if let Some(case) = incident.declared_for() {
                index.entry(case).or_default().push(at);
            }
        }
        Self(index)
    }

    /// The incidents that were declared for the alert. If the alert says that its hub is down, also those that were
    /// declared for the hub.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> &[usize] {
        if self.0.is_empty() {
            return &[];
        }
        let place = &placed.kind.place;
        let cluster = place.cluster.as_ref();
        let unlabelled = cluster.filter(|_| placed.kind.cluster.is_none());
        let own = alert_case_id(placed.alert, placed.fingerprint, unlabelled);
        let of_hub = || {
            let hub = place
                .hub_key()
                .filter(|_| is_called_hub_down(placed.kind.name));
            self.0.get(&CaseId::Hub(hub?))
        };
        let found = self.0.get(&own).or_else(of_hub);
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

/// The case id of an alert without an incident. `unlabelled` is the alert's cluster, if no label names the cluster. The
/// id then depends on the cluster too, since two cases must not share an id.
pub fn alert_case_id(
    alert: &Alert,
    fingerprint: Fingerprint,
    unlabelled: Option<&ClusterName>,
) -> CaseId {
    match unlabelled {
        Some(cluster) => {
            let place = [("cluster", cluster.as_str())].into_iter().collect();
            CaseId::Alert(alert.labels.with_defaults(&place).fingerprint())
        }
        None => CaseId::Alert(fingerprint),
    }
}
