//! Words for actions, for their prompts, and for why an action is not possible.

use std::time::Duration;

use crate::domain::now::time_after;
use crate::domain::operation::{Assignee, Choice, IncidentAction, Prompt, Unavailable};
use crate::text::context::TextContext;
use crate::text::dates::short_time;
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;
use crate::wording::checklist::step_name;

/// Why an action is not possible. The reason follows the action's name.
pub fn unavailable_reason(obstacle: Unavailable) -> &'static str {
    match obstacle {
        Unavailable::NoIncident => "no incident yet: D opens one",
        Unavailable::LocalTimeBox => "its time-box is local: b ends it, D opens an incident",
        Unavailable::HasIncident => "there is an incident already",
        Unavailable::MultipleCases => "one case at a time",
        Unavailable::Resolved => "its incident is resolved",
        Unavailable::NotAcknowledged => "only an acknowledged incident can be snoozed",
        Unavailable::LowUrgency => "PagerDuty does not escalate low urgency",
        Unavailable::NoPriorities => "PagerDuty lists no priorities",
        Unavailable::NoChecklist => "it is not an open P1 with a checklist",
        Unavailable::NoTemplate => "no [follow_up] in the configuration",
        Unavailable::NoPagerduty => "PagerDuty is not configured",
    }
}

/// The notice after pressing the key of an action that is not possible.
pub fn action_unavailable(wanted: IncidentAction, obstacle: Unavailable) -> String {
    let name = wanted.label();
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    format!("cannot {name}: {}", unavailable_reason(obstacle))
}

/// The question that stands above the choices.
pub fn question_text(question: Prompt) -> &'static str {
    match question {
        Prompt::Incident => "its alert may belong to another incident: which one do you mean?",
        Prompt::Priority => "which priority?",
        Prompt::Snooze => "snooze for how long?",
        Prompt::Extension => "how much longer?",
        Prompt::TimeBoxLength => "how long is the time-box?",
        Prompt::LocalTimeBox => "how long is the time-box, from now? it stays on this machine",
        Prompt::Level => "to which level? the present level is not known, or is the last",
        Prompt::Assignee => "to whom? type to narrow the list",
        Prompt::Verdict => "how did the time-box end?",
        Prompt::OutageStep => "which step is done? a note tells everybody",
        Prompt::Service => "on which service? type to narrow the list",
    }
}

/// Why a choice is proposed. The reason follows the choice.
pub fn why_proposed(choice: &Choice) -> &'static str {
    match choice {
        Choice::Priority(_) | Choice::NoPriority => " (by its severity)",
        Choice::Service(_) => " (paged last for this alert)",
        _ => "",
    }
}

/// The notice after a change to a local time-box. `length` is `None` if the time-box was ended.
pub fn local_time_box(length: Option<Duration>, ctx: &TextContext) -> String {
    let Some(length) = length else {
        return "no time-box now".to_owned();
    };
    let until = short_time(time_after(ctx.now.wall, length), ctx).text;
    let length = format_duration(length);
    format!("a local time-box of {length}, until {until}: nobody else sees it")
}

/// The line below an escalation: it names the level that the incident goes to.
pub fn goes_to_level(level: &Choice) -> String {
    format!("goes to {}", choice_label(level))
}

/// The label of a choice.
pub fn choice_label(choice: &Choice) -> String {
    match choice {
        Choice::Incident(id) => clean(&id.to_string()).into_owned(),
        Choice::Priority(name) => clean(name.as_str()).into_owned(),
        Choice::NoPriority => "none".to_owned(),
        Choice::Duration(length) => format_duration(*length),
        Choice::NoTimeBox => "none: it ends now".to_owned(),
        Choice::UntilWorkingTime(length) => {
            format!(
                "{}, until the team's next working time",
                format_duration(*length)
            )
        }
        Choice::Level(level, on_call) => match on_call.as_deref() {
            None => format!("level {level}: who is on call is not known"),
            Some([]) => format!("level {level}: nobody is on call"),
            Some(names) => format!("level {level}: {}", clean(&names.join(", "))),
        },
        Choice::Assignee(Assignee::Policy(policy)) => {
            format!("{} (policy: pages its first level)", clean(&policy.name))
        }
        Choice::Assignee(Assignee::Person(person)) => clean(&person.name).into_owned(),
        Choice::Verdict(verdict_choice) => super::verdict_choice(*verdict_choice).to_owned(),
        Choice::OutageStep(step) => step_name(*step).to_owned(),
        Choice::Service(service) => clean(&service.name).into_owned(),
    }
}
