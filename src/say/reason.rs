//! One ground for the verdict, in words.

use crate::domain::case::Case;
use crate::domain::ids::{CaseId, HubKey};
use crate::picture::{HubView, Picture, Reason, ReasonKind};

use super::case::{owners, places, priority, title};
use super::durations::ago;
use super::finding::finding;
use super::sanitize::clean;
use super::source;
use super::voice::{Form, Said, Voice};

/// What is said where no source is configured.
pub const NOTHING_ASKED: &str = "no source is configured, nothing is known";

/// The ground in full: "leap/prod down 12m, nobody awake owns it".
pub fn reason(reason: &Reason, picture: &Picture, voice: &Voice) -> Said {
    match &reason.kind {
        ReasonKind::NothingAsked => Said::fixed(NOTHING_ASKED),
        ReasonKind::HubDown(key, since) => hub_down(key, *since, picture, voice),
        ReasonKind::OpenP1(id) => about(id, picture, |case| {
            held(
                ago(case.since, voice.now).map(|age| format!("{} {age}", what(case))),
                case,
            )
        }),
        ReasonKind::UnownedInWorkingTime(id) => {
            about(id, picture, |case| held(Said::fixed(what(case)), case))
        }
        ReasonKind::Overdue(id) => late(id, picture, voice, "overdue"),
        ReasonKind::BoxOverrun(id) => late(id, picture, voice, "time-box over"),
        ReasonKind::SourceNotFresh(id, state) => match picture.source(id) {
            Some(view) => source::source_short(view, voice),
            None => Said::fixed(format!(
                "{} {}",
                clean(&id.to_string()),
                source::state(*state)
            )),
        },
        ReasonKind::HubUnknown(key) => Said::fixed(format!("{} unknown", name(key))),
        ReasonKind::HubDegraded(key) => Said::fixed(format!("{} degraded", name(key))),
        ReasonKind::BlindSpot(index) | ReasonKind::Mismatch(index) => {
            mismatch(*index, picture, voice)
        }
        ReasonKind::OpenCase(id) => about(id, picture, |case| held(Said::fixed(what(case)), case)),
    }
}

fn hub_down(
    key: &HubKey,
    since: Option<chrono::DateTime<chrono::Utc>>,
    picture: &Picture,
    voice: &Voice,
) -> Said {
    let down = match since {
        Some(since) => ago(since, voice.now).map(|age| format!("{} down {age}", name(key))),
        None => Said::fixed(format!("{} down", name(key))),
    };
    match case_of(key, picture) {
        Some(case) => held(down, case),
        None => down,
    }
}

fn mismatch(index: usize, picture: &Picture, voice: &Voice) -> Said {
    let Some(mismatch) = picture.mismatches.get(index) else {
        return Said::fixed("a contradiction");
    };
    let case = mismatch.case.as_ref().and_then(|id| picture.case(id));
    let said = finding(mismatch, Form::Short, voice);
    match case {
        Some(case) => said.map(|text| format!("{}: {text}", what(case))),
        None => said,
    }
}

fn late(id: &CaseId, picture: &Picture, voice: &Voice, word: &str) -> Said {
    about(id, picture, |case| {
        let over = case
            .clock
            .as_ref()
            .filter(|clock| clock.is_over(voice.now.wall));
        let by = over.map_or(Said::fixed(""), |clock| {
            ago(clock.at, voice.now).map(|age| format!(" {age}"))
        });
        held(by.map(|by| format!("{} {word}{by}", what(case))), case)
    })
}

fn about(id: &CaseId, picture: &Picture, say: impl FnOnce(&Case) -> Said) -> Said {
    picture
        .case(id)
        .map_or_else(|| Said::fixed(clean(&id.to_string())), |case| say(case))
}

fn what(case: &Case) -> String {
    let place = places(case);
    let between = if place.is_empty() { "" } else { " " };
    format!("{} {place}{between}{}", priority(case), title(case))
}

fn held(said: Said, case: &Case) -> Said {
    let who = owners(case);
    said.map(|text| match who.as_str() {
        _ if !case.owners_known => format!("{text}, owner not known"),
        "nobody" | super::case::NOBODY_AWAKE => format!("{text}, {who} owns it"),
        _ => format!("{text}, {who}"),
    })
}

/// The worst case about a hub.
pub fn case_of<'a>(key: &HubKey, picture: &'a Picture) -> Option<&'a Case> {
    let hub = hub(key, picture)?;
    picture
        .cases
        .iter()
        .find(|case| hub.cases.contains(&case.id))
        .map(|case| &**case)
}

fn hub<'a>(key: &HubKey, picture: &'a Picture) -> Option<&'a HubView> {
    picture.hubs().find(|hub| hub.spec.key == *key)
}

fn name(key: &HubKey) -> String {
    clean(&key.to_string()).into_owned()
}
