//! The Owners pane: by escalation policy and level who is on call, until when, who is next, and which
//! cases each person holds.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::model::{LevelView, MeView, MyShift, OnCallView, PolicyView};
use super::owners;
use crate::domain::case::Case;
use crate::domain::directory::{EscalationPolicy, OnCall};
use crate::domain::owner::OwnerKind;
use crate::domain::source::PartName;

/// The policies that are in use.
pub fn policy_views(context: &Context<'_>, cases: &[Arc<Case>]) -> Vec<PolicyView> {
    context
        .directory
        .policies
        .iter()
        .filter(|policy| !policy.services.is_empty() || has_open_case(policy, cases))
        .map(|policy| policy_view(context, policy, cases))
        .collect()
}

fn has_open_case(policy: &EscalationPolicy, cases: &[Arc<Case>]) -> bool {
    cases
        .iter()
        .filter_map(|case| case.incident.as_ref()?.policy.as_ref())
        .any(|named| named.id == policy.reference.id)
}

fn policy_view(
    context: &Context<'_>,
    policy: &EscalationPolicy,
    cases: &[Arc<Case>],
) -> PolicyView {
    let levels = (1..)
        .zip(&policy.levels)
        .map(|(level, _)| LevelView {
            level,
            on_call: on_call_views(context, policy, level, cases),
            next: next_on_call(context, policy, level),
        })
        .collect();
    PolicyView {
        id: policy.reference.id.clone(),
        name: policy.reference.name.to_string(),
        levels,
    }
}

fn on_call_views(
    context: &Context<'_>,
    policy: &EscalationPolicy,
    level: u32,
    cases: &[Arc<Case>],
) -> Vec<OnCallView> {
    let now = context.now.wall;
    let mut people: Vec<OnCallView> = Vec::new();
    for shift in context
        .directory
        .on_call_at(&policy.reference.id, level, now)
    {
        let until = end_of_shifts(context, shift, now);
        if let Some(end) = until {
            context.expire_at(end);
        }
        match people.iter_mut().find(|known| known.who.id == shift.who.id) {
            Some(known) => known.until = later_end(known.until, until),
            None => people.push(with_held_cases(
                policy,
                cases,
                OnCallView {
                    kind: owners::owner_kind(context, &shift.who),
                    is_me: owners::is_me(context, &shift.who),
                    until,
                    held_cases: Vec::new(),
                    unacknowledged: 0,
                    who: shift.who.clone(),
                },
            )),
        }
    }
    people.sort_by(|a, b| (a.kind, &a.who).cmp(&(b.kind, &b.who)));
    people
}

// None is for ever.
fn later_end(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    Some(a?.max(b?))
}

// Shifts that follow one another without a gap are one to the person who has them.
fn end_of_shifts(
    context: &Context<'_>,
    shift: &OnCall,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let mut end = shift.end?;
    let own = |other: &&OnCall| {
        other.policy == shift.policy && other.level == shift.level && other.who.id == shift.who.id
    };
    while let Some(next) = context
        .directory
        .on_calls
        .iter()
        .filter(own)
        .find(|other| other.covers(end) && other.end.is_none_or(|later| later > end))
    {
        end = next.end?;
    }
    (end > now).then_some(end)
}

fn with_held_cases(policy: &EscalationPolicy, cases: &[Arc<Case>], who: OnCallView) -> OnCallView {
    let id = who.who.id.clone();
    let is_held = |case: &&Arc<Case>| {
        let incident = case.incident.as_ref();
        incident
            .and_then(|incident| incident.policy.as_ref())
            .is_some_and(|named| named.id == policy.reference.id)
            && case.owners.iter().any(|owner| owner.who.id == id)
    };
    let held = cases.iter().filter(is_held);
    OnCallView {
        unacknowledged: held.clone().filter(|case| case.is_unacknowledged()).count(),
        held_cases: held.map(|case| case.id.clone()).collect(),
        ..who
    }
}

// Who comes on call at this level when the present ones go.
fn next_on_call(
    context: &Context<'_>,
    policy: &EscalationPolicy,
    level: u32,
) -> Option<(String, DateTime<Utc>)> {
    if context.rota_gap.is_some() {
        return None;
    }
    let now = context.now.wall;
    let coming = context
        .directory
        .on_calls
        .iter()
        .filter(|shift| shift.policy == policy.reference.id && shift.level == level)
        .filter_map(|shift| Some((shift, shift.start?)))
        .filter(|(shift, start)| *start > now && !is_on_call(context, shift, now))
        .min_by_key(|(_, start)| *start)?;
    let (shift, start) = coming;
    context.expire_at(start);
    let name = match owners::owner_kind(context, &shift.who) {
        OwnerKind::Person | OwnerKind::Unknown => shift.who.name.to_string(),
        OwnerKind::Placeholder => return None,
    };
    Some((name, start))
}

fn is_on_call(context: &Context<'_>, shift: &OnCall, now: DateTime<Utc>) -> bool {
    context
        .directory
        .on_call_at(&shift.policy, shift.level, now)
        .any(|present| present.who.id == shift.who.id)
}

// Without the rota, and without the address by which the configuration names them, they may be on call.
fn my_shift(context: &Context<'_>, mine: Option<&OnCallView>) -> MyShift {
    let is_known =
        context.directory.me.is_some() || context.directory_part_is_whole(PartName::Users);
    match mine {
        _ if context.rota_gap.is_some() => MyShift::NotKnown,
        Some(mine) => mine.until.map_or(MyShift::Always, MyShift::Until),
        None if is_known => MyShift::Off,
        None => MyShift::NotKnown,
    }
}

/// Who looks at the screen: their shift at the lowest level that they hold, and who follows.
pub fn me_view(
    context: &Context<'_>,
    owners: &[PolicyView],
    cases: &[Arc<Case>],
) -> Option<MeView> {
    let name = match (&context.directory.me, &context.policy.my_email) {
        (Some(me_view), _) => me_view.name.to_string(),
        (None, Some(email)) => email.clone(),
        (None, None) => return None,
    };
    let shift = owners
        .iter()
        .flat_map(|policy| &policy.levels)
        .filter_map(|level| {
            let mine = level.on_call.iter().find(|who| who.is_me)?;
            Some((level, mine))
        })
        .min_by_key(|(level, _)| level.level);
    Some(MeView {
        name,
        shift: my_shift(context, shift.map(|(_, mine)| mine)),
        next: shift
            .and_then(|(level, _)| level.next.as_ref())
            .map(|(name, _)| name.clone()),
        cases: cases
            .iter()
            .filter(|case| case.owners.iter().any(|owner| owner.is_me))
            .count(),
    })
}
