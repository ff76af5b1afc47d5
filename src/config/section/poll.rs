//! `[poll]`: the polling interval of each kind of source.

use std::time::Duration;

use serde::Deserialize;

use super::super::problem::Problems;
use super::Text;
use super::values::{interval, value_or};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# How often each kind of source is polled; its data counts for three intervals.
[poll]
prometheus = "30s"
alertmanager = "30s"
pagerduty = "20s"      # incidents and the log
oncalls = "5m"         # people, policies, rota
status_page = "60s"
probe = "60s"          # each hub
probe_confirm = "15s"  # a failing probe counts after a second failure, at least this much later
timeout = "10s"        # of one request
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPoll {
    pub prometheus: Option<Text>,
    pub alertmanager: Option<Text>,
    pub pagerduty: Option<Text>,
    pub oncalls: Option<Text>,
    pub status_page: Option<Text>,
    pub probe: Option<Text>,
    pub probe_confirm: Option<Text>,
    pub timeout: Option<Text>,
}

/// The polling interval of each kind of source, and the timeout of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PollIntervals {
    pub(super) prometheus: Duration,
    pub(super) alertmanager: Duration,
    pub(super) pagerduty: Duration,
    pub(super) oncalls: Duration,
    pub(super) status_page: Duration,
    pub(super) probe: Duration,
    pub(super) timeout: Duration,
}

/// The intervals. `config.example.toml` lists the same defaults.
pub(super) fn intervals(poll: &RawPoll, problems: &mut Problems) -> PollIntervals {
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
