//! What can be picked where something is asked.

use std::time::Duration;

use super::ActionSubject;
use super::form::{Form, has_time_box};
use super::recipients::level_choices;
use crate::app::model::Model;
use crate::app::text_line::TextLine;
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::now::Now;
use crate::domain::operation::{Assignee, Choice, IncidentAction, Prompt, VERDICT_KEYS};

/// Where the person is in a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceCursor {
    /// The cursor, among what passes the filter.
    pub index: usize,
    /// What is typed to narrow a long list; a short one has a key for each.
    pub filter: TextLine,
}

impl Model {
    /// What can be picked for a question, after what was typed to narrow it.
    pub fn choices(
        &self,
        question: Prompt,
        (form, subject): (&Form, &ActionSubject),
        pick: &ChoiceCursor,
        now: Now,
    ) -> Vec<Choice> {
        let mut offers = self.all_choices(question, form, subject, now);
        let typed = pick.filter.text().to_lowercase();
        offers.retain(|offer| {
            let words = offer.filter_text();
            typed.split_whitespace().all(|word| words.contains(word))
        });
        offers
    }

    fn all_choices(
        &self,
        question: Prompt,
        form: &Form,
        subject: &ActionSubject,
        now: Now,
    ) -> Vec<Choice> {
        let minutes = |list: &[u64]| {
            let spans = list.iter().map(|n| Duration::from_secs(n * 60));
            spans.map(Choice::Duration).collect::<Vec<_>>()
        };
        match question {
            Prompt::Incident => self.incident_choices(subject),
            Prompt::Priority => self.priority_choices(form),
            Prompt::Snooze => {
                let work = self.time_until_work(now).map(Choice::UntilWorkingTime);
                let mut spans = minutes(&[30, 60, 120, 240, 480, 1440]);
                spans.extend(work);
                spans
            }
            Prompt::Extension => minutes(&[10, 15, 30, 60]),
            Prompt::TimeBoxLength => minutes(&[15, 30, 60, 120]),
            Prompt::LocalTimeBox => {
                let mut spans = minutes(&[15, 30, 60, 120]);
                spans.extend(has_time_box(subject).then_some(Choice::NoTimeBox));
                spans
            }
            Prompt::Level => self.level_choices(subject, now),
            Prompt::Assignee => self.assignee_choices(),
            Prompt::Verdict => {
                let verdicts = VERDICT_KEYS.iter().map(|(_, verdict)| *verdict);
                verdicts.map(Choice::Verdict).collect()
            }
            Prompt::Service => self.service_choices(),
        }
    }

    // Its own incident, and those about the same thing.
    fn incident_choices(&self, subject: &ActionSubject) -> Vec<Choice> {
        let Some(case) = subject.cases.first() else {
            return Vec::new();
        };
        let picture = self.picture.as_deref();
        let related = case.related.iter().filter_map(|id| picture?.case(id));
        let open = |case: &Case| case.incident.as_ref().is_some_and(|it| it.is_open());
        let near = related
            .filter(|case| open(case))
            .map(|case| case.id.clone());
        let own = open(case).then(|| case.id.clone());
        own.into_iter().chain(near).map(Choice::Incident).collect()
    }

    fn priority_choices(&self, form: &Form) -> Vec<Choice> {
        let all = self.picture.iter().flat_map(|picture| &picture.priorities);
        let mut offers: Vec<_> = all.cloned().map(Choice::Priority).collect();
        if form.action == IncidentAction::Declare {
            offers.push(Choice::NoPriority);
        }
        offers
    }

    fn time_until_work(&self, now: Now) -> Option<Duration> {
        let calendar = &self.policy.calendar;
        let mut at = now.wall;
        // It is on now: the next change ends it, the one after begins it again.
        for _ in 0..2 {
            at = calendar.next_change(at)?;
            if calendar.is_working(at) {
                let wait = (at - now.wall).to_std().ok()?;
                return (wait <= Duration::from_secs(604_800)).then_some(wait);
            }
        }
        None
    }

    fn level_choices(&self, subject: &ActionSubject, now: Now) -> Vec<Choice> {
        let directory = self.directory();
        directory.map_or_else(Vec::new, |it| level_choices(subject, it, now.wall))
    }

    // Policies first: to give it to a person ends the escalation chain.
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

    /// PagerDuty's directory, once it is known.
    pub fn directory(&self) -> Option<&Directory> {
        let answer = self.picture.as_ref()?.directory.as_ref()?;
        Some(&answer.body)
    }
}
