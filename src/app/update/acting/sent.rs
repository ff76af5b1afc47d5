//! Enter was pressed: what was confirmed is sent, once, and what came of it is shown.

use std::sync::Arc;

use super::{close, current, drafts, open};
use crate::app::acting::{Acting, Plan, Step, Subject, plan};
use crate::app::effect::Effect;
use crate::app::model::{Model, OverlayKind};
use crate::app::update::notify;
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::operation::{Operation, Outcome, OutcomeDetail};
use crate::domain::source::SourceKind;
use crate::picture::SourceView;
use crate::say::operation;

/// Sends it, unless something changed since it was shown: then that is shown and asked again.
pub(super) fn confirm(model: &mut Model, plan: Plan, subject: Subject, now: Now) -> Vec<Effect> {
    let fresh = known_now(model, &subject);
    let changed = plan::changed(&subject, &fresh);
    if !changed.is_empty() {
        let whole = plan.deeds.clone();
        ask_again(model, plan, (&subject, &fresh, None), &whole, now);
        return Vec::new();
    }
    let number = model.attempts.latest.saturating_add(1);
    let attempt = plan.attempt(&subject, model, number);
    model.attempts.latest = number;
    let mut effects: Vec<_> = drafts::in_doubt(model, &plan).into_iter().collect();
    effects.push(Effect::Act(attempt));
    let under_way = (plan.clone(), subject.clone());
    model.attempts.under_way.insert(number, under_way);
    let step = Step::Sending(plan, number);
    open(model, Acting { subject, step });
    effects
}

// What the picture says of these incidents by now.
fn known_now(model: &Model, subject: &Subject) -> Vec<Arc<Incident>> {
    let Some(picture) = model.picture.as_deref() else {
        return Vec::new();
    };
    let cases = picture
        .cases
        .iter()
        .filter_map(|case| case.incident.as_ref());
    let pagerduty = |source: &&SourceView| source.id.kind == SourceKind::Pagerduty;
    let asked = picture
        .sources
        .iter()
        .find(pagerduty)
        .and_then(|source| source.requested_at);
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

// Only what is not done yet is asked about again, with the incidents as they are now.
fn ask_again(
    model: &mut Model,
    plan: Plan,
    (subject, fresh, read_at): (&Subject, &[Arc<Incident>], Option<Now>),
    left: &[Operation],
    now: Now,
) {
    let changed = plan::changed(subject, fresh);
    let mut subject = subject.with(fresh);
    subject.read_at = read_at;
    let Some(mut plan) = Plan::of(plan.form, &subject, model, now) else {
        return close(model);
    };
    plan.changed = changed;
    let is_left = |deed: &Operation| left.iter().any(|one| one.kind() == deed.kind());
    plan.deeds.retain(is_left);
    let step = Step::Confirm(plan);
    open(model, Acting { subject, step });
}

/// What came of an attempt.
pub(in crate::app::update) fn acted(
    model: &mut Model,
    number: u64,
    outcomes: Vec<Outcome>,
    now: Now,
) -> Vec<Effect> {
    let Some((plan, subject)) = model.attempts.under_way.remove(&number) else {
        return Vec::new();
    };
    let effects = drafts::settle(model, &plan, &outcomes);
    unmark(model, &outcomes);
    let is_it = |kind: &OverlayKind| matches!(kind, OverlayKind::Acting(acting) if matches!(acting.step, Step::Sending(_, sent) if sent == number));
    let place = model
        .overlays
        .iter_mut()
        .find(|overlay| is_it(&overlay.kind));
    match place {
        Some(overlay) => {
            let step = Step::Over(plan, outcomes);
            overlay.kind = OverlayKind::Acting(Box::new(Acting { subject, step }));
            overlay.scroll = 0;
        }
        // It was left meanwhile.
        None => drop(notify(model, operation::outcome_counts(&outcomes), now)),
    }
    effects
}

// What is done is no longer marked; what is not stays, for another try.
fn unmark(model: &mut Model, outcomes: &[Outcome]) {
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

/// Enter on what came of it: asks again about what had changed, else closes.
pub(super) fn again(
    model: &mut Model,
    plan: Plan,
    subject: &Subject,
    outcomes: &[Outcome],
    now: Now,
) -> Vec<Effect> {
    let changed = outcomes
        .iter()
        .filter(|outcome| matches!(outcome.detail, OutcomeDetail::Changed(_)));
    let fresh: Vec<_> = changed
        .filter_map(|outcome| outcome.read_back.clone())
        .collect();
    let open: Vec<_> = fresh
        .into_iter()
        .filter(|incident| incident.is_open())
        .collect();
    if open.is_empty() || current(model).is_none() {
        close(model);
        return Vec::new();
    }
    let left = outcomes.iter().filter(|outcome| !outcome.is_success());
    let left: Vec<_> = left.map(|outcome| outcome.operation.clone()).collect();
    ask_again(model, plan, (subject, &open, Some(now)), &left, now);
    Vec::new()
}
