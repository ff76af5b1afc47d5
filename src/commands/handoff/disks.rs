//! Forecasts when the fullest disks will be full, at their rate of the last hours.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{StreamExt as _, stream};
use tokio::time::timeout;

use crate::domain::forecast::time_until_empty;
use crate::domain::history::{History, HistoryRequest, HistorySubject, Window};
use crate::domain::hub::Signal;
use crate::domain::policy::Policy;
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::{HubView, Picture};
use crate::report::handoff::{DiskForecast, DiskForecasts};
use crate::sources::context::SourceContext;
use crate::sources::prometheus::{endpoint, history};

/// The most hubs to query, with one query each. They are the hubs with the fullest disks, so every disk that is nearly
/// full is included.
const MAX_HUBS: usize = 20;
const MAX_CONCURRENT: usize = 4;
/// How long to wait for one hub's answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The number of points in an answer: one every five minutes for six hours.
const MOMENTS: usize = 73;

const DISKS: [Signal; 2] = [Signal::HomeFreePercent, Signal::DbFreePercent];

/// Queries the history of the hubs with the fullest disks, and forecasts when these disks will be full.
pub(super) async fn forecasts(
    context: &SourceContext,
    prometheus: &[PrometheusSettings],
    picture: &Picture,
    policy: &Policy,
) -> DiskForecasts {
    let hubs = fullest(picture);
    let window = Window::ending_at(picture.at.wall, MOMENTS);
    let queries = hubs.iter().map(|hub| async move {
        let source = policy.prometheus_for(&hub.spec.key.cluster)?;
        let settings = prometheus
            .iter()
            .find(|it| SourceId::new(SourceKind::Prometheus, &it.endpoint.name) == *source)?;
        let answer = timeout(TIMEOUT, ask(context, settings, source, hub, window)).await;
        let answer = answer.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        Some((*hub, answer.map_err(|why| format!("{source}: {why}"))))
    });
    let queries: Vec<_> = queries.collect();
    let answers: Vec<_> = stream::iter(queries)
        .buffered(MAX_CONCURRENT)
        .collect()
        .await;
    let stale = picture.hubs().filter(|hub| hub.signals_stale);
    let mut found = DiskForecasts {
        stale: stale.count(),
        ..DiskForecasts::default()
    };
    let mut failed = BTreeSet::new();
    for (hub, answer) in answers.into_iter().flatten() {
        found.asked += 1;
        match answer {
            Ok(known) => found.forecasts.extend(of_hub(hub, &known, &window)),
            Err(why) => {
                failed.insert(why);
            }
        }
    }
    found.failed = failed.into_iter().collect();
    found.forecasts.retain(|it| it.full_at > picture.at.wall);
    found
}

// Leaves out hubs whose signals are stale. Another part of the handoff says that their Prometheus does not answer.
fn fullest(picture: &Picture) -> Vec<&HubView> {
    let free = |hub: &&HubView| {
        let disks = [hub.signals.home_free_percent, hub.signals.db_free_percent];
        disks.into_iter().flatten().reduce(f64::min)
    };
    let known = picture.hubs().filter(|hub| !hub.signals_stale);
    let mut known: Vec<(f64, &HubView)> =
        known.filter_map(|hub| Some((free(&hub)?, hub))).collect();
    known.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let fullest = known.into_iter().map(|(_, hub)| hub);
    fullest.take(MAX_HUBS).collect()
}

async fn ask(
    context: &SourceContext,
    settings: &PrometheusSettings,
    source: &SourceId,
    hub: &HubView,
    window: Window,
) -> Result<History, String> {
    let request = HistoryRequest {
        source: source.clone(),
        subject: HistorySubject::Hub(hub.spec.key.clone()),
        window,
    };
    let endpoint = endpoint(context, settings).map_err(|error| error.text)?;
    let answer = history(settings, &endpoint, &request).await;
    answer.map_err(|error| error.text)
}

fn of_hub(hub: &HubView, known: &History, window: &Window) -> Vec<DiskForecast> {
    let forecast = |signal: Signal| {
        let left = time_until_empty(known.signal(signal)?, window)?;
        let left = TimeDelta::from_std(left).ok()?;
        Some(DiskForecast {
            hub: hub.spec.key.clone(),
            signal,
            full_at: window.end.checked_add_signed(left)?,
        })
    };
    DISKS.into_iter().filter_map(forecast).collect()
}
