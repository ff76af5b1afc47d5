//! The endpoints `/api/v1/query` and `/api/v1/query_range`.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::kube_query::KubeQuery;
use super::recognize::{Limit, without_limit};
use super::responses::{bad_data, success};
use super::series::select;
use super::window::CountWindow;
use super::{PrometheusState, ServedClusters};
use crate::demo::clockwork::{At, from_unix, unix};
use crate::demo::serve::shared::Params;
use crate::demo::world::World;
use crate::demo::world::cluster::Cluster;

/// The most points of a series. Prometheus refuses to return more.
const MAX_POINTS: f64 = 11_000.0;

/// Answers an instant query.
pub(super) fn instant(site: &PrometheusState, params: &Params) -> Response {
    vector(site, params).map_or_else(|words| bad_data(&words), |data| success(&data))
}

/// Answers a range query.
pub(super) fn range(site: &PrometheusState, params: &Params) -> Response {
    matrix(site, params).map_or_else(|words| bad_data(&words), |data| success(&data))
}

fn vector(site: &PrometheusState, params: &Params) -> Result<Value, String> {
    let query = expression(params)?;
    let asked_for = match params.get("time") {
        Some(_) => Some(time(params, "time")?),
        None => None,
    };
    Ok(site.shared.with(|world, now| {
        let at = asked_for.unwrap_or(now);
        let clusters: Vec<_> = site.clusters(world).collect();
        if let Some(asked) = kube_query(site, world, query, &clusters) {
            let samples = asked.at(world, at).into_iter();
            let samples = samples
                .map(|it| json!({ "metric": it.labels, "value": [unix(at), number(it.value)] }));
            let samples: Vec<_> = samples.collect();
            return json!({ "resultType": "vector", "result": samples });
        }
        let limit = Limit::parse(query);
        let window = CountWindow::parse(query);
        let series = select(world, &clusters, query, site.has_cluster_label());
        let samples = series.iter().filter_map(|it| {
            let value_at = |at| it.at(world, at).filter(|it| within_limit(limit, *it));
            let value = match window {
                Some(window) => window.count(at, value_at)?,
                None => value_at(at)?,
            };
            Some(json!({ "metric": it.labels, "value": [unix(at), number(value)] }))
        });
        let samples: Vec<_> = samples.collect();
        json!({ "resultType": "vector", "result": samples })
    }))
}

fn matrix(site: &PrometheusState, params: &Params) -> Result<Value, String> {
    let query = expression(params)?;
    let (start, end, step) = steps(params)?;
    Ok(site.shared.with(|world, now| {
        let clusters: Vec<_> = site.clusters(world).collect();
        let limit = Limit::parse(query);
        let moments = moments(start, end.min(unix(now)), step);
        if let Some(asked) = kube_query(site, world, query, &clusters) {
            return kube_matrix(world, &asked, &moments);
        }
        let series = select(world, &clusters, query, site.has_cluster_label());
        let rows = series.iter().filter_map(|it| {
            let points = moments.iter().filter_map(|(seconds, at)| {
                let value = it.at(world, *at).filter(|it| within_limit(limit, *it))?;
                Some(json!([seconds, number(value)]))
            });
            let points: Vec<_> = points.collect();
            let is_there = !points.is_empty();
            is_there.then(|| json!({ "metric": it.labels, "values": points }))
        });
        let rows: Vec<_> = rows.collect();
        json!({ "resultType": "matrix", "result": rows })
    }))
}

/// The query, if it is about nodes and pods. `None` for the query of an alerting rule: the module `series` answers it,
/// since only that module knows the values from before the alert.
fn kube_query<'a>(
    site: &PrometheusState,
    world: &World,
    query: &'a str,
    clusters: &'a [&'a Cluster],
) -> Option<KubeQuery<'a>> {
    let value = without_limit(query);
    let mut rules = world.rules.rule.iter();
    if rules.any(|rule| value.contains(without_limit(rule.expression()))) {
        return None;
    }
    KubeQuery::parse(query, clusters, site.has_cluster_label())
}

fn kube_matrix(world: &World, asked: &KubeQuery<'_>, moments: &[(f64, At)]) -> Value {
    let mut rows: BTreeMap<BTreeMap<String, String>, Vec<Value>> = BTreeMap::new();
    for (seconds, at) in moments {
        for sample in asked.at(world, *at) {
            let row = rows.entry(sample.labels).or_default();
            row.push(json!([seconds, number(sample.value)]));
        }
    }
    let rows = rows.into_iter();
    let rows = rows.map(|(labels, points)| json!({ "metric": labels, "values": points }));
    json!({ "resultType": "matrix", "result": rows.collect::<Vec<_>>() })
}

impl PrometheusState {
    fn has_cluster_label(&self) -> bool {
        matches!(self.watches, ServedClusters::All)
    }
}

fn within_limit(limit: Option<Limit>, value: f64) -> bool {
    limit.is_none_or(|it| it.holds_for(value))
}

/// The query's expression. An error if its brackets do not match. The rest of PromQL's grammar is not checked.
fn expression(params: &Params) -> Result<&str, String> {
    let query = params.get("query").unwrap_or_default();
    if query.trim().is_empty() {
        return Err(invalid(
            "query",
            "parse error: no expression found in input",
        ));
    }
    let depth = query.chars().try_fold(0_i32, |depth, sign| match sign {
        '(' | '{' | '[' => Some(depth + 1),
        ')' | '}' | ']' => (depth > 0).then_some(depth - 1),
        _ => Some(depth),
    });
    let is_closed = depth == Some(0);
    is_closed
        .then_some(query)
        .ok_or_else(|| invalid("query", "parse error: a bracket does not close"))
}

/// The start, the end and the step of a range query, in seconds.
fn steps(params: &Params) -> Result<(f64, f64, f64), String> {
    let start = time(params, "start").map(unix)?;
    let end = time(params, "end").map(unix)?;
    let text = params.get("step").unwrap_or_default();
    let step = seconds(text).ok_or_else(|| invalid("step", "not a duration"))?;
    if end < start {
        return Err(invalid(
            "end",
            "end timestamp must not be before start time",
        ));
    }
    if step <= 0.0 {
        return Err(invalid("step", "zero or negative step"));
    }
    if (end - start) / step > MAX_POINTS {
        return Err("exceeded maximum resolution of 11,000 points per timeseries".to_owned());
    }
    Ok((start, end, step))
}

fn time(params: &Params, name: &str) -> Result<At, String> {
    let text = params.get(name).unwrap_or_default();
    moment(text).ok_or_else(|| invalid(name, "not a timestamp"))
}

fn invalid(name: &str, why: &str) -> String {
    format!("invalid parameter {name:?}: {why}")
}

fn moments(start: f64, end: f64, step: f64) -> Vec<(f64, At)> {
    let times = std::iter::successors(Some(start), |it| Some(it + step));
    let times = times.take_while(|it| *it <= end);
    times
        .filter_map(|it| from_unix(it).map(|at| (it, at)))
        .collect()
}

/// A time in seconds since 1970 or in RFC 3339.
fn moment(text: &str) -> Option<At> {
    let written = || text.parse::<At>().ok();
    let number = text.parse().ok().and_then(from_unix);
    number.or_else(written)
}

/// A duration in seconds or with its unit, such as `1m`.
fn seconds(text: &str) -> Option<f64> {
    let span = || humantime::parse_duration(text).ok();
    let number = text.parse().ok();
    number.or_else(|| span().map(|it| it.as_secs_f64()))
}

/// A sample's value. The API writes it as a string.
fn number(value: f64) -> Value {
    Value::String(value.to_string())
}
