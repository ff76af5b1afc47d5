//! `check --wait`: turns a picture into an observation and an earlier report into a baseline. Writes the outcome of a
//! wait as text, JSON and JUnit.

pub mod baseline_file;
pub mod json;
pub mod junit;
mod observe;
pub mod progress;
pub mod text;
mod words;

#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub use observe::observe;

/// Facts about the wait that a report has besides the outcome.
#[derive(Clone, Debug)]
pub struct WaitContext {
    /// When the wait began and ended, by the servers' clocks.
    pub started: DateTime<Utc>,
    pub ended: DateTime<Utc>,
    /// The planned length of the wait.
    pub duration: Duration,
    pub grace: Duration,
    /// When the baseline was taken, by the servers' clocks.
    pub baseline_at: DateTime<Utc>,
    /// The clusters and hubs to which the wait is limited, as the user named them. Empty for the whole fleet.
    pub restricted_to: Vec<String>,
}
