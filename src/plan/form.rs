//! Forms: which actions are possible on cases, the prompts of an action, and the operations that follow from the
//! answers.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::time_box::{extended_end, has_time_box};
use super::{ActionSubject, OperationContext};
use crate::domain::checklist::{ChecklistStep, StepState};
use crate::domain::directory::Directory;
use crate::domain::ids::{PriorityName, ServiceId};
use crate::domain::incident::{Reference, declaration_key};
use crate::domain::note::{OutageNote, TimeBoxNote, TimeBoxVerdict};
use crate::domain::operation::{
    Assignee, Declaration, IncidentAction, Operation, OperationKind, OutgoingNote, Prompt, Purpose,
    Unavailable,
};
use crate::wording::operation::incident_body;

/// The answer to the prompt for a priority.
#[derive(Clone, Debug, PartialEq)]
pub enum PriorityAnswer {
    Named(PriorityName),
    /// The incident gets no priority.
    NoPriority,
}

impl PriorityAnswer {
    /// The priority's name; `None` for no priority.
    pub fn name(&self) -> Option<&PriorityName> {
        match self {
            Self::Named(name) => Some(name),
            Self::NoPriority => None,
        }
    }
}

/// The picked action and the answers so far; an answer is `None` before it is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub action: IncidentAction,
    pub priority: Option<PriorityAnswer>,
    pub span: Option<Duration>,
    /// The level, from 1.
    pub level: Option<u32>,
    pub assignee: Option<Assignee>,
    pub verdict: Option<TimeBoxVerdict>,
    /// The step of the outage checklist that is done.
    pub step: Option<ChecklistStep>,
    pub service: Option<Reference<ServiceId>>,
    /// The typed text.
    pub text: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NextStep {
    /// Pick a choice at this prompt.
    Choose(Prompt),
    /// Type a text for this purpose.
    Write(Purpose),
    /// Everything is answered: the operations can be confirmed.
    Ready,
}

impl Form {
    /// A form without answers. Only the level of an escalation is filled in, if the present level is known.
    pub fn new(
        action: IncidentAction,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
    ) -> Self {
        let level = ctx
            .directory()
            .filter(|_| action == IncidentAction::Escalate)
            .and_then(|directory| next_level(subject, directory));
        Self {
            action,
            level,
            priority: None,
            span: None,
            assignee: None,
            verdict: None,
            step: None,
            service: None,
            text: None,
        }
    }

    /// The next step: the first missing prompt or text, else ready.
    pub fn next_step(&self, subject: &ActionSubject) -> NextStep {
        if subject.needs_incident_choice() {
            return NextStep::Choose(Prompt::Incident);
        }
        let questions = self.questions(subject);
        let open = questions.into_iter().find(|question| match question {
            Prompt::Incident => false,
            Prompt::Priority => self.priority.is_none(),
            Prompt::Snooze | Prompt::Extension | Prompt::TimeBoxLength | Prompt::LocalTimeBox => {
                self.span.is_none()
            }
            Prompt::Level => self.level.is_none(),
            Prompt::Assignee => self.assignee.is_none(),
            Prompt::Verdict => self.verdict.is_none(),
            Prompt::OutageStep => self.step.is_none(),
            Prompt::Service => self.service.is_none(),
        });
        match (open, self.purpose(subject)) {
            (Some(question), _) => NextStep::Choose(question),
            (None, Some(purpose)) if self.text.is_none() => NextStep::Write(purpose),
            _ => NextStep::Ready,
        }
    }

    fn questions(&self, subject: &ActionSubject) -> Vec<Prompt> {
        match self.action {
            IncidentAction::Acknowledge
            | IncidentAction::Take
            | IncidentAction::Resolve
            | IncidentAction::Note
            | IncidentAction::FollowUp => Vec::new(),
            IncidentAction::Priority => vec![Prompt::Priority],
            IncidentAction::Snooze => vec![Prompt::Snooze],
            IncidentAction::OutageStep => vec![Prompt::OutageStep],
            IncidentAction::Escalate => vec![Prompt::Level],
            IncidentAction::Reassign => vec![Prompt::Assignee],
            IncidentAction::Declare => vec![Prompt::Service, Prompt::Priority],
            IncidentAction::TimeBox if subject.uses_local_time_box() => vec![Prompt::LocalTimeBox],
            IncidentAction::TimeBox if has_time_box(subject) => vec![Prompt::Extension],
            IncidentAction::TimeBox => vec![Prompt::TimeBoxLength],
            IncidentAction::Verdict => match self.verdict {
                Some(TimeBoxVerdict::HandedOver) => vec![Prompt::Assignee],
                Some(TimeBoxVerdict::Escalated) => vec![Prompt::Level],
                _ => vec![Prompt::Verdict],
            },
        }
    }

    /// Whether the form extends a time-box by too little: the extended time-box would end before `now`.
    pub fn extends_too_little(&self, subject: &ActionSubject, now: DateTime<Utc>) -> bool {
        let extends = self.questions(subject).contains(&Prompt::Extension);
        let span = self.span.filter(|_| extends);
        let end = span.and_then(|span| extended_end(subject, span));
        end.is_some_and(|end| end <= now)
    }

    /// The purpose of the typed text, if the action has one.
    pub fn purpose(&self, subject: &ActionSubject) -> Option<Purpose> {
        match self.action {
            IncidentAction::Note => Some(Purpose::Note),
            IncidentAction::Declare => Some(Purpose::Declare),
            IncidentAction::Verdict => self.verdict.map(Purpose::Verdict),
            IncidentAction::OutageStep => self.step.map(Purpose::OutageStep),
            IncidentAction::TimeBox if has_time_box(subject) => {
                let minutes = self.span?.as_secs() / 60;
                Some(Purpose::Extend(minutes))
            }
            _ => None,
        }
    }

    /// The operations of a form; `None` if the form is not filled in completely. `in_doubt` means that PagerDuty may
    /// already have the text, since an earlier write of it got no answer.
    pub(super) fn operations(
        &self,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
        in_doubt: bool,
    ) -> Option<Vec<Operation>> {
        let note = |text: String| Operation::Note(OutgoingNote { text, in_doubt });
        let text = || self.text.clone().unwrap_or_default();
        Some(match self.action {
            IncidentAction::Acknowledge => vec![Operation::Acknowledge],
            IncidentAction::Take => vec![Operation::Take],
            IncidentAction::Resolve => vec![Operation::Resolve],
            IncidentAction::Note => vec![note(text())],
            IncidentAction::Priority => {
                let name = self.priority.as_ref()?.name().cloned();
                vec![name.map_or(Operation::RemovePriority, Operation::Priority)]
            }
            IncidentAction::Snooze => vec![Operation::Snooze(self.span?)],
            IncidentAction::Escalate => vec![Operation::Escalate(self.level?)],
            IncidentAction::Reassign => vec![Operation::Reassign(self.assignee.clone()?)],
            IncidentAction::TimeBox if has_time_box(subject) => {
                vec![note(TimeBoxNote::Extend(self.span?, text()).to_string())]
            }
            IncidentAction::TimeBox => vec![note(TimeBoxNote::Start(self.span?).to_string())],
            IncidentAction::Verdict => verdict_operations(self, ctx, note)?,
            IncidentAction::OutageStep => vec![note(outage_note(self.step?, &text()).to_string())],
            IncidentAction::Declare => {
                vec![Operation::Declare(declaration(self, subject, ctx)?)]
            }
            IncidentAction::FollowUp => return None,
        })
    }
}

/// The cases' checklist steps that a note can mark as done. Steps that are not done come first.
pub(super) fn steps_to_note(subject: &ActionSubject) -> Vec<ChecklistStep> {
    let items = subject.cases.iter().flat_map(|case| &case.checklist);
    let mut items: Vec<_> = items.filter(|item| item.step.can_be_noted()).collect();
    items.sort_by_key(|item| (matches!(item.state, StepState::Done(_)), item.step));
    items.into_iter().map(|item| item.step).collect()
}

/// The level after the present one. `None` if the incidents are on different levels or policies, or if the present
/// level is the last.
pub fn next_level(subject: &ActionSubject, directory: &Directory) -> Option<u32> {
    let levels = subject.targets().map(|target| {
        let owners = target.case.owners.iter();
        let present = owners.filter_map(|owner| owner.level).max()?;
        let policy = target.incident.policy.as_ref()?;
        Some((policy.id.clone(), present.checked_add(1)?))
    });
    let mut levels: Vec<_> = levels.collect::<Option<_>>()?;
    levels.dedup();
    let [(policy, next)] = levels.as_slice() else {
        return None;
    };
    let known = directory.policy(policy)?.levels.len();
    (usize::try_from(*next).ok()? <= known).then_some(*next)
}

// The note is written before the other operations, since it names the incident's owner, whom a later operation may
// change.
fn verdict_operations(
    form: &Form,
    ctx: &OperationContext<'_>,
    note: impl Fn(String) -> Operation,
) -> Option<Vec<Operation>> {
    let verdict = form.verdict?;
    let text = form.text.as_deref().unwrap_or_default();
    let (url, words) = match verdict {
        TimeBoxVerdict::FollowUp => split_address(text),
        _ => (None, text.trim().to_owned()),
    };
    let mut operations = vec![note(TimeBoxNote::Verdict(verdict, url, words).to_string())];
    match verdict {
        TimeBoxVerdict::Outage => {
            let first = ctx.picture?.priorities.first();
            operations.extend(first.cloned().map(Operation::Priority));
        }
        TimeBoxVerdict::HandedOver => operations.push(Operation::Reassign(form.assignee.clone()?)),
        TimeBoxVerdict::Escalated => operations.push(Operation::Escalate(form.level?)),
        TimeBoxVerdict::Fixed
        | TimeBoxVerdict::NotAnOutage
        | TimeBoxVerdict::FollowUp
        | TimeBoxVerdict::NoFollowUp => {}
    }
    Some(operations)
}

fn outage_note(step: ChecklistStep, text: &str) -> OutageNote {
    let (address, text) = match step {
        ChecklistStep::Channel => split_address(text),
        _ => (None, text.trim().to_owned()),
    };
    OutageNote {
        step,
        address,
        text,
    }
}

// Splits off the first word if it is a web address.
fn split_address(text: &str) -> (Option<String>, String) {
    let text = text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is_address = first.starts_with("https://") || first.starts_with("http://");
    if is_address {
        let address = first.trim_end_matches(':').to_owned();
        return (Some(address), rest.trim().to_owned());
    }
    (None, text.to_owned())
}

fn declaration(
    form: &Form,
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
) -> Option<Declaration> {
    let me = ctx.actor().map(|actor| actor.person.id.to_string());
    let about = subject.case_id()?;
    let known = ctx.drafts.values();
    let mut kept = known.filter(|draft| draft.case == about);
    // A declaration that is sent a second time must have the key of the first attempt.
    let key = kept.find_map(|draft| draft.declaration_key.clone());
    let key = key.unwrap_or_else(|| {
        let me = me.unwrap_or_default();
        declaration_key(&about, &format!("{me} {}", ctx.now.wall.timestamp_millis()))
    });
    Some(Declaration {
        key,
        since: None,
        title: form.text.clone()?,
        service: form.service.clone()?,
        priority: form.priority.as_ref()?.name().cloned(),
        hub: subject.hub_key(),
        details: incident_body(subject.cases.first().map(Arc::as_ref), subject.hub_key()),
    })
}

impl IncidentAction {
    /// The reason why the action is not possible on these cases, by the latest picture. `None` if it is possible. The
    /// dashboard asks this before it shows a form. Before each request, `preconditions` in `sources` asks about one
    /// operation on the incident that was read just before.
    pub fn unavailable_reason(
        self,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
    ) -> Option<Unavailable> {
        if self == Self::TimeBox && subject.uses_local_time_box() {
            return None;
        }
        if ctx.picture.is_some() && ctx.pagerduty().is_none() {
            return Some(Unavailable::NoPagerduty);
        }
        match self {
            Self::Declare if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::Declare => subject.has_incident().then_some(Unavailable::HasIncident),
            Self::FollowUp if ctx.policy.follow_up.is_none() => Some(Unavailable::NoTemplate),
            Self::FollowUp if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::FollowUp => None,
            Self::Verdict if subject.uses_local_time_box() && has_time_box(subject) => {
                Some(Unavailable::LocalTimeBox)
            }
            _ if !subject.has_incident() => Some(Unavailable::NoIncident),
            _ if !subject.has_open_incident() => Some(Unavailable::Resolved),
            Self::Priority
                if ctx
                    .picture
                    .is_none_or(|picture| picture.priorities.is_empty()) =>
            {
                Some(Unavailable::NoPriorities)
            }
            Self::OutageStep if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::OutageStep if steps_to_note(subject).is_empty() => Some(Unavailable::NoChecklist),
            Self::Snooze => refusals(subject, OperationKind::Snooze).next(),
            // The incidents that PagerDuty does not escalate only cause a warning if there are others.
            Self::Escalate
                if refusals(subject, OperationKind::Escalate).count()
                    == subject.targets().count() =>
            {
                Some(Unavailable::LowUrgency)
            }
            Self::Verdict | Self::TimeBox if subject.cases.len() > 1 => {
                Some(Unavailable::MultipleCases)
            }
            _ => None,
        }
    }
}

fn refusals(subject: &ActionSubject, kind: OperationKind) -> impl Iterator<Item = Unavailable> {
    let targets = subject.targets();
    targets.filter_map(move |target| kind.unavailable_on(target.incident))
}
