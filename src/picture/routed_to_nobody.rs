//! Alerts that are deliberately routed to nobody. They are shown, but do not affect the verdict. Alerts of one kind are
//! looked up together, in the route documents that list receivers.

use std::collections::BTreeSet;

use super::context::Context;
use super::join::{AlertKind, PlacedAlert};
use super::places::cluster_label;
use crate::domain::alert::Suppression;
use crate::domain::answers::AlertmanagerData;
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;
use crate::domain::route::Routes;

/// The kinds of alerts that are routed to nobody.
pub struct NobodyRoutes<'a> {
    kinds: Vec<bool>,
    policy: &'a Policy,
}

impl<'a> NobodyRoutes<'a> {
    pub fn new(context: &Context<'a>, kinds: &[AlertKind<'_>]) -> Self {
        let documents = RouteDocuments::new(context);
        Self {
            kinds: kinds
                .iter()
                .map(|kind| documents.lead_to_nobody(kind))
                .collect(),
            policy: context.policy,
        }
    }

    /// The suppression of an alert that is routed to nobody. `None` for other alerts, and for an alert that should
    /// page.
    pub fn suppression(&self, placed: &PlacedAlert<'_>) -> Option<Suppression> {
        let is_routed = self.kinds.get(placed.kind.position) == Some(&true);
        let is_meant = is_routed && !self.policy.should_page(&placed.alert.labels);
        is_meant.then_some(Suppression::RoutedToNobody)
    }
}

/// The route documents that list receivers.
struct RouteDocuments<'a> {
    policy: &'a Policy,
    alertmanagers: Vec<AlertmanagerRoutes<'a>>,
}

struct AlertmanagerRoutes<'a> {
    routes: &'a Routes,
    clusters: BTreeSet<ClusterName>,
}

impl<'a> RouteDocuments<'a> {
    fn new(context: &Context<'a>) -> Self {
        let slots = context.answers.alertmanager.iter();
        let fresh = slots.filter_map(|slot| slot.fresh_body(context.now));
        let listing = fresh.filter_map(|says| {
            let routes = says.routes.as_deref()?;
            routes.list_receivers().then(|| AlertmanagerRoutes {
                routes,
                clusters: clusters_of(says, context.policy),
            })
        });
        Self {
            policy: context.policy,
            alertmanagers: listing.collect(),
        }
    }

    fn lead_to_nobody(&self, kind: &AlertKind<'_>) -> bool {
        let configured = self.policy.routes.get(&kind.example.source);
        let configured = configured.map(|routes| &**routes);
        let asked = self.alertmanagers.iter().filter(|known| {
            let cluster = kind.place.cluster.as_ref();
            cluster.is_some_and(|name| known.clusters.contains(name))
        });
        let mut documents = configured
            .into_iter()
            .filter(|routes| routes.list_receivers())
            .chain(asked.map(|known| known.routes))
            .peekable();
        documents.peek().is_some()
            && documents.all(|routes| routes.lead_to_nobody(&kind.example.labels))
    }
}

// The clusters from which an Alertmanager receives alerts: its configured cluster, else the clusters of its alerts.
fn clusters_of(says: &AlertmanagerData, policy: &Policy) -> BTreeSet<ClusterName> {
    match &says.cluster {
        Some(cluster) => BTreeSet::from([cluster.clone()]),
        None => {
            let alerts = says.alerts.iter();
            alerts
                .filter_map(|alert| cluster_label(&alert.labels, policy))
                .collect()
        }
    }
}
