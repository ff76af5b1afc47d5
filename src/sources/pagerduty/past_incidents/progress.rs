//! The progress of a long read, and its parameters.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::super::detail_budget::Pace;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Requests that were answered.
    pub requests: usize,
    pub steps_done: usize,
    /// The number of all steps that are known so far.
    pub steps: usize,
    /// The time until the rate limit allows the next request. Zero if it allows one now.
    pub waits: Duration,
}

/// The parameters of a long read.
pub struct Reading<'a> {
    /// How the share of the rate limit is spent.
    pub pace: Pace,
    pub on_progress: &'a (dyn Fn(Progress) + Send + Sync),
    pub wait: &'a (dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync),
}
