//! The starts of every hub since a given time. They come from one instant query whose ranges begin at that time.
//!
//! `increase` extrapolates to the borders of its range, by up to one scrape interval on each side. In a range with few
//! scrapes, one failed start would count as two. So each counter is multiplied by the smallest share of the range that
//! its `n` samples can cover: `n - 1` of `n + 1` intervals.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use strum::IntoEnumIterator as _;

use super::envelope::{RawResponse, parse_response};
use super::expressions::{SIGNAL_LABEL, fill_template, with_part_label};
use super::query_error::{Blame, QueryError};
use super::signal_values::cluster;
use super::wire::{QueryData, Sample};
use crate::domain::ids::HubKey;
use crate::domain::settings::PrometheusSettings;
use crate::domain::starts::{StartCounts, StartFigure, StartTimes};
use crate::sources::endpoint::Endpoint;
use crate::sources::error::SourceError;

/// In the query that joins all figures, this name marks the series of the start times' histogram. These series also
/// have the label `le`.
const TIMES: &str = "start_times_since";

const STARTS: &str = r#"sum by ({by}) (max by ({by}, instance) (
  increase(jupyterhub_server_spawn_duration_seconds_count{status="success"}[{range}])
    * (1 - 2 / (1 + count_over_time(jupyterhub_server_spawn_duration_seconds_count{status="success"}[{range}])))
))"#;

// Counts the same starts as the signal `spawn_failures_30m`. A new series of a hub that is already scraped began at 0,
// so it counts in full.
const FAILED_STARTS: &str = r#"sum by ({by}) (max by ({by}, instance, status, reason) (
  jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}
    unless on ({by}, instance, status, reason) jupyterhub_server_spawn_duration_seconds_count offset {range}
    and on ({by}, instance) jupyterhub_server_spawn_duration_seconds_count offset {range}
  or
  increase(jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}[{range}])
    * (1 - 2 / (1 + count_over_time(jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}[{range}])))
))"#;

const SPAWN_P95: &str = r#"histogram_quantile(0.95, sum by ({by}, le) (increase(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[{range}])))"#;

const START_TIMES: &str = r#"sum by ({by}, le) (increase(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[{range}]))"#;

/// The counts by hub, and Prometheus' errors for the expressions that could not be evaluated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StartReadings {
    pub hubs: BTreeMap<HubKey, StartCounts>,
    pub broken: BTreeMap<StartFigure, String>,
}

/// Queries the starts within the last `range`. If the joined query is refused, each expression is queried alone.
///
/// # Errors
/// When there is no answer, or every expression is refused.
pub async fn start_counts(
    settings: &PrometheusSettings,
    endpoint: &Endpoint,
    range: Duration,
) -> Result<StartReadings, SourceError> {
    let query = StartQuery {
        settings,
        endpoint,
        range,
    };
    query.fetch().await.map_err(|fault| fault.error)
}

struct StartQuery<'a> {
    settings: &'a PrometheusSettings,
    endpoint: &'a Endpoint,
    range: Duration,
}

impl StartQuery<'_> {
    async fn fetch(&self) -> Result<StartReadings, QueryError> {
        let parts: Vec<String> = StartFigure::iter()
            .map(|figure| self.expression(figure))
            .collect();
        match self.fetch_query(parts.join("\nor\n")).await {
            Ok(hubs) => Ok(StartReadings {
                hubs,
                ..StartReadings::default()
            }),
            Err(fault) if fault.blame == Blame::Query => self.fetch_separately().await,
            Err(fault) => Err(fault),
        }
    }

    async fn fetch_separately(&self) -> Result<StartReadings, QueryError> {
        let queries = StartFigure::iter().map(async |figure| {
            let answer = self.fetch_query(self.expression(figure)).await;
            (figure, answer)
        });
        let mut readings = StartReadings::default();
        let mut last = None;
        for (figure, answer) in join_all(queries).await {
            match answer {
                Ok(hubs) => merge(&mut readings.hubs, hubs),
                Err(fault) if fault.blame == Blame::Query => {
                    readings.broken.insert(figure, fault.error.text.clone());
                    last = Some(fault);
                }
                Err(fault) => return Err(fault),
            }
        }
        match last {
            Some(fault) if readings.broken.len() == StartFigure::iter().count() => Err(fault),
            _ => Ok(readings),
        }
    }

    // The histogram is queried only together with the default percentile, since a configured percentile may come from
    // another histogram with other buckets.
    fn expression(&self, figure: StartFigure) -> String {
        let own = self.settings.start_figures.get(&figure);
        let template = own.map_or(default_expression(figure), String::as_str);
        let named = with_part_label(&figure.to_string(), &self.fill(template));
        match (figure, own) {
            (StartFigure::SpawnP95Since, None) => {
                let times = with_part_label(TIMES, &self.fill(START_TIMES));
                format!("{named}\nor\n{times}")
            }
            _ => named,
        }
    }

    fn fill(&self, template: &str) -> String {
        // PromQL has no range of less than a second.
        let range = format!("{}s", self.range.as_secs().max(1));
        fill_template(&template.replace("{range}", &range), &self.settings.scope)
    }

    async fn fetch_query(
        &self,
        query: String,
    ) -> Result<BTreeMap<HubKey, StartCounts>, QueryError> {
        let request = self.endpoint.post("/api/v1/query");
        let request = request.form(&[("query", query)]);
        let response = self.endpoint.fetch(request).await?;
        let opened = parse_response::<QueryData<'_>>(&RawResponse::from_response(&response))?;
        match (&*opened.data.result_type, &opened.data.result) {
            ("vector", Some(samples)) => Ok(self.read(samples)),
            ("vector", None) => Err(QueryError::garbled("the answer lists no series")),
            (other, _) => {
                let text = format!("the query returns a {other}, not a vector");
                Err(QueryError::garbled(text))
            }
        }
    }

    fn read(&self, samples: &[Sample<'_>]) -> BTreeMap<HubKey, StartCounts> {
        let mut hubs = BTreeMap::new();
        for sample in samples {
            let named = sample.metric.get(SIGNAL_LABEL);
            let cluster = cluster(&sample.metric, &self.settings.scope);
            let hub = sample.metric.get("namespace");
            let (Some(name), Some(cluster), Some(hub)) = (named, cluster, hub) else {
                continue;
            };
            let value = sample.value.as_ref().and_then(|(_, value)| value.number());
            let bound = sample.metric.get("le").and_then(|le| le.parse().ok());
            add(
                hubs.entry(HubKey::new(cluster, hub)).or_default(),
                name,
                bound,
                value,
            );
        }
        hubs
    }
}

fn default_expression(figure: StartFigure) -> &'static str {
    match figure {
        StartFigure::StartsSince => STARTS,
        StartFigure::FailedStartsSince => FAILED_STARTS,
        StartFigure::SpawnP95Since => SPAWN_P95,
    }
}

// Adds a value. A percentile of no starts is `NaN` and does not count. A configured expression may return several
// series for one hub. The largest value then counts.
fn add(counts: &mut StartCounts, name: &str, bound: Option<f64>, value: Option<f64>) {
    let value = value.filter(|value| value.is_finite() && *value >= 0.0);
    if name == TIMES {
        if let Some((bound, value)) = bound.zip(value) {
            counts.times.add(bound, value);
        }
        return;
    }
    let kept = match name.parse() {
        Ok(StartFigure::StartsSince) => &mut counts.starts,
        Ok(StartFigure::FailedStartsSince) => &mut counts.failed_starts,
        Ok(StartFigure::SpawnP95Since) => &mut counts.p95_seconds,
        Err(_) => return,
    };
    *kept = larger(*kept, value);
}

// Merges the results of separate queries, hub by hub.
fn merge(kept: &mut BTreeMap<HubKey, StartCounts>, more: BTreeMap<HubKey, StartCounts>) {
    for (key, more) in more {
        let kept = kept.entry(key).or_default();
        kept.starts = larger(kept.starts, more.starts);
        kept.failed_starts = larger(kept.failed_starts, more.failed_starts);
        kept.p95_seconds = larger(kept.p95_seconds, more.p95_seconds);
        if more.times != StartTimes::default() {
            kept.times = more.times;
        }
    }
}

fn larger(kept: Option<f64>, more: Option<f64>) -> Option<f64> {
    match (kept, more) {
        (Some(kept), Some(more)) => Some(kept.max(more)),
        (kept, more) => kept.or(more),
    }
}

#[cfg(test)]
mod tests;
