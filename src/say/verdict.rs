//! The verdict as a sentence: the worst thing in full, the rest counted, and what it rests on.

use crate::domain::source::SourceState;
use crate::domain::verdict::Level;
use crate::picture::{Picture, Reason, ReasonKind};

use super::case::priority;
use super::reason::{case_of, reason};
use super::sanitize::clean;
use super::source;
use super::voice::{Form, Said, Voice};

/// The verdict's word.
pub fn word(level: Level, form: Form) -> &'static str {
    match (level, form) {
        (Level::Critical, Form::Long) => "CRITICAL",
        (Level::Critical, Form::Short) => "CRIT",
        (Level::Unknown, Form::Long) => "UNKNOWN",
        (Level::Unknown, Form::Short) => "UNKN",
        (Level::Warning, Form::Long) => "WARNING",
        (Level::Warning, Form::Short) => "WARN",
        (Level::Ok, _) => "OK",
    }
}

/// The symbol beside it, so that it does not rest on colour.
pub fn symbol(level: Level, voice: &Voice) -> &'static str {
    match level {
        Level::Critical => voice.symbols.down,
        Level::Unknown => voice.symbols.unknown,
        Level::Warning => voice.symbols.mismatch,
        Level::Ok => voice.symbols.up,
    }
}

/// The worst ground in full, then the others counted: "leap/prod down 12m, nobody awake owns it · 1
/// P2 overdue". While nothing has answered yet it says what is asked.
pub fn sentence(picture: &Picture, voice: &Voice) -> Said {
    if is_waiting(picture) {
        return waiting(picture);
    }
    let Some(worst) = worst(picture) else {
        return Said::fixed(all_clear(picture));
    };
    if is_one_of_many_sources(picture, worst) {
        return Said::fixed(groups(picture, None).join(voice.symbols.dot));
    }
    let rest = groups(picture, Some(worst)).into_iter().map(Said::fixed);
    let first = picture.verdict.reasons.get(worst);
    let first = first.map_or(Said::fixed(""), |first| reason(first, picture, voice));
    Said::join(std::iter::once(first).chain(rest), voice.symbols.dot)
}

// Which of many sources failed first says less than how many did.
fn is_one_of_many_sources(picture: &Picture, worst: usize) -> bool {
    let is_source = |reason: &&Reason| matches!(reason.kind, ReasonKind::SourceNotFresh(..));
    let reasons = &picture.verdict.reasons;
    reasons.get(worst).as_ref().is_some_and(is_source)
        && reasons.iter().filter(is_source).count() > 1
}

/// All grounds, counted: "1 hub down · 1 P2 overdue · prometheus/leap down".
pub fn summary(picture: &Picture) -> String {
    if is_waiting(picture) {
        return waiting(picture).text;
    }
    let groups = groups(picture, None);
    if groups.is_empty() {
        return all_clear(picture);
    }
    groups.join(" · ")
}

/// Whether no source has answered yet, and none has failed.
pub fn is_waiting(picture: &Picture) -> bool {
    !picture.sources.is_empty()
        && source::count(picture, SourceState::Waiting) == picture.sources.len()
}

fn waiting(picture: &Picture) -> Said {
    Said::fixed(match picture.sources.len() {
        1 => "asking 1 source, nothing is known yet".to_owned(),
        all => format!("asking {all} sources, nothing is known yet"),
    })
}

// Reasons come worst first. A hub that is down says more than the unknown number of its case.
fn worst(picture: &Picture) -> Option<usize> {
    (!picture.verdict.reasons.is_empty()).then_some(0)
}

// Never said on less than everything: only where there is no ground for anything worse.
fn all_clear(picture: &Picture) -> String {
    if picture.verdict.level != Level::Ok {
        return "the reason is not known".to_owned();
    }
    let (sources, hubs) = (picture.sources.len(), picture.hubs().count());
    let hubs = match hubs {
        0 => String::new(),
        hubs => format!(", {hubs} hubs up"),
    };
    format!("all clear: {sources} of {sources} sources{hubs}")
}

struct Group {
    class: Class,
    count: usize,
    // What the count is of, where that is a name: a priority or a source with its state.
    name: String,
    states: Vec<SourceState>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Down,
    P1,
    Unowned,
    Overdue,
    Source,
    Unknown,
    Blind,
    Overrun,
    StagingDown,
    Degraded,
    Mismatch,
    Case,
}

fn class(reason: &Reason) -> Class {
    match &reason.kind {
        ReasonKind::HubDown(..) if reason.level == Level::Critical => Class::Down,
        ReasonKind::HubDown(..) => Class::StagingDown,
        ReasonKind::OpenP1(_) => Class::P1,
        ReasonKind::UnownedInWorkingTime(_) => Class::Unowned,
        ReasonKind::Overdue(_) => Class::Overdue,
        ReasonKind::SourceNotFresh(..) => Class::Source,
        ReasonKind::HubUnknown(_) => Class::Unknown,
        ReasonKind::BlindSpot(_) => Class::Blind,
        ReasonKind::BoxOverrun(_) => Class::Overrun,
        ReasonKind::HubDegraded(_) => Class::Degraded,
        ReasonKind::Mismatch(_) => Class::Mismatch,
        ReasonKind::OpenCase(_) => Class::Case,
    }
}

fn groups(picture: &Picture, except: Option<usize>) -> Vec<String> {
    let mut groups: Vec<Group> = Vec::new();
    let told = except.and_then(|index| picture.verdict.reasons.get(index));
    for (index, reason) in picture.verdict.reasons.iter().enumerate() {
        let repeats = told.is_some_and(|told| is_same(&told.kind, &reason.kind, picture));
        if except != Some(index) && !repeats {
            add(&mut groups, reason, picture);
        }
    }
    let told = told.map(class);
    groups.iter().map(|group| counted(group, told)).collect()
}

fn add(groups: &mut Vec<Group>, reason: &Reason, picture: &Picture) {
    let class = class(reason);
    let state = match &reason.kind {
        ReasonKind::SourceNotFresh(_, state) => Some(*state),
        _ => None,
    };
    match groups.iter_mut().find(|group| group.class == class) {
        Some(group) => {
            group.count += 1;
            group.states.extend(state);
        }
        None => groups.push(Group {
            class,
            count: 1,
            name: named(&reason.kind, picture),
            states: state.into_iter().collect(),
        }),
    }
}

fn named(kind: &ReasonKind, picture: &Picture) -> String {
    match kind {
        ReasonKind::SourceNotFresh(id, _) => clean(&id.to_string()).into_owned(),
        ReasonKind::OpenP1(id) | ReasonKind::Overdue(id) => picture
            .case(id)
            .map_or_else(String::new, |case| priority(case)),
        _ => String::new(),
    }
}

// A hub's outage and its own case are one thing; so are a case and the contradictions about it.
fn is_same(told: &ReasonKind, other: &ReasonKind, picture: &Picture) -> bool {
    let case = |kind: &ReasonKind| match kind {
        ReasonKind::HubDown(key, _) => case_of(key, picture).map(|case| &case.id),
        ReasonKind::OpenP1(id)
        | ReasonKind::UnownedInWorkingTime(id)
        | ReasonKind::Overdue(id)
        | ReasonKind::OpenCase(id)
        | ReasonKind::BoxOverrun(id) => picture.case(id).map(|case| &case.id),
        ReasonKind::Mismatch(index) => {
            let mismatch = picture.mismatches.get(*index);
            mismatch.and_then(|mismatch| mismatch.case.as_ref())
        }
        _ => None,
    };
    case(told).is_some() && case(told) == case(other)
}

fn counted(group: &Group, told: Option<Class>) -> String {
    let (n, name) = (group.count, &group.name);
    let more = if is_more(group.class, told) {
        "more "
    } else {
        ""
    };
    match group.class {
        Class::Down => format!("{} down", count(n, more, "hub", "hubs")),
        Class::P1 => format!("{n} {more}{name} open"),
        Class::Unowned => format!("{n} {more}unowned in working time"),
        Class::Overdue => format!("{n} {more}{name} overdue"),
        Class::Source => sources(group, more),
        Class::Unknown => format!("{} unknown", count(n, more, "hub", "hubs")),
        Class::Blind => count(n, more, "blind spot", "blind spots"),
        Class::Overrun => format!("{} over", count(n, more, "time-box", "time-boxes")),
        Class::StagingDown => format!("{} down", count(n, more, "staging hub", "staging hubs")),
        Class::Degraded => format!("{} degraded", count(n, more, "hub", "hubs")),
        Class::Mismatch => count(n, more, "mismatch", "mismatches"),
        Class::Case => count(n, more, "open case", "open cases"),
    }
}

// "4 more open cases" beside one that was told in full.
fn is_more(class: Class, told: Option<Class>) -> bool {
    told.is_some_and(|told| {
        let told_a_case = matches!(
            told,
            Class::Down | Class::P1 | Class::Unowned | Class::Overdue
        );
        told == class || (class == Class::Case && told_a_case)
    })
}

fn count(n: usize, more: &str, one: &str, many: &str) -> String {
    format!("{n} {more}{}", if n == 1 { one } else { many })
}

fn sources(group: &Group, more: &str) -> String {
    match group.states.as_slice() {
        [only] => format!("{} {}", group.name, source::state(*only)),
        [first, rest @ ..] if rest.iter().all(|state| state == first) => {
            format!("{} {more}sources {}", group.count, source::state(*first))
        }
        _ => format!("{} {more}sources not live", group.count),
    }
}
