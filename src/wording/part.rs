//! Words for the parts of a source's answer.

use crate::domain::source::{
    Failure, PartName, PartProblem, ReadProgress, SourceKind, SourceState,
};
use crate::picture::{PartView, Picture, SourceView};

use super::source;
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;

/// Says why reading takes so long.
const BUDGET_IS_SPARED: &str = "slowed to save the shared rate limit";

/// What a part of an answer contains. The name fits after "without", as in "pagerduty without on-calls".
pub fn name(part: PartName) -> &'static str {
    match part {
        PartName::Incidents => "all open incidents",
        PartName::ResolvedIncidents => "resolved incidents",
        PartName::Log => "the log",
        PartName::Alerts => "incidents' alerts",
        PartName::Notes => "notes",
        PartName::Priorities => "priorities",
        PartName::Users => "users",
        PartName::EscalationPolicies => "escalation policies",
        PartName::Services => "services",
        PartName::Oncalls => "on-calls",
        PartName::MaintenanceWindows => "maintenance windows",
        PartName::Me => "the API key's user",
        PartName::Silences => "the silences' authors",
        PartName::Routes => "its routes",
        PartName::Posts => "posts",
        PartName::PostUpdates => "the posts' updates",
        PartName::ClosedPosts => "closed posts",
        PartName::Statuses => "its status names",
        PartName::Impacts => "its impact names",
        PartName::PageServices => "its services",
        PartName::BusinessImpacts => "business services' impacts",
        PartName::SecondTries => "second tries of failing hubs",
    }
}

/// A source and the part that is missing: "pagerduty without on-calls".
pub fn missing(view: &SourceView, part: PartName) -> String {
    let (source, name) = (source::name(view), name(part));
    let known = view.parts.iter().find(|shown| shown.name == part);
    match known.and_then(|shown| shown.problem.as_ref()) {
        Some(PartProblem::NotReadYet(progress)) => {
            format!("{source} reading {name}: {}", progress_text(progress))
        }
        _ => format!("{source} without {name}"),
    }
}

// Reading progress: "35 of 2000, about 40m to go".
fn progress_text(progress: &ReadProgress) -> String {
    let time_left = progress.time_left;
    let time_left = time_left.map(|left| format!(", about {} to go", format_duration(left)));
    let time_left = time_left.unwrap_or_default();
    format!("{} of {}{time_left}", progress.read, progress.all)
}

/// The same text as [`missing`], with the reason: "pagerduty without on-calls: PagerDuty answered 500 for on-calls".
pub fn missing_in_full(view: &SourceView, part: PartName) -> String {
    let head = missing(view, part);
    let shown = view.parts.iter().find(|shown| shown.name == part);
    match shown.and_then(problem) {
        Some(_) if is_being_read(shown) => format!("{head}; {BUDGET_IS_SPARED}"),
        Some(why) => format!("{head}: {why}"),
        None => head,
    }
}

fn is_being_read(part: Option<&PartView>) -> bool {
    part.is_some_and(|part| matches!(part.problem, Some(PartProblem::NotReadYet(_))))
}

/// Why a part of the rota is not known; `None` if all of it is known.
pub fn rota_gap(picture: &Picture) -> Option<String> {
    let gap = picture.rota_gap.as_ref()?;
    let mut sources = picture.sources.iter();
    let pagerduty = sources.find(|view| view.id.kind == SourceKind::Pagerduty)?;
    Some(missing_in_full(pagerduty, gap.part))
}

/// The parts that the verdict needs and that are missing, for each source that is fresh.
pub fn all_missing(picture: &Picture) -> impl Iterator<Item = (&SourceView, &PartView)> {
    let fresh = picture.sources.iter().filter(|view| view.state.is_fresh());
    fresh.flat_map(|view| view.missing_parts().map(move |part| (view, part)))
}

/// A part's state in one word. "absent" means that the account does not have this feature.
pub fn state_name(part: &PartView) -> &'static str {
    match part.problem {
        Some(PartProblem::NotOffered(_)) => "absent",
        Some(PartProblem::Partial(_)) => "partial",
        Some(PartProblem::NotReadYet(_)) => "reading",
        _ => source::state_name(part.state),
    }
}

/// Whether the part is complete and up to date.
pub fn is_whole(part: &PartView) -> bool {
    part.problem.is_none() && part.state == SourceState::Live && !part.is_missing
}

/// The problem of a part; `None` if it has none.
pub fn problem(part: &PartView) -> Option<String> {
    let text = match part.problem.as_ref()? {
        PartProblem::Failed(Failure { text, .. })
        | PartProblem::Partial(text)
        | PartProblem::NotOffered(text) => clean(text).into_owned(),
        PartProblem::NotReadYet(progress) => {
            format!("{}; {BUDGET_IS_SPARED}", progress_text(progress))
        }
    };
    Some(text)
}
