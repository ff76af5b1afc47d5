//! What a person is asked: what is to be done, to what as it is now, and what must be known before.

use std::sync::Arc;

use super::ctx;
use super::shell_operation::{OperationPlan, ShellOperation};
use crate::domain::case::Case;
use crate::domain::incident::Incident;
use crate::domain::operation::{Operation, Outcome, Warning};
use crate::plan::{ActionSubject, operation_warning, recipient_level};
use crate::report::operations::one_line;
use crate::wording::operation::shell;
use crate::wording::operation::shell::Confirmation;

/// The question, up to where the answer is typed.
pub fn prompt_text(
    operation: &ShellOperation<'_>,
    plan: &OperationPlan,
    left: &[Arc<Incident>],
    changed: &[Outcome],
) -> String {
    let ctx = ctx(operation.context, operation.config, operation.command);
    let policy = &operation.config.policy;
    let subject = ActionSubject::from_cases(plan.lookup.cases(left, policy, ctx.now));
    let deed = &plan.operation;
    let directory = &plan.lookup.directory.body;
    let on = left
        .iter()
        .map(|incident| (&**incident, find_case(&subject, incident)));
    let lines = shell::confirmation_lines(
        &Confirmation {
            operation: deed,
            targets: &on.collect::<Vec<_>>(),
            changed,
            level: recipient_level(deed, &subject, directory, ctx.now.wall).as_ref(),
            warnings: &all_warnings(plan, &subject, left),
        },
        &ctx,
    );
    let lines = lines.iter().map(|line| one_line(line, &ctx) + "\n");
    lines.collect::<String>() + shell::CONFIRM_PROMPT
}

fn all_warnings(
    plan: &OperationPlan,
    subject: &ActionSubject,
    left: &[Arc<Incident>],
) -> Vec<Warning> {
    let (deed, me) = (&plan.operation, &plan.actor.person.id);
    let mut all: Vec<Warning> = operation_warning(deed, subject, Some(me))
        .into_iter()
        .collect();
    if *deed == Operation::Resolve {
        all.extend(still_firing(left));
    }
    let open_at_hub = &plan.lookup.open_at_hub;
    all.extend((!open_at_hub.is_empty()).then(|| Warning::OpenAtHub(open_at_hub.clone())));
    all
}

fn find_case<'a>(subject: &'a ActionSubject, incident: &Incident) -> Option<&'a Case> {
    let mut cases = subject.cases.iter();
    let is_its = |case: &&Arc<Case>| {
        let its = case.incident.as_ref();
        its.is_some_and(|its| its.id == incident.id)
    };
    cases.find(is_its).map(|case| &**case)
}

// As PagerDuty counts them: an alert that is over was resolved there as well.
fn still_firing(left: &[Arc<Incident>]) -> Option<Warning> {
    let counts = left.iter().filter_map(|incident| incident.triggered_alerts);
    let count = usize::try_from(counts.sum::<u32>()).ok()?;
    (count > 0).then_some(Warning::StillFiring(count))
}
