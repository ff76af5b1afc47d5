//! From the words of a command to a deed that leaves no doubt. Pure: what is known comes in.

use sha2::{Digest as _, Sha256};

use crate::app::acting::Subject;
use crate::app::acting::form::next_level;
use crate::app::acting::reached::levels;
use crate::cli::{Act, Declare};
use crate::domain::deed::{Assignee, Declaration, Deed, Note, Reason, Sought, Why, meant};
use crate::domain::directory::Directory;
use crate::domain::ids::{HubKey, PriorityName, ServiceId};
use crate::domain::incident::Named;
use crate::domain::now::Now;
use crate::say::deed::{details, titled};

/// What is known when a command is understood.
pub struct Known<'a> {
    /// Who is who.
    pub directory: &'a Directory,
    /// What it is to be done to.
    pub subject: &'a Subject,
    /// The note's text, and whether an earlier attempt at it is in doubt.
    pub note: Option<Note>,
    /// The present moment.
    pub now: Now,
}

/// The deed that a command means.
///
/// # Errors
/// What it names is not there or not the only one, or the level cannot be told.
pub fn deed(act: &Act, known: &Known<'_>) -> Result<Deed, Reason> {
    let directory = known.directory;
    Ok(match act {
        Act::Ack(_) => Deed::Acknowledge,
        Act::Take(_) => Deed::Take,
        Act::Resolve(_) => Deed::Resolve,
        Act::Note(note) => Deed::Note(known.note.clone().unwrap_or_else(|| Note {
            text: note.text.clone(),
            in_doubt: false,
        })),
        Act::Reassign(reassign) => Deed::Reassign(assignee(&reassign.to, directory)?),
        Act::Escalate(escalate) => Deed::Escalate(match escalate.level {
            Some(level) => level,
            None => next_level(known.subject, directory).ok_or_else(|| no_level(known))?,
        }),
        Act::Priority(priority) => Deed::Priority(self::priority(&priority.name, directory)?),
        Act::Snooze(snooze) => Deed::Snooze(snooze.span),
        Act::Declare(declare) => Deed::Declare(declaration(declare, known)?),
    })
}

// What is over has no level.
fn no_level(known: &Known<'_>) -> Reason {
    match known.subject.targets().next() {
        Some(_) => Reason::NoLevel(levels(known.subject, known.directory, known.now.wall)),
        None => Reason::Because(Why::Code {
            code: Some(RESOLVED),
            text: String::new(),
        }),
    }
}

/// PagerDuty's code for what is resolved already.
const RESOLVED: u32 = 1001;

fn assignee(wanted: &str, directory: &Directory) -> Result<Assignee, Reason> {
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
    let policy = meant(wanted, Sought::Policy, policies, |policy| {
        (policy.named.id.as_str(), &policy.named.name)
    });
    match policy {
        Ok(policy) => Ok(Assignee::Policy(policy.named.clone())),
        Err(Reason::NoSuch(_, wanted, _)) if wanted.contains('@') => {
            Err(Reason::NoSuch(Sought::Assignee, wanted, Vec::new()))
        }
        Err(reason) => Err(reason),
    }
}

fn priority(wanted: &str, directory: &Directory) -> Result<PriorityName, Reason> {
    let all = &directory.priorities;
    let found = meant(wanted, Sought::Priority, all, |name| {
        (name.as_str(), name.as_str())
    });
    found.cloned()
}

fn declaration(declare: &Declare, known: &Known<'_>) -> Result<Declaration, Reason> {
    let services = &known.directory.services;
    let service = meant(&declare.service, Sought::Service, services, |service| {
        (service.id.as_str(), &service.name)
    })?;
    let priority = match priority(&declare.priority, known.directory) {
        Err(Reason::NoSuch(..)) if declare.priority.eq_ignore_ascii_case("none") => None,
        found => Some(found?),
    };
    let title = titled(declare.title.trim(), declare.hub.as_ref());
    Ok(Declaration {
        key: key(&title, service, declare.hub.as_ref()),
        since: Some(known.now.wall),
        title,
        service: service.clone(),
        priority,
        hub: declare.hub.clone(),
        details: details(None, declare.hub.clone()),
    })
}

// Whoever says the same again while it is open means the one that is there: a script that is run twice, a
// person who heard no answer. PagerDuty takes at most 255 characters.
fn key(title: &str, service: &Named<ServiceId>, hub: Option<&HubKey>) -> String {
    let digest = Sha256::new()
        .chain_update(title.to_lowercase())
        .chain_update([0])
        .chain_update(service.id.as_str())
        .finalize();
    let digest: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    match hub {
        Some(hub) => format!("hubwatch hub:{hub} {digest}"),
        None => format!("hubwatch {digest}"),
    }
}
