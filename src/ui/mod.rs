//! Draws a model without changing it. The screen depends only on the model, the theme and the time. The module fills a
//! ratatui buffer, and has no access to the terminal.
//!
//! [`view::draw`] lays out the panes for the screen's size and draws them. Every pane draws with a
//! [`widgets::painter::Painter`]. The painter makes text safe, styles text by its meaning, and records when the first
//! text expires.

pub mod layout;
pub mod overlay;
pub mod pages;
pub mod panes;
pub mod theme;
pub mod view;
pub mod widgets;
