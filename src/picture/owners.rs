//! The owners of an incident, how the incident reached them, and who is next.

use chrono::{DateTime, Utc};

use super::context::Context;
use crate::domain::case::{Owner, OwnerKind};
use crate::domain::directory::{EscalationPolicy, OnCall, Strategy};
use crate::domain::incident::{
    AssignedVia, Incident, IncidentField, IncidentStatus, LogEntry, LogKind, PendingKind, Person,
};
use crate::domain::now::time_after;

/// The owners: the people who acknowledged the incident. If nobody has, its assignees.
pub fn incident_owners(context: &Context<'_>, incident: &Incident) -> Vec<Owner> {
    let acknowledgers: Vec<_> = match incident.status {
        IncidentStatus::Acknowledged => incident
            .acknowledgements
            .iter()
            .filter(|ack| !is_bot(context, &ack.by))
            .map(|ack| owner(context, incident, &ack.by, Some(ack.at), true))
            .collect(),
        _ => Vec::new(),
    };
    let assignees = incident.assignments.iter().map(|assignment| {
        owner(
            context,
            incident,
            &assignment.to,
            Some(assignment.at),
            false,
        )
    });
    let mut owners = if acknowledgers.is_empty() {
        assignees.collect()
    } else {
        acknowledgers
    };
    owners.sort_by(|a, b| (a.kind, &a.who.name, a.since).cmp(&(b.kind, &b.who.name, b.since)));
    owners.dedup_by(|a, b| a.who.id == b.who.id);
    owners
}

fn owner(
    context: &Context<'_>,
    incident: &Incident,
    who: &Person,
    since: Option<DateTime<Utc>>,
    acknowledged: bool,
) -> Owner {
    let by_policy = incident.assigned_via != Some(AssignedVia::DirectAssignment);
    Owner {
        kind: owner_kind(context, who),
        email: context.directory.email(&who.id).map(str::to_owned),
        is_me: is_me(context, who),
        acknowledged,
        via: incident
            .policy
            .as_ref()
            .filter(|_| by_policy)
            .map(|policy| policy.name.to_string()),
        level: by_policy
            .then(|| assigned_level(context, incident, who))
            .flatten(),
        since,
        who: who.clone(),
    }
}

/// Whether nobody can act on an incident: it has no owner, or only placeholders.
pub fn is_unowned(owners: &[Owner]) -> bool {
    owners
        .iter()
        .all(|owner| owner.kind == OwnerKind::Placeholder)
}

/// Whether the owners are known. The acknowledgements must be readable. If there are none, the assignees must be
/// readable too. In addition, one owner must surely be a person, or the kind of every owner must be known.
pub fn are_known(incident: &Incident, owners: &[Owner]) -> bool {
    let is_unread = |field| incident.unread_fields.contains(&field);
    let is_acknowledged = owners.iter().any(|owner| owner.acknowledged);
    if is_unread(IncidentField::Acknowledgements)
        || (is_unread(IncidentField::Assignments) && !is_acknowledged)
    {
        return false;
    }
    let has = |kind| owners.iter().any(|owner| owner.kind == kind);
    has(OwnerKind::Person) || !has(OwnerKind::Unknown)
}

/// The kind of a user. The configuration lists mailboxes and bots by address. So a user whose address could not be read
/// may be a mailbox or a bot.
pub fn owner_kind(context: &Context<'_>, who: &Person) -> OwnerKind {
    let policy = context.policy;
    let some_are_no_persons = !policy.placeholders.is_empty() || !policy.bots.is_empty();
    if context.directory.is_among(who, &policy.placeholders) {
        OwnerKind::Placeholder
    } else if some_are_no_persons && !is_address_known(context, who) {
        OwnerKind::Unknown
    } else {
        OwnerKind::Person
    }
}

// Whether a user's address is known. A name with an `@` counts as an address. The address of a user who is not in the
// directory is unknown, even if the listing is complete, since PagerDuty does not list removed users, or users that the
// key may not see.
fn is_address_known(context: &Context<'_>, who: &Person) -> bool {
    context.directory.email(&who.id).is_some() || who.name.contains('@')
}

/// Whether a user is surely a bot or a placeholder, and so no human.
pub fn is_bot(context: &Context<'_>, who: &Person) -> bool {
    context.directory.is_among(who, &context.policy.bots)
        || owner_kind(context, who) == OwnerKind::Placeholder
}

/// Whether this is the user at this screen.
pub fn is_me(context: &Context<'_>, who: &Person) -> bool {
    match &context.directory.me {
        Some(me) => me.id == who.id,
        None => context.policy.my_email.as_deref().is_some_and(|mine| {
            context
                .directory
                .email(&who.id)
                .is_some_and(|email| email.eq_ignore_ascii_case(mine))
        }),
    }
}

/// The level at which a person was on call when the policy assigned the incident. If there are several such levels, the
/// one whose delay fits the pending escalation counts. `None` if no level or several levels fit, or while the rota is
/// not known.
fn assigned_level(context: &Context<'_>, incident: &Incident, who: &Person) -> Option<u32> {
    if context.rota_gap.is_some() {
        return None;
    }
    let policy = incident.policy.as_ref()?;
    let at = assigned_at(incident, who)?;
    let mut levels: Vec<u32> = context
        .directory
        .on_calls
        .iter()
        .filter(|shift| shift.policy == policy.id && shift.who.id == who.id && shift.covers(at))
        .map(|shift| shift.level)
        .collect();
    levels.sort_unstable();
    levels.dedup();
    if let [only] = levels.as_slice() {
        return Some(*only);
    }
    let escalates = incident.pending_at(PendingKind::Escalate)?;
    let policy = context.directory.policy(&policy.id)?;
    let mut fitting = levels.into_iter().filter(|level| {
        escalation_delay(policy, *level).is_some_and(|delay| time_after(at, delay) == escalates)
    });
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

fn assigned_at(incident: &Incident, who: &Person) -> Option<DateTime<Utc>> {
    incident
        .assignments
        .iter()
        .find(|assignment| assignment.to.id == who.id)
        .map(|assignment| assignment.at)
}

fn escalation_delay(policy: &EscalationPolicy, level: u32) -> Option<std::time::Duration> {
    escalation_rule(policy, level).map(|rule| rule.delay)
}

fn escalation_rule(
    policy: &EscalationPolicy,
    level: u32,
) -> Option<&crate::domain::directory::EscalationLevel> {
    let at = usize::try_from(level.checked_sub(1)?).ok()?;
    policy.levels.get(at)
}

/// The recipients of the next escalation: the people who will then be on call at the next level. If the policy starts
/// again, the next level is the first. At a round robin the people are only candidates, since the API does not say
/// whose turn it is. Empty if not known.
pub fn next_in_line(
    context: &Context<'_>,
    incident: &Incident,
    log: &[&LogEntry],
    at: DateTime<Utc>,
) -> Vec<String> {
    let current: Vec<&Person> = incident.assignments.iter().map(|a| &a.to).collect();
    let level = current
        .iter()
        .find_map(|who| assigned_level(context, incident, who));
    let policy = incident
        .policy
        .as_ref()
        .and_then(|named| context.directory.policy(&named.id));
    let (Some(level), Some(policy)) = (level, policy) else {
        return Vec::new();
    };
    // If there is no further level, a round robin passes the incident to another target on the same level.
    let is_ring = |level| {
        escalation_rule(policy, level).is_some_and(|rule| rule.strategy == Strategy::RoundRobin)
    };
    let ring = is_ring(level).then_some(level);
    let Some(next) = next_level(policy, level, log).or(ring) else {
        return Vec::new();
    };
    let on_call = on_call_names(
        context,
        context.directory.on_call_at(&policy.reference.id, next, at),
    );
    let holds = |name: &String| current.iter().any(|who| *who.name == **name);
    let others: Vec<String> = on_call
        .iter()
        .filter(|name| !holds(name))
        .cloned()
        .collect();
    if is_ring(next) && !others.is_empty() {
        others
    } else {
        on_call
    }
}

fn next_level(policy: &EscalationPolicy, level: u32, log: &[&LogEntry]) -> Option<u32> {
    if escalation_rule(policy, level + 1).is_some() {
        return Some(level + 1);
    }
    let repeats = log
        .iter()
        .filter(|entry| entry.kind == LogKind::RepeatEscalation)
        .count();
    let begins_again = u32::try_from(repeats).is_ok_and(|repeats| repeats < policy.loops);
    begins_again.then_some(1)
}

fn on_call_names<'a>(
    context: &Context<'_>,
    shifts: impl Iterator<Item = &'a OnCall>,
) -> Vec<String> {
    let mut people: Vec<(OwnerKind, String)> = shifts
        .map(|shift| (owner_kind(context, &shift.who), shift.who.name.to_string()))
        .collect();
    people.sort_unstable();
    people.dedup();
    let somebody = people
        .iter()
        .any(|(kind, _)| *kind != OwnerKind::Placeholder);
    people
        .into_iter()
        .filter(|(kind, _)| !somebody || *kind != OwnerKind::Placeholder)
        .map(|(_, name)| name)
        .collect()
}
