//! Turns the arguments of a command into one unambiguous operation. The function is pure: all data is passed in.

use sha2::{Digest as _, Sha256};

use crate::cli::{Declare, OperationCommand};
use crate::domain::directory::Directory;
use crate::domain::ids::{CaseId, PriorityName, ServiceId};
use crate::domain::incident::{Reference, declaration_key};
use crate::domain::now::Now;
use crate::domain::operation::{
    Assignee, Choice, Declaration, LookupKind, NotSentReason, Operation, OutcomeDetail,
    OutgoingNote, find_by_name,
};
use crate::plan::{ActionSubject, Rota, level_choices, next_level};
use crate::wording::operation::{incident_body, title_with_hub};

/// The data that is needed to interpret a command.
pub struct OperationInput<'a> {
    pub directory: &'a Directory,
    /// Whether all on-call shifts in the directory could be read.
    pub rota_is_whole: bool,
    /// The incidents that the operation is for.
    pub subject: &'a ActionSubject,
    /// The note's text. Also says whether the same text was sent earlier and got no answer.
    pub note: Option<OutgoingNote>,
    pub now: Now,
}

/// The operation for a command.
///
/// # Errors
/// The command names something that does not exist or is ambiguous, or the incident's level is not known.
pub fn build_operation(
    act: &OperationCommand,
    known: &OperationInput<'_>,
) -> Result<Operation, NotSentReason> {
    let directory = known.directory;
    Ok(match act {
        OperationCommand::Ack(_) => Operation::Acknowledge,
        OperationCommand::Take(_) => Operation::Take,
        OperationCommand::Resolve(_) => Operation::Resolve,
        OperationCommand::Note(note) => {
            Operation::Note(known.note.clone().unwrap_or_else(|| OutgoingNote {
                text: note.text.clone(),
                in_doubt: false,
            }))
        }
        OperationCommand::Reassign(reassign) => {
            Operation::Reassign(find_assignee(&reassign.to, directory)?)
        }
        OperationCommand::Escalate(escalate) => Operation::Escalate(match escalate.level {
            Some(level) => find_level(level, known)?,
            None => next_level(known.subject, directory).ok_or_else(|| no_level_reason(known))?,
        }),
        OperationCommand::Priority(priority) => find_priority_or_none(&priority.name, directory)?
            .map_or(Operation::RemovePriority, Operation::Priority),
        OperationCommand::Snooze(snooze) => Operation::Snooze(snooze.span),
        OperationCommand::Declare(declare) => {
            Operation::Declare(build_declaration(declare, known)?)
        }
    })
}

// Checks the level against the escalation policy before the request, because PagerDuty returns the same error for a
// missing level as for low urgency.
fn find_level(level: u32, known: &OperationInput<'_>) -> Result<u32, NotSentReason> {
    let levels = known_levels(known);
    let is_there = usize::try_from(level).is_ok_and(|level| level <= levels.len());
    match is_there || levels.is_empty() {
        true => Ok(level),
        false => Err(NotSentReason::NoSuchLevel(level, levels)),
    }
}

// The levels of the incident's escalation policy. The list is empty if they are not known.
fn known_levels(known: &OperationInput<'_>) -> Vec<Choice> {
    let rota = Rota {
        directory: known.directory,
        is_whole: known.rota_is_whole,
        at: known.now.wall,
    };
    level_choices(known.subject, rota)
}

// Why no level was found. A resolved incident has no level.
fn no_level_reason(known: &OperationInput<'_>) -> NotSentReason {
    match known.subject.targets().next() {
        Some(_) => NotSentReason::NoLevel(known_levels(known)),
        None => NotSentReason::Blocked(OutcomeDetail::Rejected {
            code: Some(ALREADY_RESOLVED_CODE),
            text: String::new(),
        }),
    }
}

/// PagerDuty's error code for an incident that is already resolved.
const ALREADY_RESOLVED_CODE: u32 = 1001;

fn find_assignee(wanted: &str, directory: &Directory) -> Result<Assignee, NotSentReason> {
    let address = wanted.trim().to_lowercase();
    let has_it = |email: &Option<String>| {
        let email = email.as_ref().map(|email| email.to_lowercase());
        email.is_some_and(|email| email == address)
    };
    let mut users = directory.users.iter();
    if let Some(user) = users.find(|user| has_it(&user.email)) {
        return Ok(Assignee::Person(user.person.clone()));
    }
    let policies = &directory.policies;
    let policy = find_by_name(wanted, LookupKind::Policy, policies, |policy| {
        (policy.reference.id.as_str(), &policy.reference.name)
    });
    match policy {
        Ok(policy) => Ok(Assignee::Policy(policy.reference.clone())),
        Err(NotSentReason::NotFound(_, wanted, _)) if wanted.contains('@') => Err(
            NotSentReason::NotFound(LookupKind::Assignee, wanted, Vec::new()),
        ),
        Err(NotSentReason::NotFound(kind, wanted, policies)) => {
            match addresses_of(&wanted, directory) {
                people if people.is_empty() => Err(NotSentReason::NotFound(kind, wanted, policies)),
                people => Err(NotSentReason::NeedsAddress(wanted, people)),
            }
        }
        Err(reason) => Err(reason),
    }
}

// The email addresses of people whose name is `wanted` or contains `wanted` as a word.
fn addresses_of(wanted: &str, directory: &Directory) -> Vec<String> {
    let wanted = wanted.trim().to_lowercase();
    let is_called = |name: &str| {
        let name = name.to_lowercase();
        name == wanted || name.split_whitespace().any(|word| word == wanted)
    };
    let people = directory.users.iter();
    let people = people.filter(|user| is_called(&user.person.name));
    people.filter_map(|user| user.email.clone()).collect()
}

fn find_priority(wanted: &str, directory: &Directory) -> Result<PriorityName, NotSentReason> {
    let all = &directory.priorities;
    let found = find_by_name(wanted, LookupKind::Priority, all, |name| {
        (name.as_str(), name.as_str())
    });
    found.cloned()
}

// "none" means no priority, unless the account has a priority that is called "none".
fn find_priority_or_none(
    wanted: &str,
    directory: &Directory,
) -> Result<Option<PriorityName>, NotSentReason> {
    match find_priority(wanted, directory) {
        Err(NotSentReason::NotFound(..)) if wanted.eq_ignore_ascii_case("none") => Ok(None),
        found => found.map(Some),
    }
}

fn build_declaration(
    declare: &Declare,
    known: &OperationInput<'_>,
) -> Result<Declaration, NotSentReason> {
    let services = &known.directory.services;
    let service = find_by_name(&declare.service, LookupKind::Service, services, |service| {
        (service.id.as_str(), &service.name)
    })?;
    let priority = find_priority_or_none(&declare.priority, known.directory)?;
    let title = title_with_hub(declare.title.trim(), declare.hub.as_ref());
    Ok(Declaration {
        key: dedup_key(&title, service, declared_case(declare).as_ref()),
        since: Some(known.now.wall),
        title,
        service: service.clone(),
        priority,
        hub: declare.hub.clone(),
        details: incident_body(None, declare.hub.clone()),
    })
}

// The same declaration always has the same key. PagerDuty then opens no second incident while the first is open, even
// if a script runs twice or a person tries again after a lost answer. PagerDuty limits a key to 255 characters.
fn dedup_key(title: &str, service: &Reference<ServiceId>, case: Option<&CaseId>) -> String {
    let digest = Sha256::new()
        .chain_update(title.to_lowercase())
        .chain_update([0])
        .chain_update(service.id.as_str())
        .finalize();
    let digest: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    match case {
        Some(case) => declaration_key(case, &digest),
        None => format!("hubwatch {digest}"),
    }
}

// A declaration for a hub belongs to the case that stands for the hub while the hub is down.
fn declared_case(declare: &Declare) -> Option<CaseId> {
    let of_hub = declare.hub.clone().map(CaseId::Hub);
    declare.case.clone().or(of_hub)
}
