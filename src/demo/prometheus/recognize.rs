//! Recognizes queries without a PromQL engine: by the signals that a query names, by the metrics in its expression, and
//! by a comparison at its end.

use std::str::FromStr;
use std::time::Duration;

use strum::IntoEnumIterator;

use crate::demo::clockwork::At;
use crate::demo::world::hub::Reading;
use crate::demo::world::rules::Firing;
use crate::demo::world::starts::StartReading;

/// The signal name of a query for a cluster's newest sample.
pub(super) const NEWEST: &str = "newest_sample";

/// A signal that a part of a query names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NamedSignal {
    /// A reading of every hub.
    Reading(Reading),
    /// When the newest sample of the cluster was scraped.
    Newest,
    /// A metric about every hub's server starts within a range of time.
    Starts(StartReading, Duration),
}

/// The signals that a query names in its parts: `"signal", "NAME"`.
pub(super) fn named_signals(query: &str) -> Vec<NamedSignal> {
    let parts = query.split("\"signal\"").skip(1);
    let named = parts.filter_map(|rest| {
        let quoted = rest.trim_start().strip_prefix(',')?.trim_start();
        let (name, _) = quoted.strip_prefix('"')?.split_once('"')?;
        match name {
            NEWEST => Some(NamedSignal::Newest),
            _ => {
                let reading = Reading::from_str(name).ok().map(NamedSignal::Reading);
                reading.or_else(|| Some(NamedSignal::Starts(name.parse().ok()?, range(query)?)))
            }
        }
    });
    let mut found = Vec::new();
    named.for_each(|it| {
        if !found.contains(&it) {
            found.push(it);
        }
    });
    found
}

/// The first range of a query, such as `[480s]`.
fn range(query: &str) -> Option<Duration> {
    let (_, rest) = query.split_once('[')?;
    let (range, _) = rest.split_once(']')?;
    humantime::parse_duration(range).ok()
}

/// The signal that a single expression is about, recognized by its metrics.
pub(super) fn recognized_signal(query: &str) -> Option<Reading> {
    const MARKS: [(&str, Reading); 8] = [
        ("timestamp(", Reading::SampledAt),
        ("\"home-nfs\"", Reading::HomeFreePercent),
        ("\"hub-db-dir\"", Reading::DbFreePercent),
        ("spawn_duration_seconds_bucket", Reading::SpawnP95Seconds),
        ("spawn_duration_seconds_count", Reading::SpawnFailures),
        ("jupyterhub_running_servers", Reading::RunningServers),
        ("jupyterhub_active_users", Reading::ActiveUsers),
        ("up{", Reading::Up),
    ];
    let by_name = || Reading::iter().find(|it| query.trim() == <&str>::from(*it));
    let query = query.replace('\'', "\"");
    let mark = MARKS.iter().find(|(mark, _)| query.contains(mark));
    mark.map(|(_, reading)| *reading).or_else(by_name)
}

/// A state for which Prometheus writes `ALERTS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AlertState {
    Pending,
    Firing,
}

impl AlertState {
    /// Whether an alert is in this state at time `at`.
    pub(super) fn holds(self, alert: &Firing, at: At) -> bool {
        let fires = alert.fires_at(at);
        match self {
            Self::Pending => alert.active_at <= at && !fires,
            Self::Firing => fires,
        }
    }
}

/// The alert's name and the state in `ALERTS{alertname="…", alertstate="…"}`.
pub(super) fn alert_state(query: &str) -> Option<(&str, AlertState)> {
    let (_, matchers) = query.split_once("ALERTS{alertname=\"")?;
    let (name, rest) = matchers.split_once("\", alertstate=\"")?;
    match rest.split_once('"')?.0 {
        "pending" => Some((name, AlertState::Pending)),
        "firing" => Some((name, AlertState::Firing)),
        _ => None,
    }
}

/// A comparison at the end of an expression. The comparison drops the values for which it is false.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    sign: Sign,
    value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    AtMost,
    AtLeast,
    Below,
    Above,
    Equal,
}

/// The expression without the comparison at its end.
pub(super) fn without_limit(query: &str) -> &str {
    let ends = Limit::parse(query).is_some();
    let end = query.rfind(['<', '>', '=']).filter(|_| ends);
    let value = end.and_then(|end| query.get(..end)).unwrap_or(query);
    value.trim_end_matches(['<', '>', '=']).trim()
}

impl Limit {
    /// The comparison with a number at the end of an expression; `None` if there is none.
    pub(super) fn parse(query: &str) -> Option<Self> {
        const SIGNS: [(&str, Sign); 5] = [
            ("<=", Sign::AtMost),
            (">=", Sign::AtLeast),
            ("==", Sign::Equal),
            ("<", Sign::Below),
            (">", Sign::Above),
        ];
        let query = query.trim_end();
        SIGNS.into_iter().find_map(|(text, sign)| {
            let (_, number) = query.rsplit_once(text)?;
            let value = number.trim().parse().ok()?;
            Some(Self { sign, value })
        })
    }

    /// A value for which the comparison is true.
    pub(super) fn beyond(self) -> f64 {
        match self.sign {
            Sign::AtMost | Sign::AtLeast | Sign::Equal => self.value,
            Sign::Below => self.value - 1.0,
            Sign::Above => self.value + 1.0,
        }
    }

    /// A value for which the comparison is false.
    pub(super) fn within(self) -> f64 {
        match self.sign {
            Sign::AtMost | Sign::Below => self.value + 5.0,
            Sign::AtLeast | Sign::Above | Sign::Equal => self.value.min(1.0) - 1.0,
        }
    }

    /// Whether the comparison is true for `value`.
    pub(super) fn holds_for(self, value: f64) -> bool {
        match self.sign {
            Sign::AtMost => value <= self.value,
            Sign::AtLeast => value >= self.value,
            Sign::Below => value < self.value,
            Sign::Above => value > self.value,
            Sign::Equal => (value - self.value).abs() < f64::EPSILON,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_found_whatever_the_white_space() {
        let query = "label_replace(up{a=\"signal\"},\"signal\",\"up\",\"\",\"\") or\n label_replace(x, \"signal\" , \"newest_sample\", \"\", \"\")";
        assert_eq!(
            named_signals(query),
            [NamedSignal::Reading(Reading::Up), NamedSignal::Newest]
        );
        assert_eq!(named_signals("up"), []);
        let query =
            "label_replace((sum(increase(x[480s]))), \"signal\", \"spawn_p95_since\", \"\", \"\")";
        let range = Duration::from_secs(480);
        assert_eq!(
            named_signals(query),
            [NamedSignal::Starts(StartReading::SpawnP95Since, range)]
        );
    }

    #[test]
    fn each_signal_has_the_name_that_the_query_gives_it() {
        let names: Vec<&str> = Reading::iter().map(Into::into).collect();
        assert_eq!(
            names,
            [
                "up",
                "spawn_failures_30m",
                "spawn_p95_seconds",
                "running_servers",
                "active_users",
                "home_free_percent",
                "db_free_percent",
                "sampled_at"
            ]
        );
    }

    #[test]
    fn what_is_compared_stands_before_the_limit() {
        assert_eq!(
            without_limit("floor(a{b=\"c\"}) <= 10\n"),
            "floor(a{b=\"c\"})"
        );
        assert_eq!(without_limit(" a{b=\"c\"} "), "a{b=\"c\"}");
    }

    #[test]
    fn a_comparison_at_the_end_is_a_limit() {
        let limit = Limit::parse("floor(a / b * 100) <= 10\n").unwrap();
        assert!(limit.holds_for(10.0) && !limit.holds_for(11.0));
        assert!(Limit::parse("rate(x[5m]) > 0.8").unwrap().holds_for(0.9));
        for query in ["x <= 10", "x >= 3", "x == 1", "x < 2", "x > 0.8"] {
            let limit = Limit::parse(query).unwrap();
            assert!(
                limit.holds_for(limit.beyond()) && !limit.holds_for(limit.within()),
                "{query}"
            );
        }
        assert_eq!(Limit::parse("a < b"), None);
    }
}
