//! Lists that scroll by rows and keep the selection visible, and pages that scroll by lines.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::text::Meaning;

use super::columns::row;
use super::painter::Painter;
use crate::text::Line;

/// The range of rows that is drawn in `room` lines. `heights` are the rows' heights. The row `selected` is fully
/// visible. Rows before `selected` are preferred to rows after it, so the list stays at its top as long as `selected`
/// fits there.
pub fn visible_range(heights: &[usize], selected: Option<usize>, room: usize) -> Range<usize> {
    let height = |index: usize| heights.get(index).copied();
    let mut first = selected.unwrap_or(0);
    let mut used = height(first).unwrap_or(0);
    while let Some(before) = first.checked_sub(1).and_then(height)
        && used + before <= room
    {
        used += before;
        first -= 1;
    }
    let (mut end, mut used) = (first, 0);
    while let Some(next) = height(end)
        && used + next <= room
    {
        used += next;
        end += 1;
    }
    first..end
}

/// How far the lines can be scrolled.
pub fn max_scroll(lines: usize, room: usize) -> usize {
    lines.saturating_sub(room)
}

/// Marks the selected row. The mark is weaker if the pane does not have the focus.
pub fn draw_selection(painter: &mut Painter<'_>, area: Rect, focused: bool) {
    let bar = if focused {
        Meaning::TitleFocused
    } else {
        Meaning::Border
    };
    if focused {
        painter.restyle(area, Meaning::Selected);
    }
    for index in 0..usize::from(area.height) {
        painter.text(row(area, index), bar, painter.symbols().selected);
    }
}

/// Draws as many of the lines as fit, below each other.
pub fn draw_lines(painter: &mut Painter<'_>, area: Rect, lines: &[Line]) {
    for (index, line) in lines.iter().enumerate().take(usize::from(area.height)) {
        painter.line(row(area, index), line);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everything_stands_still_while_it_fits() {
        assert_eq!(visible_range(&[1, 2, 1], Some(2), 4), 0..3);
        assert_eq!(visible_range(&[], None, 4), 0..0);
    }

    #[test]
    fn the_selection_pulls_the_window() {
        assert_eq!(visible_range(&[1, 1, 1, 1, 1], Some(3), 3), 1..4);
        assert_eq!(visible_range(&[1, 2, 1, 1], Some(3), 3), 2..4);
    }

    proptest! {
        #[test]
        fn the_selection_is_in_sight_and_nothing_overflows(
            heights in prop::collection::vec(1_usize..3, 1..40),
            at in 0_usize..40,
            room in 2_usize..20,
        ) {
            let selected = at % heights.len();
            let shown = visible_range(&heights, Some(selected), room);
            prop_assert!(shown.contains(&selected));
            prop_assert!(heights[shown].iter().sum::<usize>() <= room);
        }
    }
}
