//! Answers in, a picture out. [`build::build`] is the one function that joins, folds, judges and sorts;
//! the dashboard, `check` and `line` all show its `Picture`. Pure: the same answers, policy and
//! moment always give the same picture.
//!
//! A picture holds data (kinds, moments, arguments), never sentences: "12m" is wrong a minute later.

pub mod model;

pub use model::*;
