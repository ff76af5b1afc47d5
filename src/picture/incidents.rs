//! Joins alerts with open and closed incidents.

use std::sync::Arc;

use super::context::Context;
use super::join::{
    AlertKind, AlertKinds, AlertSet, DedupKeys, ExactLadder, IncidentMatch, Ladder, PlacedAlert,
    RouteTrees,
};
use super::suppression::{ManagedAlerts, NobodyRoutes};
use crate::domain::alert::{Alert, AlertState, Suppression};
use crate::domain::case::{ClosedIncident, DoubtfulSilence, JoinedBy, Place};
use crate::domain::ids::Fingerprint;
use crate::domain::incident::Incident;

/// A firing alert with its place and its incidents.
#[derive(Clone)]
pub struct JoinedAlert<'a> {
    pub alert: &'a Arc<Alert>,
    pub fingerprint: Fingerprint,
    pub place: Place,
    pub suppressed: Option<Suppression>,
    /// Set if an Alertmanager suppresses an alert with the same labels, but that alert may belong to another cluster.
    pub doubtful_silence: Option<DoubtfulSilence>,
    pub joined_by: JoinedBy,
    /// Indices into `open`. The largest index is the newest incident, and the alert is shown in that incident's case.
    pub incidents: Vec<usize>,
    /// The other open incidents of this alert, such as the one that PagerDuty opened for it. Only set if `incidents`
    /// were declared with hubwatch.
    pub beside_declared: Option<IncidentMatch>,
    /// The last incident for this alert that was closed while the alert fired.
    pub closed: Option<ClosedIncident>,
}

impl JoinedAlert<'_> {
    /// The newest incident of this alert. The alert is shown in that incident's case.
    pub fn newest(&self) -> Option<usize> {
        self.incidents.iter().max().copied()
    }

    /// For an alert for which an incident was declared by hand: the index of the other incident, which paged for the
    /// alert, and the alert as joined to that incident. `None` if there is no such other incident.
    pub fn with_page(&self) -> Option<(usize, Self)> {
        let (joined_by, incidents) = self.beside_declared.as_ref()?;
        let page = incidents.iter().max().copied()?;
        let is_page = !self.incidents.contains(&page);
        let alert = Self {
            joined_by: *joined_by,
            ..self.clone()
        };
        is_page.then_some((page, alert))
    }

    /// All open incidents that surely contain this alert.
    pub fn exact_incidents(&self) -> impl Iterator<Item = usize> {
        let is_exact = self.joined_by.is_exact();
        let first = self.incidents.iter().filter(move |_| is_exact);
        let beside = self.beside_declared.iter().flat_map(|(_, all)| all);
        first.chain(beside).copied()
    }
}

/// The open incidents, and the firing alerts, each with the indices of its incidents.
pub struct JoinedIncidents<'a> {
    /// Open incidents, oldest first.
    pub open: Vec<Arc<Incident>>,
    pub alerts: Vec<JoinedAlert<'a>>,
}

/// Joins all firing alerts with all incidents. Two Prometheuses may watch the same place (a high-availability pair). An
/// alert that is in both answers is kept once.
pub fn join<'a>(context: &Context<'a>) -> JoinedIncidents<'a> {
    let (open, closed) = open_and_closed(context);
    let trees = RouteTrees::new(context.answers, context.policy);
    let (kinds, fired) = firing_alerts(context, &trees);
    let alerts = place_alerts(&kinds, &fired);
    let keys = DedupKeys::new(&kinds, &trees, context.policy);
    let asked = AlertSet::new(&kinds, &alerts);
    let ladder = Ladder::new(&refs(&open), &asked, &keys, context.policy);
    let of_closed = ExactLadder::new(&refs(&closed), &asked, &keys, context.policy);
    let managed = ManagedAlerts::new(context, &asked);
    let nobody = NobodyRoutes::new(context, &kinds);
    let joined = fired.iter().zip(&alerts).map(|(fired, placed)| {
        let (by, incidents) = ladder.find(placed);
        let closed = if incidents.is_empty() {
            closed_while_firing(&of_closed, &closed, placed)
        } else {
            None
        };
        let is_declared = by == JoinedBy::Declared;
        let suppression = managed.suppression(placed);
        JoinedAlert {
            doubtful_silence: suppression.doubt,
            suppressed: suppression.why.or_else(|| nobody.suppression(placed)),
            alert: fired.alert,
            fingerprint: fired.fingerprint,
            place: placed.kind.place.clone(),
            joined_by: by,
            incidents,
            beside_declared: is_declared
                .then(|| ladder.find_beside_declared(placed))
                .flatten(),
            closed,
        }
    });
    let alerts = joined.collect();
    JoinedIncidents { open, alerts }
}

fn refs(incidents: &[Arc<Incident>]) -> Vec<&Incident> {
    incidents.iter().map(|incident| &**incident).collect()
}

fn open_and_closed(context: &Context<'_>) -> (Vec<Arc<Incident>>, Vec<Arc<Incident>>) {
    let slot = context.answers.incidents.as_ref();
    let mut all: Vec<Arc<Incident>> = slot
        .and_then(|slot| slot.body())
        .map(|says| says.incidents.clone())
        .unwrap_or_default();
    all.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    all.into_iter().partition(|incident| incident.is_open())
}

// A firing alert. `kind` is an index into the list of alert kinds. The copy of the fingerprint makes sorting fast.
struct FiringAlert<'a> {
    fingerprint: Fingerprint,
    kind: usize,
    alert: &'a Arc<Alert>,
}

fn firing_alerts<'a>(
    context: &Context<'a>,
    trees: &RouteTrees<'a>,
) -> (Vec<AlertKind<'a>>, Vec<FiringAlert<'a>>) {
    let slots = context.answers.prometheus.iter();
    let alerts = slots
        .filter_map(|slot| slot.body())
        .flat_map(|says| &says.alerts)
        .filter(|alert| alert.state == AlertState::Firing)
        .filter(|alert| !is_dead_mans_switch(context, alert));
    let mut kinds = AlertKinds::new(trees, context.policy);
    let mut fired: Vec<FiringAlert<'_>> = alerts
        .map(|alert| FiringAlert {
            fingerprint: alert.fingerprint,
            kind: kinds.add(alert),
            alert,
        })
        .collect();
    let kinds = kinds.into_all();
    let place = |it: &FiringAlert<'_>| kinds.get(it.kind).map(|kind| &kind.place);
    fired.sort_unstable_by(|a, b| {
        let by_name = a.fingerprint.cmp(&b.fingerprint);
        let by_place = by_name.then_with(|| place(a).cmp(&place(b)));
        let told = |it: &FiringAlert<'a>| (it.alert.active_at, &it.alert.source);
        by_place.then_with(|| told(a).cmp(&told(b)))
    });
    fired.dedup_by(|a, b| a.fingerprint == b.fingerprint && place(a) == place(b));
    (kinds, fired)
}

fn place_alerts<'a>(kinds: &'a [AlertKind<'a>], fired: &[FiringAlert<'a>]) -> Vec<PlacedAlert<'a>> {
    let known = fired
        .iter()
        .filter_map(|fired| Some((fired, kinds.get(fired.kind)?)));
    let placed = known.map(|(fired, kind)| PlacedAlert {
        alert: fired.alert,
        fingerprint: fired.fingerprint,
        kind,
    });
    placed.collect()
}

/// Whether an alert is a dead man's switch, which should always fire.
pub fn is_dead_mans_switch(context: &Context<'_>, alert: &Alert) -> bool {
    let name = alert.name();
    context.policy.dead_man.iter().any(|known| known == name)
}

fn closed_while_firing(
    sure: &ExactLadder<'_>,
    closed: &[Arc<Incident>],
    placed: &PlacedAlert<'_>,
) -> Option<ClosedIncident> {
    let fires = placed.alert.fires_since()?;
    let (_, found) = sure.find(placed).ok()?;
    found
        .into_iter()
        .filter_map(|at| closed.get(at))
        .filter_map(|incident| Some((incident, incident.resolved_at?)))
        .filter(|(_, resolved_at)| *resolved_at >= fires)
        .max_by_key(|(_, resolved_at)| *resolved_at)
        .map(|(incident, at)| ClosedIncident {
            number: incident.number,
            by: incident
                .resolved_by
                .as_ref()
                .map(|who| who.name.to_string()),
            at,
        })
}
