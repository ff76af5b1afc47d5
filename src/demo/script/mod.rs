//! A story as data: its roles, the events before its start, and the events after it.
//!
//! The three modules `script`, `world` and `options` import each other: a script uses types of `world`, `world` plays
//! the script, and `options` lists the built-in scripts.

pub mod event;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use event::ScriptEvent;

use super::clockwork::{At, before, deserialize_optional_duration};
use super::world::batch::Batch;
use super::world::cluster::Provider;
use crate::domain::now::time_after;

/// The reason why a scenario cannot be run. A test checks that every built-in scenario can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The file has the wrong structure.
    #[error("the demo's {file} does not parse: {why}")]
    Unreadable {
        file: &'static str,
        /// The error from the parser.
        why: String,
    },
    /// An event names something that does not exist.
    #[error("the demo's script speaks of {what} \"{name}\", which is not there")]
    Unknown {
        /// The kind of the missing thing.
        what: &'static str,
        /// The name that the script uses.
        name: String,
    },
    /// PagerDuty's rules do not allow an event.
    #[error("the demo's script is refused: {0}")]
    Refused(#[from] super::account::refusal::Refusal),
}

/// A story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The line for `--scenario help`.
    pub about: String,
    /// Whether signals vary even when nothing happens.
    pub drift: bool,
    /// The range of the 95th percentile of a server's start time on a hub, in seconds. `None` for the fleet's own
    /// range.
    pub usual_p95: Option<[f64; 2]>,
    /// How many servers start per hour of the story, for each running server. `None` for the fleet's own number.
    pub starts_per_hour: Option<f64>,
    /// The hubs that the story needs, by role.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    #[serde(default, rename = "event")]
    events: Vec<Line>,
}

/// The requirements that a hub must meet to play a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The cluster's provider; `None` for any.
    pub provider: Option<Provider>,
    /// The upgrade batch of the hub's cluster; `None` for any.
    pub batch: Option<Batch>,
    /// The hub's name; `any` for any hub.
    pub hub: String,
    /// The smallest number of hubs in its cluster.
    #[serde(default)]
    pub cluster_hubs: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default, deserialize_with = "deserialize_optional_duration")]
    ago: Option<Duration>,
    #[serde(default, deserialize_with = "deserialize_optional_duration")]
    at: Option<Duration>,
    #[serde(rename = "do")]
    event: ScriptEvent,
}

impl Script {
    pub fn parse(file: &'static str, text: &str) -> Result<Self, ScriptError> {
        parse_toml(file, text)
    }

    /// The events with their times, earliest first. Times after the start are divided by `speed`.
    pub fn schedule(self, start: At, speed: f64) -> Vec<(At, ScriptEvent)> {
        let moment = |line: &Line| match (line.ago, line.at) {
            (Some(ago), _) => before(start, ago),
            (None, Some(at)) => time_after(start, scale_duration(at, speed)),
            (None, None) => start,
        };
        let lines = self.events.into_iter();
        let mut timed: Vec<_> = lines.map(|line| (moment(&line), line.event)).collect();
        timed.sort_by_key(|(at, _)| *at);
        timed
    }
}

/// The duration of `span` in a scenario that runs `speed` times faster.
pub fn scale_duration(span: Duration, speed: f64) -> Duration {
    let seconds = span.as_secs_f64() / self::speed(speed);
    Duration::try_from_secs_f64(seconds).unwrap_or(span)
}

/// How many times faster a scenario runs. The result is `given`, or 1 if `given` is not a positive number.
pub fn speed(given: f64) -> f64 {
    if given.is_finite() && given > 0.0 {
        given
    } else {
        1.0
    }
}

/// Parses one of the demo's files.
pub fn parse_toml<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, ScriptError> {
    let unreadable = |why: String| ScriptError::Unreadable { file, why };
    // Deserializing the events directly from TOML would make the program a quarter of a megabyte larger.
    let value: serde_json::Value =
        toml::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    T::deserialize(value).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_hurries_what_comes_and_not_what_was() {
        let text = r#"
            about = "x"
            drift = false
            [[event]]
            at = "60s"
            do = { hub_up = { hub = "a" } }
            [[event]]
            ago = "60s"
            do = { hub_up = { hub = "b" } }
        "#;
        let script = Script::parse("x", text).unwrap();
        let seconds = script.schedule(At::UNIX_EPOCH, 10.0);
        let seconds = seconds.iter().map(|(at, _)| at.timestamp());
        assert_eq!(seconds.collect::<Vec<_>>(), [-60, 6]);
    }

    #[test]
    fn a_speed_that_is_none_is_one() {
        let minute = Duration::from_secs(60);
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(scale_duration(minute, speed), minute);
        }
    }
}
