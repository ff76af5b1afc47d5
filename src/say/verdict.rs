//! The verdict as a sentence: the worst thing in full, the rest counted, and what it rests on.

use crate::domain::hub::Health;
use crate::domain::ids::CaseId;
use crate::domain::source::SourceState;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{Picture, Reason, ReasonKind};

use super::grounds::{case_about, groups};
use super::reason::{self, reason};
use super::sanitize::width;
use super::source;
use super::symbols::Symbols;
use super::voice::{Form, Said, Voice};

/// The verdict's word.
pub fn word(level: VerdictLevel, form: Form) -> &'static str {
    match (level, form) {
        (VerdictLevel::Critical, Form::Long) => "CRITICAL",
        (VerdictLevel::Critical, Form::Short) => "CRIT",
        (VerdictLevel::Unknown, Form::Long) => "UNKNOWN",
        (VerdictLevel::Unknown, Form::Short) => "UNKN",
        (VerdictLevel::Warning, Form::Long) => "WARNING",
        (VerdictLevel::Warning, Form::Short) => "WARN",
        (VerdictLevel::Ok, _) => "OK",
    }
}

/// The symbol beside it, so that it does not rest on colour.
pub fn symbol(level: VerdictLevel, symbols: &Symbols) -> &'static str {
    match level {
        VerdictLevel::Critical => symbols.down,
        VerdictLevel::Unknown => symbols.unknown,
        VerdictLevel::Warning => symbols.mismatch,
        VerdictLevel::Ok => symbols.up,
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

/// The same for a line of so many cells: where the worst ground does not fit in full, its title goes first,
/// since that stands in its row; then who holds it; then that the public was not told.
pub fn sentence_within(picture: &Picture, cells: usize, voice: &Voice) -> Said {
    let whole = sentence(picture, voice);
    let worst = worst(picture).filter(|_| !is_waiting(picture));
    let ground = worst.and_then(|at| picture.verdict.reasons.get(at));
    let Some(ground) = ground.filter(|_| width(&whole.text) > cells) else {
        return whole;
    };
    if width(&reason(ground, picture, voice).text) <= cells {
        return whole;
    }
    let mut briefs = reason::briefs(ground, picture, voice);
    let fits = briefs.iter().position(|it| width(&it.text) <= cells);
    let Some(brief) = fits.map(|at| briefs.swap_remove(at)).or(briefs.pop()) else {
        return whole;
    };
    if width(&brief.text) + A_COUNT > cells {
        return brief;
    }
    let rest = groups(picture, worst).into_iter().map(Said::fixed);
    Said::join(std::iter::once(brief).chain(rest), voice.symbols.dot)
}

// Fewer cells say nothing of a count.
const A_COUNT: usize = 16;

/// The case that the sentence tells in full.
pub fn told(picture: &Picture) -> Option<&CaseId> {
    let worst = picture.verdict.reasons.get(worst(picture)?)?;
    case_about(&worst.kind, picture)
}

// Which of many sources failed first says less than how many did.
fn is_one_of_many_sources(picture: &Picture, worst: usize) -> bool {
    let is_source = |reason: &&Reason| matches!(reason.kind, ReasonKind::SourceNotFresh(..));
    let reasons = &picture.verdict.reasons;
    reasons.get(worst).as_ref().is_some_and(is_source)
        && reasons.iter().filter(is_source).count() > 1
}

/// All grounds, counted: "1 hub down · 1 P2 overdue · prometheus/leap down".
pub fn summary(picture: &Picture, symbols: &Symbols) -> String {
    if is_waiting(picture) {
        return waiting(picture).text;
    }
    let groups = groups(picture, None);
    if groups.is_empty() {
        return all_clear(picture);
    }
    groups.join(symbols.dot)
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
    if picture.verdict.level != VerdictLevel::Ok {
        return "the reason is not known".to_owned();
    }
    let sources = picture.sources.len();
    let up = picture
        .hubs()
        .filter(|hub| hub.health == Health::Up)
        .count();
    let hubs = match up {
        0 => String::new(),
        1 => ", 1 hub up".to_owned(),
        up => format!(", {up} hubs up"),
    };
    // What is in planned maintenance may be anything, and does not count.
    let planned = match picture.hubs().count().saturating_sub(up) {
        0 => String::new(),
        planned => format!(", {planned} in planned maintenance"),
    };
    format!("all clear: {sources} of {sources} sources{hubs}{planned}")
}
