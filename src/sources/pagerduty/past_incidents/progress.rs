//! How far a long reading is, and what it is given.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::super::detail_budget::Pace;

/// How far a reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Requests that were answered.
    pub requests: usize,
    pub steps_done: usize,
    /// All steps, as far as they are known.
    pub steps: usize,
    /// How long the account's limit has no room; zero where it has.
    pub waits: Duration,
}

/// The tools of a long reading.
pub struct Reading<'a> {
    /// How the account's share is spent.
    pub pace: Pace,
    pub on_progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Waits.
    pub wait: &'a (dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync),
}
