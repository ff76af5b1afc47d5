//! Which alerts an Alertmanager keeps from paging: marked, never hidden. Only a fresh Alertmanager's
//! word counts.

use std::collections::HashMap;

use super::context::Context;
use crate::domain::alert::{Alert, AlertmanagerAlert, Suppression};
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, Fingerprint};
use crate::domain::labels::Labels;

type Said<'a> = Vec<(Option<&'a ClusterName>, &'a AlertmanagerAlert)>;

/// The Alertmanagers' alerts, indexed.
pub struct Managed<'a> {
    prints: HashMap<Fingerprint, Said<'a>>,
    names: HashMap<(&'a str, &'a str), Said<'a>>,
}

impl<'a> Managed<'a> {
    pub fn new(context: &Context<'a>) -> Self {
        let mut managed = Self {
            prints: HashMap::new(),
            names: HashMap::new(),
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
                    .prints
                    .entry(alert.fingerprint)
                    .or_default()
                    .push(said);
                managed
                    .names
                    .entry(key(&alert.labels))
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
        if self.prints.is_empty() {
            return None;
        }
        let speaks = |cluster: &Option<&ClusterName>| {
            cluster.is_none() || place.cluster.is_none() || *cluster == place.cluster.as_ref()
        };
        let mut exact = self
            .prints
            .get(&alert.fingerprint)
            .into_iter()
            .flatten()
            .filter(|(cluster, _)| speaks(cluster));
        if let Some((_, found)) = exact.next() {
            return found.suppressed.clone();
        }
        let mut wider = self
            .names
            .get(&key(&alert.labels))
            .into_iter()
            .flatten()
            .filter(|(cluster, found)| speaks(cluster) && alert.labels.is_subset_of(&found.labels));
        match (wider.next(), wider.next()) {
            (Some((_, only)), None) => only.suppressed.clone(),
            _ => None,
        }
    }
}

fn key(labels: &Labels) -> (&str, &str) {
    let word = |name| labels.get(name).unwrap_or_default();
    (word("alertname"), word("namespace"))
}
