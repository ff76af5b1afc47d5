//! The lines for a person who waits: changes, and from time to time the present state.

use std::collections::BTreeSet;
use std::time::Duration;

use super::words::{counted, worsening};
use crate::domain::ids::HubKey;
use crate::regression::{CaseObservation, Change, Outcome};
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;
use crate::wording::verdict::names;

/// If there are more changes of one kind than this, they share a line.
const MAX_LINES: usize = 3;

/// The text before each line: "4m 12s of 30m: ". The elapsed time has seconds, so that a reader sees the order of lines
/// within a minute.
pub fn prefix(elapsed: Duration, duration: Duration) -> String {
    let elapsed = humantime::format_duration(Duration::from_secs(elapsed.as_secs()));
    format!("{elapsed} of {}: ", format_duration(duration))
}

/// One line for each change. Many changes of one kind share a line, for example when a whole fleet restarts.
pub fn lines(changes: &[Change]) -> Vec<String> {
    let kinds: BTreeSet<Kind> = changes.iter().map(Kind::from_change).collect();
    let of_kind = |kind: &Kind| -> Vec<&Change> {
        let changes = changes.iter();
        changes
            .filter(|change| Kind::from_change(change) == *kind)
            .collect()
    };
    kinds
        .iter()
        .flat_map(|kind| lines_of_kind(*kind, &of_kind(kind)))
        .collect()
}

fn lines_of_kind(kind: Kind, changes: &[&Change]) -> Vec<String> {
    // Changes for the worse always have their own lines.
    if changes.len() <= MAX_LINES || matches!(kind, Kind::HubIsWorse | Kind::CaseIsWorse) {
        return changes.iter().map(|change| line(change)).collect();
    }
    let subjects: Vec<String> = changes.iter().map(|change| subject(change)).collect();
    let named = names(&subjects).unwrap_or_default();
    vec![format!("{} {}: {named}", changes.len(), kind.plural())]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    HubIsWorse,
    CaseIsWorse,
    SourceLost,
    SourceBack,
    BlindSpotAppeared,
    BlindSpotGone,
    HubFails,
    HubWorks,
    CaseOpened,
    CaseClosed,
}

impl Kind {
    fn from_change(change: &Change) -> Self {
        match change {
            Change::HubFails { .. } => Self::HubFails,
            Change::HubWorks { .. } => Self::HubWorks,
            Change::HubIsWorse { .. } => Self::HubIsWorse,
            Change::CaseOpened(_) => Self::CaseOpened,
            Change::CaseIsWorse(_) => Self::CaseIsWorse,
            Change::CaseClosed(_) => Self::CaseClosed,
            Change::SourceLost { .. } => Self::SourceLost,
            Change::SourceBack { .. } => Self::SourceBack,
            Change::BlindSpotAppeared(_) => Self::BlindSpotAppeared,
            Change::BlindSpotGone(_) => Self::BlindSpotGone,
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::HubIsWorse => "hubs got worse",
            Self::CaseIsWorse => "new cases outlast the grace",
            Self::SourceLost => "sources are lost",
            Self::SourceBack => "sources are back",
            Self::BlindSpotAppeared => "blind spots appeared",
            Self::BlindSpotGone => "blind spots are gone",
            Self::HubFails => "hubs fail",
            Self::HubWorks => "hubs work again",
            Self::CaseOpened => "cases opened",
            Self::CaseClosed => "new cases closed",
        }
    }
}

fn subject(change: &Change) -> String {
    match change {
        Change::HubFails { key, .. }
        | Change::HubWorks { key, .. }
        | Change::HubIsWorse { key, .. } => hub(key),
        Change::CaseOpened(case) | Change::CaseIsWorse(case) | Change::CaseClosed(case) => {
            case.id.to_string()
        }
        Change::SourceLost { name, .. } | Change::SourceBack { name } => name.clone(),
        Change::BlindSpotAppeared(text) | Change::BlindSpotGone(text) => clean(text).into_owned(),
    }
}

fn line(change: &Change) -> String {
    match change {
        Change::HubFails { key, evidence } => {
            let why = evidence.first().map(|why| format!(": {}", clean(why)));
            format!("{} fails{}", hub(key), why.unwrap_or_default())
        }
        Change::HubWorks { key, after } => {
            format!("{} works again after {}", hub(key), format_duration(*after))
        }
        Change::HubIsWorse { key, how } => format!("WORSE: {}: {}", hub(key), worsening(how)),
        Change::CaseOpened(case) => format!("a case opened: {}", named(case)),
        Change::CaseIsWorse(case) => format!("WORSE: new case {}", named(case)),
        Change::CaseClosed(case) => format!("closed: {}", named(case)),
        Change::SourceLost { name, problem } => {
            let problem = problem.as_ref().map(|text| format!(": {}", clean(text)));
            format!("{name} is lost{}", problem.unwrap_or_default())
        }
        Change::SourceBack { name } => format!("{name} is back"),
        Change::BlindSpotAppeared(text) => format!("a blind spot appeared: {}", clean(text)),
        Change::BlindSpotGone(text) => format!("a blind spot is gone: {}", clean(text)),
    }
}

fn hub(key: &HubKey) -> String {
    clean(&key.to_string()).into_owned()
}

fn named(case: &CaseObservation) -> String {
    let places: Vec<_> = case.places.iter().collect();
    let place = crate::wording::case::places_of(&places);
    let text = format!("{} {place}", case.id);
    format!("{}: {}", text.trim_end(), clean(&case.title))
}

/// The present state: "nothing got worse · 2 hubs fail · servers started on 40 of 171 hubs".
pub fn standing(outcome: &Outcome, separator: &str) -> String {
    let worse = outcome.worse_hubs().count();
    let worse = match worse {
        0 => "no hub got worse".to_owned(),
        count => format!("{} got worse", counted(count as f64, "hub")),
    };
    let failing = outcome.hubs.iter().filter(|hub| hub.is_failing).count();
    let failing = (failing > 0).then(|| format!("{} failing", counted(failing as f64, "hub")));
    let open = outcome.cases.iter().filter(|case| case.is_open).count();
    let open = (open > 0).then(|| format!("{} open", counted(open as f64, "new case")));
    let tried = outcome
        .hubs
        .len()
        .saturating_sub(outcome.not_tried().count());
    let tried = format!(
        "servers started on {tried} of {}",
        counted(outcome.hubs.len() as f64, "hub")
    );
    let parts: Vec<String> = [Some(worse), failing, open, Some(tried)]
        .into_iter()
        .flatten()
        .collect();
    parts.join(separator)
}
