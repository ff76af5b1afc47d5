//! The warnings before an operation is confirmed, and the steps that remain after the operation. Both are the same on
//! the screen and in a shell.

use std::sync::Arc;

use super::{ActionSubject, OperationContext, Target, outage, time_box};
use crate::domain::alert::AlertState;
use crate::domain::case::Rank;
use crate::domain::checklist::ChecklistStep;
use crate::domain::ids::UserId;
use crate::domain::incident::{AssignedVia, Incident};
use crate::domain::note::{OutageNote, TimeBoxNote, TimeBoxVerdict, is_not_understood};
use crate::domain::operation::{
    Assignee, CaseDoubt, Operation, OperationKind, OperationResult, Outcome, Remaining, Warning,
};
use crate::domain::source::{SourceId, SourceState};

/// Data that hubwatch read from PagerDuty only for the confirmation.
#[derive(Clone, Copy, Debug, Default)]
pub struct JustRead<'a> {
    /// The open incidents at the hub of a declaration.
    pub open_at_hub: &'a [Arc<Incident>],
    /// An unknown fact about the case of a declaration.
    pub case_doubt: Option<&'a CaseDoubt>,
}

/// The warnings before these operations are confirmed.
pub fn warnings(
    operations: &[Operation],
    subject: &ActionSubject,
    read: JustRead<'_>,
    ctx: &OperationContext<'_>,
) -> Vec<Warning> {
    let mut all = Vec::new();
    all.extend(freshness_warning(ctx));
    let me = ctx.actor().map(|actor| actor.person.id);
    for operation in operations {
        all.extend(operation_warning(operation, subject, me.as_ref()));
        all.extend(note_warnings(operation, subject));
        all.extend(placeholder_warning(operation, ctx));
        all.extend(outage::warnings(operation, subject, ctx));
        all.extend(time_box::warnings(operation, subject, me.as_ref(), ctx));
        if *operation == Operation::Resolve {
            all.extend(still_firing(subject, ctx));
        }
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
    all.extend(read.case_doubt.cloned().map(Warning::CaseInDoubt));
    if !read.open_at_hub.is_empty() {
        all.push(Warning::OpenAtHub(read.open_at_hub.to_vec()));
    }
    all
}

fn freshness_warning(ctx: &OperationContext<'_>) -> Option<Warning> {
    let state = ctx.pagerduty()?.state;
    (!state.is_fresh()).then_some(Warning::NotFresh(state))
}

// Returns warnings that need only the cases in the picture.
fn operation_warning(
    operation: &Operation,
    subject: &ActionSubject,
    me: Option<&UserId>,
) -> Option<Warning> {
    match operation {
        Operation::Acknowledge => subject
            .other_acknowledgers(me)
            .map(Warning::AlsoAcknowledged),
        Operation::Take => subject.other_acknowledgers(me).map(Warning::TakenFrom),
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
        Operation::Escalate(_) => {
            let low = subject.low_urgency_count();
            (low > 0).then_some(Warning::LowUrgency(low))
        }
        Operation::Snooze(_) => {
            let mut targets = subject.targets();
            let p1 = targets.find(|target| target.case.rank == Rank::Priority(0))?;
            p1.incident.priority.clone().map(Warning::QuietP1)
        }
        _ => None,
    }
}

fn note_warnings(operation: &Operation, subject: &ActionSubject) -> Vec<Warning> {
    let Operation::Note(note) = operation else {
        return Vec::new();
    };
    let validates =
        OutageNote::parse(&note.text).is_some_and(|said| said.step == ChecklistStep::Validated);
    let firing = if validates { firing_count(subject) } else { 0 };
    [
        note.in_doubt.then_some(Warning::NoteInDoubt),
        is_not_understood(&note.text).then_some(Warning::NoteNotUnderstood),
        (firing > 0).then_some(Warning::ValidatedWhileFiring(firing)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

// The number of firing alerts that nothing suppresses.
fn firing_count(subject: &ActionSubject) -> usize {
    let alerts = subject.targets().flat_map(|target| &target.case.alerts);
    let firing = alerts.filter(|joined| joined.alert.state == AlertState::Firing);
    firing.filter(|joined| joined.suppressed.is_none()).count()
}

// Warns if the new assignee is a mailbox or a bot, since nobody would then handle the incident.
fn placeholder_warning(operation: &Operation, ctx: &OperationContext<'_>) -> Option<Warning> {
    let Operation::Reassign(Assignee::Person(person)) = operation else {
        return None;
    };
    let directory = ctx.directory()?;
    let is_among = |listed| directory.is_among(person, listed);
    let is_nobody = is_among(&ctx.policy.placeholders) || is_among(&ctx.policy.bots);
    is_nobody.then(|| Warning::ToPlaceholder(person.name.to_string()))
}

/// The warning before an operation resolves incidents whose alerts still fire, or may still fire.
fn still_firing(subject: &ActionSubject, ctx: &OperationContext<'_>) -> Option<Warning> {
    let count = firing_count(subject);
    if count > 0 {
        return Some(Warning::StillFiring(count));
    }
    let sources = subject.targets().flat_map(|target| watching(&target, ctx));
    let mut not_fresh: Vec<String> = sources
        .filter(|(_, state)| !state.is_fresh())
        .map(|(source, _)| source.to_string())
        .collect();
    not_fresh.dedup();
    if !not_fresh.is_empty() {
        return Some(Warning::FiringNotKnown(not_fresh));
    }
    let uncertain = subject.targets().filter(|target| !is_decided(target, ctx));
    let counts = uncertain.filter_map(|target| target.incident.triggered_alerts);
    let counted = counts.sum::<u32>();
    (counted > 0).then_some(Warning::CountedAsFiring(counted))
}

// The Prometheuses of the case's clusters, with their states. Empty if no alert of the incident has Alertmanager's
// labels, since no Prometheus then has these alerts.
fn watching<'a>(
    target: &Target<'_>,
    ctx: &OperationContext<'a>,
) -> Vec<&'a (SourceId, SourceState)> {
    let is_from_alertmanager = target
        .incident
        .alerts
        .iter()
        .any(|alert| !alert.label_sets.is_empty());
    let clusters = ctx.picture.iter().flat_map(|picture| &picture.clusters);
    let of_case = clusters.filter(|cluster| {
        let mut places = target.case.places.iter();
        is_from_alertmanager && places.any(|place| place.cluster.as_ref() == Some(&cluster.name))
    });
    of_case
        .filter_map(|cluster| cluster.prometheus.as_ref())
        .collect()
}

fn is_decided(target: &Target<'_>, ctx: &OperationContext<'_>) -> bool {
    !watching(target, ctx).is_empty()
}

/// The steps that a person still has to take after these outcomes. `subject` is the subject of the confirmation.
pub fn remaining(
    outcomes: &[Outcome],
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
) -> Vec<Remaining> {
    let done = outcomes
        .iter()
        .filter(|outcome| outcome.result == OperationResult::Done);
    let mut all: Vec<Remaining> = done
        .filter_map(|outcome| remaining_after(&outcome.operation, subject, ctx))
        .collect();
    let resolves = |outcome: &Outcome| outcome.kind() == OperationKind::Resolve;
    all.retain(|it| !matches!(it, Remaining::Resolve(_)) || !outcomes.iter().any(resolves));
    all.dedup();
    all
}

fn remaining_after(
    operation: &Operation,
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
) -> Option<Remaining> {
    if is_fixed_verdict(operation) {
        let target = subject.targets().next()?;
        return Some(Remaining::Resolve(target.incident.number));
    }
    let top = ctx.picture?.priorities.first()?;
    if outage::raises(operation, subject, top) {
        let has_steps = !ctx.policy.outage.steps.is_empty();
        return has_steps.then_some(Remaining::OutageProcedure);
    }
    let warned = outage::warnings(operation, subject, ctx);
    let titles: Vec<String> = warned.into_iter().flat_map(post_titles).collect();
    (!titles.is_empty()).then_some(Remaining::Posts(titles))
}

fn is_fixed_verdict(operation: &Operation) -> bool {
    let Operation::Note(note) = operation else {
        return false;
    };
    let said = TimeBoxNote::parse(&note.text);
    matches!(said, Some(TimeBoxNote::Verdict(TimeBoxVerdict::Fixed, ..)))
}

fn post_titles(warning: Warning) -> Vec<String> {
    match warning {
        Warning::PostStays(_, title) | Warning::PostOutlivesIncident(title) => vec![title],
        Warning::PostsMayStay(titles) => titles,
        _ => Vec::new(),
    }
}
