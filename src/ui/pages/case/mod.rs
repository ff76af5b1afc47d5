//! The page of a case. It shows all data of the case, decisions first.

mod alerts;
mod checklist;
mod head;
pub mod links;
mod log;
mod owners;
mod posts;
mod sources;
mod steps;

use super::freshness::{self, KindFreshness};
use super::history;
use super::page::{Page, PageSize};
use crate::app::model::Model;
use crate::domain::case::Case;
use crate::domain::clock::ClockKind;
use crate::domain::source::SourceKind;
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::{ExpiringText, Meaning, TextContext, TextLength};
use crate::wording::case;
use crate::wording::clock::{countdown, meaning};
use crate::wording::public_not_told::is_case_untold;

/// The page of a case.
pub fn page(case: &Case, model: &Model, ctx: &TextContext, room: PageSize) -> Page {
    let mut page = Page::new(title(case));
    head::add(&mut page, case, model, ctx);
    history::add_summary(&mut page, model, ctx, room);
    add_clocks(&mut page, case, model, ctx);
    owners::add(&mut page, case, model, ctx);
    checklist::add(&mut page, case, model, ctx);
    steps::add(&mut page, case, model);
    links::add(&mut page, model);
    history::add(&mut page, model, ctx, room);
    history::signals::add_hub_signals(&mut page, model, ctx, room);
    alerts::add(&mut page, case, ctx);
    posts::add(&mut page, case, model, ctx);
    log::add(&mut page, case, model, ctx);
    sources::add(&mut page, case, model, ctx);
    page
}

fn title(case: &Case) -> Line {
    let place = case::places(case);
    Line::styled(case::priority_meaning(case), case::priority(case))
        .with(Meaning::Plain, " ")
        .with(Meaning::TitleFocused, place)
        .with(Meaning::Plain, " ")
        .with(Meaning::TitleFocused, case::title(case))
}

/// A case in one line, for use on another page.
pub fn one_line(case: &Case, ctx: &TextContext) -> Line {
    let line = Line::styled(case::priority_meaning(case), case::priority(case))
        .with(Meaning::Plain, format!(" {}", case::title(case)))
        .with(Meaning::Plain, ctx.symbols.separator)
        .with(case::owners_meaning(case), case::owners(case));
    let line = match &case.clock {
        Some(leading) => line.with(Meaning::Plain, ctx.symbols.separator).with(
            meaning(leading, ctx),
            countdown(leading, TextLength::Long, ctx),
        ),
        None => line,
    };
    line.hanging(3)
}

// The text for a case without a clock. Data that is not fresh may lack a clock that is running.
fn no_clock_text(case: &Case, untold: bool, model: &Model) -> String {
    match freshness::freshness_of(model, SourceKind::Pagerduty) {
        KindFreshness::NotFresh if !case::is_outage(case) => {
            "not known: PagerDuty's answers are not fresh".to_owned()
        }
        _ => case::no_clock(case, untold),
    }
}

fn add_clocks(page: &mut Page, case: &Case, model: &Model, ctx: &TextContext) {
    page.heading("Clocks");
    let lacks_log = case
        .incident
        .as_ref()
        .is_some_and(|incident| incident.lacks_log());
    if lacks_log {
        let text = "the log cannot be read: no time-boxes, and a snooze is not known";
        page.text(Meaning::Unknown, text);
    } else if case.clocks.is_empty() {
        let picture = model.picture.as_deref();
        let public_not_told = picture.is_some_and(|picture| is_case_untold(case, picture));
        let look = if case::is_outage(case) {
            Meaning::Title
        } else {
            Meaning::Dim
        };
        page.text(look, no_clock_text(case, public_not_told, model));
    }
    let mut clocks: Vec<_> = case.clocks.iter().collect();
    clocks.sort_by_key(|clock| (clock.at, clock.kind));
    for each in clocks {
        let leads = case.clock.as_ref() == Some(each);
        let bar = if leads { ctx.symbols.selected } else { " " };
        let more = match each.kind {
            _ if each.estimate => ", an estimate",
            ClockKind::TimeBox if case.incident.is_none() => ", only on this machine",
            _ => "",
        };
        // The countdown to a future due date already shows the due time, so the time is not added here.
        let at = match each.kind {
            ClockKind::Due if !each.has_expired(ctx.now.wall) => ExpiringText::fixed(more),
            _ => short_time(each.at, ctx).map(|at| format!("  {at}{more}")),
        };
        page.line(
            Line::styled(Meaning::Clock, bar)
                .with(meaning(each, ctx), countdown(each, TextLength::Long, ctx))
                .with(Meaning::Dim, at)
                .hanging(2),
        );
    }
}
