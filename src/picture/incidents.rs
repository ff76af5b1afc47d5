//! Which alerts belong to which incident, open or closed.

use std::sync::Arc;

use super::context::Context;
use super::join::{Asked, Keys, Kind, Kinds, Ladder, Placed, Sure, Trees};
use super::suppression::Managed;
use crate::domain::alert::{Alert, AlertState, Suppression};
use crate::domain::case::{ClosedIncident, JoinedBy, Place};
use crate::domain::ids::Fingerprint;
use crate::domain::incident::Incident;

/// A firing alert, placed and joined.
pub struct Joined<'a> {
    pub alert: &'a Arc<Alert>,
    /// The alert's own.
    pub print: Fingerprint,
    pub place: Place,
    pub suppressed: Option<Suppression>,
    pub by: JoinedBy,
    /// Positions of the open incidents that hold it; the newest is the one it stands with.
    pub incidents: Vec<usize>,
    /// The last incident for it that was closed while it fired.
    pub closed: Option<ClosedIncident>,
}

/// Incidents and the firing alerts with their places in them.
pub struct Incidents<'a> {
    /// Open incidents, oldest first.
    pub open: Vec<Arc<Incident>>,
    pub alerts: Vec<Joined<'a>>,
}

/// Joins all firing alerts with all incidents. Two Prometheuses that watch one place (a pair for
/// availability) say the same alert twice: it is kept once.
pub fn join<'a>(context: &Context<'a>) -> Incidents<'a> {
    let (open, closed) = split(context);
    let trees = Trees::new(context.answers, context.policy);
    let (kinds, fired) = firing(context, &trees);
    let alerts = placed(&kinds, &fired);
    let keys = Keys::new(&kinds, &trees, context.policy);
    let asked = Asked::new(&kinds, &alerts);
    let ladder = Ladder::new(&refs(&open), &asked, &keys, context.policy);
    let of_closed = Sure::new(&refs(&closed), &asked, &keys, context.policy);
    let managed = Managed::new(context);
    let joined = fired.iter().zip(&alerts).map(|(fired, placed)| {
        let (by, incidents) = ladder.find(placed);
        let closed = if incidents.is_empty() {
            closed_while_firing(&of_closed, &closed, placed)
        } else {
            None
        };
        Joined {
            suppressed: managed.suppression(fired.alert, &placed.kind.place),
            alert: fired.alert,
            print: fired.print,
            place: placed.kind.place.clone(),
            by,
            incidents,
            closed,
        }
    });
    let alerts = joined.collect();
    Incidents { open, alerts }
}

fn refs(incidents: &[Arc<Incident>]) -> Vec<&Incident> {
    incidents.iter().map(|incident| &**incident).collect()
}

fn split(context: &Context<'_>) -> (Vec<Arc<Incident>>, Vec<Arc<Incident>>) {
    let slot = context.answers.incidents.as_ref();
    let mut all: Vec<Arc<Incident>> = slot
        .and_then(|slot| slot.body())
        .map(|says| says.incidents.clone())
        .unwrap_or_default();
    all.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    all.into_iter().partition(|incident| incident.is_open())
}

// An alert with the number of its kind. The fingerprint stands beside it: to sort by it then leaves the
// alert alone.
struct Fired<'a> {
    print: Fingerprint,
    kind: usize,
    alert: &'a Arc<Alert>,
}

fn firing<'a>(context: &Context<'a>, trees: &Trees<'a>) -> (Vec<Kind<'a>>, Vec<Fired<'a>>) {
    let slots = context.answers.prometheus.iter();
    let alerts = slots
        .filter_map(|slot| slot.body())
        .flat_map(|says| &says.alerts)
        .filter(|alert| alert.state == AlertState::Firing)
        .filter(|alert| !is_dead_man(context, alert));
    let mut kinds = Kinds::new(trees, context.policy);
    let mut fired: Vec<Fired<'_>> = alerts
        .map(|alert| Fired {
            print: alert.fingerprint,
            kind: kinds.add(alert),
            alert,
        })
        .collect();
    let kinds = kinds.into_all();
    let place = |it: &Fired<'_>| kinds.get(it.kind).map(|kind| &kind.place);
    fired.sort_unstable_by(|a, b| {
        let by_name = a.print.cmp(&b.print);
        let by_place = by_name.then_with(|| place(a).cmp(&place(b)));
        let told = |it: &Fired<'a>| (it.alert.active_at, &it.alert.source);
        by_place.then_with(|| told(a).cmp(&told(b)))
    });
    fired.dedup_by(|a, b| a.print == b.print && place(a) == place(b));
    (kinds, fired)
}

fn placed<'a>(kinds: &'a [Kind<'a>], fired: &[Fired<'a>]) -> Vec<Placed<'a>> {
    let known = fired
        .iter()
        .filter_map(|fired| Some((fired, kinds.get(fired.kind)?)));
    let placed = known.map(|(fired, kind)| Placed {
        alert: fired.alert,
        print: fired.print,
        kind,
    });
    placed.collect()
}

/// Whether an alert is a dead man's switch: its firing is good news.
pub fn is_dead_man(context: &Context<'_>, alert: &Alert) -> bool {
    let name = alert.name();
    context.policy.dead_man.iter().any(|known| known == name)
}

fn closed_while_firing(
    sure: &Sure<'_>,
    closed: &[Arc<Incident>],
    placed: &Placed<'_>,
) -> Option<ClosedIncident> {
    let fires = placed.alert.fires_since()?;
    let (_, found) = sure.find(placed)?;
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
