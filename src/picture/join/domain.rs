//! Fourth rung: an external check names the hub's domain in the incident's title (`<domain> on
//! <cluster>`). Only an alert that is about the address itself stands with it: that the hub is down, or
//! one whose labels carry the domain. A full disk of the same hub is another matter.

use rustc_hash::FxHashMap;

use super::{Asked, Kind, Placed};
use crate::domain::alert::Alert;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::outages::is_called_hub_down;
use crate::picture::places::{host, is_about_certificate, names_domain, words};

/// Incidents by the kind of alert whose hub's domain their titles hold.
pub struct Index<'a> {
    hubs: Vec<Hub<'a>>,
    of: Vec<Option<Of>>,
}

/// What matters of a kind of alerts.
#[derive(Clone, Copy)]
struct Of {
    hub: usize,
    is_down: bool,
}

struct Hub<'a> {
    domain: &'a str,
    named: Vec<Named>,
}

struct Named {
    incident: usize,
    of_certificate: bool,
}

impl<'a> Index<'a> {
    pub fn new(incidents: &[&Incident], asked: &Asked<'_>, policy: &'a Policy) -> Self {
        let mut hubs: Vec<Hub<'a>> = Vec::new();
        let (mut domains, mut keys) = (FxHashMap::default(), FxHashMap::default());
        for spec in policy.hubs() {
            let Some(domain) = spec.domain.as_deref() else {
                continue;
            };
            domains.insert(domain.to_ascii_lowercase(), hubs.len());
            keys.insert(&spec.key, hubs.len());
            hubs.push(Hub {
                domain,
                named: Vec::new(),
            });
        }
        for (at, incident) in incidents.iter().enumerate() {
            for word in words(&incident.title).map(host) {
                let hub = domains.get(&word.to_ascii_lowercase());
                if let Some(hub) = hub.and_then(|hub| hubs.get_mut(*hub)) {
                    hub.add(at, incident);
                }
            }
        }
        let of = |kind: &Kind<'_>| {
            Some(Of {
                hub: *keys.get(&kind.place.hub_key()?)?,
                is_down: is_called_hub_down(kind.name),
            })
        };
        let of = asked.kinds.iter().map(of).collect();
        Self { hubs, of }
    }

    pub fn find(&self, placed: &Placed<'_>) -> Vec<usize> {
        let of = self.of.get(placed.kind.at).copied().flatten();
        of.and_then(|of| Some(self.hubs.get(of.hub)?.holding(placed, of.is_down)))
            .unwrap_or_default()
    }
}

impl Hub<'_> {
    fn add(&mut self, at: usize, incident: &Incident) {
        if self.named.last().is_none_or(|known| known.incident != at) {
            self.named.push(Named {
                incident: at,
                of_certificate: is_about_certificate(&incident.title),
            });
        }
    }

    // That the hub is down is not said by a ticket about its certificate.
    fn holding(&self, placed: &Placed<'_>, is_down: bool) -> Vec<usize> {
        if self.named.is_empty() {
            return Vec::new();
        }
        let is_about = carries(placed.alert, self.domain);
        self.named
            .iter()
            .filter(|incident| is_about || (is_down && !incident.of_certificate))
            .map(|named| named.incident)
            .collect()
    }
}

fn carries(alert: &Alert, domain: &str) -> bool {
    alert
        .labels
        .iter()
        .any(|(_, value)| names_domain(value, domain))
}
