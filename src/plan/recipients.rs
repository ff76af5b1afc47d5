//! Who gets an incident that an operation hands on, as the rota says now.

use chrono::{DateTime, Utc};

use super::ActionSubject;
use crate::domain::directory::Directory;
use crate::domain::ids::PolicyId;
use crate::domain::operation::{Assignee, Choice, Operation};

/// Where recipients are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Rota<'a> {
    /// Policies and shifts.
    pub directory: &'a Directory,
    /// Whether all of the shifts could be read: only then a level without one has nobody.
    pub is_whole: bool,
    /// The moment whose shifts count.
    pub at: DateTime<Utc>,
}

/// The level that an operation goes to, with who is on call there. None where it hands nothing on, goes to
/// a person, or goes to several policies.
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

/// A level of a policy, with who is on call there.
pub fn level_choice(rota: Rota<'_>, policy: &PolicyId, level: u32) -> Choice {
    let shifts = rota.directory.on_call_at(policy, level, rota.at);
    let mut names: Vec<String> = shifts.map(|shift| shift.who.name.to_string()).collect();
    names.dedup();
    Choice::Level(level, rota.is_whole.then_some(names))
}

/// All levels of the policy of the first of them.
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
mod tests {
    use super::*;
    use crate::app::fixture::action_flow::{assigned_case, picture_with_directory, with_incident};
    use crate::app::fixture::now;
    use crate::domain::incident::Reference;
    use crate::domain::operation::Declaration;
    use std::sync::Arc;

    fn rota(directory: &Directory) -> Rota<'_> {
        Rota {
            directory,
            is_whole: true,
            at: now().wall,
        }
    }

    fn on(subject: &ActionSubject, operation: &Operation) -> Option<Choice> {
        let picture = picture_with_directory(Vec::new());
        recipient_level(operation, subject, rota(&picture.directory.unwrap().body))
    }

    fn level(level: u32, name: &str) -> Option<Choice> {
        Some(Choice::Level(level, Some(vec![name.to_owned()])))
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
        let empty = Some(Choice::Level(3, Some(Vec::new())));
        assert_eq!(
            on(&one, &Operation::Escalate(3)),
            empty,
            "nobody is on call"
        );
    }

    #[test]
    fn while_the_rota_cannot_be_read_nobody_is_named_and_no_level_is_empty() {
        let one = ActionSubject::from_cases(vec![Arc::new(assigned_case("Q1", "Bo"))]);
        let picture = picture_with_directory(Vec::new());
        let partial = Rota {
            is_whole: false,
            ..rota(&picture.directory.as_ref().unwrap().body)
        };
        let unknown = |level| Choice::Level(level, None);
        let escalated = recipient_level(&Operation::Escalate(3), &one, partial);
        assert_eq!(escalated, Some(unknown(3)));
        let offered = level_choices(&one, partial);
        assert_eq!(offered.first(), Some(&unknown(1)));
        let said = crate::wording::operation::choice_label(&unknown(2));
        assert_eq!(said, "level 2: who is on call is not known");
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
