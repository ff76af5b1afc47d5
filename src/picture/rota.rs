//! The data of the Owners pane. For each escalation policy and level: who is on call, until when, who is next, and
//! which cases each person holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::owners;
use super::views::{LevelView, MeView, MyShift, NextOnCall, OnCallView, PolicyView};
use crate::domain::case::{Case, OwnerKind};
use crate::domain::directory::{EscalationPolicy, OnCall};
use crate::domain::ids::{CaseId, UserId};
use crate::domain::source::PartName;

/// The cases that a person holds, by any policy.
#[derive(Default)]
struct Holding {
    cases: Vec<CaseId>,
    unacknowledged: usize,
}

type Holdings<'a> = BTreeMap<&'a UserId, Holding>;

fn holdings(cases: &[Arc<Case>]) -> Holdings<'_> {
    let mut all = Holdings::new();
    for case in cases {
        for owner in &case.owners {
            let held = all.entry(&owner.who.id).or_default();
            held.cases.push(case.id.clone());
            held.unacknowledged += usize::from(case.is_only_assigned());
        }
    }
    all
}

/// The policies that are in use.
pub fn policy_views(context: &Context<'_>, cases: &[Arc<Case>]) -> Vec<PolicyView> {
    let held = &holdings(cases);
    context
        .directory
        .policies
        .iter()
        .filter(|policy| !policy.services.is_empty() || has_open_case(policy, cases))
        .map(|policy| policy_view(context, policy, held))
        .collect()
}

/// People who hold cases but are not on call at any level of `shown`.
pub fn off_call_holders(shown: &[PolicyView], cases: &[Arc<Case>]) -> Vec<OnCallView> {
    let is_shown = |id: &UserId| {
        let mut on_call = shown.iter().flat_map(|policy| &policy.levels);
        on_call.any(|level| level.on_call.iter().any(|one| one.who.id == *id))
    };
    let held = &holdings(cases);
    let owners = cases.iter().flat_map(|case| &case.owners);
    let by_id: BTreeMap<_, _> = owners.map(|owner| (&owner.who.id, owner)).collect();
    let others = by_id.into_values().filter(|one| !is_shown(&one.who.id));
    let views = others.map(|owner| {
        let view = OnCallView {
            kind: owner.kind,
            is_me: owner.is_me,
            until: None,
            held_cases: Vec::new(),
            unacknowledged: 0,
            who: owner.who.clone(),
        };
        with_held_cases(held, view)
    });
    let mut views: Vec<_> = views.collect();
    views.sort_by(|a, b| (a.kind, &a.who).cmp(&(b.kind, &b.who)));
    views
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
    held: &Holdings<'_>,
) -> PolicyView {
    let levels = (1..)
        .zip(&policy.levels)
        .map(|(level, _)| LevelView {
            level,
            on_call: on_call_views(context, policy, level, held),
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
    held: &Holdings<'_>,
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
                held,
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

// `None` stands for a shift without an end.
fn later_end(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    Some(a?.max(b?))
}

// The end of a person's present shift. Consecutive shifts without a gap count as one.
fn end_of_shifts(
    context: &Context<'_>,
    shift: &OnCall,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let mut end = shift.end?;
    let own = |other: &&OnCall| {
        other.policy == shift.policy && other.level == shift.level && other.who.id == shift.who.id
    };
    let own: Vec<_> = context.directory.on_calls.iter().filter(own).collect();
    while let Some(next) = covering(&own, end) {
        end = next.end?;
    }
    (end > now).then_some(end)
}

fn covering<'a>(shifts: &[&'a OnCall], at: DateTime<Utc>) -> Option<&'a OnCall> {
    let mut all = shifts.iter().copied();
    all.find(|shift| shift.covers(at) && shift.end.is_none_or(|end| end > at))
}

fn with_held_cases(held: &Holdings<'_>, who: OnCallView) -> OnCallView {
    let Some(holding) = held.get(&who.who.id) else {
        return who;
    };
    OnCallView {
        unacknowledged: holding.unacknowledged,
        held_cases: holding.cases.clone(),
        ..who
    }
}

// The person who comes on call at this level after the people who are on call now.
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
        .filter(|(shift, start)| *start > now && !is_continued(context, shift, *start))
        .min_by_key(|(_, start)| *start)?;
    let (shift, start) = coming;
    context.expire_at(start);
    let name = match owners::owner_kind(context, &shift.who) {
        OwnerKind::Person | OwnerKind::Unknown => shift.who.name.to_string(),
        OwnerKind::Placeholder => return None,
    };
    Some((name, start))
}

// Whether the person of this shift is already on call now, without a gap until the shift begins.
fn is_continued(context: &Context<'_>, shift: &OnCall, start: DateTime<Utc>) -> bool {
    let now = context.now.wall;
    let present = context
        .directory
        .on_call_at(&shift.policy, shift.level, now);
    let mut own = present.filter(|present| present.who.id == shift.who.id);
    own.any(|present| end_of_shifts(context, present, now).is_none_or(|end| end >= start))
}

// The user's shift. It is unknown without the rota, and without the user's configured address.
fn my_shift(context: &Context<'_>, owners: &[PolicyView]) -> MyShift {
    if context.rota_gap.is_some() {
        return MyShift::NotKnown;
    }
    let is_known =
        context.directory.me.is_some() || context.directory_part_is_whole(PartName::Users);
    let is_shown = |shift: &OnCall| owners.iter().any(|policy| policy.id == shift.policy);
    let all = context.directory.on_calls.iter();
    let mine = all.filter(|shift| is_shown(shift) && owners::is_me(context, &shift.who));
    let mine: Vec<_> = mine.collect();
    let Some(mut last) = covering(&mine, context.now.wall) else {
        return match is_known {
            true => MyShift::Off,
            false => MyShift::NotKnown,
        };
    };
    // Shifts of all policies count: a person whose shift ends may stay on call by another policy.
    if mine
        .iter()
        .any(|shift| shift.covers(context.now.wall) && shift.end.is_none())
    {
        return MyShift::Always;
    }
    while let Some(end) = last.end {
        match covering(&mine, end) {
            Some(next) => last = next,
            None => return MyShift::Until(end),
        }
    }
    MyShift::Always
}

/// The user at this screen: until when the user is on call at any level, and who is on call next.
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
    let shift = my_shift(context, owners);
    Some(MeView {
        name,
        next: next_after(context, owners, shift),
        shift,
        cases: cases
            .iter()
            .filter(|case| case.owners.iter().any(|owner| owner.is_me))
            .count(),
    })
}

// The person who is on call after the user. If the user's shift ends at several levels, the level with the lowest
// number counts.
fn next_after(context: &Context<'_>, owners: &[PolicyView], shift: MyShift) -> Option<NextOnCall> {
    let MyShift::Until(end) = shift else {
        return None;
    };
    let is_mine = |level: &LevelView| {
        let mut all = level.on_call.iter();
        all.any(|who| who.is_me && who.until == Some(end))
    };
    let levels = owners
        .iter()
        .flat_map(|policy| policy.levels.iter().map(move |level| (policy, level)));
    let (policy, level) = levels
        .filter(|(_, level)| is_mine(level))
        .min_by_key(|(_, level)| level.level)?;
    let (name, _) = level.next.as_ref()?;
    let mut shifts = context.directory.on_calls.iter();
    let somebody = shifts.any(|shift| {
        let is_person = owners::owner_kind(context, &shift.who) != OwnerKind::Placeholder;
        shift.policy == policy.id && is_person && shift.covers(end)
    });
    Some(NextOnCall {
        name: name.clone(),
        from: level.gap_until(),
        nobody_before: !somebody,
    })
}
