//! How wide the columns of the cases are.

use crate::domain::ids::PriorityName;
use crate::text::sanitize::width as cells;

/// The columns' widths, by the pane's, so that nothing moves when a word changes.
#[derive(Clone, Copy, Debug)]
pub struct Widths {
    /// Its priority.
    pub priority: u16,
    /// Its clock.
    pub clock: u16,
    /// Who must act.
    pub owner: u16,
    /// Where; none: it stands before the title.
    pub place: u16,
    /// How long; none: it is left out.
    pub age: u16,
}

impl Widths {
    /// For a pane of `width` columns and priorities of these names.
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

    /// Where the clock begins: after the bar, what is new, the priority, the mark and a gap.
    pub fn indent(&self) -> u16 {
        self.priority + 4
    }
}
