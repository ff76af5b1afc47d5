//! Does what a person asked for, and reads back what PagerDuty made of it.
//!
//! An incident is read again right before each write, and nothing is sent where it is not what was shown.
//! What was sent is looked up until PagerDuty shows it; an answer that was lost is looked for and never
//! sent again blindly.

mod after;
mod before;
mod bodies;
mod bulk;
mod declare;
mod desk;
mod notes;
mod settle;
mod single;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};

use super::client::{Access, Client};
use crate::domain::ids::UserId;
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Operation, OperationBatch, OperationResult, Outcome, OutcomeDetail,
};
use desk::{Came, Desk, in_order};

/// Waits so long, where waiting is allowed.
pub type Pause<'a> = &'a (dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync);

/// What is done at once where each incident needs calls of its own. PagerDuty advises few.
const AT_ONCE: usize = 4;

/// Does it, deed by deed, and tells what came of each on each incident, in the attempt's order. What was
/// refused or is not known for an incident ends the attempt for that one.
pub async fn act(client: &Client, attempt: &OperationBatch, pause: Pause<'_>) -> Vec<Outcome> {
    if client.access() == Access::ReadOnly {
        return attempt.uniform_outcomes(&OutcomeDetail::ReadOnly);
    }
    let Some(by) = &attempt.actor else {
        return attempt.uniform_outcomes(&OutcomeDetail::NoActor);
    };
    let Ok(desk) = Desk::new(client, by, pause) else {
        return attempt.uniform_outcomes(&OutcomeDetail::ReadOnly);
    };
    let mut places: Vec<Place> = attempt.incidents.iter().map(Place::new).collect();
    let mut outcomes = Vec::new();
    for deed in &attempt.operations {
        outcomes.extend(match deed {
            Operation::Declare(declaration) => {
                vec![declare::declare(&desk, deed, declaration).await]
            }
            _ => on_all(&desk, deed, &mut places).await,
        });
    }
    outcomes
}

/// What [`act`] would tell without sending anything, if the incident is still as it is here: it is so
/// already, or it must not be done.
pub fn needless(deed: &Operation, incident: &Arc<Incident>, me: &UserId) -> Option<Outcome> {
    let why = before::judge(deed, incident, incident, me)?;
    let fresh = Some(Arc::clone(incident));
    Some(Outcome::new(deed, Some(&incident.id), why, fresh))
}

/// An incident of the attempt.
struct Place {
    /// As it was last known: as it was shown, then as it was read back after a deed of ours.
    known: Arc<Incident>,
    /// An earlier deed failed on it.
    ended: bool,
}

impl Place {
    fn new(shown: &Arc<Incident>) -> Self {
        Self {
            known: Arc::clone(shown),
            ended: false,
        }
    }

    fn take_in(&mut self, deed: &Operation, came: Came) -> Outcome {
        let outcome = Outcome::new(deed, Some(&self.known.id), came.why, came.fresh);
        self.ended = matches!(
            outcome.result,
            OperationResult::Refused | OperationResult::Unknown
        );
        if let Some(fresh) = &outcome.read_back {
            self.known = Arc::clone(fresh);
        }
        outcome
    }
}

async fn on_all(desk: &Desk<'_>, deed: &Operation, places: &mut [Place]) -> Vec<Outcome> {
    let going = places.iter().filter(|place| !place.ended);
    let going: Vec<_> = going.map(|place| Arc::clone(&place.known)).collect();
    let mut came = come(desk, deed, going).await.into_iter();
    let outcomes = places.iter_mut().map(|place| {
        let next = if place.ended { None } else { came.next() };
        match next {
            Some(came) => place.take_in(deed, came),
            None => Outcome::new(deed, Some(&place.known.id), OutcomeDetail::Skipped, None),
        }
    });
    outcomes.collect()
}

// One for each, in order.
async fn come(desk: &Desk<'_>, deed: &Operation, on: Vec<Arc<Incident>>) -> Vec<Came> {
    if on.len() > 1 && bodies::fits_bulk(deed) {
        return bulk::all(desk, deed, &on).await;
    }
    let each = on.into_iter();
    let each = each.map(|shown| single::one(desk, deed, shown).boxed());
    in_order(each.collect(), AT_ONCE).await
}
