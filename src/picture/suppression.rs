//! Which alerts an Alertmanager keeps from paging: marked, never hidden. Only a fresh Alertmanager's
//! word counts.

use std::collections::HashMap;

use super::context::Context;
use crate::domain::alert::{Alert, AlertmanagerAlert, Suppression};
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, Fingerprint};
use crate::domain::labels::Labels;

type AlertsByCluster<'a> = Vec<(Option<&'a ClusterName>, &'a AlertmanagerAlert)>;

/// The Alertmanagers' alerts, indexed.
pub struct ManagedAlerts<'a> {
    by_fingerprint: HashMap<Fingerprint, AlertsByCluster<'a>>,
    by_name: HashMap<(&'a str, &'a str), AlertsByCluster<'a>>,
}

impl<'a> ManagedAlerts<'a> {
    pub fn new(context: &Context<'a>) -> Self {
        let mut managed = Self {
            by_fingerprint: HashMap::new(),
            by_name: HashMap::new(),
        };
        let says = context
            .answers
            .alertmanager
            .iter()
            .filter_map(|slot| slot.fresh_body(context.now));
        for says in says {
            for alert in &says.alerts {
                let said = (says.cluster.as_ref(), alert);
                managed
                    .by_fingerprint
                    .entry(alert.fingerprint)
                    .or_default()
                    .push(said);
                managed
                    .by_name
                    .entry(name_and_namespace(&alert.labels))
                    .or_default()
                    .push(said);
            }
        }
        managed
    }

    /// Why an alert does not page, if it does not: by fingerprint, else by the one alert whose labels
    /// hold all of its own (relabelling may add some). An Alertmanager that is bound to a cluster
    /// speaks only of that.
    pub fn suppression(&self, alert: &Alert, place: &Place) -> Option<Suppression> {
        if self.by_fingerprint.is_empty() {
            return None;
        }
        let speaks = |cluster: &Option<&ClusterName>| {
            cluster.is_none() || place.cluster.is_none() || *cluster == place.cluster.as_ref()
        };
        let mut exact = self
            .by_fingerprint
            .get(&alert.fingerprint)
            .into_iter()
            .flatten()
            .filter(|(cluster, _)| speaks(cluster));
        if let Some((_, found)) = exact.next() {
            return found.suppressed.clone();
        }
        let mut wider = self
            .by_name
            .get(&name_and_namespace(&alert.labels))
            .into_iter()
            .flatten()
            .filter(|(cluster, found)| speaks(cluster) && alert.labels.is_subset_of(&found.labels));
        match (wider.next(), wider.next()) {
            (Some((_, only)), None) => only.suppressed.clone(),
            _ => None,
        }
    }
}

fn name_and_namespace(labels: &Labels) -> (&str, &str) {
    let word = |name| labels.get(name).unwrap_or_default();
    (word("alertname"), word("namespace"))
}
