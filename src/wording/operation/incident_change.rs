//! What changed on an incident between the screen and the write.

use crate::domain::incident::Person;
use crate::domain::operation::IncidentChange;
use crate::text::context::TextContext;
use crate::text::dates::short_time;
use crate::text::sanitize::clean;

/// One change: "Bo acknowledged it".
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
            format!("{} does not hold it any more", join_names(by))
        }
        IncidentChange::Unacknowledged => "nobody's acknowledgement stands any more".to_owned(),
        IncidentChange::Reassigned(to) if to.is_empty() => {
            "it is assigned to nobody now".to_owned()
        }
        IncidentChange::Reassigned(to) => format!("it is assigned to {} now", join_names(to)),
        IncidentChange::Priority(Some(name)) => {
            format!("its priority is {} now", clean(name.as_str()))
        }
        IncidentChange::Priority(None) => "it has no priority any more".to_owned(),
        IncidentChange::Policy(Some(name)) => format!("it went to the policy {}", clean(name)),
        IncidentChange::Policy(None) => "it has no escalation policy any more".to_owned(),
        IncidentChange::Title(title) => {
            format!("it is called \u{201c}{}\u{201d} now", clean(title))
        }
    }
}

/// Several, in one sentence.
pub fn describe_changes(all: &[IncidentChange], ctx: &TextContext) -> String {
    let said: Vec<_> = all.iter().map(|one| describe_change(one, ctx)).collect();
    match said.as_slice() {
        [] => "something of it changed".to_owned(),
        said => said.join(", "),
    }
}

/// Names, as in a sentence.
pub fn join_names(people: &[Person]) -> String {
    let names: Vec<_> = people.iter().map(|person| clean(&person.name)).collect();
    match names.as_slice() {
        [] => "somebody".to_owned(),
        [one] => one.to_string(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
