//! From the words of a command to a deed that leaves no doubt. Pure: what is known comes in.

use crate::app::acting::Subject;
use crate::app::acting::form::next_level;
use crate::cli::{Act, Declare};
use crate::domain::deed::{Assignee, Declaration, Deed, Note, Offer, Reason, Sought, Why, meant};
use crate::domain::directory::Directory;
use crate::domain::ids::{PolicyId, PriorityName};
use crate::domain::now::Now;
use crate::say::deed::details;

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

/// Who is on call at the level that a deed goes to.
pub fn level(deed: &Deed, known: &Known<'_>) -> Option<Offer> {
    let Deed::Escalate(level) = deed else {
        return None;
    };
    let mut levels = levels(known).into_iter();
    let (level, on_call) = levels.find(|(one, _)| one == level)?;
    Some(Offer::Level(level, on_call))
}

// What is over has no level.
fn no_level(known: &Known<'_>) -> Reason {
    match known.subject.targets().next() {
        Some(_) => Reason::NoLevel(levels(known)),
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
    let me = known.directory.me.as_ref().map(|me| me.id.to_string());
    let about = match &declare.hub {
        Some(hub) => format!("hub:{hub}"),
        None => format!("service:{}", service.id),
    };
    Ok(Declaration {
        key: format!(
            "hubwatch {about} {} {}",
            me.unwrap_or_default(),
            known.now.wall.timestamp_millis()
        ),
        title: declare.title.trim().to_owned(),
        service: service.clone(),
        priority,
        hub: declare.hub.clone(),
        details: details(None, declare.hub.clone()),
    })
}

// Of the policy that the first of them has.
fn levels(known: &Known<'_>) -> Vec<(u32, Vec<String>)> {
    let mut policies = known
        .subject
        .targets()
        .filter_map(|target| target.incident.policy.as_ref());
    let policy = policies.next();
    policy.map_or_else(Vec::new, |policy| levels_of(&policy.id, known))
}

fn levels_of(policy: &PolicyId, known: &Known<'_>) -> Vec<(u32, Vec<String>)> {
    let levels = known.directory.policy(policy);
    let levels = levels.map_or(0, |policy| policy.levels.len());
    let on_call = |level| {
        let shifts = known.directory.on_call_at(policy, level, known.now.wall);
        shifts.map(|shift| shift.who.name.to_string()).collect()
    };
    let levels = 1..=u32::try_from(levels).unwrap_or(0);
    levels.map(|level| (level, on_call(level))).collect()
}
