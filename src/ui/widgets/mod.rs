//! Building blocks of panes: lines, the painter that draws them, boxes, columns.

pub mod columns;
pub mod flow;
pub mod frame;
pub mod list;
pub mod painter;
pub mod wrap;
