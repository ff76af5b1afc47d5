//! Building blocks of panes: boxes, lists and columns, and the painter that draws them.

pub mod columns;
pub mod flow;
pub mod frame;
pub mod list;
pub mod painter;
pub mod wrap;
