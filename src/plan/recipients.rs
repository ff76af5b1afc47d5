//! Who gets an incident that an operation hands on, as the rota says now.

use chrono::{DateTime, Utc};

use super::ActionSubject;
use crate::domain::directory::Directory;
use crate::domain::ids::PolicyId;
use crate::domain::operation::{Assignee, Choice, Operation};

/// The level that an operation goes to, with who is on call there. None where it hands nothing on, goes to
/// a person, or goes to several policies.
pub fn recipient_level(
    operation: &Operation,
    subject: &ActionSubject,
    directory: &Directory,
    at: DateTime<Utc>,
) -> Option<Choice> {
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
    Some(level_choice(directory, policy, level, at))
}

/// A level of a policy, with who is on call there.
pub fn level_choice(
    directory: &Directory,
    policy: &PolicyId,
    level: u32,
    at: DateTime<Utc>,
) -> Choice {
    let shifts = directory.on_call_at(policy, level, at);
    let mut names: Vec<String> = shifts.map(|shift| shift.who.name.to_string()).collect();
    names.dedup();
    Choice::Level(level, names)
}

/// All levels of the policy of the first of them.
pub fn level_choices(
    subject: &ActionSubject,
    directory: &Directory,
    at: DateTime<Utc>,
) -> Vec<Choice> {
    let mut policies = subject
        .targets()
        .filter_map(|target| target.incident.policy.as_ref());
    let policy = policies.next().and_then(|it| directory.policy(&it.id));
    let Some(policy) = policy else {
        return Vec::new();
    };
    let count = u32::try_from(policy.levels.len()).unwrap_or(0);
    let levels = 1..=count;
    levels
        .map(|level| level_choice(directory, &policy.reference.id, level, at))
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
mod tests {
    use super::*;
    use crate::app::fixture::action_flow::{assigned_case, picture_with_directory, with_incident};
    use crate::app::fixture::now;
    use crate::domain::incident::Reference;
    use crate::domain::operation::Declaration;
    use std::sync::Arc;

    fn on(subject: &ActionSubject, operation: &Operation) -> Option<Choice> {
        let picture = picture_with_directory(Vec::new());
        let directory = &picture.directory.unwrap().body;
        recipient_level(operation, subject, directory, now().wall)
    }

    fn level(level: u32, name: &str) -> Option<Choice> {
        Some(Choice::Level(level, vec![name.to_owned()]))
    }

    #[test]
    fn whom_it_goes_to_is_who_is_on_call_there() {
        let one = ActionSubject::from_cases(vec![Arc::new(assigned_case("Q1", "Bo"))]);
        assert_eq!(on(&one, &Operation::Escalate(2)), level(2, "Dee"));
        let policy = Assignee::Policy(Reference {
            id: "E1".into(),
            name: "Outages".into(),
        });
        assert_eq!(on(&one, &Operation::Reassign(policy)), level(1, "Bo"));
        let declare = |service: &str| {
            Operation::Declare(Declaration {
                key: String::new(),
                since: None,
                title: String::new(),
                service: Reference {
                    id: service.into(),
                    name: service.into(),
                },
                priority: None,
                hub: None,
                details: String::new(),
            })
        };
        let nothing = ActionSubject::default();
        assert_eq!(on(&nothing, &declare("S1")), level(1, "Bo"));
        assert_eq!(
            on(&nothing, &declare("S2")),
            None,
            "nobody knows its policy"
        );
        assert_eq!(on(&one, &Operation::Resolve), None);
        let empty = Some(Choice::Level(3, Vec::new()));
        assert_eq!(
            on(&one, &Operation::Escalate(3)),
            empty,
            "nobody is on call"
        );
    }

    #[test]
    fn of_several_policies_none_is_named() {
        let other = with_incident(assigned_case("Q2", "Bo"), |incident| {
            incident.policy = Some(Reference {
                id: "E2".into(),
                name: "Storage".into(),
            });
        });
        let both =
            ActionSubject::from_cases(vec![Arc::new(assigned_case("Q1", "Bo")), Arc::new(other)]);
        assert_eq!(on(&both, &Operation::Escalate(2)), None);
    }
}
