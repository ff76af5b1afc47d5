//! Fourth rung of the ladder that joins alerts with incidents: the hub's domain in the title of an incident from an
//! external check (`<domain> on <cluster>`). Only alerts about the address itself are joined: an alert that the hub is
//! down, and an alert with the domain in a label. An alert about the hub's full disk is not joined.

use rustc_hash::FxHashMap;

use super::{AlertKind, AlertSet, PlacedAlert};
use crate::domain::alert::Alert;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::outside_check::is_about_certificate;
use crate::picture::places::{host_in, is_called_hub_down, names_domain, words};

/// For each kind of alert, the incidents whose title contains the domain of the kind's hub.
pub struct DomainIndex<'a> {
    hubs: Vec<HubDomain<'a>>,
    by_kind: Vec<Option<KindHub>>,
}

/// The hub of a kind of alert, and whether this kind says that the hub is down.
#[derive(Clone, Copy)]
struct KindHub {
    hub: usize,
    is_down: bool,
}

struct HubDomain<'a> {
    domain: &'a str,
    mentions: Vec<Mention>,
}

struct Mention {
    incident: usize,
    is_about_certificate: bool,
}

impl<'a> DomainIndex<'a> {
    pub fn new(incidents: &[&Incident], asked: &AlertSet<'_>, policy: &'a Policy) -> Self {
        let mut hubs: Vec<HubDomain<'a>> = Vec::new();
        let (mut domains, mut keys) = (FxHashMap::default(), FxHashMap::default());
        for spec in policy.hubs() {
            let Some(domain) = spec.domain.as_deref() else {
                continue;
            };
            domains.insert(domain.to_ascii_lowercase(), hubs.len());
            keys.insert(&spec.key, hubs.len());
            hubs.push(HubDomain {
                domain,
                mentions: Vec::new(),
            });
        }
        for (at, incident) in incidents.iter().enumerate() {
            for word in words(&incident.title).map(host_in) {
                let hub = domains.get(&word.to_ascii_lowercase());
                if let Some(hub) = hub.and_then(|hub| hubs.get_mut(*hub)) {
                    hub.add_mention(at, incident);
                }
            }
        }
        let of = |kind: &AlertKind<'_>| {
            Some(KindHub {
                hub: *keys.get(&kind.place.hub_key()?)?,
                is_down: is_called_hub_down(kind.name),
            })
        };
        let of = asked.kinds.iter().map(of).collect();
        Self { hubs, by_kind: of }
    }

    pub fn find(&self, placed: &PlacedAlert<'_>) -> Vec<usize> {
        let of = self.by_kind.get(placed.kind.position).copied().flatten();
        of.and_then(|of| Some(self.hubs.get(of.hub)?.incidents_about(placed, of.is_down)))
            .unwrap_or_default()
    }
}

impl HubDomain<'_> {
    fn add_mention(&mut self, at: usize, incident: &Incident) {
        if self
            .mentions
            .last()
            .is_none_or(|known| known.incident != at)
        {
            self.mentions.push(Mention {
                incident: at,
                is_about_certificate: is_about_certificate(&incident.title),
            });
        }
    }

    // An alert that the hub is down does not match an incident about the hub's certificate.
    fn incidents_about(&self, placed: &PlacedAlert<'_>, is_down: bool) -> Vec<usize> {
        if self.mentions.is_empty() {
            return Vec::new();
        }
        let is_about = has_domain_label(placed.alert, self.domain);
        self.mentions
            .iter()
            .filter(|incident| is_about || (is_down && !incident.is_about_certificate))
            .map(|named| named.incident)
            .collect()
    }
}

fn has_domain_label(alert: &Alert, domain: &str) -> bool {
    alert
        .labels
        .iter()
        .any(|(_, value)| names_domain(value, domain))
}
