//! One ground for the verdict, in words.

use chrono::{DateTime, Utc};

use crate::domain::case::Case;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::mismatch::MismatchDetail;
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
        ReasonKind::NoSources => Said::fixed(NOTHING_ASKED),
        ReasonKind::HubDown(key, since) => hub_down(key, *since, picture, voice),
        ReasonKind::OpenP1(id) => about(id, picture, |case| {
            let age = ago(case.since, voice.now);
            let said = age.map(|age| format!("{} {age}", what(case)));
            untold(held(said, case), case, picture)
        }),
        ReasonKind::UnownedInWorkingTime(id) => {
            about(id, picture, |case| held(Said::fixed(what(case)), case))
        }
        ReasonKind::Overdue(id) => late(id, picture, voice, "overdue"),
        ReasonKind::TimeBoxOverrun(id) => late(id, picture, voice, "time-box over"),
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

/// The ground in fewer and fewer cells, where it is about an outage: "P1 ucec/prod 22m, Bo, public not told",
/// "P1 ucec/prod 22m, public not told", "P1 ucec/prod 22m".
pub fn briefs(reason: &Reason, picture: &Picture, voice: &Voice) -> Vec<Said> {
    let (said, case) = match &reason.kind {
        ReasonKind::HubDown(key, since) => match case_of(key, picture) {
            Some(case) => (down(key, *since, voice), case),
            None => return vec![down(key, *since, voice)],
        },
        ReasonKind::OpenP1(id) => {
            let Some(case) = picture.case(id).filter(|case| !case.places.is_empty()) else {
                return Vec::new();
            };
            let age = ago(case.since, voice.now);
            let said = age.map(|age| format!("{} {} {age}", priority(case), places(case)));
            (said, case.as_ref())
        }
        _ => return Vec::new(),
    };
    vec![
        untold(held(said.clone(), case), case, picture),
        untold(said.clone(), case, picture),
        said,
    ]
}

fn hub_down(key: &HubKey, since: Option<DateTime<Utc>>, picture: &Picture, voice: &Voice) -> Said {
    let down = down(key, since, voice);
    match case_of(key, picture) {
        Some(case) => untold(held(down, case), case, picture),
        None => down,
    }
}

fn down(key: &HubKey, since: Option<DateTime<Utc>>, voice: &Voice) -> Said {
    match since {
        Some(since) => ago(since, voice.now).map(|age| format!("{} down {age}", name(key))),
        None => Said::fixed(format!("{} down", name(key))),
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
            .filter(|clock| clock.has_expired(voice.now.wall));
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

/// Beside a P1 of which the public does not know.
pub const UNTOLD: &str = "public not told";

/// Whether it is certain that the public should know of a case and does not.
pub fn is_untold(case: &Case, picture: &Picture) -> bool {
    picture.mismatches.iter().any(|mismatch| {
        mismatch.case.as_ref() == Some(&case.id)
            && !mismatch.muted
            && matches!(
                mismatch.detail,
                MismatchDetail::PublicNotTold { cannot_tell: false }
            )
    })
}

// The one thing that somebody must do at once beside the repair.
fn untold(said: Said, case: &Case, picture: &Picture) -> Said {
    if is_untold(case, picture) {
        said.map(|text| format!("{text}, {UNTOLD}"))
    } else {
        said
    }
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
