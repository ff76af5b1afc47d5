//! The choices at each prompt.

use std::time::Duration;

use super::form::{Form, steps_to_note};
use super::recipients::level_choices;
use super::time_box::has_time_box;
use super::{ActionSubject, OperationContext, time_box};
use crate::domain::case::Case;
use crate::domain::operation::{Assignee, Choice, IncidentAction, Prompt, VERDICT_KEYS};

impl OperationContext<'_> {
    /// The choices at a prompt.
    pub fn choices(&self, question: Prompt, form: &Form, subject: &ActionSubject) -> Vec<Choice> {
        let minutes = |list: &[u64]| {
            let spans = list.iter().map(|n| Duration::from_secs(n * 60));
            spans.map(Choice::Duration).collect::<Vec<_>>()
        };
        match question {
            Prompt::Incident => self.incident_choices(subject),
            Prompt::Priority => self.priority_choices(form, subject),
            Prompt::Snooze => {
                let work = self.time_until_work().map(Choice::UntilWorkingTime);
                let mut spans = minutes(&[30, 60, 120, 240, 480, 1440]);
                spans.extend(work);
                spans
            }
            Prompt::Extension => {
                let spans = time_box::extensions(subject, self.now.wall).into_iter();
                spans.map(Choice::Duration).collect()
            }
            Prompt::TimeBoxLength => minutes(&[15, 30, 60, 120]),
            Prompt::LocalTimeBox => {
                let mut spans = minutes(&[15, 30, 60, 120]);
                spans.extend(has_time_box(subject).then_some(Choice::NoTimeBox));
                spans
            }
            Prompt::Level => self.level_choices(subject),
            Prompt::Assignee => self.assignee_choices(),
            Prompt::Verdict => {
                let verdicts = VERDICT_KEYS.iter().map(|(_, verdict)| *verdict);
                verdicts.map(Choice::Verdict).collect()
            }
            Prompt::OutageStep => {
                let steps = steps_to_note(subject).into_iter();
                steps.map(Choice::OutageStep).collect()
            }
            Prompt::Service => self.service_choices(),
        }
    }

    /// The choice that hubwatch proposes; only a declaration has proposals. They are the priority of the alert's
    /// severity, and the service that this alert last paged.
    pub fn proposed_choice(
        &self,
        question: Prompt,
        form: &Form,
        subject: &ActionSubject,
    ) -> Option<Choice> {
        if form.action != IncidentAction::Declare {
            return None;
        }
        let case = subject.cases.first()?;
        match question {
            Prompt::Priority => {
                let priority = self.policy.severities.get(case.severity.as_ref()?)?;
                let named = priority.clone().map(Choice::Priority);
                Some(named.unwrap_or(Choice::NoPriority))
            }
            Prompt::Service => {
                let alert = &case.alerts.first()?.alert;
                let service = self.picture?.services_by_alert.get(alert.name())?;
                Some(Choice::Service(service.clone()))
            }
            _ => None,
        }
    }

    // Offers the case's own open incident and the open incidents of related cases.
    fn incident_choices(&self, subject: &ActionSubject) -> Vec<Choice> {
        let Some(case) = subject.cases.first() else {
            return Vec::new();
        };
        let picture = self.picture;
        let related = case.related.iter().filter_map(|id| picture?.case(id));
        let open = |case: &Case| case.incident.as_ref().is_some_and(|it| it.is_open());
        let near = related
            .filter(|case| open(case))
            .map(|case| case.id.clone());
        let own = open(case).then(|| case.id.clone());
        own.into_iter().chain(near).map(Choice::Incident).collect()
    }

    // Offers to remove the priority only if at least one of the incidents has a priority.
    fn priority_choices(&self, form: &Form, subject: &ActionSubject) -> Vec<Choice> {
        let all = self.picture.iter().flat_map(|picture| &picture.priorities);
        let mut choices: Vec<_> = all.cloned().map(Choice::Priority).collect();
        let mut targets = subject.targets();
        let removable = targets.any(|target| target.incident.priority.is_some());
        if removable || form.action == IncidentAction::Declare {
            choices.push(Choice::NoPriority);
        }
        choices
    }

    fn time_until_work(&self) -> Option<Duration> {
        let calendar = &self.policy.calendar;
        let now = self.now.wall;
        let mut at = now;
        // During working time, the first change is the end of this working time, and the second change begins the next
        // one.
        for _ in 0..2 {
            at = calendar.next_change(at)?;
            if calendar.is_working(at) {
                let wait = (at - now).to_std().ok()?;
                return (wait <= Duration::from_secs(604_800)).then_some(wait);
            }
        }
        None
    }

    fn level_choices(&self, subject: &ActionSubject) -> Vec<Choice> {
        let rota = self.rota();
        rota.map_or_else(Vec::new, |rota| level_choices(subject, rota))
    }

    // Lists policies before people, since assigning to a person ends the escalation chain.
    fn assignee_choices(&self) -> Vec<Choice> {
        let Some(directory) = self.directory() else {
            return Vec::new();
        };
        let policies = directory.policies.iter();
        let policies = policies.map(|policy| Assignee::Policy(policy.reference.clone()));
        let me = directory.me.as_ref().map(|me| &me.id);
        let people = directory.users.iter().map(|user| &user.person);
        let people = people.filter(|person| Some(&person.id) != me);
        let people = people.cloned().map(Assignee::Person);
        policies.chain(people).map(Choice::Assignee).collect()
    }

    fn service_choices(&self) -> Vec<Choice> {
        let all = self.directory().into_iter().flat_map(|it| &it.services);
        all.cloned().map(Choice::Service).collect()
    }
}
