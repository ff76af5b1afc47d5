//! What can be done, what is asked, and what stands in the way.

use crate::domain::deed::{Assignee, Obstacle, Offer, Question, Wish};
use crate::say::durations::span;
use crate::say::sanitize::clean;

/// What a wish is called in the menu.
pub fn wish(wish: Wish) -> &'static str {
    match wish {
        Wish::Acknowledge => "acknowledge",
        Wish::Take => "take: assign it to you, and acknowledge",
        Wish::Decide => "decide: say how the time-box ended",
        Wish::Note => "write a note",
        Wish::TimeBox => "start or extend the time-box",
        Wish::Priority => "set the priority",
        Wish::Reassign => "reassign to a person or a policy",
        Wish::Escalate => "escalate to a level",
        Wish::Snooze => "snooze",
        Wish::FollowUp => "open a follow-up issue",
        Wish::Declare => "declare: open an incident",
        Wish::Resolve => "resolve",
    }
}

/// Why it cannot be done, behind its name.
pub fn why_not(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoIncident => "no incident yet: D opens one",
        Obstacle::OwnBox => "its time-box is only here: b ends it, D opens an incident",
        Obstacle::HasIncident => "there is an incident already",
        Obstacle::Several => "one case at a time",
        Obstacle::Over => "its incident is resolved",
        Obstacle::NotAcknowledged => "only what is acknowledged can be snoozed",
        Obstacle::NoPriorities => "PagerDuty tells of no priorities",
        Obstacle::NoTemplate => "no [follow_up] in the configuration",
        Obstacle::NoPagerduty => "PagerDuty is not configured",
    }
}

/// Why a key does nothing.
pub fn obstacle(wanted: Wish, obstacle: Obstacle) -> String {
    let name = wish(wanted);
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    format!("cannot {name}: {}", why_not(obstacle))
}

/// A question, above its list.
pub fn question(question: Question) -> &'static str {
    match question {
        Question::Which => "its alert belongs to this incident only probably: which one is meant?",
        Question::Priority => "which priority?",
        Question::Snooze => "snooze for how long?",
        Question::Extension => "how much longer?",
        Question::BoxLength => "how long is the time-box?",
        Question::OwnBox => "how long is the time-box, from now? only this machine keeps it",
        Question::Level => "to which level? the present one is not known, or it is the last",
        Question::Assignee => "to whom? type to narrow the list",
        Question::Verdict => "how did the time-box end?",
        Question::Service => "on which service? type to narrow the list",
    }
}

/// What became of a time-box that is only here.
pub fn own_box(length: Option<std::time::Duration>) -> String {
    match length {
        Some(length) => format!(
            "a time-box of {}, only here: nobody else sees it",
            span(length)
        ),
        None => "no time-box any more".to_owned(),
    }
}

/// Whom it goes to, under what is to be done.
pub fn goes_to(level: &Offer) -> String {
    format!("goes to {}", offer(level))
}

/// What can be picked.
pub fn offer(offer: &Offer) -> String {
    match offer {
        Offer::Incident(id) => clean(&id.to_string()).into_owned(),
        Offer::Priority(name) => clean(name.as_str()).into_owned(),
        Offer::NoPriority => "none".to_owned(),
        Offer::Span(length) => span(*length),
        Offer::NoBox => "none: it ends now".to_owned(),
        Offer::UntilWork(length) => format!("{}, until the team works again", span(*length)),
        Offer::Level(level, on_call) => match on_call.as_slice() {
            [] => format!("level {level}: nobody is on call"),
            names => format!("level {level}: {}", clean(&names.join(", "))),
        },
        Offer::Assignee(Assignee::Policy(policy)) => {
            format!("{} (policy: pages its first level)", clean(&policy.name))
        }
        Offer::Assignee(Assignee::Person(person)) => clean(&person.name).into_owned(),
        Offer::Verdict(verdict) => super::verdict(*verdict).to_owned(),
        Offer::Service(service) => clean(&service.name).into_owned(),
    }
}
