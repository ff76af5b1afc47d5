//! The rota: by policy and level, who is on call, until when, who is next, and what they hold; then
//! what nobody holds. A placeholder is a mailbox: nobody awake.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::domain::source::SourceKind;
use crate::picture::Picture;
use crate::say::Meaning;
use crate::ui::widgets::columns::{before, row};
use crate::ui::widgets::frame::Frame;
use crate::ui::widgets::line::Line;
use crate::ui::widgets::list::limit;
use crate::ui::widgets::pen::Pen;

use super::rota::{Entry, held, of_policy, plain};
use super::{Drawn, empty};

/// Draws the pane.
pub fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, boxed: bool) -> Drawn {
    let entries = entries(pen, model);
    let frame = frame(pen, model, boxed);
    let room = usize::from(frame.inner(area).height);
    let limit = limit(entries.len(), room);
    let top = model.owners_scroll.min(limit);
    let inner = frame.draw(pen, area, limit - top);
    for (index, entry) in entries.iter().skip(top).take(room).enumerate() {
        let at = row(inner, index);
        let taken = pen.right(at, &entry.right);
        let room = before(at, taken + u16::from(taken > 0));
        let whole = entry.line.clone().join(entry.more.clone());
        let fits = pen.width(&whole) <= room.width;
        pen.line(room, if fits { &whole } else { &entry.line });
    }
    if is_past(model) {
        pen.wash(inner, Meaning::Stale);
    }
    Drawn {
        page: room,
        limit: Some(limit),
        rows: None,
    }
}

fn frame(pen: &Pen<'_>, model: &Model, boxed: bool) -> Frame {
    let footer = match model.picture.as_deref() {
        Some(picture) if !picture.owners.is_empty() => empty::caveat(
            &empty::not_fresh(picture, &[SourceKind::Pagerduty]),
            &pen.ctx,
        ),
        _ => Line::new(),
    };
    Frame::titled("Owners", model.focus == Pane::Owners, boxed).footer(footer)
}

// What the rota says may be over: all of it is marked.
fn is_past(model: &Model) -> bool {
    let picture = model.picture.as_deref();
    picture.is_some_and(|picture| {
        !picture.owners.is_empty()
            && !empty::not_fresh(picture, &[SourceKind::Pagerduty]).is_empty()
    })
}

fn entries(pen: &Pen<'_>, model: &Model) -> Vec<Entry> {
    let Some(picture) = model.picture.as_deref() else {
        return empty::before_the_first().into_iter().map(plain).collect();
    };
    let mut entries: Vec<Entry> = if picture.owners.is_empty() {
        nobody_known(pen, picture)
    } else {
        let policies = picture.owners.iter();
        policies
            .flat_map(|policy| of_policy(policy, &pen.ctx))
            .collect()
    };
    if !picture.unowned.is_empty() {
        entries.push(Entry {
            line: Line::of("held by nobody", Meaning::Nobody),
            more: Line::new(),
            right: held(picture.unowned.len(), Meaning::Nobody, &pen.ctx),
        });
    }
    entries
}

fn nobody_known(pen: &Pen<'_>, picture: &Picture) -> Vec<Entry> {
    let configured = picture
        .sources
        .iter()
        .any(|it| it.id.kind == SourceKind::Pagerduty);
    let all_well = if configured {
        "no escalation policy is in use"
    } else {
        "PagerDuty is not configured"
    };
    let lacking = empty::not_fresh(picture, &[SourceKind::Pagerduty]);
    let lines = empty::lines(&lacking, all_well, "who is on call is not known", &pen.ctx);
    lines.into_iter().map(plain).collect()
}
