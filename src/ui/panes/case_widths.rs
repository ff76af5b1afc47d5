//! The widths of the columns of the Cases pane.

use crate::domain::ids::PriorityName;
use crate::text::sanitize::width as cells;

/// The widths of the columns. They depend only on the pane's width and the priorities, so that no column moves when a
/// text changes.
#[derive(Clone, Copy, Debug)]
pub struct Widths {
    pub priority: u16,
    pub clock: u16,
    pub owner: u16,
    /// The width of the column of places; 0 if each place is drawn before the title instead.
    pub place: u16,
    /// The width of the column of ages; 0 if the ages are left out.
    pub age: u16,
}

impl Widths {
    /// The widths for a pane of `width` columns and priorities with these names.
    pub fn for_pane(width: u16, priorities: &[PriorityName]) -> Self {
        let (clock, owner, place, age) = match width {
            130.. => (24, 20, 26, 4),
            84.. => (15, 12, 18, 4),
            70.. => (15, 12, 15, 4),
            56.. => (13, 9, 12, 4),
            _ => (11, 8, 0, 0),
        };
        let longest = priorities.iter().map(|name| cells(name.as_str())).max();
        Self {
            priority: u16::try_from(longest.unwrap_or(2)).unwrap_or(2).clamp(2, 5),
            clock,
            owner,
            place,
            age,
        }
    }

    /// The column of the clock. The selection bar, the change mark, the priority, the problem mark and a gap come
    /// before it.
    pub fn indent(&self) -> u16 {
        self.priority + 4
    }
}
