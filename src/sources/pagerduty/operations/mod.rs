//! Runs the operations that a person confirmed, and then reads back what PagerDuty shows.
//!
//! An incident is read again right before each write. Nothing is sent if the incident differs from what was shown.
//! After a write the incident is read until it shows the change. If the answer to a write was lost, the change is
//! searched for in PagerDuty, and the write is not sent again blindly.

mod bulk;
mod declare;
mod notes;
mod preconditions;
mod read_back;
mod requests;
mod single;
mod write_session;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};

use super::client::{Access, Client};
use crate::domain::incident::Incident;
use crate::domain::operation::{
    Operation, OperationBatch, OperationResult, Outcome, OutcomeDetail,
};
use write_session::{IncidentOutcome, WriteSession, run_in_order};

pub type SleepFn<'a> = &'a (dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync);

/// The most incidents that are handled at once if each needs its own requests. PagerDuty advises against many
/// concurrent requests.
const MAX_CONCURRENT: usize = 4;

/// Runs the batch's operations one after another. Returns the outcome of each operation on each incident, in the
/// batch's order. If an operation is refused or its outcome is not known, the batch ends for that incident.
pub async fn run_batch(
    client: &Client,
    batch: &OperationBatch,
    pause: SleepFn<'_>,
) -> Vec<Outcome> {
    if client.access() == Access::ReadOnly {
        return batch.uniform_outcomes(&OutcomeDetail::ReadOnly);
    }
    let Some(by) = &batch.actor else {
        return batch.uniform_outcomes(&OutcomeDetail::NoActor);
    };
    let Ok(session) = WriteSession::new(client, by, pause) else {
        return batch.uniform_outcomes(&OutcomeDetail::ReadOnly);
    };
    let mut incidents: Vec<BatchIncident> =
        batch.incidents.iter().map(BatchIncident::new).collect();
    let mut outcomes = Vec::new();
    for operation in &batch.operations {
        outcomes.extend(match operation {
            Operation::Declare(declaration) => {
                vec![declare::run(&session, operation, declaration).await]
            }
            _ => run_on_all(&session, operation, &mut incidents).await,
        });
    }
    outcomes
}

/// The outcome of the batch's first operation that need not be sent, since its outcome is already known. `None` if
/// there is no such operation.
pub fn outcome_without_sending(
    batch: &OperationBatch,
    incident: &Arc<Incident>,
) -> Option<Outcome> {
    let me = &batch.actor.as_ref()?.person.id;
    batch.operations.iter().find_map(|operation| {
        let why = preconditions::reason_not_to_ask(operation, incident, me)?;
        let fresh = Some(Arc::clone(incident));
        Some(Outcome::new(operation, Some(&incident.id), why, fresh))
    })
}

/// An incident of the batch.
struct BatchIncident {
    /// The incident as it was shown. After an operation of the batch, the incident as it was read back.
    latest: Arc<Incident>,
    /// Whether an earlier operation of the batch failed on this incident.
    failed: bool,
}

impl BatchIncident {
    fn new(shown: &Arc<Incident>) -> Self {
        let (latest, failed) = (Arc::clone(shown), false);
        Self { latest, failed }
    }

    fn outcome(&self, operation: &Operation, found: IncidentOutcome) -> Outcome {
        let id = Some(&self.latest.id);
        Outcome::new(operation, id, found.detail, found.fresh).named_by(&self.latest)
    }

    fn record_outcome(&mut self, operation: &Operation, found: IncidentOutcome) -> Outcome {
        let outcome = self.outcome(operation, found);
        self.failed =
            [OperationResult::Refused, OperationResult::Unknown].contains(&outcome.result);
        if let Some(fresh) = &outcome.read_back {
            self.latest = Arc::clone(fresh);
        }
        outcome
    }
}

async fn run_on_all(
    session: &WriteSession<'_>,
    operation: &Operation,
    incidents: &mut [BatchIncident],
) -> Vec<Outcome> {
    let open = incidents.iter().filter(|incident| !incident.failed);
    let open: Vec<_> = open.map(|incident| Arc::clone(&incident.latest)).collect();
    let mut found = run_operation(session, operation, open).await.into_iter();
    let outcomes = incidents.iter_mut().map(|incident| {
        let next = if incident.failed { None } else { found.next() };
        let skipped = IncidentOutcome::new(OutcomeDetail::Skipped, None);
        match next {
            Some(found) => incident.record_outcome(operation, found),
            None => incident.outcome(operation, skipped),
        }
    });
    outcomes.collect()
}

// Returns one outcome per incident, in the incidents' order.
async fn run_operation(
    session: &WriteSession<'_>,
    operation: &Operation,
    on: Vec<Arc<Incident>>,
) -> Vec<IncidentOutcome> {
    if on.len() > 1 && requests::fits_bulk(operation) {
        return bulk::run(session, operation, &on).await;
    }
    let each = on
        .into_iter()
        .map(|shown| single::run(session, operation, shown).boxed());
    run_in_order(each.collect(), MAX_CONCURRENT).await
}
