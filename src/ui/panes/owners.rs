//! The Owners pane. For each policy and level: who is on call, until when, who is next, and which cases they own. The
//! cases without an owner follow. A placeholder is shown as "nobody awake".

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::domain::source::SourceKind;
use crate::picture::Picture;
use crate::text::Line;
use crate::text::Meaning;
use crate::ui::widgets::columns::{row, trim_right};
use crate::ui::widgets::frame::{Frame, Hidden};
use crate::ui::widgets::list::max_scroll;
use crate::ui::widgets::painter::Painter;
use crate::wording::part;

use super::rota::{RotaEntry, held_count, off_call_entries, plain_entry, policy_entries};
use super::{PaneExtent, empty_pane};

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model, boxed: bool) -> PaneExtent {
    let entries = entries(painter, model);
    let frame = frame(painter, model, boxed);
    let room = usize::from(frame.inner(area).height);
    let limit = max_scroll(entries.len(), room);
    let top = model.pane_scroll(Pane::Owners).min(limit);
    let inner = frame.draw(
        painter,
        area,
        Hidden {
            above: top,
            below: limit - top,
        },
    );
    for (index, entry) in entries.iter().skip(top).take(room).enumerate() {
        let at = row(inner, index);
        let taken = painter.line_right(at, &entry.right);
        let room = trim_right(at, taken + u16::from(taken > 0));
        let whole = entry.line.clone().join(entry.more.clone());
        let fits = painter.width(&whole) <= room.width;
        painter.line(room, if fits { &whole } else { &entry.line });
    }
    if is_not_fresh(model) {
        painter.restyle(inner, Meaning::Stale);
    }
    PaneExtent {
        visible_lines: room,
        max_scroll: Some(limit),
        visible_rows: None,
    }
}

fn frame(painter: &Painter<'_>, model: &Model, boxed: bool) -> Frame {
    let footer = match model.picture.as_deref() {
        Some(picture) if !picture.owners.is_empty() => empty_pane::caveat(
            &empty_pane::sources_not_fresh(picture, |kind| kind == SourceKind::Pagerduty),
            &painter.ctx,
        ),
        _ => Line::new(),
    };
    Frame::titled("Owners", model.focus == Pane::Owners, boxed).footer(footer)
}

// Whether PagerDuty's data is not fresh. The rota may then be out of date, so all of it is marked.
fn is_not_fresh(model: &Model) -> bool {
    let picture = model.picture.as_deref();
    picture.is_some_and(|picture| {
        !picture.owners.is_empty()
            && !empty_pane::sources_not_fresh(picture, |kind| kind == SourceKind::Pagerduty)
                .is_empty()
    })
}

fn entries(painter: &Painter<'_>, model: &Model) -> Vec<RotaEntry> {
    let Some(picture) = model.picture.as_deref() else {
        return empty_pane::before_first_picture()
            .into_iter()
            .map(plain_entry)
            .collect();
    };
    let mut entries: Vec<RotaEntry> = if picture.owners.is_empty() {
        no_policy_entries(painter, picture)
    } else {
        let gap = part::rota_gap(picture);
        let is_partial = gap.is_some();
        let policies = picture.owners.iter();
        let policies = policies.flat_map(|policy| policy_entries(policy, is_partial, &painter.ctx));
        let gap = gap.map(|why| gap_entries("the rota is only partly known:", why));
        gap.into_iter().flatten().chain(policies).collect()
    };
    entries.extend(off_call_entries(picture, &painter.ctx));
    if !picture.unowned.is_empty() {
        entries.push(RotaEntry {
            line: Line::styled(Meaning::Nobody, "held by nobody"),
            more: Line::new(),
            right: held_count(picture.unowned.len(), Meaning::Nobody, &painter.ctx),
        });
    }
    entries
}

fn gap_entries(what: &str, why: String) -> Vec<RotaEntry> {
    let lines = [what.to_owned(), why];
    lines
        .map(|text| plain_entry(Line::styled(Meaning::Unknown, text)))
        .to_vec()
}

fn no_policy_entries(painter: &Painter<'_>, picture: &Picture) -> Vec<RotaEntry> {
    let configured = picture
        .sources
        .iter()
        .any(|it| it.id.kind == SourceKind::Pagerduty);
    let all_well = if configured {
        "no escalation policy is in use"
    } else {
        "PagerDuty is not configured"
    };
    if let Some(why) = part::rota_gap(picture) {
        return gap_entries("who is on call is not known:", why);
    }
    let lacking = empty_pane::sources_not_fresh(picture, |kind| kind == SourceKind::Pagerduty);
    let lines = empty_pane::lines(
        &lacking,
        all_well,
        "who is on call is not known",
        &painter.ctx,
    );
    lines.into_iter().map(plain_entry).collect()
}
