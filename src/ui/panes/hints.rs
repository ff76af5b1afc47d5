//! The last line: a word to the person, the filter as it is typed, or the keys that matter here.

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::domain::now::later;
use crate::say::Meaning;
use crate::ui::widgets::columns::{after, before};
use crate::ui::widgets::line::Line;
use crate::ui::widgets::pen::Pen;

/// Draws the line.
pub fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    let area = before(after(area, 1), 1);
    let now = pen.voice.now;
    if let Some(notice) = model.notice_at(now) {
        let left = (notice.until - now.wall).to_std().ok();
        pen.changes_in(left.filter(|left| later(now.wall, *left) > now.wall));
        pen.text(area, &notice.text, Meaning::Done);
    } else if model.filter.editing {
        filter(pen, area, model);
    } else {
        keys(pen, area, model);
    }
}

fn filter(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    let used = pen.text(area, "/", Meaning::Key);
    let text = pen.text(after(area, used), model.filter.text(), Meaning::Input);
    let cursor = u16::try_from(model.filter.cursor()).unwrap_or(u16::MAX);
    let at = after(area, used.saturating_add(cursor));
    let under = Rect {
        width: at.width.min(1),
        ..at
    };
    pen.wash(under, Meaning::Cursor);
    let keys = hints(model);
    pen.line(
        after(area, used.saturating_add(text).saturating_add(3)),
        &keys,
    );
}

// As many as fit, whole: the weightiest come first.
fn keys(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    let mut line = Line::new();
    if model.filter.is_active() {
        let text = format!("/{}", model.filter.text());
        line = line.text(text, Meaning::Input);
    }
    for hint in model.hints() {
        let more = line.clone().gap(3).join(one(&hint));
        if pen.width(&more) > area.width {
            break;
        }
        line = more;
    }
    pen.line(area, &line);
}

fn hints(model: &Model) -> Line {
    model
        .hints()
        .iter()
        .fold(Line::new(), |line, hint| line.gap(3).join(one(hint)))
}

fn one(hint: &crate::app::hints::Hint) -> Line {
    Line::of(hint.key.to_string(), Meaning::Key).text(format!(" {}", hint.word), Meaning::Dim)
}
