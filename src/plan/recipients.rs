//! The people who get an incident after an operation, by the rota at a given time.

use chrono::{DateTime, Utc};

use super::ActionSubject;
use crate::domain::directory::Directory;
use crate::domain::ids::PolicyId;
use crate::domain::operation::{Assignee, Choice, Operation};

/// The rota in which recipients are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Rota<'a> {
    pub directory: &'a Directory,
    /// Whether all shifts could be read. If not, a level without a shift may still have someone on call.
    pub is_whole: bool,
    /// The time for which people are looked up.
    pub at: DateTime<Utc>,
}

/// The level that gets the incidents after an operation, with the people on call there. `None` if the operation does
/// not assign, assigns to a person, or concerns several policies.
pub fn recipient_level(
    operation: &Operation,
    subject: &ActionSubject,
    rota: Rota<'_>,
) -> Option<Choice> {
    let directory = rota.directory;
    let (policy, level) = match operation {
        Operation::Escalate(level) => (common_policy(subject)?, *level),
        Operation::Reassign(Assignee::Policy(policy)) => (&policy.id, 1),
        Operation::Declare(new) => (
            &directory.policy_for_service(&new.service.id)?.reference.id,
            1,
        ),
        _ => return None,
    };
    directory.policy(policy)?;
    Some(level_choice(rota, policy, level))
}

/// A level of a policy, with the people on call there.
pub fn level_choice(rota: Rota<'_>, policy: &PolicyId, level: u32) -> Choice {
    let shifts = rota.directory.on_call_at(policy, level, rota.at);
    let mut names: Vec<String> = shifts.map(|shift| shift.who.name.to_string()).collect();
    names.dedup();
    Choice::Level(level, rota.is_whole.then_some(names))
}

/// All levels of the escalation policy of the first incident.
pub fn level_choices(subject: &ActionSubject, rota: Rota<'_>) -> Vec<Choice> {
    let mut policies = subject
        .targets()
        .filter_map(|target| target.incident.policy.as_ref());
    let policy = policies.next().and_then(|it| rota.directory.policy(&it.id));
    let Some(policy) = policy else {
        return Vec::new();
    };
    let count = u32::try_from(policy.levels.len()).unwrap_or(0);
    let levels = 1..=count;
    levels
        .map(|level| level_choice(rota, &policy.reference.id, level))
        .collect()
}

fn common_policy(subject: &ActionSubject) -> Option<&PolicyId> {
    let mut policies = subject
        .targets()
        .map(|target| target.incident.policy.as_ref().map(|policy| &policy.id));
    let first = policies.next()??;
    policies
        .all(|policy| policy == Some(first))
        .then_some(first)
}

#[cfg(test)]
mod tests;
