//! Parses a matrix. Each series' values are put at the moments of the window. A moment without a finite number stays
//! empty.

use super::super::envelope::Payload;
use super::super::expressions::{QueryPart, SIGNAL_LABEL};
use super::super::wire::{RangeData, RangeSeries};
use crate::domain::history::{History, Series, SeriesKey, Window, series_fits_alert};
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::labels::Labels;
use crate::domain::settings::ClusterScope;

/// The most series that are shown.
const MAX_SERIES: usize = 4;

/// Of the series that match an alert's labels, those with the most labels. They are sorted by their labels, so that
/// every screen shows the same series.
pub(super) fn alert_history(
    opened: Payload<RangeData<'_>>,
    labels: &Labels,
    window: &Window,
) -> History {
    let listed = opened.data.result.iter().flatten();
    let mut own: Vec<(Labels, &RangeSeries<'_>)> = listed
        .map(|series| (series_labels(series), series))
        .filter(|(own, _)| series_fits_alert(own, labels))
        .collect();
    own.sort_by(|(one, _), (other, _)| closeness(other).cmp(&closeness(one)).then(one.cmp(other)));
    let closest = own.first().map(|(labels, _)| closeness(labels));
    own.retain(|(labels, _)| Some(closeness(labels)) == closest);
    let series = own.iter().take(MAX_SERIES).map(|(labels, series)| Series {
        key: SeriesKey::Labels(labels.clone()),
        values: window_values(series, window),
    });
    History {
        series: series.collect(),
        omitted: own.len().saturating_sub(MAX_SERIES),
        warnings: opened.warnings,
        ..History::default()
    }
}

fn closeness(labels: &Labels) -> usize {
    labels
        .iter()
        .filter(|(name, _)| *name != "__name__")
        .count()
}

/// A hub's signals, each as one series.
pub(super) fn hub_series(
    data: &RangeData<'_>,
    key: &HubKey,
    scope: &ClusterScope,
    window: &Window,
) -> Vec<Series> {
    let own = data.result.iter().flatten().filter(|series| {
        let is_of_cluster = match scope {
            ClusterScope::One(_) => true,
            ClusterScope::ByLabel(label) => series.metric.get(label) == Some(key.cluster.as_str()),
        };
        is_of_cluster && series.metric.get("namespace") == Some(key.hub.as_str())
    });
    let mut all: Vec<(Signal, Vec<Option<f64>>)> = Vec::new();
    for series in own {
        let Some(QueryPart::Signal(signal)) = series
            .metric
            .get(SIGNAL_LABEL)
            .and_then(QueryPart::from_name)
        else {
            continue;
        };
        let values = window_values(series, window);
        match all.iter_mut().find(|(known, _)| *known == signal) {
            Some((_, kept)) => merge_values(signal, kept, &values),
            None => all.push((signal, values)),
        }
    }
    all.sort_by_key(|(signal, _)| *signal);
    let series = all.into_iter().map(|(signal, values)| Series {
        key: SeriesKey::Signal(signal),
        values,
    });
    series.collect()
}

// Merges two series of one signal, since a configured expression may return several series for one hub. The value is
// chosen in the same way as in a poll.
fn merge_values(signal: Signal, kept: &mut [Option<f64>], more: &[Option<f64>]) {
    let choose = match signal {
        Signal::HomeFreePercent | Signal::DbFreePercent => f64::min,
        _ => f64::max,
    };
    for (kept, more) in kept.iter_mut().zip(more) {
        *kept = match (*kept, *more) {
            (Some(one), Some(other)) => Some(choose(one, other)),
            (one, other) => one.or(other),
        };
    }
}

fn series_labels(series: &RangeSeries<'_>) -> Labels {
    series.metric.iter().collect()
}

fn window_values(series: &RangeSeries<'_>, window: &Window) -> Vec<Option<f64>> {
    let mut values = vec![None; window.points];
    for (at, value) in series.values.iter().flatten() {
        let place = at.number().and_then(|seconds| window.index_at(seconds));
        if let Some(kept) = place.and_then(|place| values.get_mut(place)) {
            *kept = value.number();
        }
    }
    values
}
