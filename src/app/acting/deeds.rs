//! From a filled-in form to the deeds that it asks for.

use std::sync::Arc;

use super::Subject;
use super::form::{Form, has_box};
use crate::app::model::Model;
use crate::domain::deed::{Declaration, Deed, Note, Wish};
use crate::domain::note::{BoxNote, BoxVerdict};
use crate::domain::now::Now;

/// What a filled-in form asks for; none while something is missing.
pub fn deeds(
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
        since: None,
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
