//! The overlay of owed work: the page with a selected outage, and notes if the reading is missing or old.

use super::owed::add_reading;
use super::page::Page;
use crate::app::model::Model;
use crate::app::owed::Owed;
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext, dates, durations};

/// Shown if PagerDuty is not configured: owed work is read from PagerDuty's incidents.
const NO_PAGERDUTY: &str =
    "follow-ups come from PagerDuty's incidents, and [pagerduty] is not configured";

pub fn page(model: &Model, ctx: &TextContext, cells: usize) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Owed"));
    let Some(owed) = &model.owed else {
        page.text(Meaning::Unknown, NO_PAGERDUTY);
        return page;
    };
    for line in caveats(owed, ctx) {
        page.line(line);
    }
    if let Some(reading) = &owed.reading {
        add_reading(&mut page, reading, owed.selected_index(), ctx, cells);
        if let Some(at) = owed.read_at {
            page.line(Line::new());
            let read = durations::age_since(at, ctx.now).map(|age| format!("read {age} ago"));
            page.text(Meaning::Dim, read);
        }
    }
    page
}

/// Notes that the reading is missing or old. The list is empty if the reading is recent.
pub fn caveats(owed: &Owed, ctx: &TextContext) -> Vec<Line> {
    let unknown = |text: String| {
        let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
        line.with(Meaning::Unknown, text).hanging(2)
    };
    let mut lines = Vec::new();
    match (owed.read_at, &owed.failure) {
        (None, None) => lines.push(Line::styled(Meaning::Dim, "being read for the first time")),
        (None, Some(_)) => lines.push(unknown("the follow-ups owed are not known".to_owned())),
        (Some(at), Some(_)) => {
            let at = dates::short_time(at, ctx);
            let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
            let text = at.map(|at| format!("this is as of {at}"));
            lines.push(line.with(Meaning::Unknown, text).hanging(2));
        }
        (Some(_), None) => {}
    }
    if let Some(why) = &owed.failure {
        lines.push(unknown(format!("the last reading failed: {}", clean(why))));
    }
    lines
}
