//! Values over the last hours. When the user opens a case or a hub, a Prometheus is queried for them. Histories are
//! neither polled nor stored.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::hub::Signal;
use super::ids::HubKey;
use super::labels::Labels;
use super::source::SourceId;
use super::threshold::{Threshold, split_comparison};

/// How far back a history goes.
pub const LOOK_BACK: Duration = Duration::from_secs(6 * 3600);

/// The possible steps in minutes. Each divides an hour.
const STEP_MINUTES: [u32; 10] = [1, 2, 3, 4, 5, 6, 10, 15, 20, 30];

/// A time range in equal steps, both ends included. The end is a multiple of the step. So two queries within one step
/// return the same values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The time of the last point.
    pub end: DateTime<Utc>,
    /// The time between two points; whole minutes.
    pub step: Duration,
    /// The number of points.
    pub points: usize,
}

impl Window {
    /// The window of length [`LOOK_BACK`] that ends at the last whole step before `now`. The window has at most `most`
    /// points, but never fewer than 13.
    pub fn ending_at(now: DateTime<Utc>, most: usize) -> Self {
        let fits = |step: &u32| point_count(*step) <= most;
        let minutes = STEP_MINUTES.into_iter().find(fits).unwrap_or(30);
        let seconds = i64::from(minutes) * 60;
        let end = now.timestamp() - now.timestamp().rem_euclid(seconds);
        Self {
            end: DateTime::from_timestamp(end, 0).unwrap_or(now),
            step: Duration::from_secs(u64::from(minutes) * 60),
            points: point_count(minutes),
        }
    }

    /// A window over `span`. The window begins at the start of `span` or earlier. It ends less than a step before the
    /// end of `span`. The window has at most about `most` points. The step is one minute if that gives few enough
    /// points.
    pub fn covering(span: &Range<DateTime<Utc>>, most: usize) -> Self {
        let minutes = (span.end - span.start).num_minutes().max(1);
        let most = i64::try_from(most).unwrap_or(i64::MAX).max(2);
        let step = STEP_MINUTES.into_iter().map(i64::from);
        let step = step.chain([60, 120, 240, 480, 1440]);
        let step = step
            .filter(|step| minutes / step < most)
            .min()
            .unwrap_or(minutes / most + 1);
        let seconds = step * 60;
        let end = span.end.timestamp() - span.end.timestamp().rem_euclid(seconds);
        Self {
            end: DateTime::from_timestamp(end, 0).unwrap_or(span.end),
            step: Duration::from_secs(seconds.unsigned_abs()),
            points: usize::try_from(minutes / step).unwrap_or_default() + 2,
        }
    }

    /// The time of the first point.
    pub fn start(&self) -> DateTime<Utc> {
        self.time_at(0)
    }

    /// The time of a point.
    pub fn time_at(&self, index: usize) -> DateTime<Utc> {
        let back = self.points.saturating_sub(1).saturating_sub(index);
        let back = u32::try_from(back).unwrap_or(u32::MAX);
        let span = TimeDelta::from_std(self.step.saturating_mul(back)).unwrap_or_default();
        self.end.checked_sub_signed(span).unwrap_or(self.end)
    }

    /// The index of the point at a time, given in seconds since 1970. `None` if the time is outside of the window or
    /// between two points.
    pub fn index_at(&self, seconds: f64) -> Option<usize> {
        let from_start = seconds - self.start().timestamp() as f64;
        let place = from_start / self.step.as_secs_f64();
        let is_one = (place - place.round()).abs() < 0.01 && place > -0.5;
        let place = is_one.then(|| place.round() as usize)?;
        (place < self.points).then_some(place)
    }
}

fn point_count(minutes: u32) -> usize {
    let all = LOOK_BACK.as_secs() / 60 / u64::from(minutes.max(1));
    usize::try_from(all).unwrap_or_default().saturating_add(1)
}

/// A request for a history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryRequest {
    /// The Prometheus to query.
    pub source: SourceId,
    pub subject: HistorySubject,
    pub window: Window,
}

/// What a history is about.
#[derive(Clone, Debug, PartialEq)]
pub enum HistorySubject {
    /// The values that an alert's expression compares with its threshold.
    Alert(AlertQuery),
    /// The signals of a hub.
    Hub(HubKey),
}

/// The part of an alert's expression whose value can be plotted.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertQuery {
    /// The alert's labels. They distinguish the alert's own series from others.
    pub labels: Labels,
    /// PromQL: the rule's expression without its threshold, or the whole expression if it has no threshold.
    pub query: Arc<str>,
    /// The threshold of the expression, if it has one.
    pub threshold: Option<Threshold>,
}

impl AlertQuery {
    /// The query of an alert with this expression.
    pub fn new(labels: Labels, expression: &Arc<str>) -> Self {
        match split_comparison(expression) {
            Some(it) => Self {
                labels,
                query: it.operand.into(),
                threshold: Some(it.threshold),
            },
            None => Self {
                labels,
                query: Arc::clone(expression),
                threshold: None,
            },
        }
    }
}

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// For an alert: the series that fit the alert's labels, the closest first. For a hub: at most one series for each
    /// signal, in the order of the signals.
    pub series: Vec<Series>,
    /// The number of further series that fit the alert's labels.
    pub omitted: usize,
    /// Signals that could not be queried, with Prometheus' errors.
    pub failed_signals: BTreeMap<Signal, String>,
    /// Warnings of partial data.
    pub warnings: Vec<String>,
}

impl History {
    /// The series of this signal; `None` if there is none.
    pub fn signal(&self, signal: Signal) -> Option<&Series> {
        let is_it = |series: &&Series| series.key == SeriesKey::Signal(signal);
        self.series.iter().find(is_it)
    }
}

/// One value over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub key: SeriesKey,
    /// One value for each point of the window. `None` if there is no sample, or if the sample is not finite. A missing
    /// value is never 0.
    pub values: Vec<Option<f64>>,
}

/// The identity of a series.
#[derive(Clone, Debug, PartialEq)]
pub enum SeriesKey {
    /// A series of an alert's query, by its labels.
    Labels(Labels),
    /// A signal of a hub.
    Signal(Signal),
}

/// A value and its index in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub index: usize,
    pub value: f64,
}

impl Series {
    /// The known values, oldest first.
    pub fn known_points(&self) -> impl DoubleEndedIterator<Item = Point> {
        let all = self.values.iter().enumerate();
        all.filter_map(|(index, value)| value.map(|value| Point { index, value }))
    }

    /// The lowest and the highest known value. `None` if no value is known.
    pub fn range(&self) -> Option<(f64, f64)> {
        let values = self.known_points().map(|point| point.value);
        values.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        })
    }
}

/// Whether a series may be the alert's own. The alert must have every non-empty label of the series, with the same
/// value. A rule may put a prefix before a value (`cluster=leap`). The metric's name is ignored, since alerts do not
/// have it.
pub fn series_fits_alert(series: &Labels, alert: &Labels) -> bool {
    let own = series.iter().filter(|(name, _)| *name != "__name__");
    own.filter(|(_, value)| !value.is_empty())
        .all(|(name, value)| {
            let said = alert.get(name);
            said.is_some_and(|said| said == value || strip_value_prefix(said) == Some(value))
        })
}

/// Removes the prefix (`cluster=`) that a rule put before a label's value. `None` if there is no such prefix.
pub fn strip_value_prefix(value: &str) -> Option<&str> {
    let (word, rest) = value.split_once('=')?;
    let is_in_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let is_word = !word.is_empty() && word.chars().all(is_in_name);
    (is_word && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests;
