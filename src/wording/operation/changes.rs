//! Words for the changes of an incident.

use crate::domain::incident::Person;
use crate::domain::operation::IncidentChange;
use crate::text::context::TextContext;
use crate::text::dates::short_time;
use crate::text::sanitize::clean;

/// Describes one change in a clause: "Bo acknowledged it".
pub fn describe_change(change: &IncidentChange, ctx: &TextContext) -> String {
    match change {
        IncidentChange::Resolved { by, at } => {
            let who = by
                .as_ref()
                .map_or_else(String::new, |by| format!(" by {}", clean(&by.name)));
            let when = at.map_or_else(String::new, |at| {
                format!(" at {}", short_time(at, ctx).text)
            });
            format!("it was resolved{who}{when}")
        }
        IncidentChange::Reopened => "it is open again".to_owned(),
        IncidentChange::Acknowledged(by) => format!("{} acknowledged it", join_names(by)),
        IncidentChange::AcknowledgementsEnded(by) => {
            format!("{} no longer holds it", join_names(by))
        }
        IncidentChange::Unacknowledged => "it is no longer acknowledged".to_owned(),
        IncidentChange::Reassigned(to) if to.is_empty() => {
            "it is assigned to nobody now".to_owned()
        }
        IncidentChange::Reassigned(to) => format!("it is assigned to {} now", join_names(to)),
        IncidentChange::Priority(Some(name)) => {
            format!("its priority is {} now", clean(name.as_str()))
        }
        IncidentChange::Priority(None) => "it no longer has a priority".to_owned(),
        IncidentChange::Policy(Some(name)) => format!("it went to the policy {}", clean(name)),
        IncidentChange::Policy(None) => "it no longer has an escalation policy".to_owned(),
        IncidentChange::SnoozedUntil(until) => {
            format!("it is snoozed until {}", short_time(*until, ctx).text)
        }
        IncidentChange::Title(title) => {
            format!("it is called \u{201c}{}\u{201d} now", clean(title))
        }
    }
}

/// Describes several changes in one sentence.
pub fn describe_changes(all: &[IncidentChange], ctx: &TextContext) -> String {
    let said: Vec<_> = all.iter().map(|one| describe_change(one, ctx)).collect();
    match said.as_slice() {
        [] => "it changed".to_owned(),
        said => said.join(", "),
    }
}

/// The names joined with commas and "and".
pub fn join_names(people: &[Person]) -> String {
    let names: Vec<_> = people.iter().map(|person| clean(&person.name)).collect();
    match names.as_slice() {
        [] => "somebody".to_owned(),
        [one] => one.to_string(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
