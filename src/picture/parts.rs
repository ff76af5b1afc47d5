//! The parts of a source's answer as they are shown, and whether the verdict needs a part that is missing.

use super::views::{PartView, RotaGap, SourceView};
use crate::domain::answers::{Answers, IncidentsData};
use crate::domain::directory::Directory;
use crate::domain::incident::Incident;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::post::{PageOwnership, StatusPage};
use crate::domain::source::{Part, PartName, PartProblem, Slot, SourceKind, SourceState};

/// The expected parts of the directory before its first answer.
const DIRECTORY_PARTS: [PartName; 4] = [
    PartName::Priorities,
    PartName::Users,
    PartName::EscalationPolicies,
    PartName::Oncalls,
];

/// PagerDuty's parts: first those of the incidents, then those of the directory.
pub fn pagerduty_parts(answers: &Answers, policy: &Policy, now: Now) -> Vec<PartView> {
    let incidents = answers.incidents.as_ref();
    let data = incidents.and_then(Slot::body);
    let of_incidents = incidents.into_iter().flat_map(|slot| part_views(slot, now));
    let directory = answers.directory.as_ref();
    let of_directory = directory
        .into_iter()
        .flat_map(|slot| directory_views(slot, now))
        .map(|view| match unlisted_policy(answers) {
            Some(missing) if is_whole_policy_part(&view) => PartView {
                problem: Some(PartProblem::Partial(missing)),
                ..view
            },
            _ => view,
        });
    of_incidents
        .chain(of_directory)
        .map(|view| judge_pagerduty_part(view, data, policy))
        .collect()
}

fn is_whole_policy_part(view: &PartView) -> bool {
    view.name == PartName::EscalationPolicies && view.state.is_fresh() && view.problem.is_none()
}

// A policy that an open incident or an on-call names, but that the listing of policies lacks. If there is one, the
// listing is not complete.
fn unlisted_policy(answers: &Answers) -> Option<String> {
    let directory = answers.directory.as_ref()?.body()?;
    let incidents = answers.incidents.as_ref().and_then(Slot::body);
    let incidents = incidents.into_iter().flat_map(|data| &data.incidents);
    let of_incidents = incidents
        .filter(|incident| incident.is_open())
        .filter_map(|incident| incident.policy.as_ref())
        .map(|policy| (&policy.id, &*policy.name, "an open incident"));
    let shifts = directory.on_calls.iter();
    let of_shifts = shifts.map(|shift| (&shift.policy, shift.policy.as_str(), "an on-call"));
    let mut named = of_incidents.chain(of_shifts);
    let (_, name, by) = named.find(|(id, ..)| directory.policy(id).is_none())?;
    Some(format!(
        "PagerDuty does not list the escalation policy '{name}', which {by} uses"
    ))
}

/// A status page's parts. The verdict needs no part of a page that is surely not ours.
pub fn page_parts(slot: &Slot<StatusPage>, policy: &Policy, now: Now) -> Vec<PartView> {
    let is_foreign = policy.page_ownership(&slot.id.name) == PageOwnership::Foreign;
    let is_needed = |name| {
        !is_foreign
            && matches!(
                name,
                PartName::Posts
                    | PartName::Statuses
                    | PartName::Impacts
                    | PartName::BusinessImpacts
            )
    };
    part_views(slot, now)
        .map(|view| PartView {
            is_missing: is_needed(view.name) && lacks_data(&view),
            ..view
        })
        .collect()
}

/// The parts of a source. For the verdict, a part counts as missing only if failing hubs could not be tried a second
/// time.
pub fn part_views<T>(slot: &Slot<T>, now: Now) -> impl Iterator<Item = PartView> + '_ {
    let parts = slot.parts().iter();
    parts.map(move |part| PartView {
        name: part.name,
        state: part.state(now, slot.interval).max(slot.state(now)),
        problem: part.problem.clone(),
        is_missing: part.name == PartName::SecondTries && part.problem.is_some(),
    })
}

// A directory that has never answered lacks all of its parts.
fn directory_views(slot: &Slot<Directory>, now: Now) -> Vec<PartView> {
    let state = slot.state(now);
    if slot.answer.is_some() && !slot.parts().is_empty() {
        return part_views(slot, now).collect();
    }
    let problem = slot.failure.clone().map(PartProblem::Failed);
    DIRECTORY_PARTS
        .map(|name| PartView {
            name,
            state,
            problem: problem.clone(),
            is_missing: false,
        })
        .to_vec()
}

fn judge_pagerduty_part(view: PartView, data: Option<&IncidentsData>, policy: &Policy) -> PartView {
    let any = |is: fn(&Incident) -> bool| {
        data.is_some_and(|data| data.incidents.iter().any(|incident| is(incident)))
    };
    let lacking = lacks_data(&view);
    let is_missing = match view.name {
        PartName::Incidents | PartName::EscalationPolicies | PartName::Oncalls => lacking,
        PartName::Users => lacking && !(policy.placeholders.is_empty() && policy.bots.is_empty()),
        PartName::Alerts | PartName::Log if is_not_offered(&view) => false,
        PartName::Alerts => any(Incident::lacks_alerts),
        PartName::Log => any(Incident::lacks_log),
        PartName::Priorities if is_not_offered(&view) => any(has_open_priority),
        PartName::Priorities => lacking,
        _ => false,
    };
    let reads_each = matches!(view.name, PartName::Alerts | PartName::Log);
    PartView {
        state: match is_missing && reads_each {
            true => view.state.max(SourceState::Down),
            false => view.state,
        },
        is_missing,
        ..view
    }
}

/// True if a part is not fresh, or not complete.
pub fn lacks_data(view: &PartView) -> bool {
    !view.state.is_fresh() || is_partial(view)
}

fn is_partial(view: &PartView) -> bool {
    view.state.is_fresh() && matches!(view.problem, Some(PartProblem::Partial(_)))
}

/// The missing part of the rota while PagerDuty is live. A part that the account does not offer counts as missing. If
/// several parts are missing, a part without any data is preferred to a partial one.
pub fn rota_gap(sources: &[SourceView]) -> Option<RotaGap> {
    let is_live =
        |view: &&SourceView| view.id.kind == SourceKind::Pagerduty && view.state.is_fresh();
    let parts = sources.iter().find(is_live)?.parts.iter();
    let of_rota = parts
        .filter(|part| matches!(part.name, PartName::EscalationPolicies | PartName::Oncalls))
        .filter(|part| part.is_missing || is_not_offered(part));
    let worst = of_rota.min_by_key(|part| is_partial(part))?;
    Some(RotaGap {
        part: worst.name,
        is_partial: is_partial(worst),
    })
}

fn is_not_offered(view: &PartView) -> bool {
    matches!(view.problem, Some(PartProblem::NotOffered(_)))
}

/// Whether the account has an order of priorities that was never read. An account that does not offer priorities, or a
/// directory whose requests all failed, counts only if an open incident has a priority.
pub fn lacks_priorities(directory: &Slot<Directory>, answers: &Answers) -> bool {
    let mut parts = directory.parts().iter();
    let part = parts.find(|part| part.name == PartName::Priorities);
    match part {
        Some(part) if part.read_at.is_none() => true,
        Some(Part {
            problem: Some(PartProblem::NotOffered(_)),
            ..
        }) => carries_priority(answers),
        Some(_) => false,
        None => {
            let is_failed = directory.answer.is_none() && directory.failure.is_some();
            is_failed && carries_priority(answers)
        }
    }
}

fn carries_priority(answers: &Answers) -> bool {
    let data = answers.incidents.as_ref().and_then(Slot::body);
    let mut incidents = data.into_iter().flat_map(|data| &data.incidents);
    incidents.any(|incident| has_open_priority(incident))
}

// If an account does not offer priorities, none of its incidents should have one.
fn has_open_priority(incident: &Incident) -> bool {
    incident.is_open() && incident.priority.is_some()
}
