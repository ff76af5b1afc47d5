//! What is left to do once an operation is done, said beside its outcome.

use super::outage;
use super::{ActionSubject, OperationContext};
use crate::domain::note::{TimeBoxNote, TimeBoxVerdict};
use crate::domain::operation::{
    Operation, OperationKind, OperationResult, Outcome, Remaining, Warning,
};

/// What is left to do after these outcomes; `subject` is as it was when it was confirmed.
pub fn remaining(
    outcomes: &[Outcome],
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
) -> Vec<Remaining> {
    let done = outcomes
        .iter()
        .filter(|outcome| outcome.result == OperationResult::Done);
    let mut all: Vec<Remaining> = done
        .filter_map(|outcome| remaining_after(&outcome.operation, subject, ctx))
        .collect();
    let resolves = |outcome: &Outcome| outcome.kind() == OperationKind::Resolve;
    all.retain(|it| !matches!(it, Remaining::Resolve(_)) || !outcomes.iter().any(resolves));
    all.dedup();
    all
}

fn remaining_after(
    operation: &Operation,
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
) -> Option<Remaining> {
    if is_fixed_verdict(operation) {
        let target = subject.targets().next()?;
        return Some(Remaining::Resolve(target.incident.number));
    }
    let top = ctx.picture?.priorities.first()?;
    if outage::raises(operation, subject, top) {
        let has_steps = !ctx.policy.outage.steps.is_empty();
        return has_steps.then_some(Remaining::OutageProcedure);
    }
    let warned = outage::warnings(operation, subject, ctx);
    let titles: Vec<String> = warned.into_iter().flat_map(post_titles).collect();
    (!titles.is_empty()).then_some(Remaining::Posts(titles))
}

fn is_fixed_verdict(operation: &Operation) -> bool {
    let Operation::Note(note) = operation else {
        return false;
    };
    let said = TimeBoxNote::parse(&note.text);
    matches!(said, Some(TimeBoxNote::Verdict(TimeBoxVerdict::Fixed, ..)))
}

fn post_titles(warning: Warning) -> Vec<String> {
    match warning {
        Warning::PostStays(_, title) | Warning::PostOutlivesIncident(title) => vec![title],
        Warning::PostsMayStay(titles) => titles,
        _ => Vec::new(),
    }
}
