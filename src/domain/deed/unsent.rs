//! What was asked for by name, from a shell: which one is meant, and why nothing was sent.

use super::{DeedKind, DeedResult, Offer, Why};
use crate::domain::ids::IncidentId;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// A user by address, or else an escalation policy.
    Assignee,
    /// An escalation policy.
    Policy,
    /// A service.
    Service,
    /// A priority.
    Priority,
}

/// Why nothing was sent, where nothing was even attempted.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// What would keep an attempt from being sent as well.
    Because(Why),
    /// It was asked for, and the answer was not yes.
    Unconfirmed,
    /// A signal ended it before anything was sent.
    Interrupted,
    /// PagerDuty knows no incident of this name.
    NoIncident,
    /// Nothing is called so; these are there.
    NoSuch(Sought, String, Vec<String>),
    /// Several are called so.
    Ambiguous(Sought, String, Vec<String>),
    /// The present level cannot be told, or there is none above it; the policy's levels, each with who is
    /// on call there.
    NoLevel(Vec<Offer>),
}

/// What was not sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsent {
    /// The incident, as far as it is known; none for a declaration.
    pub incident: Option<IncidentId>,
    /// Its number, where it was read.
    pub number: Option<u64>,
    /// What was to be done.
    pub kind: DeedKind,
    /// Why not.
    pub reason: Reason,
}

impl Unsent {
    /// What it comes to in one word.
    pub fn result(&self) -> DeedResult {
        match &self.reason {
            Reason::Because(why) => why.result(),
            _ => DeedResult::Refused,
        }
    }
}

/// The one of `all` that is meant by `wanted`: by its id, its name, or its name in other capitals where
/// only one is called so. Each is given as `(id, name)`.
///
/// # Errors
/// None or several of them may be meant.
pub fn meant<'a, T>(
    wanted: &str,
    sought: Sought,
    all: &'a [T],
    called: impl Fn(&T) -> (&str, &str),
) -> Result<&'a T, Reason> {
    let exact = |it: &&T| {
        let (id, name) = called(it);
        id == wanted || name == wanted
    };
    let folded = wanted.trim().to_lowercase();
    let alike = |it: &&T| called(it).1.trim().to_lowercase() == folded;
    let first: Vec<&T> = all.iter().filter(exact).collect();
    let found = match first.is_empty() {
        true => all.iter().filter(alike).collect(),
        false => first,
    };
    let said = |it: &&T| {
        let (id, name) = called(it);
        if id == name {
            name.to_owned()
        } else {
            format!("{name} ({id})")
        }
    };
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let there = all.iter().map(|it| called(it).1.to_owned());
            Err(Reason::NoSuch(sought, wanted.to_owned(), there.collect()))
        }
        several => {
            let names = several.iter().map(said).collect();
            Err(Reason::Ambiguous(sought, wanted.to_owned(), names))
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

    fn found(wanted: &str) -> Result<&'static str, Reason> {
        let one = meant(wanted, Sought::Policy, &ALL, |it| *it)?;
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
        let several = Reason::Ambiguous(Sought::Policy, "aPPs".into(), several.to_vec());
        assert_eq!(found("aPPs"), Err(several));
    }

    #[test]
    fn an_id_that_is_anothers_name_is_not_guessed() {
        assert!(matches!(found("P2"), Err(Reason::Ambiguous(..))));
    }

    #[test]
    fn part_of_a_name_is_nobodys() {
        for wanted in ["Out", "", "Outages2"] {
            let Err(Reason::NoSuch(Sought::Policy, said, there)) = found(wanted) else {
                panic!("{wanted} was found");
            };
            assert_eq!((said.as_str(), there.len()), (wanted, ALL.len()));
        }
    }
}
