//! How far the keys that move go: by a line, by a page, to the first or the last line.

use crate::app::action::Action;
use crate::app::model::Model;

/// The lines of a page before the first frame.
const DEFAULT_PAGE_LINES: usize = 10;

/// The index after a move from `at`; `limit` is the largest index. `None` if the action is not a move.
pub(super) fn new_position(
    action: Action,
    at: usize,
    limit: Option<usize>,
    page: usize,
) -> Option<usize> {
    let to = match action {
        Action::Up => at.saturating_sub(1),
        Action::Down => at.saturating_add(1),
        Action::PageUp => at.saturating_sub(page),
        Action::PageDown => at.saturating_add(page),
        Action::First => 0,
        Action::Last => limit.unwrap_or(at),
        _ => return None,
    };
    Some(limit.map_or(to, |limit| to.min(limit)))
}

/// The number of lines that page up and page down move by: one fewer than are visible.
pub(super) fn page_size(model: &Model) -> usize {
    match (model.viewport.page_lines, model.height) {
        (0, 0) => DEFAULT_PAGE_LINES,
        (0, height) => usize::from(height / 2).max(1),
        (lines, _) => lines.saturating_sub(1).max(1),
    }
}
