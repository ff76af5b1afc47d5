//! The one place that puts things into words: durations, clocks, evidence, verdicts, mismatches.
//! Pure. Whatever changes with time is a [`Said`], which tells how long its words stay true, so that
//! the screen sleeps until the first of them is wrong.
//!
//! Text that others wrote (titles, names, errors) is made safe by [`sanitize`] on its way through.

pub mod case;
pub mod change;
pub mod clock;
mod counts;
pub mod deed;
pub mod durations;
pub mod evidence;
pub mod finding;
mod grounds;
pub mod history;
pub mod hub;
pub mod meaning;
pub mod moments;
pub mod reason;
pub mod sanitize;
pub mod source;
pub mod storm;
pub mod symbols;
pub mod title;
pub mod told;
pub mod verdict;
pub mod voice;

#[cfg(test)]
mod tests;

pub use meaning::Meaning;
pub use symbols::{ASCII, Symbols, UNICODE};
pub use voice::{Form, Said, Voice};
