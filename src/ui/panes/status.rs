//! The Status pane: what the public is told, and how that differs from the facts. Mismatches about posts come first,
//! then each page's headline, its open posts, and planned maintenance.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::domain::mismatch::MismatchKind;
use crate::domain::source::SourceKind;
use crate::picture::mismatch::{Mismatch, MismatchGroup, MismatchGroups};
use crate::picture::{PageView, Picture};
use crate::text::Line;
use crate::text::{Meaning, TextContext, TextLength};
use crate::ui::widgets::frame::{Frame, Hidden};
use crate::ui::widgets::list::{draw_lines, max_scroll};
use crate::ui::widgets::painter::Painter;
use crate::ui::widgets::wrap::wrap;
use crate::wording::case;

use super::posts::{maintenance_lines, page_lines};
use super::{PaneExtent, empty_pane};

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model, boxed: bool) -> PaneExtent {
    let frame = frame(painter, model, boxed);
    let inner = frame.inner(area);
    let lines = lines(painter, model, usize::from(inner.width));
    let room = usize::from(inner.height);
    let limit = max_scroll(lines.len(), room);
    let top = model.pane_scroll(Pane::Status).min(limit);
    frame.draw(
        painter,
        area,
        Hidden {
            above: top,
            below: limit - top,
        },
    );
    draw_lines(painter, inner, lines.get(top..).unwrap_or_default());
    PaneExtent {
        visible_lines: room,
        max_scroll: Some(limit),
        visible_rows: None,
    }
}

fn frame(painter: &Painter<'_>, model: &Model, boxed: bool) -> Frame {
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
        Some(picture) if !picture.pages.iter().all(is_blank) => empty_pane::caveat(
            &empty_pane::sources_not_fresh(picture, |kind| kind == SourceKind::StatusPage),
            &painter.ctx,
        ),
        _ => Line::new(),
    };
    Frame::titled(title, model.focus == Pane::Status, boxed).footer(footer)
}

fn lines(painter: &Painter<'_>, model: &Model, width: usize) -> Vec<Line> {
    let Some(picture) = model.picture.as_deref() else {
        return empty_pane::before_first_picture();
    };
    let ctx = &painter.ctx;
    let mut lines: Vec<Line> = mismatch_lines(picture, ctx, width);
    lines.extend(
        picture
            .pages
            .iter()
            .flat_map(|page| page_lines(page, ctx, width)),
    );
    if picture.pages.iter().all(is_blank) {
        lines.extend(empty_lines(painter, picture));
    }
    lines.extend(maintenance_lines(picture, ctx, width));
    lines
}

fn empty_lines(painter: &Painter<'_>, picture: &Picture) -> Vec<Line> {
    let lacking = empty_pane::sources_not_fresh(picture, |kind| kind == SourceKind::StatusPage);
    let all_well = if picture.pages.is_empty() {
        "no status page is configured"
    } else {
        "nothing is posted"
    };
    empty_pane::lines(
        &lacking,
        all_well,
        "what is posted is not known",
        &painter.ctx,
    )
}

fn is_blank(page: &PageView) -> bool {
    page.headline.is_none() && page.posts.is_empty() && page.impacted.is_empty()
}

// Mismatches about posts come first. Then come the other mismatches that have no row in the Cases pane.
fn mismatch_lines(picture: &Picture, ctx: &TextContext, width: usize) -> Vec<Line> {
    let public = |it: &Mismatch| {
        matches!(
            it.kind(),
            MismatchKind::PublicNotTold | MismatchKind::StalePost
        )
    };
    let groups = MismatchGroups::of_picture(picture);
    let firsts = groups
        .iter()
        .filter_map(|group| Some((group, group.first()?)));
    let public_ones = firsts.clone().filter(|(_, it)| public(it));
    let others = firsts.filter(|(_, it)| !public(it) && it.case.is_none());
    public_ones
        .chain(others)
        .map(|(group, _)| group)
        .flat_map(|group| group_lines(group, picture, ctx, width))
        .collect()
}

fn group_lines(
    group: &MismatchGroup<'_>,
    picture: &Picture,
    ctx: &TextContext,
    width: usize,
) -> Vec<Line> {
    if !group.is_folded() {
        let each = group.members();
        return each
            .flat_map(|it| wrap_mismatch(it, picture, ctx, width))
            .collect();
    }
    let is_muted = group.first().is_some_and(|it| it.muted);
    let said = group.describe(TextLength::Long, ctx);
    wrap(
        &said,
        mismatch_meaning(is_muted),
        ctx.symbols.mismatch,
        width,
    )
}

fn mismatch_meaning(is_muted: bool) -> Meaning {
    match is_muted {
        true => Meaning::Dim,
        false => Meaning::Mismatch,
    }
}

fn wrap_mismatch(it: &Mismatch, picture: &Picture, ctx: &TextContext, width: usize) -> Vec<Line> {
    let meaning = mismatch_meaning(!it.counts());
    let about = it.case.as_ref().and_then(|id| picture.case(id));
    let head = about.map_or_else(String::new, |it| {
        let (place, title) = (case::places(it), case::title(it));
        let named = if place.is_empty() { title } else { place };
        format!("{} {named}: ", case::priority(it))
    });
    let said = it
        .describe(TextLength::Long, ctx)
        .map(|text| format!("{head}{text}"));
    wrap(&said, meaning, ctx.symbols.mismatch, width)
}
