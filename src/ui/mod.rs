//! Draws a model without changing it: the screen is a function of the model, the theme and the time. This module fills
//! a ratatui buffer and has no access to the terminal.
//!
//! [`view::draw`] lays out the panes by the screen's size and draws them. Every pane draws through a
//! [`widgets::painter::Painter`], which makes text safe, styles it by its meaning, and records when the first of its
//! texts expires.

pub mod layout;
pub mod overlay;
pub mod pages;
pub mod panes;
pub mod theme;
pub mod view;
pub mod widgets;
