//! Fourth rung: an external check names the hub's domain in the incident's title (`<domain> on
//! <cluster>`). Only an alert that is about the address itself stands with it: that the hub is down, or
//! one whose labels carry the domain. A full disk of the same hub is another matter.

use rustc_hash::FxHashMap;

use super::Placed;
use crate::domain::alert::Alert;
use crate::domain::case::JoinedBy;
use crate::domain::ids::HubKey;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::outages::is_called_hub_down;
use crate::picture::places::{host, is_about_certificate, names_domain, words};

/// Incidents by the hub whose domain their titles hold.
pub struct Index<'a>(FxHashMap<&'a HubKey, (&'a str, Vec<Named>)>);

struct Named {
    incident: usize,
    of_certificate: bool,
}

impl<'a> Index<'a> {
    pub fn new(incidents: &[&Incident], policy: &'a Policy) -> Self {
        let hubs: FxHashMap<String, (&HubKey, &str)> = policy
            .hubs()
            .filter_map(|hub| {
                let domain = hub.domain.as_deref()?;
                Some((domain.to_ascii_lowercase(), (&hub.key, domain)))
            })
            .collect();
        let mut index: FxHashMap<&HubKey, (&str, Vec<Named>)> = FxHashMap::default();
        for (at, incident) in incidents.iter().enumerate() {
            let named = words(&incident.title)
                .filter_map(|word| hubs.get(host(word).to_ascii_lowercase().as_str()));
            for (key, domain) in named {
                let (_, found) = index.entry(key).or_insert((domain, Vec::new()));
                if !found.iter().any(|known| known.incident == at) {
                    found.push(Named {
                        incident: at,
                        of_certificate: is_about_certificate(&incident.title),
                    });
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
            .map(|(domain, found)| holding(placed.alert, domain, found));
        (JoinedBy::Domain, found.unwrap_or_default())
    }
}

// That the hub is down is not said by a ticket about its certificate.
fn holding(alert: &Alert, domain: &str, named: &[Named]) -> Vec<usize> {
    let is_about = carries(alert, domain);
    let is_down = is_called_hub_down(alert.name());
    named
        .iter()
        .filter(|incident| is_about || (is_down && !incident.of_certificate))
        .map(|named| named.incident)
        .collect()
}

fn carries(alert: &Alert, domain: &str) -> bool {
    alert
        .labels
        .iter()
        .any(|(_, value)| names_domain(value, domain))
}
