//! The pane of the work that is owed after outages, one line per outage, and the header's count of such outages.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::app::owed::{Owed, OwedCount};
use crate::picture::outside_check::short_title;
use crate::review::owed::{OwedOutage, OwedReading};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Line, Meaning, TextContext, dates};
use crate::ui::pages::owed::{describe_short, owner_label};
use crate::ui::pages::owed_view::caveats;
use crate::ui::widgets::frame::{Frame, Hidden};
use crate::ui::widgets::list::{draw_lines, max_scroll};
use crate::ui::widgets::painter::Painter;
use crate::wording::case::places_of;

use super::PaneExtent;

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model, boxed: bool) -> PaneExtent {
    let frame = Frame::titled("Owed after outages", model.focus == Pane::Owed, boxed);
    let inner = frame.inner(area);
    let lines = model.owed.as_ref().map(|owed| lines(owed, &painter.ctx));
    let width = usize::from(inner.width);
    let lines: Vec<Line> = lines
        .unwrap_or_default()
        .into_iter()
        .flat_map(|line| line.wrap(width))
        .collect();
    let room = usize::from(inner.height);
    let limit = max_scroll(lines.len(), room);
    let top = model.pane_scroll(Pane::Owed).min(limit);
    let hidden = Hidden {
        above: top,
        below: limit - top,
    };
    frame.draw(painter, area, hidden);
    draw_lines(painter, inner, lines.get(top..).unwrap_or_default());
    PaneExtent {
        visible_lines: room,
        max_scroll: Some(limit),
        visible_rows: None,
    }
}

fn lines(owed: &Owed, ctx: &TextContext) -> Vec<Line> {
    let mut lines = caveats(owed, ctx);
    let Some(reading) = owed.reading.as_deref() else {
        return lines;
    };
    lines.extend(unread(reading, ctx));
    if reading.owed.is_empty() {
        let text = match reading.unread.is_empty() && owed.failure.is_none() {
            true => "no follow-ups owed, as far as hubwatch reads",
            false => "none found, but not everything could be read",
        };
        lines.push(Line::styled(Meaning::Dim, text));
    }
    lines.extend(reading.owed.iter().map(outage_line));
    lines
}

fn unread(reading: &OwedReading, ctx: &TextContext) -> Option<Line> {
    let (first, more) = reading.unread.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
    let text = format!("not complete: {}{more}", clean(first));
    Some(line.with(Meaning::Unknown, text).hanging(2))
}

// An outage in one line: "5d leap/prod: report, support ticket (Ada)".
fn outage_line(one: &OwedOutage) -> Line {
    let place = places_of(&one.places.iter().collect::<Vec<_>>());
    let title = one.incidents.first().map(|it| short_title(&it.title));
    let name = match place.is_empty() {
        true => title.map_or_else(String::new, |title| clean(&title).into_owned()),
        false => place,
    };
    let missing: Vec<String> = one.missing.iter().map(describe_short).collect();
    let owner = one.owner.as_ref();
    let owner = owner.map_or("owner not known".to_owned(), owner_label);
    let age = format!("{:>2}d ", one.working_days);
    Line::styled(Meaning::Plain, age)
        .with(Meaning::Plain, name)
        .with(Meaning::Plain, ": ")
        .with(Meaning::Warning, missing.join(", "))
        .with(Meaning::Dim, format!(" ({owner})"))
        .hanging(4)
}

/// "owed 3": the number of outages with work that has been owed for two working days or more. Empty without such
/// outages or without PagerDuty.
pub fn count(model: &Model, ctx: &TextContext) -> Line {
    let Some(owed) = &model.owed else {
        return Line::new();
    };
    let (meaning, text) = match owed.count(ctx.now.wall) {
        OwedCount::Known(0) => return Line::new(),
        OwedCount::Known(count) => (
            Meaning::Warning,
            ExpiringText::fixed(format!("owed {count}")),
        ),
        // An incomplete or old reading does not prove a count of 0.
        OwedCount::NotKnown | OwedCount::Incomplete(0) | OwedCount::AsOf(0, _) => (
            Meaning::Unknown,
            ExpiringText::fixed(format!("owed {}", ctx.symbols.unknown)),
        ),
        OwedCount::Incomplete(count) => (
            Meaning::Unknown,
            ExpiringText::fixed(format!("owed {count}{}", ctx.symbols.unknown)),
        ),
        OwedCount::AsOf(count, at) => {
            let at = dates::short_time(at, ctx);
            let text = at.map(|at| format!("owed {count} as of {at}"));
            (Meaning::Unknown, text)
        }
    };
    Line::styled(meaning, text)
}
