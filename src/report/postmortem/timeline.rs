//! The timeline. Each line has the events of one source in one minute. A question asks for each standard point, such as
//! "impact begins", that no source shows.

use strum::IntoEnumIterator as _;

use super::{DraftContext, Item, escape, fact, question};
use crate::domain::incident::Person;
use crate::review::postmortem::{Agent, Event, Happening, Point, Postmortem};
use crate::wording::checklist::step_name;

/// The lines of the timeline, and the questions for missing points.
pub(super) fn items(known: &Postmortem, draft: &DraftContext<'_>) -> Vec<Item> {
    let mut lines: Vec<(String, Item)> = Vec::new();
    for event in &known.timeline {
        let (at, text) = (draft.time(event.at), sentence(event, draft));
        match lines.last_mut() {
            // Events of one source in the same minute share a line.
            Some((minute, line)) if *minute == at && line.evidence == event.evidence => {
                line.text.push_str(&format!("; {text}"));
            }
            _ => lines.push((
                at.clone(),
                fact(format!("{at}: {text}"), event.evidence.clone()),
            )),
        }
    }
    let shown: Vec<Point> = known
        .timeline
        .iter()
        .filter_map(|event| event.point)
        .collect();
    let missing = Point::iter().filter(|point| !shown.contains(point));
    let questions = missing.map(|point| question(&missing_point(point)));
    lines
        .into_iter()
        .map(|(_, item)| item)
        .chain(questions)
        .collect()
}

fn name(point: Point) -> &'static str {
    match point {
        Point::ImpactBegins => "impact begins",
        Point::BroughtToAttention => "brought to attention",
        Point::ResponseBegins => "response begins",
        Point::Debugging => "debugging",
        Point::Fixes => "fixes",
        Point::Community => "words of the community",
        Point::Fixed => "fixed",
        Point::Verified => "how it was verified",
    }
}

fn missing_point(point: Point) -> String {
    let asks = match point {
        Point::ImpactBegins => "when did users notice first, and what shows it?",
        Point::BroughtToAttention => "who or what told the team first, and when?",
        Point::ResponseBegins => "who began to work on it, and when?",
        Point::Debugging => "what was looked at, with which commands?",
        Point::Fixes => "what was changed, with links?",
        Point::Community => "what did the community write, and what was it told?",
        Point::Fixed => "when was it over, and what shows it?",
        Point::Verified => "who checked that it is over, and how?",
    };
    format!("**{}**: {asks}", name(point))
}

fn sentence(event: &Event, draft: &DraftContext<'_>) -> String {
    let text = happening(event, draft);
    let text = match event.other {
        Some(number) => format!("incident {number}: {text}"),
        None => text,
    };
    match event.point {
        Some(point) => format!("**{}**: {text}", name(point)),
        None => text,
    }
}

fn happening(event: &Event, draft: &DraftContext<'_>) -> String {
    let by = |verb: &str| match &event.by {
        Agent::Person(who) => format!("{} {verb}", draft.roles.name(who)),
        Agent::Program => format!("a service or an integration {verb}"),
        Agent::NotKnown => format!("an unknown user {verb}"),
    };
    let to = |people: &[Person]| draft.roles.names(people);
    match &event.what {
        Happening::AlertPending(alert) => format!("the alert {} is pending", escape(alert)),
        Happening::AlertFires(alert) => format!("the alert {} fires", escape(alert)),
        Happening::AlertEnds(alert) => format!("the alert {} no longer fires", escape(alert)),
        Happening::ProbeFails(hub, may_be_our_network) => {
            let doubt = match may_be_our_network {
                true => ", without an answer, perhaps because of our own network",
                false => "",
            };
            format!("the probe of {} fails{doubt}", escape(&hub.to_string()))
        }
        Happening::ProbeAnswers(hub) => format!("{} answers again", escape(&hub.to_string())),
        Happening::Opened(channel) => opened(event, channel.as_deref(), draft),
        Happening::Acknowledged => by("acknowledged it"),
        Happening::AcknowledgementEnded => "the acknowledgement ended".to_owned(),
        Happening::Escalated(people) => format!("escalated to {}", to(people)),
        Happening::Assigned(people) => format!("assigned to {}", to(people)),
        Happening::Snoozed => by("snoozed it"),
        Happening::PriorityChanged(from, to) => {
            let name = |it: &Option<_>| {
                it.as_ref()
                    .map_or("none".to_owned(), |it| escape(&format!("{it}")))
            };
            by(&format!(
                "changed the priority from {} to {}",
                name(from),
                name(to)
            ))
        }
        Happening::Note(text) => format!("{}: {}", by("noted"), escape(text)),
        Happening::Step(note) => {
            let address = note.address.as_deref().map(escape);
            let words = [
                address,
                Some(escape(&note.text)).filter(|text| !text.is_empty()),
            ];
            let words: Vec<String> = words.into_iter().flatten().collect();
            let said = by(&format!("said: {}", step_name(note.step)));
            [vec![said], words].concat().join(", ")
        }
        Happening::Decided(verdict, text) => match text.is_empty() {
            true => by(&format!("decided: {verdict}")),
            false => by(&format!("decided: {verdict}, {}", escape(text))),
        },
        Happening::Posted(title) => format!("posted: {}", escape(title)),
        Happening::PostUpdated(title) => format!("the post {} was updated last", escape(title)),
        Happening::Resolved => by("resolved it"),
        Happening::Merged => by("merged it into another incident of the outage"),
    }
}

fn opened(event: &Event, channel: Option<&str>, draft: &DraftContext<'_>) -> String {
    let channel = channel.map_or(String::new(), |way| format!(" ({})", escape(way)));
    match &event.by {
        Agent::Person(who) => format!("{} opened the incident{channel}", draft.roles.name(who)),
        Agent::Program => format!("an alert opened the incident{channel}"),
        Agent::NotKnown => format!("the incident was opened{channel}, by an unknown user"),
    }
}
