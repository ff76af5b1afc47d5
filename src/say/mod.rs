//! The one place that puts things into words: durations, clocks, evidence, verdicts, mismatches.
//! Pure. Whatever changes with time is a [`ExpiringText`], which tells how long its words stay true, so that
//! the screen sleeps until the first of them is wrong.
//!
//! Text that others wrote (titles, names, errors) is made safe by [`sanitize`] on its way through.

pub mod case;
pub mod change;
pub mod clock;
pub mod context;
pub mod dates;
pub mod durations;
pub mod evidence;
mod group_texts;
pub mod history;
pub mod hub;
pub mod meaning;
pub mod mismatch;
pub mod operation;
pub mod reason;
mod reason_groups;
pub mod sanitize;
pub mod source;
pub mod storm;
pub mod symbols;
pub mod title;
pub mod verdict;
pub mod verdict_lines;

#[cfg(test)]
mod tests;

pub use context::{ExpiringText, TextContext, TextLength};
pub use meaning::Meaning;
pub use symbols::{ASCII, Symbols, UNICODE};
