//! Alerts that Alertmanagers suppress. Such alerts are marked, never hidden. Only a fresh Alertmanager that answers for
//! the alert's cluster counts. If at least one of these Alertmanagers lets the alert page, the alert counts as paging.
//!
//! Alerts that are deliberately routed to nobody are shown too, and do not affect the verdict. Alerts of one kind are
//! looked up together, in the route documents that list receivers.

use std::collections::{BTreeSet, HashMap};

use super::context::Context;
use super::join::{AlertKind, AlertSet, PlacedAlert};
use super::places::cluster_label;
use crate::domain::alert::{AlertmanagerAlert, Suppression};
use crate::domain::answers::AlertmanagerData;
use crate::domain::case::DoubtfulSilence;
use crate::domain::ids::{ClusterName, Fingerprint};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::route::Routes;

/// Whether an alert is suppressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertSuppression {
    /// The first Alertmanager's reason, if every Alertmanager that has the alert suppresses it.
    pub why: Option<Suppression>,
    /// Set if an Alertmanager suppresses an alert with the same labels, but that alert may belong to another cluster.
    pub doubt: Option<DoubtfulSilence>,
}

/// The Alertmanagers' alerts, indexed.
pub struct ManagedAlerts<'a> {
    managers: Vec<&'a AlertmanagerData>,
    by_fingerprint: HashMap<Fingerprint, Vec<ManagedAlert<'a>>>,
    by_name: HashMap<(&'a str, &'a str), Vec<ManagedAlert<'a>>>,
    asked: &'a AlertSet<'a>,
    policy: &'a Policy,
    all_prometheus_fresh: bool,
}

#[derive(Clone, Copy)]
struct ManagedAlert<'a> {
    manager: usize,
    alert: &'a AlertmanagerAlert,
}

/// Whether an Alertmanager's alert belongs to the cluster of the alert that is looked up.
#[derive(Clone, Copy, PartialEq)]
enum Attribution<'a> {
    ThisCluster,
    /// The alert belongs to another cluster, by its Alertmanager or by its own label.
    OtherCluster {
        manager_of: Option<&'a ClusterName>,
    },
    Unknown,
}

/// Whether an Alertmanager lets an alert page.
enum Word<'a> {
    Pages,
    Suppresses(&'a Suppression),
    Nothing,
}

impl<'a> ManagedAlerts<'a> {
    pub fn new(context: &Context<'a>, asked: &'a AlertSet<'a>) -> Self {
        let answers = context.answers;
        let fresh = answers.alertmanager.iter();
        let fresh = fresh.filter_map(|slot| slot.fresh_body(context.now));
        let mut prometheus = answers.prometheus.iter();
        let mut managed = Self {
            managers: fresh.collect(),
            by_fingerprint: HashMap::new(),
            by_name: HashMap::new(),
            asked,
            policy: context.policy,
            all_prometheus_fresh: prometheus.all(|slot| context.is_fresh(&slot.id)),
        };
        for (manager, says) in managed.managers.iter().enumerate() {
            for alert in &says.alerts {
                let of = ManagedAlert { manager, alert };
                let same = managed.by_fingerprint.entry(alert.fingerprint);
                same.or_default().push(of);
                let named = managed.by_name.entry(name_and_namespace(&alert.labels));
                named.or_default().push(of);
            }
        }
        managed
    }

    /// Whether an alert is suppressed, and why. If one Alertmanager of the alert's cluster lets the alert page, the
    /// alert is not suppressed, whatever the other Alertmanagers do.
    pub fn suppression(&self, placed: &PlacedAlert<'_>) -> AlertSuppression {
        let (mut here, mut doubt, mut may_page) = (None, None, false);
        for found in self.find(placed) {
            match (self.attribution(&found, placed), self.word(&found)) {
                (_, Word::Nothing) => {}
                (Attribution::ThisCluster, Word::Pages) => return AlertSuppression::default(),
                (Attribution::ThisCluster, Word::Suppresses(why)) => here = here.or(Some(why)),
                (Attribution::Unknown, Word::Pages) => may_page = true,
                (Attribution::Unknown, Word::Suppresses(_)) => {
                    doubt = Some(DoubtfulSilence::ClusterNotKnown);
                }
                (Attribution::OtherCluster { manager_of }, Word::Suppresses(_)) => {
                    let named = manager_of.filter(|_| !self.fires_elsewhere(placed));
                    doubt = doubt.or(named.cloned().map(DoubtfulSilence::OtherCluster));
                }
                (Attribution::OtherCluster { .. }, Word::Pages) => {}
            }
        }
        match here {
            Some(why) if !may_page => AlertSuppression {
                why: Some(why.clone()),
                doubt: None,
            },
            Some(_) => AlertSuppression {
                why: None,
                doubt: Some(DoubtfulSilence::ClusterNotKnown),
            },
            None => AlertSuppression {
                why: None,
                doubt: doubt.filter(|_| !may_page),
            },
        }
    }

    // The entries for an alert in the Alertmanagers. An entry has the alert's fingerprint, or its labels contain all
    // labels of the alert. It may have further labels, added by relabelling. An entry with the fingerprint of another
    // firing alert is the entry of that alert, so it is left out.
    fn find(&self, placed: &PlacedAlert<'_>) -> Vec<ManagedAlert<'a>> {
        let same = self.by_fingerprint.get(&placed.fingerprint);
        let mut found: Vec<ManagedAlert<'_>> = same.into_iter().flatten().copied().collect();
        let cluster = placed.kind.place.cluster.as_ref();
        let may_have_it = |manager: &usize, says: &&AlertmanagerData| {
            let is_here = says.cluster.is_none() || says.cluster.as_ref() == cluster;
            is_here && !found.iter().any(|it| it.manager == *manager)
        };
        let managers = self.managers.iter().enumerate();
        let others: Vec<usize> = managers
            .filter(|(manager, says)| may_have_it(manager, says))
            .map(|(manager, _)| manager)
            .collect();
        if !others.is_empty() {
            let labels = &placed.alert.labels;
            let named = self.by_name.get(&name_and_namespace(labels));
            let wider = named.into_iter().flatten().filter(|it| {
                others.contains(&it.manager)
                    && labels.is_subset_of(&it.alert.labels)
                    && !self.asked.fingerprints.contains(&it.alert.fingerprint)
            });
            found.extend(wider.copied());
        }
        found
    }

    // Whether the alert that an Alertmanager lists belongs to the cluster of `placed`. The Alertmanager's own cluster
    // or the alert's cluster label decides this. Without both, the alert belongs to that cluster only if all
    // Prometheuses are fresh and none of them has the alert firing in another cluster.
    fn attribution(&self, found: &ManagedAlert<'a>, placed: &PlacedAlert<'_>) -> Attribution<'a> {
        let own = placed.kind.place.cluster.as_ref();
        let manager_of = self.managers.get(found.manager);
        let manager_of = manager_of.and_then(|says| says.cluster.as_ref());
        let label = cluster_label(&found.alert.labels, self.policy);
        let is_own = |cluster: &ClusterName| own == Some(cluster);
        match (manager_of, &label) {
            (Some(cluster), _) if is_own(cluster) => Attribution::ThisCluster,
            (_, Some(cluster)) if is_own(cluster) => Attribution::ThisCluster,
            (_, Some(_)) => Attribution::OtherCluster { manager_of: None },
            (Some(_), None) => Attribution::OtherCluster { manager_of },
            (None, None) if self.all_prometheus_fresh && !self.fires_elsewhere(placed) => {
                Attribution::ThisCluster
            }
            (None, None) => Attribution::Unknown,
        }
    }

    fn fires_elsewhere(&self, placed: &PlacedAlert<'_>) -> bool {
        self.asked.shared_fingerprints.contains(&placed.fingerprint)
    }

    fn word(&self, found: &ManagedAlert<'a>) -> Word<'a> {
        let alert = found.alert;
        match &alert.suppressed {
            _ if alert.unprocessed => Word::Nothing,
            Some(why) => Word::Suppresses(why),
            None if self.leads_nowhere(found) => Word::Nothing,
            None => Word::Pages,
        }
    }

    // Whether the alert is routed to nobody. An unknown receiver may have an integration, so it counts as somebody.
    fn leads_nowhere(&self, found: &ManagedAlert<'_>) -> bool {
        let manager = self.managers.get(found.manager);
        let Some(routes) = manager.and_then(|says| says.routes.as_ref()) else {
            return false;
        };
        let mut receivers = found.alert.receivers.iter();
        receivers.len() > 0 && receivers.all(|name| routes.is_silent_receiver(name))
    }
}

fn name_and_namespace(labels: &Labels) -> (&str, &str) {
    let word = |name| labels.get(name).unwrap_or_default();
    (word("alertname"), word("namespace"))
}

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

    /// The suppression of an alert that is routed to nobody. `None` if the alert is routed to somebody. Also `None` if
    /// the alert should page, since its routing is then a mistake.
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
