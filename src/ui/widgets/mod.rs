//! What panes are made of: lines of meaning, the pen that writes them, boxes, columns.

pub mod columns;
pub mod flow;
pub mod frame;
pub mod list;
pub mod painter;
pub mod plot;
pub mod wrap;
