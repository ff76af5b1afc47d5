//! Which service an alert paged last: what is declared for it by hand belongs there.

use std::collections::BTreeMap;

use super::context::Context;
use crate::domain::ids::ServiceId;
use crate::domain::incident::Reference;

/// The service of the latest incident that carries an alert, by the alert's name. Only incidents that are
/// open, or were resolved in the last day, are known.
pub fn services_by_alert(context: &Context<'_>) -> BTreeMap<String, Reference<ServiceId>> {
    let bodies = context.answers.incidents.iter();
    let bodies = bodies.filter_map(|slot| slot.body());
    let mut incidents: Vec<_> = bodies.flat_map(|body| &body.incidents).collect();
    incidents.sort_by_key(|incident| incident.created_at);
    let mut services = BTreeMap::new();
    for incident in incidents {
        let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
        let names = sets.filter_map(|labels| labels.get("alertname"));
        for name in names {
            if let Some(service) = &incident.service {
                services.insert(name.to_owned(), service.clone());
            }
        }
    }
    services
}
