//! Sends the confirmed operations once, and shows the outcome.

use std::sync::Arc;

use super::{close_flow, current_flow, drafts, show_flow};
use crate::app::action_flow::{ActionFlow, Step};
use crate::app::effect::Effect;
use crate::app::model::{Model, OverlayKind};
use crate::app::update::notify;
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::operation::{IncidentAction, Operation, Outcome, Remaining};
use crate::plan::{ActionSubject, OperationContext, Plan, changed_incidents, remaining};
use crate::wording::operation;

/// Sends the operations. If an incident changed after it was shown, shows the change instead and asks for another
/// confirmation.
pub(super) fn send_confirmed(
    model: &mut Model,
    plan: Plan,
    subject: ActionSubject,
    now: Now,
) -> Vec<Effect> {
    let ctx = model.operation_context(now);
    let fresh = current_incidents(&ctx, &subject);
    let changed = changed_incidents(&subject, &fresh);
    if !changed.is_empty() {
        let whole = plan.operations.clone();
        let fresh = FreshIncidents {
            incidents: &fresh,
            read_at: None,
        };
        confirm_again(model, plan, &subject, fresh, &whole, now);
        return Vec::new();
    }
    let number = model.sent_batches.last_number.saturating_add(1);
    let batch = plan.to_batch(&subject, ctx.actor(), number);
    model.sent_batches.last_number = number;
    let mut effects: Vec<_> = drafts::mark_in_doubt(model, &plan).into_iter().collect();
    effects.push(Effect::RunOperations(batch));
    let under_way = (plan.clone(), subject.clone());
    model.sent_batches.in_flight.insert(number, under_way);
    let step = Step::Sending(plan, number);
    show_flow(model, ActionFlow { subject, step });
    effects
}

// The incidents of the operations, from the latest picture.
fn current_incidents(ctx: &OperationContext<'_>, subject: &ActionSubject) -> Vec<Arc<Incident>> {
    let Some(picture) = ctx.picture else {
        return Vec::new();
    };
    let cases = picture
        .cases
        .iter()
        .filter_map(|case| case.incident.as_ref());
    let asked = ctx.pagerduty().and_then(|source| source.requested_at);
    let is_older = |read: Now| asked.is_none_or(|asked| asked.mono <= read.mono);
    if subject.read_at.is_some_and(is_older) {
        return Vec::new();
    }
    let ids: Vec<_> = subject
        .targets()
        .map(|target| &target.incident.id)
        .collect();
    cases
        .filter(|incident| ids.contains(&&incident.id))
        .cloned()
        .collect()
}

// The incidents of the operations as they are now.
struct FreshIncidents<'a> {
    incidents: &'a [Arc<Incident>],
    // When the incidents were read for the write; `None` if they are from the latest picture.
    read_at: Option<Now>,
}

// Asks for another confirmation. The confirmation contains only the operations that are not done yet, with the present
// state of their incidents.
fn confirm_again(
    model: &mut Model,
    plan: Plan,
    subject: &ActionSubject,
    fresh: FreshIncidents<'_>,
    left: &[Operation],
    now: Now,
) {
    let changed = changed_incidents(subject, fresh.incidents);
    let mut subject = subject.with_incidents(fresh.incidents);
    subject.read_at = fresh.read_at;
    let Some(mut plan) = Plan::from_form(plan.form, &subject, &model.operation_context(now)) else {
        return close_flow(model);
    };
    plan.changed_incidents = changed;
    let is_left = |operation: &Operation| left.iter().any(|one| one.kind() == operation.kind());
    plan.operations.retain(is_left);
    let step = Step::Confirm(plan);
    show_flow(model, ActionFlow { subject, step });
}

/// Handles the outcomes of a batch.
pub(in crate::app::update) fn operations_finished(
    model: &mut Model,
    number: u64,
    outcomes: Vec<Outcome>,
    now: Now,
) -> Vec<Effect> {
    let Some((plan, subject)) = model.sent_batches.in_flight.remove(&number) else {
        return Vec::new();
    };
    let effects = drafts::apply_outcomes(model, &plan, &outcomes);
    unmark_done(model, &outcomes);
    let is_it = |kind: &OverlayKind| matches!(kind, OverlayKind::ActionFlow(flow) if matches!(flow.step, Step::Sending(_, sent) if sent == number));
    let place = model
        .overlays
        .iter_mut()
        .find(|overlay| is_it(&overlay.kind));
    match place {
        Some(overlay) => {
            let step = Step::Finished(plan, outcomes);
            overlay.kind = OverlayKind::ActionFlow(Box::new(ActionFlow { subject, step }));
            overlay.scroll = 0;
        }
        // The user closed the dialogue before the outcome arrived.
        None => drop(notify(model, operation::outcome_counts(&outcomes), now)),
    }
    effects
}

// Unmarks the cases whose operations succeeded. The other cases stay marked for another try.
fn unmark_done(model: &mut Model, outcomes: &[Outcome]) {
    let failed = |outcome: &&Outcome| !outcome.is_success();
    let failed: Vec<_> = outcomes
        .iter()
        .filter(failed)
        .filter_map(|it| it.incident.clone())
        .collect();
    let done = outcomes
        .iter()
        .filter_map(|outcome| outcome.incident.as_ref());
    let done: Vec<_> = done.filter(|id| !failed.contains(id)).cloned().collect();
    let marked = model.marked_cases();
    for case in marked {
        let is_done = case
            .incident
            .as_ref()
            .is_some_and(|it| done.contains(&it.id));
        if is_done {
            let is_it =
                |id: &crate::domain::ids::CaseId| *id == case.id || case.aliases.contains(id);
            model.cases.marked.retain(|id| !is_it(id));
        }
    }
}

/// Handles enter on the outcome. If nothing was sent for an incident because the incident had changed, asks for a new
/// confirmation. Otherwise closes the dialogue. Returns [`IncidentAction::Resolve`] if the dialogue closes and the
/// verdict says that the problem is fixed while the incident is still open. The caller then offers to resolve the
/// incident.
pub(super) fn retry_or_close(
    model: &mut Model,
    plan: Plan,
    subject: &ActionSubject,
    outcomes: &[Outcome],
    now: Now,
) -> Option<IncidentAction> {
    let open = outcomes
        .iter()
        .filter_map(Outcome::incident_to_confirm_again);
    let open: Vec<_> = open.cloned().collect();
    if open.is_empty() || current_flow(model).is_none() {
        close_flow(model);
        let left = remaining(outcomes, subject, &model.operation_context(now));
        let offers = left.iter().any(|it| matches!(it, Remaining::Resolve(_)));
        return offers.then_some(IncidentAction::Resolve);
    }
    let left = outcomes.iter().filter(|outcome| !outcome.is_success());
    let left: Vec<_> = left.map(|outcome| outcome.operation.clone()).collect();
    let fresh = FreshIncidents {
        incidents: &open,
        read_at: Some(now),
    };
    confirm_again(model, plan, subject, fresh, &left, now);
    None
}
