//! Looks up names from a command line, and lists the reasons why nothing was sent.

use super::{Choice, OperationKind, OperationResult, OutcomeDetail};
use crate::domain::ids::{CaseId, IncidentId};

/// The kinds of items that can be looked up by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKind {
    /// A user, named by e-mail address, or an escalation policy.
    Assignee,
    /// An escalation policy.
    Policy,
    Service,
    Priority,
}

/// The reason why a command sent nothing for an incident.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSentReason {
    /// A reason that the outcome of an operation can have too, such as read-only mode, PagerDuty unreachable, or no
    /// such priority.
    Blocked(OutcomeDetail),
    /// The user did not answer yes when hubwatch asked for confirmation.
    Unconfirmed,
    /// A signal ended the command before anything was sent.
    Interrupted,
    /// PagerDuty has no incident with this name.
    NoIncident,
    /// No item has this name. The last field lists the existing names.
    NotFound(LookupKind, String, Vec<String>),
    /// Several items have this name. The last field lists these items.
    Ambiguous(LookupKind, String, Vec<String>),
    /// A person was given by name, but an e-mail address is needed. The list contains the addresses of the people with
    /// this name.
    NeedsAddress(String, Vec<String>),
    /// No case with this id is known.
    NoCase(CaseId),
    /// The case of the declaration already has the open incident with this number.
    CaseHasIncident(CaseId, u64),
    /// The policy has no such level. The list contains the policy's levels, each with the people on call there.
    NoSuchLevel(u32, Vec<Choice>),
    /// The next level is not known: the present level is unknown, or is the last one. The list contains the policy's
    /// levels, each with the people on call there.
    NoLevel(Vec<Choice>),
}

/// An operation that was not sent.
#[derive(Clone, Debug, PartialEq)]
pub struct NotSent {
    /// The incident, if known. `None` for a declaration.
    pub incident: Option<IncidentId>,
    /// The incident's number, if it was read.
    pub number: Option<u64>,
    pub kind: OperationKind,
    pub reason: NotSentReason,
}

impl NotSent {
    /// The result for JSON and the exit code.
    pub fn result(&self) -> OperationResult {
        match &self.reason {
            NotSentReason::Blocked(detail) => detail.result(),
            _ => OperationResult::Refused,
        }
    }
}

/// Finds the item of `all` with the id or the name `wanted`. If there is none, ignores the letter case of the name.
/// `id_and_name` returns an item's id and name.
///
/// # Errors
/// If no item or several items match.
pub fn find_by_name<'a, T>(
    wanted: &str,
    kind: LookupKind,
    all: &'a [T],
    id_and_name: impl Fn(&T) -> (&str, &str),
) -> Result<&'a T, NotSentReason> {
    let exact = |it: &&T| {
        let (id, name) = id_and_name(it);
        id == wanted || name == wanted
    };
    let folded = wanted.trim().to_lowercase();
    let alike = |it: &&T| id_and_name(it).1.trim().to_lowercase() == folded;
    let first: Vec<&T> = all.iter().filter(exact).collect();
    let found = match first.is_empty() {
        true => all.iter().filter(alike).collect(),
        false => first,
    };
    let label = |it: &&T| {
        let (id, name) = id_and_name(it);
        if id == name {
            name.to_owned()
        } else {
            format!("{name} ({id})")
        }
    };
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let available = all.iter().map(|it| id_and_name(it).1.to_owned());
            Err(NotSentReason::NotFound(
                kind,
                wanted.to_owned(),
                available.collect(),
            ))
        }
        several => {
            let names = several.iter().map(label).collect();
            Err(NotSentReason::Ambiguous(kind, wanted.to_owned(), names))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, &str); 5] = [
        ("P1", "Outages"),
        ("P2", "apps"),
        ("P3", "Apps"),
        ("P4", "APPS"),
        ("P5", "P2"),
    ];

    fn found(wanted: &str) -> Result<&'static str, NotSentReason> {
        let one = find_by_name(wanted, LookupKind::Policy, &ALL, |it| *it)?;
        Ok(one.0)
    }

    #[test]
    fn an_id_or_a_name_as_it_is_comes_first() {
        assert_eq!(found("P1"), Ok("P1"));
        assert_eq!(found("Apps"), Ok("P3"));
        assert_eq!(found("APPS"), Ok("P4"));
    }

    #[test]
    fn other_capitals_do_where_only_one_is_called_so() {
        assert_eq!(found("OUTAGES"), Ok("P1"));
        let several = ["apps (P2)", "Apps (P3)", "APPS (P4)"].map(str::to_owned);
        let several = NotSentReason::Ambiguous(LookupKind::Policy, "aPPs".into(), several.to_vec());
        assert_eq!(found("aPPs"), Err(several));
    }

    #[test]
    fn an_id_that_is_anothers_name_is_not_guessed() {
        assert!(matches!(found("P2"), Err(NotSentReason::Ambiguous(..))));
    }

    #[test]
    fn part_of_a_name_is_nobodys() {
        for wanted in ["Out", "", "Outages2"] {
            let Err(NotSentReason::NotFound(LookupKind::Policy, said, there)) = found(wanted)
            else {
                panic!("{wanted} was found");
            };
            assert_eq!((said.as_str(), there.len()), (wanted, ALL.len()));
        }
    }
}
