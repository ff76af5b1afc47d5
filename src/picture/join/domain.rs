//! Fourth rung: an external check names the hub's domain in the incident's title (`<domain> on
//! <cluster>`). Only an alert that is about the address itself stands with it: that the hub is down, or
//! one whose labels carry the domain. A full disk of the same hub is another matter.

use std::collections::HashMap;

use super::Placed;
use crate::domain::alert::Alert;
use crate::domain::case::JoinedBy;
use crate::domain::ids::HubKey;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::outages::is_called_hub_down;
use crate::picture::places::{host, words};

/// Incidents by the hub whose domain their titles hold.
pub struct Index<'a>(HashMap<&'a HubKey, (&'a str, Vec<usize>)>);

impl<'a> Index<'a> {
    pub fn new(incidents: &[&Incident], policy: &'a Policy) -> Self {
        let hubs: HashMap<&str, (&HubKey, &str)> = policy
            .hubs()
            .filter_map(|hub| {
                let domain = hub.domain.as_deref()?;
                Some((domain, (&hub.key, domain)))
            })
            .collect();
        let mut index: HashMap<&HubKey, (&str, Vec<usize>)> = HashMap::new();
        for (at, incident) in incidents.iter().enumerate() {
            let named = words(&incident.title).filter_map(|word| hubs.get(host(word)));
            for (key, domain) in named {
                let (_, found) = index.entry(key).or_insert((domain, Vec::new()));
                if !found.contains(&at) {
                    found.push(at);
                }
            }
        }
        Self(index)
    }

    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let found = placed
            .place
            .key()
            .and_then(|key| self.0.get(&key))
            .filter(|(domain, _)| is_about(placed.alert, domain))
            .map(|(_, found)| found.clone());
        (JoinedBy::Domain, found.unwrap_or_default())
    }
}

fn is_about(alert: &Alert, domain: &str) -> bool {
    is_called_hub_down(alert.name())
        || alert
            .labels
            .iter()
            .any(|(_, value)| words(value).any(|word| host(word) == domain))
}
