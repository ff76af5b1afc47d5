//! `[poll]`: how often each kind of source is asked.

use std::time::Duration;

use super::super::PollIntervals;
use super::super::problem::Problems;
use super::super::raw::{Poll, Text};
use super::values::{interval, value_or};

/// The intervals; the same numbers stand in `config.example.toml`.
pub(super) fn intervals(poll: &Poll, problems: &mut Problems) -> PollIntervals {
    let mut every = |seconds: u64, text: &Option<Text>| {
        value_or(
            Duration::from_secs(seconds),
            text.as_ref(),
            interval,
            problems,
        )
    };
    PollIntervals {
        prometheus: every(30, &poll.prometheus),
        alertmanager: every(30, &poll.alertmanager),
        pagerduty: every(20, &poll.pagerduty),
        oncalls: every(5 * 60, &poll.oncalls),
        status_page: every(60, &poll.status_page),
        probe: every(60, &poll.probe),
        timeout: every(10, &poll.timeout),
    }
}
