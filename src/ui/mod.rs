//! Draws a model. It reads and changes nothing: the screen is a function of the model, the theme and
//! the moment. Nothing here knows a terminal; it fills a ratatui buffer.
//!
//! [`view::draw`] lays out the panes by size and draws them; every pane writes through a
//! [`widgets::painter::Painter`], which makes text safe, gives meanings their style, and remembers the
//! earliest moment at which something that it wrote changes by itself.

pub mod layout;
pub mod overlay;
pub mod pages;
pub mod panes;
pub mod theme;
pub mod view;
pub mod widgets;
