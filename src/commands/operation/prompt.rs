//! What a person is asked: what is to be done, to what as it is now, and what must be known before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ctx;
use super::lookup::{cases_in, find_case};
use super::shell_operation::{OperationPlan, ShellOperation};
use crate::domain::incident::Incident;
use crate::domain::operation::Outcome;
use crate::plan::{ActionSubject, JustRead, OperationContext, recipient_level, warnings};
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
    let picture = plan.lookup.picture(left, policy, ctx.now);
    let subject = ActionSubject::from_cases(cases_in(&picture, left));
    let deed = &plan.operation;
    let directory = &plan.lookup.directory.body;
    let on = left.iter().map(|incident| {
        (
            &**incident,
            find_case(&subject.cases, incident).map(|case| &**case),
        )
    });
    let counts = left.iter().filter_map(|incident| incident.triggered_alerts);
    let read = JustRead {
        triggered_alerts: usize::try_from(counts.sum::<u32>()).unwrap_or(usize::MAX),
        open_at_hub: &plan.lookup.open_at_hub,
    };
    let known = OperationContext {
        picture: Some(&picture),
        policy,
        drafts: &BTreeMap::new(),
        now: ctx.now,
    };
    let lines = shell::confirmation_lines(
        &Confirmation {
            operation: deed,
            targets: &on.collect::<Vec<_>>(),
            changed,
            level: recipient_level(deed, &subject, directory, ctx.now.wall).as_ref(),
            warnings: &warnings(std::slice::from_ref(deed), &subject, read, &known),
        },
        &ctx,
    );
    let lines = lines.iter().map(|line| one_line(line, &ctx) + "\n");
    lines.collect::<String>() + shell::CONFIRM_PROMPT
}
