//! What is still to be asked before a wish can be confirmed, in which order.

use std::time::Duration;

use super::Subject;
use crate::app::model::Model;
use crate::domain::clock::ClockKind;
use crate::domain::deed::{Assignee, Purpose, Question, Wish};
use crate::domain::directory::Directory;
use crate::domain::ids::{PriorityName, ServiceId};
use crate::domain::incident::Named;
use crate::domain::note::BoxVerdict;

/// A wish, and what was answered so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The wish.
    pub wish: Wish,
    /// The answers.
    pub given: Given,
}

/// What was answered. None: not yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// The priority; `Some(None)`: without one.
    pub priority: Option<Option<PriorityName>>,
    /// How long.
    pub span: Option<Duration>,
    /// The level, from 1.
    pub level: Option<u32>,
    /// Who gets it.
    pub assignee: Option<Assignee>,
    /// The verdict.
    pub verdict: Option<BoxVerdict>,
    /// The service.
    pub service: Option<Named<ServiceId>>,
    /// The words.
    pub text: Option<String>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A question.
    Choose(Question),
    /// A text.
    Write(Purpose),
    /// Nothing: it can be confirmed.
    Ready,
}

impl Form {
    /// A wish of which nothing is answered yet. The level of an escalation is known where the present one
    /// is.
    pub fn new(wish: Wish, subject: &Subject, model: &Model) -> Self {
        let level = model
            .directory()
            .filter(|_| wish == Wish::Escalate)
            .and_then(|directory| next_level(subject, directory));
        let given = Given {
            level,
            ..Given::default()
        };
        Self { wish, given }
    }

    /// What comes next.
    pub fn next(&self, subject: &Subject) -> Next {
        if subject.is_doubtful() {
            return Next::Choose(Question::Which);
        }
        let given = &self.given;
        let questions = self.questions(subject);
        let open = questions.into_iter().find(|question| match question {
            Question::Which => false,
            Question::Priority => given.priority.is_none(),
            Question::Snooze | Question::Extension | Question::BoxLength | Question::OwnBox => {
                given.span.is_none()
            }
            Question::Level => given.level.is_none(),
            Question::Assignee => given.assignee.is_none(),
            Question::Verdict => given.verdict.is_none(),
            Question::Service => given.service.is_none(),
        });
        match (open, self.purpose(subject)) {
            (Some(question), _) => Next::Choose(question),
            (None, Some(purpose)) if given.text.is_none() => Next::Write(purpose),
            _ => Next::Ready,
        }
    }

    fn questions(&self, subject: &Subject) -> Vec<Question> {
        match self.wish {
            Wish::Acknowledge | Wish::Take | Wish::Resolve | Wish::Note | Wish::FollowUp => {
                Vec::new()
            }
            Wish::Priority => vec![Question::Priority],
            Wish::Snooze => vec![Question::Snooze],
            Wish::Escalate => vec![Question::Level],
            Wish::Reassign => vec![Question::Assignee],
            Wish::Declare => vec![Question::Service, Question::Priority],
            Wish::TimeBox if subject.boxes_here() => vec![Question::OwnBox],
            Wish::TimeBox if has_box(subject) => vec![Question::Extension],
            Wish::TimeBox => vec![Question::BoxLength],
            Wish::Decide => match self.given.verdict {
                Some(BoxVerdict::HandedOver) => vec![Question::Assignee],
                Some(BoxVerdict::Escalated) => vec![Question::Level],
                _ => vec![Question::Verdict],
            },
        }
    }

    /// What the text is for, where one is typed.
    pub fn purpose(&self, subject: &Subject) -> Option<Purpose> {
        match self.wish {
            Wish::Note => Some(Purpose::Note),
            Wish::Declare => Some(Purpose::Declare),
            Wish::Decide => self.given.verdict.map(Purpose::Verdict),
            Wish::TimeBox if has_box(subject) => {
                let minutes = self.given.span?.as_secs() / 60;
                Some(Purpose::Extend(minutes))
            }
            _ => None,
        }
    }
}

/// Whether a time-box of theirs runs, or has run out.
pub fn has_box(subject: &Subject) -> bool {
    let mut clocks = subject.cases.iter().flat_map(|case| &case.clocks);
    clocks.any(|clock| clock.kind == ClockKind::TimeBox)
}

/// The level above the present one, where all of them stand on the same level of the same policy, and there
/// is one above it.
pub fn next_level(subject: &Subject, directory: &Directory) -> Option<u32> {
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
