//! What went well and what went badly, as far as data shows it.

use chrono::TimeDelta;

use super::{DraftContext, Item, escape, fact, question, span};
use crate::review::past_incident::P1;
use crate::review::postmortem::{Evidence, FirstAcknowledgement, PageDelay, Postmortem, Told};

/// A first response that takes longer than this is slow. By default, PagerDuty escalates an incident after this time.
const SLOW_RESPONSE: TimeDelta = TimeDelta::minutes(30);
/// A first response to a P1 that takes longer than this is slow. A P1 has no time-box, since each minute counts.
const SLOW_RESPONSE_TO_P1: TimeDelta = TimeDelta::minutes(5);

pub(super) fn went_well(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    went(known, draft, Went::Well)
}

pub(super) fn went_badly(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    went(known, draft, Went::Badly)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Went {
    Well,
    Badly,
}

// The measures that went as `wanted`, and a question for more of them. A measure that is not known becomes a question
// among the measures that went badly.
fn went(known: &Postmortem, draft: &DraftContext<'_>, wanted: Went) -> Vec<Item> {
    let more = [
        Some(page(known, draft)),
        known.told.as_ref().map(|it| public_told(it, draft)),
        time_boxes(known, draft),
    ];
    let measures = first_response(known, draft).into_iter();
    let measures = measures.chain(ownership(known));
    let found = measures
        .chain(more.into_iter().flatten())
        .filter(|(went, _)| *went == wanted);
    let items = found.map(|(_, item)| item);
    let more = match wanted {
        Went::Well => "What else went well?",
        Went::Badly => "What else did not go well?",
    };
    items.chain([question(more)]).collect()
}

// How fast the first response was. An acknowledgement within a minute by the person who opened the incident is left
// out, since it proves nothing.
fn first_response(known: &Postmortem, draft: &DraftContext<'_>) -> Option<(Went, Item)> {
    let Some(first) = &known.acknowledged else {
        return Some((Went::Badly, no_response(known)));
    };
    if first.by_its_opener && first.after < TimeDelta::minutes(1) {
        return None;
    }
    let went = match is_slow(first, known.p1) {
        true => Went::Badly,
        false => Went::Well,
    };
    let escalated = match first.escalations {
        0 => String::new(),
        1 => ", when it had gone to another level".to_owned(),
        many => format!(", when it had gone to another level {many} times"),
    };
    let (by, after) = (draft.roles.name(&first.by), span(first.after));
    let text = match known.others.is_empty() {
        true => format!("It was acknowledged by {by} after {after}{escalated}."),
        false => format!(
            "The outage was acknowledged first by {by}, in incident {}, {after} after it began{escalated}.",
            first.incident
        ),
    };
    Some((went, fact(text, Evidence::Log)))
}

fn is_slow(first: &FirstAcknowledgement, p1: P1) -> bool {
    let limit = match p1 {
        P1::Since(_) => SLOW_RESPONSE_TO_P1,
        _ => SLOW_RESPONSE,
    };
    first.escalations > 0 || first.after > limit
}

fn no_response(known: &Postmortem) -> Item {
    match known.logs_known {
        true => fact("Nobody ever acknowledged it.", Evidence::Log),
        false => question("Who acknowledged it is not known: its log could not be read. Who did?"),
    }
}

// For how long each incident had no owner. An incident that always had an owner is named only if the first
// acknowledgement came in time.
fn ownership(known: &Postmortem) -> impl Iterator<Item = (Went, Item)> {
    known.unowned.iter().filter_map(|(number, time)| {
        let (it, subject) = match known.others.is_empty() {
            true => ("it".to_owned(), "It".to_owned()),
            false => (format!("incident {number}"), format!("Incident {number}")),
        };
        match time {
            Some(time) if *time < TimeDelta::minutes(1) => {
                let first = known.acknowledged.as_ref();
                first.filter(|first| !is_slow(first, known.p1))?;
                let text = format!("{subject} had an owner all the time.");
                Some((Went::Well, fact(text, Evidence::Log)))
            }
            Some(time) => {
                let text = format!("Nobody owned {it} for {}.", span(*time));
                Some((Went::Badly, fact(text, Evidence::Log)))
            }
            None => {
                let asked = format!(
                    "For how long nobody owned {it} is not known. Did it wait for somebody?"
                );
                Some((Went::Badly, question(&asked)))
            }
        }
    })
}

fn page(known: &Postmortem, draft: &DraftContext<'_>) -> (Went, Item) {
    match &known.page {
        PageDelay::After {
            at_least,
            at_most,
            evidence,
        } => {
            let went = match *at_least > draft.page_grace {
                true => Went::Badly,
                false => Went::Well,
            };
            let delay = match at_least.is_zero() {
                true => format!("within {}", span(*at_most)),
                false => format!("{} to {}", span(*at_least), span(*at_most)),
            };
            let seen = match at_least.is_zero() {
                true => ", give or take the time between two samples",
                false => "",
            };
            let text = format!("Its page came {delay} after its alert began to fire{seen}.");
            (went, fact(text, evidence.clone()))
        }
        PageDelay::ByHand => (
            Went::Badly,
            fact("No alert paged: a person opened it.", Evidence::Log),
        ),
        PageDelay::NotKnown if !known.alerts_known => (
            Went::Badly,
            question(
                "Whether its page was late is not known: the history of its alerts could not be read. Was it?",
            ),
        ),
        PageDelay::NotKnown => (
            Went::Badly,
            question(
                "Whether its page was late is not known: no alert that fired before it is on record. Was it?",
            ),
        ),
    }
}

fn public_told(told: &Told, draft: &DraftContext<'_>) -> (Went, Item) {
    match told {
        Told::After(time, page) => {
            let went = if *time > draft.public_grace {
                Went::Badly
            } else {
                Went::Well
            };
            let text = format!("The public was told {} after it became a P1.", span(*time));
            (went, fact(text, Evidence::StatusPage(page.clone())))
        }
        Told::TooLate(page) => (
            Went::Badly,
            fact(
                "The public was told only when it was over.",
                Evidence::StatusPage(page.clone()),
            ),
        ),
        Told::Never => (
            Went::Badly,
            question("No post on the status pages was about it. How was the public told?"),
        ),
        Told::NotKnown(why) => (
            Went::Badly,
            question(&format!(
                "When the public was told is not known: {}. When was it?",
                escape(why)
            )),
        ),
    }
}

fn time_boxes(known: &Postmortem, draft: &DraftContext<'_>) -> Option<(Went, Item)> {
    let Some(overruns) = &known.overruns else {
        let asked = "Whether time-boxes ran out is not known. Did they?";
        return Some((Went::Badly, question(asked)));
    };
    let each: Vec<String> = overruns
        .iter()
        .map(|one| {
            let at = draft.time(one.at);
            let verdict = if one.has_verdict {
                ""
            } else {
                ", and none was given later"
            };
            format!(
                "at {at}, and it went on for {} without a verdict{verdict}",
                span(one.over)
            )
        })
        .collect();
    (!each.is_empty()).then(|| {
        let text = format!("A time-box ran out {}.", each.join("; another "));
        (Went::Badly, fact(text, Evidence::Log))
    })
}
