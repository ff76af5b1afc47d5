//! The history of an incident from PagerDuty's log, newest first.

use crate::app::model::Model;
use crate::domain::case::Case;
use crate::domain::ids::PriorityName;
use crate::domain::incident::{LogEntry, LogKind, Person};
use crate::domain::note::{OutageNote, TimeBoxNote};
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::ui::pages::page::Page;

/// The column in which an entry's text begins.
const TEXT_COLUMN: usize = 14;

pub fn add(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    page.heading("Timeline, newest first");
    let Some(incident) = &case.incident else {
        page.text(Meaning::Dim, "none: there is no incident");
        return;
    };
    let log = model.picture.iter().flat_map(|picture| &picture.log);
    let mut entries: Vec<_> = log.filter(|entry| entry.incident == incident.id).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    if entries.is_empty() {
        page.text(
            Meaning::Dim,
            "not known: the incident's log has not been read yet",
        );
    }
    for entry in entries {
        page.line(entry_line(entry, ctx));
    }
}

fn entry_line(entry: &LogEntry, ctx: &TextContext) -> Line {
    Line::styled(Meaning::Dim, short_time(entry.at, ctx))
        .with(Meaning::Plain, " ")
        .pad_to(TEXT_COLUMN)
        .with(entry_meaning(&entry.kind), entry_text(entry, ctx))
        .hanging(TEXT_COLUMN)
}

fn entry_meaning(kind: &LogKind) -> Meaning {
    match kind {
        LogKind::Annotate { text } if is_hubwatch_note(text.as_deref()) => Meaning::Clock,
        LogKind::Annotate { .. } => Meaning::Input,
        LogKind::Trigger | LogKind::Unacknowledge => Meaning::Warning,
        LogKind::ExhaustEscalation => Meaning::Critical,
        LogKind::Notify { .. } | LogKind::Other(_) => Meaning::Dim,
        _ => Meaning::Plain,
    }
}

fn is_hubwatch_note(text: Option<&str>) -> bool {
    text.is_some_and(|text| TimeBoxNote::parse(text).is_some() || OutageNote::parse(text).is_some())
}

// hubwatch's own words, if the entry has the data for them. Otherwise PagerDuty's text for the entry.
fn entry_text(entry: &LogEntry, ctx: &TextContext) -> ExpiringText {
    let who = entry.agent.as_ref().map(|agent| &*agent.name);
    let by = |what: &str| match who {
        Some(who) => format!("{who} {what}"),
        None => format!("{what}, by an unknown user"),
    };
    let done = |active: &str, passive: &str, to: &[Person]| match who {
        Some(who) => format!("{who} {active} {}", names(to)),
        None => format!("{passive} {}", names(to)),
    };
    ExpiringText::fixed(match &entry.kind {
        LogKind::Acknowledge { .. } => by("acknowledged"),
        LogKind::Resolve => by("resolved"),
        LogKind::Unacknowledge => "the acknowledgement ended".to_owned(),
        LogKind::Assign { to } => done("assigned it to", "it was assigned to", to),
        LogKind::Delegate { to } => done(
            "moved it to another policy, to",
            "it moved to another policy, to",
            to,
        ),
        LogKind::Escalate { to } => format!("it escalated to {}", names(to)),
        LogKind::Notify { who: Some(who) } => format!("{} was notified", who.name),
        LogKind::Annotate { text: Some(text) } => by(&format!("noted: {text}")),
        LogKind::Snooze { until: Some(until) } => {
            return short_time(*until, ctx).map(|at| by(&format!("snoozed it until {at}")));
        }
        LogKind::Unsnooze => "the snooze ended".to_owned(),
        LogKind::RepeatEscalation => "the policy started again at level 1".to_owned(),
        LogKind::ExhaustEscalation => {
            "the last level was reached: nobody else is notified".to_owned()
        }
        LogKind::PriorityChange { from, to } => {
            let name = |name: &Option<PriorityName>| {
                name.as_ref()
                    .map_or("none", |name| name.as_str())
                    .to_owned()
            };
            by(&format!(
                "changed the priority from {} to {}",
                name(from),
                name(to)
            ))
        }
        _ if !entry.summary.is_empty() => entry.summary.clone(),
        LogKind::Other(kind) => kind.clone(),
        LogKind::Trigger => "it was triggered".to_owned(),
        LogKind::Notify { who: None } => "somebody was notified".to_owned(),
        LogKind::Annotate { text: None } => by("wrote a note"),
        LogKind::Snooze { until: None } => by("snoozed it"),
        LogKind::UrgencyChange => by("changed the urgency"),
        LogKind::FieldChange => by("changed a field"),
    })
}

fn names(people: &[Person]) -> String {
    let names: Vec<&str> = people.iter().map(|person| &*person.name).collect();
    match names.as_slice() {
        [] => "an unknown user".to_owned(),
        names => names.join(", "),
    }
}
