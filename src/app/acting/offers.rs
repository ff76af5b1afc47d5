//! What can be picked where something is asked.

use std::time::Duration;

use super::Subject;
use super::form::{Form, has_box};
use super::reached::levels;
use crate::app::model::Model;
use crate::app::typing::TextLine;
use crate::domain::case::Case;
use crate::domain::deed::{Assignee, Offer, Question, VERDICTS, Wish};
use crate::domain::directory::Directory;
use crate::domain::now::Now;

/// Where the person is in a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pick {
    /// The cursor, among what passes the filter.
    pub at: usize,
    /// What is typed to narrow a long list; a short one has a key for each.
    pub filter: TextLine,
}

impl Model {
    /// What can be picked for a question, after what was typed to narrow it.
    pub fn offers(
        &self,
        question: Question,
        (form, subject): (&Form, &Subject),
        pick: &Pick,
        now: Now,
    ) -> Vec<Offer> {
        let mut offers = self.all_offers(question, form, subject, now);
        let typed = pick.filter.text().to_lowercase();
        offers.retain(|offer| {
            let said = offer.words();
            typed.split_whitespace().all(|word| said.contains(word))
        });
        offers
    }

    fn all_offers(
        &self,
        question: Question,
        form: &Form,
        subject: &Subject,
        now: Now,
    ) -> Vec<Offer> {
        let minutes = |list: &[u64]| {
            let spans = list.iter().map(|n| Duration::from_secs(n * 60));
            spans.map(Offer::Span).collect::<Vec<_>>()
        };
        match question {
            Question::Which => self.incidents_near(subject),
            Question::Priority => self.priorities(form),
            Question::Snooze => {
                let work = self.until_work(now).map(Offer::UntilWork);
                let mut spans = minutes(&[30, 60, 120, 240, 480, 1440]);
                spans.extend(work);
                spans
            }
            Question::Extension => minutes(&[10, 15, 30, 60]),
            Question::BoxLength => minutes(&[15, 30, 60, 120]),
            Question::OwnBox => {
                let mut spans = minutes(&[15, 30, 60, 120]);
                spans.extend(has_box(subject).then_some(Offer::NoBox));
                spans
            }
            Question::Level => self.levels(subject, now),
            Question::Assignee => self.assignees(),
            Question::Verdict => {
                let verdicts = VERDICTS.iter().map(|(_, verdict)| *verdict);
                verdicts.map(Offer::Verdict).collect()
            }
            Question::Service => self.services(),
        }
    }

    // Its own incident, and those about the same thing.
    fn incidents_near(&self, subject: &Subject) -> Vec<Offer> {
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
        own.into_iter().chain(near).map(Offer::Incident).collect()
    }

    fn priorities(&self, form: &Form) -> Vec<Offer> {
        let all = self.picture.iter().flat_map(|picture| &picture.priorities);
        let mut offers: Vec<_> = all.cloned().map(Offer::Priority).collect();
        if form.wish == Wish::Declare {
            offers.push(Offer::NoPriority);
        }
        offers
    }

    fn until_work(&self, now: Now) -> Option<Duration> {
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

    fn levels(&self, subject: &Subject, now: Now) -> Vec<Offer> {
        let directory = self.directory();
        directory.map_or_else(Vec::new, |it| levels(subject, it, now.wall))
    }

    // Policies first: to give it to a person ends the escalation chain.
    fn assignees(&self) -> Vec<Offer> {
        let Some(directory) = self.directory() else {
            return Vec::new();
        };
        let policies = directory.policies.iter();
        let policies = policies.map(|policy| Assignee::Policy(policy.named.clone()));
        let me = directory.me.as_ref().map(|me| &me.id);
        let people = directory.users.iter().map(|user| &user.person);
        let people = people.filter(|person| Some(&person.id) != me);
        let people = people.cloned().map(Assignee::Person);
        policies.chain(people).map(Offer::Assignee).collect()
    }

    fn services(&self) -> Vec<Offer> {
        let all = self.directory().into_iter().flat_map(|it| &it.services);
        all.cloned().map(Offer::Service).collect()
    }

    /// PagerDuty's directory, once it is known.
    pub fn directory(&self) -> Option<&Directory> {
        let answer = self.picture.as_ref()?.directory.as_ref()?;
        Some(&answer.body)
    }
}
