//! The panes of the main screen, one file each. A pane is a function of the model. It draws inside its rectangle, and
//! returns how much of its content is visible.

pub mod case_changes;
mod case_notes;
mod case_row;
mod case_widths;
pub mod cases;
mod counts;
pub mod empty_pane;
pub mod filter_line;
mod gone_row;
pub mod header;
pub mod hints;
pub mod hub_grid;
pub mod hub_rows;
pub mod hubs;
pub mod owed;
pub mod owners;
mod posts;
mod rota;
pub mod status;
pub mod tiny;
mod tiny_row;

/// The visible part of a pane. It is known only after drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaneExtent {
    /// The number of visible lines.
    pub visible_lines: usize,
    /// How many lines the pane can be scrolled; `None` if the pane scrolls by rows.
    pub max_scroll: Option<usize>,
    /// The range of visible rows: the first row, and the one after the last. `None` for a pane without rows.
    pub visible_rows: Option<(usize, usize)>,
}
