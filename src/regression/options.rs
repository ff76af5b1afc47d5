//! The limits of a wait.

use std::time::Duration;

/// The limits that decide what counts as worse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitOptions {
    /// The longest time for which a hub may fail, a case may be open or a source may be lost without an effect on the
    /// outcome.
    pub grace: Duration,
    /// Whether a hub on which nobody started a server makes the outcome undecided.
    pub require_starts: bool,
    /// The number of failed starts that makes a hub worse.
    pub failed_starts: f64,
    /// The highest median latency that never counts as worse.
    pub probe_slow: Duration,
}
