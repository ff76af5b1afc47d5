//! Which alerts belong to which incident, open or closed.

use std::sync::Arc;

use super::context::Context;
use super::join::{Asked, Keys, Ladder, Placed};
use super::places;
use super::suppression::Managed;
use crate::domain::alert::{Alert, AlertState, Suppression};
use crate::domain::case::{Closed, JoinedBy, Place};
use crate::domain::ids::Fingerprint;
use crate::domain::incident::Incident;

/// A firing alert, placed and joined.
pub struct Joined {
    pub alert: Arc<Alert>,
    pub place: Place,
    pub suppressed: Option<Suppression>,
    pub by: JoinedBy,
    /// Positions of the open incidents that hold it; the newest is the one it stands with.
    pub incidents: Vec<usize>,
    /// The last incident for it that was closed while it fired.
    pub closed: Option<Closed>,
}

/// Incidents and the firing alerts with their places in them.
pub struct Incidents {
    /// Open incidents, oldest first.
    pub open: Vec<Arc<Incident>>,
    pub alerts: Vec<Joined>,
}

/// Joins all firing alerts with all incidents. Two Prometheuses that watch one place (a pair for
/// availability) say the same alert twice: it is kept once.
pub fn join(context: &Context<'_>) -> Incidents {
    let (open, closed) = split(context);
    let placed = firing(context);
    let views: Vec<Placed<'_>> = placed
        .iter()
        .enumerate()
        .map(|(at, (alert, place))| Placed { at, alert, place })
        .collect();
    let keys = Keys::new(&views, context.answers, context.policy);
    let asked = Asked::new(&views);
    let ladder = |incidents: &[Arc<Incident>]| {
        let refs: Vec<&Incident> = incidents.iter().map(|incident| &**incident).collect();
        Ladder::new(&refs, &asked, &keys, context.policy)
    };
    let (open_ladder, closed_ladder) = (ladder(&open), ladder(&closed));
    let managed = Managed::new(context);
    let alerts = placed
        .iter()
        .zip(&views)
        .map(|((alert, place), view)| {
            let (by, incidents) = open_ladder.find(view);
            let closed = if incidents.is_empty() {
                closed_while_firing(&closed_ladder, &closed, view)
            } else {
                None
            };
            Joined {
                suppressed: managed.suppression(alert, place),
                alert: Arc::clone(alert),
                place: place.clone(),
                by,
                incidents,
                closed,
            }
        })
        .collect();
    Incidents { open, alerts }
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

fn firing(context: &Context<'_>) -> Vec<(Arc<Alert>, Place)> {
    let says = context
        .answers
        .prometheus
        .iter()
        .filter_map(|slot| slot.body());
    // The fingerprint stands beside its alert: to sort by it then leaves the alerts alone.
    let mut alerts: Vec<(Fingerprint, Place, &Arc<Alert>)> = says
        .flat_map(|says| &says.alerts)
        .filter(|alert| alert.state == AlertState::Firing)
        .filter(|alert| !is_dead_man(context, alert))
        .map(|alert| {
            let place = places::of_alert(alert, context.policy);
            (alert.fingerprint, place, alert)
        })
        .collect();
    alerts.sort_unstable_by(|(a, at, one), (b, bt, other)| {
        let by_name = a.cmp(b).then_with(|| at.cmp(bt));
        by_name.then_with(|| (one.active_at, &one.source).cmp(&(other.active_at, &other.source)))
    });
    alerts.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
    let pair = |(_, place, alert): (_, _, &Arc<Alert>)| (Arc::clone(alert), place);
    alerts.into_iter().map(pair).collect()
}

/// Whether an alert is a dead man's switch: its firing is good news.
pub fn is_dead_man(context: &Context<'_>, alert: &Alert) -> bool {
    let name = alert.name();
    context.policy.dead_man.iter().any(|known| known == name)
}

fn closed_while_firing(
    ladder: &Ladder<'_>,
    closed: &[Arc<Incident>],
    placed: &Placed<'_>,
) -> Option<Closed> {
    let fires = placed.alert.fires_since()?;
    let (by, found) = ladder.find(placed);
    if matches!(by, JoinedBy::Probable | JoinedBy::None) {
        return None;
    }
    found
        .into_iter()
        .filter_map(|at| closed.get(at))
        .filter_map(|incident| Some((incident, incident.resolved_at?)))
        .filter(|(_, resolved_at)| *resolved_at >= fires)
        .max_by_key(|(_, resolved_at)| *resolved_at)
        .map(|(incident, at)| Closed {
            number: incident.number,
            by: incident
                .resolved_by
                .as_ref()
                .map(|who| who.name.to_string()),
            at,
        })
}
