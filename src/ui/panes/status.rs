//! What the public was told, beside what we know: contradictions first, then each page's own
//! sentence, its open posts, and planned maintenance.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::domain::mismatch::{Mismatch, MismatchKind};
use crate::domain::source::SourceKind;
use crate::picture::{PageView, Picture};
use crate::say::{Meaning, TextContext, TextLength, case, mismatch};
use crate::ui::widgets::frame::Frame;
use crate::ui::widgets::line::Line;
use crate::ui::widgets::list::{limit, write};
use crate::ui::widgets::pen::Pen;
use crate::ui::widgets::wrap::wrap;

use super::posts::{maintenance, of_page};
use super::{Drawn, empty};

/// Draws the pane.
pub fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, boxed: bool) -> Drawn {
    let frame = frame(pen, model, boxed);
    let inner = frame.inner(area);
    let lines = lines(pen, model, usize::from(inner.width));
    let room = usize::from(inner.height);
    let limit = limit(lines.len(), room);
    let top = model.status_scroll.min(limit);
    frame.draw(pen, area, limit - top);
    write(pen, inner, lines.get(top..).unwrap_or_default());
    Drawn {
        page: room,
        limit: Some(limit),
        rows: None,
    }
}

fn frame(pen: &Pen<'_>, model: &Model, boxed: bool) -> Frame {
    let pages = model
        .picture
        .as_deref()
        .map_or(0, |picture| picture.pages.len());
    let title = if pages > 1 {
        "Status pages"
    } else {
        "Status page"
    };
    let footer = match model.picture.as_deref() {
        Some(picture) if !picture.pages.iter().all(is_blank) => empty::caveat(
            &empty::not_fresh(picture, &[SourceKind::StatusPage]),
            &pen.ctx,
        ),
        _ => Line::new(),
    };
    Frame::titled(title, model.focus == Pane::Status, boxed).footer(footer)
}

fn lines(pen: &Pen<'_>, model: &Model, width: usize) -> Vec<Line> {
    let Some(picture) = model.picture.as_deref() else {
        return empty::before_the_first();
    };
    let ctx = &pen.ctx;
    let mut lines: Vec<Line> = contradictions(picture, ctx, width);
    lines.extend(
        picture
            .pages
            .iter()
            .flat_map(|page| of_page(page, ctx, width)),
    );
    if picture.pages.iter().all(is_blank) {
        lines.extend(no_page(pen, picture));
    }
    lines.extend(maintenance(picture, ctx, width));
    lines
}

fn no_page(pen: &Pen<'_>, picture: &Picture) -> Vec<Line> {
    let lacking = empty::not_fresh(picture, &[SourceKind::StatusPage]);
    let all_well = if picture.pages.is_empty() {
        "no status page is configured"
    } else {
        "nothing is posted"
    };
    empty::lines(&lacking, all_well, "what is posted is not known", &pen.ctx)
}

fn is_blank(page: &PageView) -> bool {
    page.headline.is_none() && page.posts.is_empty() && page.impacted.is_empty()
}

// What the public should or should not be told comes first, then the other ones that the cases
// pane has no row for.
fn contradictions(picture: &Picture, ctx: &TextContext, width: usize) -> Vec<Line> {
    let public = |it: &&Mismatch| {
        matches!(
            it.kind,
            MismatchKind::PublicNotTold | MismatchKind::StalePost
        )
    };
    let homeless = |it: &&Mismatch| !public(it) && it.case.is_none();
    let all = &picture.mismatches;
    all.iter()
        .filter(public)
        .chain(all.iter().filter(homeless))
        .flat_map(|it| contradiction(it, picture, ctx, width))
        .collect()
}

fn contradiction(it: &Mismatch, picture: &Picture, ctx: &TextContext, width: usize) -> Vec<Line> {
    let meaning = if it.muted {
        Meaning::Dim
    } else {
        Meaning::Mismatch
    };
    let about = it.case.as_ref().and_then(|id| picture.case(id));
    let head = about.map_or_else(String::new, |it| {
        format!("{} {}: ", case::priority(it), case::places(it))
    });
    let said = mismatch::describe(it, TextLength::Long, ctx).map(|text| format!("{head}{text}"));
    wrap(&said, meaning, ctx.symbols.mismatch, width)
}
