//! What enter will do: deeds on incidents, as they were shown.

use std::sync::Arc;

use super::Subject;
use super::form::{Form, has_box};
use crate::app::model::Model;
use crate::domain::deed::{Attempt, Change, Declaration, Deed, DraftKey, Note, Wish};
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::note::{BoxNote, BoxVerdict};
use crate::domain::now::Now;

/// What is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What led to it.
    pub form: Form,
    /// What is to be done.
    pub deeds: Vec<Deed>,
    /// What changed since it was first shown: why it is asked again.
    pub changed: Vec<(IncidentId, Vec<Change>)>,
    /// The draft that goes when all of it is done.
    pub draft: Option<DraftKey>,
}

impl Plan {
    /// The plan of a form that is filled in; none while something is missing.
    pub fn of(form: Form, subject: &Subject, model: &Model, now: Now) -> Option<Self> {
        let key = form.purpose(subject).and_then(|purpose| {
            Some(DraftKey {
                case: subject.id()?,
                purpose: purpose.name().to_owned(),
            })
        });
        let drafts = &model.drafts;
        let in_doubt = key.as_ref().and_then(|key| drafts.get(key));
        let in_doubt = in_doubt.is_some_and(|draft| draft.in_doubt);
        Some(Self {
            deeds: deeds(&form, subject, model, (in_doubt, now))?,
            draft: key,
            form,
            changed: Vec::new(),
        })
    }

    /// The attempt to do it.
    pub fn attempt(&self, subject: &Subject, model: &Model, number: u64) -> Attempt {
        let declares = self.form.wish == Wish::Declare;
        let on = subject.targets().map(|target| Arc::clone(target.incident));
        Attempt {
            number,
            deeds: self.deeds.clone(),
            on: if declares { Vec::new() } else { on.collect() },
            by: model.actor(),
        }
    }
}

/// The incidents of a subject that are not as they were shown, with what changed.
pub fn changed(subject: &Subject, fresh: &[Arc<Incident>]) -> Vec<(IncidentId, Vec<Change>)> {
    let changes = subject.targets().filter_map(|target| {
        let id = &target.incident.id;
        let now = fresh.iter().find(|incident| incident.id == *id)?;
        let changes = crate::domain::deed::changes(target.incident, now);
        (!changes.is_empty()).then(|| (id.clone(), changes))
    });
    changes.collect()
}

fn deeds(
    form: &Form,
    subject: &Subject,
    model: &Model,
    (in_doubt, now): (bool, Now),
) -> Option<Vec<Deed>> {
    let given = &form.given;
    let note = |text: String| Deed::Note(Note { text, in_doubt });
    let words = || given.text.clone().unwrap_or_default();
    Some(match form.wish {
        Wish::Acknowledge => vec![Deed::Acknowledge],
        Wish::Take => vec![Deed::Take],
        Wish::Resolve => vec![Deed::Resolve],
        Wish::Note => vec![note(words())],
        Wish::Priority => vec![Deed::Priority(given.priority.clone()??)],
        Wish::Snooze => vec![Deed::Snooze(given.span?)],
        Wish::Escalate => vec![Deed::Escalate(given.level?)],
        Wish::Reassign => vec![Deed::Reassign(given.assignee.clone()?)],
        Wish::TimeBox if has_box(subject) => {
            vec![note(BoxNote::Extend(given.span?, words()).to_string())]
        }
        Wish::TimeBox => vec![note(BoxNote::Start(given.span?).to_string())],
        Wish::Decide => verdict(form, model, note)?,
        Wish::Declare => vec![Deed::Declare(declaration(form, subject, model, now)?)],
        Wish::FollowUp => return None,
    })
}

// The note first: it speaks of the ownership that is current when it is written.
fn verdict(form: &Form, model: &Model, note: impl Fn(String) -> Deed) -> Option<Vec<Deed>> {
    let given = &form.given;
    let verdict = given.verdict?;
    let (url, words) = split_address(given.text.as_deref().unwrap_or_default(), verdict);
    let mut deeds = vec![note(BoxNote::Verdict(verdict, url, words).to_string())];
    match verdict {
        BoxVerdict::Outage => {
            let first = model.picture.as_ref()?.priorities.first();
            deeds.extend(first.cloned().map(Deed::Priority));
        }
        BoxVerdict::HandedOver => deeds.push(Deed::Reassign(given.assignee.clone()?)),
        BoxVerdict::Escalated => deeds.push(Deed::Escalate(given.level?)),
        BoxVerdict::Fixed
        | BoxVerdict::NotAnOutage
        | BoxVerdict::FollowUp
        | BoxVerdict::NoFollowUp => {}
    }
    Some(deeds)
}

// A follow-up's address is its first word, where that is one.
fn split_address(text: &str, verdict: BoxVerdict) -> (Option<String>, String) {
    let text = text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is_address = first.starts_with("https://") || first.starts_with("http://");
    if verdict == BoxVerdict::FollowUp && is_address {
        let address = first.trim_end_matches(':').to_owned();
        return (Some(address), rest.trim().to_owned());
    }
    (None, text.to_owned())
}

fn declaration(form: &Form, subject: &Subject, model: &Model, now: Now) -> Option<Declaration> {
    let me = model.actor().map(|actor| actor.who.id.to_string());
    let about = subject.id()?;
    let known = model.drafts.values();
    let mut kept = known.filter(|draft| draft.case == about);
    // A second attempt at the same declaration has the first one's key.
    let key = kept.find_map(|draft| draft.declared_as.clone());
    let key = key.unwrap_or_else(|| {
        let me = me.unwrap_or_default();
        format!("hubwatch {about} {me} {}", now.wall.timestamp_millis())
    });
    Some(Declaration {
        key,
        title: form.given.text.clone()?,
        service: form.given.service.clone()?,
        priority: form.given.priority.clone()?,
        hub: subject.hub_key(),
        details: crate::say::deed::details(
            subject.cases.first().map(Arc::as_ref),
            subject.hub_key(),
        ),
    })
}
