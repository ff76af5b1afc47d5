//! The text of the confirmation: the operations, the present state of their incidents, and the warnings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ctx;
use super::lookup::{cases_in, find_case};
use super::plan::{PreparedOperation, ShellOperation};
use crate::domain::incident::Incident;
use crate::domain::operation::Outcome;
use crate::plan::{ActionSubject, Confirmation, JustRead, OperationContext};
use crate::report::operations::one_line;
use crate::wording::operation::{describe_outcome, shell};

/// The text of the question, up to the place where the answer is typed.
pub fn prompt_text(
    operation: &ShellOperation<'_>,
    prepared: &PreparedOperation,
    left: &[Arc<Incident>],
    changed: &[Outcome],
) -> String {
    let ctx = ctx(operation.context, operation.config, operation.command);
    let policy = &operation.config.policy;
    let picture = prepared.lookup.picture(left, policy, ctx.now);
    let subject = ActionSubject::from_cases(cases_in(&picture, left));
    let targets = left.iter().map(|incident| {
        let case = find_case(&subject.cases, incident).map(|case| &**case);
        shell::describe_incident(incident, case, &ctx)
    });
    let asked = Confirmation {
        operations: &prepared.batch.operations,
        subject: &subject,
        read: JustRead {
            open_at_hub: &prepared.lookup.open_at_hub,
            case_doubt: prepared.lookup.case_doubt.as_ref(),
        },
        changed: changed
            .iter()
            .map(|one| describe_outcome(one, &ctx))
            .collect(),
        targets: Some(targets.collect()),
    };
    let known = OperationContext {
        picture: Some(&picture),
        policy,
        drafts: &BTreeMap::new(),
        now: ctx.now,
    };
    let lines = asked.lines(&known, &ctx);
    let lines = lines
        .iter()
        .map(|line| one_line(&line.plain_text(), &ctx) + "\n");
    lines.collect::<String>() + shell::CONFIRM_PROMPT
}
