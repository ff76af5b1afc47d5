//! The verdict in one sentence: the worst reason in full, and the counts of the other reasons.

use crate::domain::hub::Health;
use crate::domain::ids::CaseId;
use crate::domain::source::SourceState;
use crate::domain::verdict::VerdictLevel;
use crate::picture::{Picture, Reason, ReasonKind};

use super::case;
use super::outage::OutageRows;
use super::reason::{self, explain};
use super::reason_case::case_of_reason;
use super::reason_groups::grouped_reasons;
use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::sanitize::{clean, width};
use crate::text::symbols::Symbols;

/// The word for a verdict's level.
pub fn level_name(level: VerdictLevel, form: TextLength) -> &'static str {
    match (level, form) {
        (VerdictLevel::Critical, TextLength::Long) => "CRITICAL",
        (VerdictLevel::Critical, TextLength::Short) => "CRIT",
        (VerdictLevel::Unknown, TextLength::Long) => "UNKNOWN",
        (VerdictLevel::Unknown, TextLength::Short) => "UNKN",
        (VerdictLevel::Warning, TextLength::Long) => "WARNING",
        (VerdictLevel::Warning, TextLength::Short) => "WARN",
        (VerdictLevel::Ok, _) => "OK",
    }
}

/// The symbol for a verdict's level, which is readable without colour.
pub fn level_symbol(level: VerdictLevel, symbols: &Symbols) -> &'static str {
    match level {
        VerdictLevel::Critical => symbols.down,
        VerdictLevel::Unknown => symbols.unknown,
        VerdictLevel::Warning => symbols.mismatch,
        VerdictLevel::Ok => symbols.up,
    }
}

/// The worst reason in full, and the counts of the others: "leap/prod down 12m, nobody awake owns it · 1 P2 overdue".
/// Before the first answer, the sentence gives the number of sources that are polled.
pub fn sentence(picture: &Picture, ctx: &TextContext) -> ExpiringText {
    if is_waiting(picture) {
        return waiting_text(picture);
    }
    let Some(worst) = worst_reason(picture) else {
        return ExpiringText::fixed(all_clear_text(picture));
    };
    if is_one_of_many_sources(picture, worst) {
        return ExpiringText::fixed(grouped_reasons(picture, None).join(ctx.symbols.separator));
    }
    let rest = grouped_reasons(picture, Some(worst))
        .into_iter()
        .map(ExpiringText::fixed);
    let first = picture.verdict.reasons.get(worst);
    let first = first.map_or(ExpiringText::fixed(""), |first| {
        explain(first, picture, ctx)
    });
    ExpiringText::join(std::iter::once(first).chain(rest), ctx.symbols.separator)
}

/// The sentence in `cells` cells. If the worst reason does not fit in full, its parts are left out in this order: the
/// case's title (the case's row shows the title), the owner, and "public not told".
pub fn sentence_within(picture: &Picture, cells: usize, ctx: &TextContext) -> ExpiringText {
    let whole = sentence(picture, ctx);
    let worst = worst_reason(picture).filter(|_| !is_waiting(picture));
    let reason = worst.and_then(|at| picture.verdict.reasons.get(at));
    let Some(reason) = reason.filter(|_| width(&whole.text) > cells) else {
        return whole;
    };
    let mut forms = vec![explain(reason, picture, ctx)];
    forms.extend(reason::shorter_forms(reason, picture, ctx));
    let fits = forms.iter().position(|it| width(&it.text) <= cells);
    let Some(first) = fits.map(|at| forms.swap_remove(at)).or(forms.pop()) else {
        return whole;
    };
    with_counts_that_fit(first, &grouped_reasons(picture, worst), cells, ctx)
}

// Counts that do not fit become one ellipsis, since half a count would be misleading ("10 open" of "10 open cases").
fn with_counts_that_fit(
    first: ExpiringText,
    counts: &[String],
    cells: usize,
    ctx: &TextContext,
) -> ExpiringText {
    let separator = ctx.symbols.separator;
    let more = ctx.symbols.ellipsis.to_owned();
    let with = |shown: usize| {
        let (shown, left_out) = counts.split_at(shown);
        let more = (!left_out.is_empty()).then_some(&more);
        let rest = shown.iter().chain(more).cloned().map(ExpiringText::fixed);
        ExpiringText::join(std::iter::once(first.clone()).chain(rest), separator)
    };
    let mut all = (0..=counts.len()).rev().map(with);
    all.find(|text| width(&text.text) <= cells)
        .unwrap_or(first.clone())
}

/// The case that the sentence describes in full.
pub fn worst_case(picture: &Picture) -> Option<&CaseId> {
    let worst = picture.verdict.reasons.get(worst_reason(picture)?)?;
    if let Some(row) = OutageRows::of_picture(picture).row_of_reason(&worst.kind, picture) {
        return picture.storm_cases(row).next().map(|case| &case.id);
    }
    case_of_reason(&worst.kind, picture)
}

// Whether the reason is one of several sources that are not fresh. The sentence then gives the number of sources
// instead of a name.
fn is_one_of_many_sources(picture: &Picture, worst: usize) -> bool {
    let is_source = |reason: &&Reason| matches!(reason.kind, ReasonKind::SourceNotFresh(..));
    let reasons = &picture.verdict.reasons;
    reasons.get(worst).as_ref().is_some_and(is_source)
        && reasons.iter().filter(is_source).count() > 1
}

/// All reasons with their counts: "1 hub down · 1 P2 overdue · prometheus/leap down". If the picture shows only a part
/// of the fleet, the part's names come first: "leap only: all clear: …".
pub fn summary(picture: &Picture, symbols: &Symbols) -> String {
    let counted = counted_grounds(picture, symbols);
    match restriction(picture) {
        Some(names) => format!("{names} only: {counted}"),
        None => counted,
    }
}

// At most this many names stand before the verdict. More names would push the verdict off the screen.
const MAX_NAMES: usize = 3;

fn restriction(picture: &Picture) -> Option<String> {
    names(&picture.restricted_to)
}

/// Joins up to three names, and counts the others: "leap and maap", "a, b, c and 37 more". `None` if there are no
/// names.
pub fn names(names: &[String]) -> Option<String> {
    let names: Vec<_> = names.iter().map(|name| clean(name)).collect();
    match names.as_slice() {
        [] => None,
        [only] => Some(only.to_string()),
        [first @ .., last] if names.len() <= MAX_NAMES => {
            Some(format!("{} and {last}", first.join(", ")))
        }
        names => {
            let (shown, more) = names.split_at(MAX_NAMES);
            Some(format!("{} and {} more", shown.join(", "), more.len()))
        }
    }
}

fn counted_grounds(picture: &Picture, symbols: &Symbols) -> String {
    if is_waiting(picture) {
        return waiting_text(picture).text;
    }
    let groups = grouped_reasons(picture, None);
    if groups.is_empty() {
        return all_clear_text(picture);
    }
    groups.join(symbols.separator)
}

/// Whether no source has answered yet, and none has failed.
pub fn is_waiting(picture: &Picture) -> bool {
    !picture.sources.is_empty()
        && picture
            .sources
            .iter()
            .all(|source| source.state == SourceState::Waiting && source.failure.is_none())
}

fn waiting_text(picture: &Picture) -> ExpiringText {
    ExpiringText::fixed(match picture.sources.len() {
        1 => "asking 1 source, nothing is known yet".to_owned(),
        all => format!("asking {all} sources, nothing is known yet"),
    })
}

// Reasons are sorted from worst to mildest.
fn worst_reason(picture: &Picture) -> Option<usize> {
    (!picture.verdict.reasons.is_empty()).then_some(0)
}

// Says "all clear" only if the level is OK and there is no reason.
fn all_clear_text(picture: &Picture) -> String {
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
    // At the level OK, each hub that is not up is in planned maintenance, which does not count.
    let planned = match picture.hubs().count().saturating_sub(up) {
        0 => String::new(),
        planned => format!(", {planned} in planned maintenance"),
    };
    let muted = muted_text(picture);
    format!("all clear: {sources} of {sources} sources{hubs}{planned}{muted}")
}

// Counts the cases that are muted or snoozed, and names a P1 among them. The verdict does not count these cases, but a
// reader of this line alone must know of them.
fn muted_text(picture: &Picture) -> String {
    let cases = picture.cases.iter();
    let muted = cases.filter(|case| case.muted_by.is_some() || case.snoozed);
    let muted: Vec<_> = muted.collect();
    let mut outages = muted.iter().filter(|case| case::is_outage(case));
    let top = match outages.next() {
        None => String::new(),
        Some(first) => {
            let more = outages.count() + 1;
            format!(", {more} of them {}", case::priority(first))
        }
    };
    match muted.len() {
        0 => String::new(),
        1 => format!(", 1 case muted or snoozed{top}"),
        count => format!(", {count} cases muted or snoozed{top}"),
    }
}
