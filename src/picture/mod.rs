//! Answers in, a picture out. [`build`] is the one function that joins, folds, judges and sorts; the
//! dashboard, `check` and `line` all show its `Picture`. Pure: the same answers, policy and moment
//! always give the same picture.
//!
//! A picture holds data (kinds, moments, arguments), never sentences: "12m" is wrong a minute later.

mod build;
mod cases;
mod clocks;
mod context;
mod fold;
mod freshness;
mod health;
mod hubs;
mod incidents;
mod join;
mod joins;
mod maintenance;
mod mismatch;
mod model;
pub mod order;
mod outages;
mod owners;
mod part;
mod places;
mod posts;
mod related;
mod rota;
mod skew;
mod suppression;
mod time_box;
mod verdict;

pub use build::{build, build_part};
pub use joins::{Joining, joins};
pub use model::*;
pub use part::Keep;
