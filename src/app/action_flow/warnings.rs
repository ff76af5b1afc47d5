//! Where PagerDuty bites: what a person must know before enter.

use super::{ActionSubject, Plan, Target};
use crate::app::model::Model;
use crate::domain::alert::AlertState;
use crate::domain::ids::{PriorityName, UserId};
use crate::domain::incident::AssignedVia;
use crate::domain::operation::{Assignee, Operation, Warning};
use crate::domain::source::SourceKind;

/// What to say before a plan is confirmed.
pub fn warnings(plan: &Plan, subject: &ActionSubject, model: &Model) -> Vec<Warning> {
    let mut all = Vec::new();
    all.extend(freshness_warning(model));
    let me = model.actor().map(|actor| actor.person.id);
    for deed in &plan.operations {
        all.extend(operation_warning(deed, subject, me.as_ref()));
    }
    let targets = subject.targets().count();
    let (out, cases) = (subject.excluded_count(), subject.cases.len());
    if out > 0 {
        all.push(Warning::ProbableExcluded(out));
    }
    let without = cases.saturating_sub(targets + out);
    if without > 0 && targets > 0 {
        all.push(Warning::WithoutIncident(without));
    }
    all
}

fn freshness_warning(model: &Model) -> Option<Warning> {
    let sources = &model.picture.as_ref()?.sources;
    let pagerduty = sources
        .iter()
        .find(|source| source.id.kind == SourceKind::Pagerduty)?;
    (!pagerduty.state.is_fresh()).then_some(Warning::NotFresh(pagerduty.state))
}

/// What to say before a deed is done, as far as the cases tell.
pub fn operation_warning(
    deed: &Operation,
    subject: &ActionSubject,
    me: Option<&UserId>,
) -> Option<Warning> {
    match deed {
        Operation::Acknowledge => other_acknowledgers(subject, me).map(Warning::AlsoAcknowledged),
        Operation::Take => other_acknowledgers(subject, me).map(Warning::TakenFrom),
        Operation::Reassign(Assignee::Person(_)) => {
            let mut targets = subject.targets();
            let escalates = |target: &Target<'_>| {
                target.incident.assigned_via != Some(AssignedVia::DirectAssignment)
            };
            let first = targets.find(escalates)?;
            let policy = first.incident.policy.as_ref();
            let ends = Warning::EndsEscalation(policy.map(|policy| policy.name.to_string()));
            Some(ends)
        }
        Operation::Priority(name) => open_post_warning(name, subject),
        Operation::Resolve => {
            let alerts = subject.targets().flat_map(|target| &target.case.alerts);
            let firing = alerts.filter(|joined| joined.alert.state == AlertState::Firing);
            let count = firing.filter(|joined| joined.suppressed.is_none()).count();
            (count > 0).then_some(Warning::StillFiring(count))
        }
        Operation::Note(note) => note.in_doubt.then_some(Warning::NoteInDoubt),
        _ => None,
    }
}

// Who acknowledged it, but for me.
fn other_acknowledgers(subject: &ActionSubject, me: Option<&UserId>) -> Option<Vec<String>> {
    let owners = subject.targets().flat_map(|target| &target.case.owners);
    let others = owners.filter(|owner| owner.acknowledged && Some(&owner.who.id) != me);
    let mut names: Vec<_> = others.map(|owner| owner.who.name.to_string()).collect();
    names.dedup();
    (!names.is_empty()).then_some(names)
}

// Only from the most severe: that is what the public was told of.
fn open_post_warning(name: &PriorityName, subject: &ActionSubject) -> Option<Warning> {
    let mut posts = subject.targets().filter_map(|target| {
        let was = target.incident.priority.as_ref()?;
        let is_first = target.case.rank == crate::domain::case::Rank::Priority(0);
        let post = target
            .case
            .posts
            .first()
            .filter(|_| is_first && was != name)?;
        Some(Warning::PostStays(was.clone(), post.post.title.clone()))
    });
    posts.next()
}
