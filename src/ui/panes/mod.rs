//! The panes of the main screen, one file each. A pane is a function of the model that writes
//! through a pen within its rectangle, and tells how much of it is in sight.

pub mod case_changes;
mod case_notes;
mod case_row;
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
pub mod owners;
mod posts;
mod rota;
pub mod status;
pub mod tiny;
mod tiny_row;

/// What drawing a pane learned of its own size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaneExtent {
    /// Lines that are in sight at once.
    pub visible_lines: usize,
    /// How far it scrolls, where it does so by lines.
    pub max_scroll: Option<usize>,
    /// Which of its rows are in sight, from and to, where it has rows.
    pub visible_rows: Option<(usize, usize)>,
}
