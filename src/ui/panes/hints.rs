//! The last line of the screen: a notice, the filter that the user is typing, or the useful keys.

use ratatui::layout::Rect;

use super::filter_line;
use crate::app::model::Model;
use crate::domain::now::time_after;
use crate::text::Line;
use crate::text::Meaning;
use crate::ui::widgets::columns::{skip_columns, trim_right};
use crate::ui::widgets::painter::Painter;

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model) {
    let area = trim_right(skip_columns(area, 1), 1);
    if let Some(notice) = notice(painter, model) {
        painter.line(area, &notice);
    } else {
        draw_keys(painter, area, model);
    }
}

/// The notice to the user; `None` once it has expired.
pub fn notice(painter: &mut Painter<'_>, model: &Model) -> Option<Line> {
    let now = painter.ctx.now;
    let notice = model.notice_at(now)?;
    let left = (notice.until - now.wall).to_std().ok();
    painter.schedule_change(left.filter(|left| time_after(now.wall, *left) > now.wall));
    Some(Line::styled(Meaning::Done, notice.text.clone()))
}

// Draws the filter with the number of rows that pass it, and then the keys that fit.
fn draw_keys(painter: &mut Painter<'_>, area: Rect, model: &Model) {
    let filter = filter_line::line(model, &painter.ctx);
    let mut line = filter.unwrap_or_default();
    // Draws as many whole hints as fit, the most important one first.
    for hint in model.hints() {
        let more = line.clone().gap(3).join(hint_line(&hint));
        if painter.width(&more) > area.width {
            break;
        }
        line = more;
    }
    painter.line(area, &line);
}

fn hint_line(hint: &crate::app::hints::Hint) -> Line {
    Line::styled(Meaning::Key, hint.key.to_string()).with(Meaning::Dim, format!(" {}", hint.label))
}
