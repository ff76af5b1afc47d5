//! The responses of all endpoints except queries: rules, alerts, and facts about the server.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{PrometheusState, ServedClusters};
use crate::demo::clockwork::{At, format_timestamp_fraction, truncate_to_hour};
use crate::demo::serve::shared::{Params, json_response};
use crate::demo::world::World;
use crate::demo::world::cluster::{Cluster, PrometheusMode};
use crate::demo::world::rules::{Firing, Rule};
use crate::domain::labels::Labels;

/// The seconds between two evaluations of a group.
const INTERVAL: i64 = 60;

/// `data` in Prometheus' envelope.
pub(super) fn success(data: &Value) -> Response {
    json_response(
        StatusCode::OK,
        &json!({ "status": "success", "data": data }),
    )
}

/// An error in Prometheus' envelope.
pub(super) fn bad_data(words: &str) -> Response {
    let body = json!({ "status": "error", "errorType": "bad_data", "error": words });
    json_response(StatusCode::BAD_REQUEST, &body)
}

/// `/api/v1/rules`. There are no recording rules, so the answer to `type=record` has no groups.
pub(super) fn rules(site: &PrometheusState, params: &Params) -> Response {
    if !params.admits("type", "alert") {
        return success(&json!({ "groups": [] }));
    }
    let bare = params.get("exclude_alerts") == Some("true");
    site.shared.with(|world, now| {
        let groups = site.clusters(world);
        let groups = groups.flat_map(|cluster| rule_groups(world, cluster, now, bare));
        success(&json!({ "groups": groups.collect::<Vec<_>>() }))
    })
}

/// `/api/v1/alerts`.
pub(super) fn alerts(site: &PrometheusState) -> Response {
    site.shared.with(|world, now| {
        let alerts = site
            .clusters(world)
            .flat_map(|it| world.alerts_of(&it.name));
        let alerts: Vec<_> = alerts.map(|it| shape(world, it, now)).collect();
        success(&json!({ "alerts": alerts }))
    })
}

impl PrometheusState {
    /// The clusters that this Prometheus serves and can scrape.
    pub(super) fn clusters<'a>(&'a self, world: &'a World) -> impl Iterator<Item = &'a Cluster> {
        world
            .fleet
            .clusters
            .iter()
            .filter(|it| match &self.watches {
                ServedClusters::Cluster(name) => it.name == *name,
                // The Prometheus for all clusters has no series of a cluster that it cannot scrape.
                ServedClusters::All => it.prometheus == PrometheusMode::Answering,
            })
    }
}

fn rule_groups(world: &World, cluster: &Cluster, now: At, bare: bool) -> Vec<Value> {
    let mut groups: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let evaluated = last_evaluation(now);
    for rule in &world.rules.rule {
        let shown = rule_shape(world, cluster, rule, evaluated, now, bare);
        groups.entry(&rule.group).or_default().push(shown);
    }
    let groups = groups.into_iter();
    groups
        .map(|(name, rules)| {
            json!({
                "name": name,
                "file": format!("/etc/config/{}-alerting-rules.yml", cluster.name),
                "rules": rules,
                "interval": INTERVAL,
                "limit": 0,
                "evaluationTime": 0.0021,
                "lastEvaluation": format_timestamp_fraction(evaluated),
            })
        })
        .collect()
}

fn rule_shape(
    world: &World,
    cluster: &Cluster,
    rule: &Arc<Rule>,
    evaluated: At,
    now: At,
    bare: bool,
) -> Value {
    let active = world.alerts_of(&cluster.name);
    let active: Vec<_> = active.filter(|it| Arc::ptr_eq(&it.rule, rule)).collect();
    let fires = active.iter().any(|it| it.fires_at(now));
    let state = match (active.is_empty(), fires) {
        (true, _) => "inactive",
        (false, false) => "pending",
        (false, true) => "firing",
    };
    let shown = active.iter().filter(|_| !bare);
    json!({
        "state": state,
        "name": rule.name_on(cluster),
        "query": rule.expression(),
        "duration": rule.hold.as_secs(),
        "keepFiringFor": 0,
        "labels": rule.label_templates(cluster),
        "annotations": rule.annotation_templates(cluster),
        "alerts": shown.map(|it| shape(world, it, now)).collect::<Vec<_>>(),
        "health": "ok",
        "evaluationTime": 0.0004,
        "lastEvaluation": format_timestamp_fraction(evaluated),
        "type": "alerting",
    })
}

fn shape(world: &World, alert: &Firing, now: At) -> Value {
    let state = if alert.fires_at(now) {
        "firing"
    } else {
        "pending"
    };
    json!({
        "labels": map(&alert.labels),
        "annotations": map(&alert.annotations),
        "state": state,
        "activeAt": format_timestamp_fraction(alert.active_at),
        "value": format_exponent(super::series::alert_value(world, alert, now)),
    })
}

/// A number as Prometheus writes the value of an alert: `9.3e+00`.
fn format_exponent(value: f64) -> String {
    let text = format!("{value:e}");
    let (mantissa, format_exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let sign = if format_exponent.starts_with('-') {
        '-'
    } else {
        '+'
    };
    format!(
        "{mantissa}e{sign}{:0>2}",
        format_exponent.trim_start_matches('-')
    )
}

fn map(labels: &Labels) -> BTreeMap<&str, &str> {
    labels.iter().collect()
}

/// The time of the last evaluation, which is a full or a half minute.
fn last_evaluation(now: At) -> At {
    let seconds = now.timestamp();
    let since = seconds.rem_euclid(INTERVAL / 2);
    At::from_timestamp(seconds - since, 0).unwrap_or(now)
}

/// `/api/v1/status/buildinfo`.
pub(super) fn build_info() -> Response {
    success(&json!({
        "version": "3.14.0",
        "revision": "0000000000000000000000000000000000000000",
        "branch": "HEAD",
        "buildUser": "demo@hubs.example",
        "buildDate": "20260801-00:00:00",
        "goVersion": "go1.25.0",
    }))
}

/// `/api/v1/status/runtimeinfo`.
pub(super) fn runtime_info(site: &PrometheusState) -> Response {
    site.shared.with(|world, now| {
        let started = format_timestamp_fraction(truncate_to_hour(world.start));
        success(&json!({
            "startTime": started,
            "CWD": "/prometheus",
            "hostname": "demo",
            "serverTime": format_timestamp_fraction(now),
            "reloadConfigSuccess": true,
            "lastConfigTime": started,
            "corruptionCount": 0,
            "goroutineCount": 42,
            "GOMAXPROCS": 2,
            "GOMEMLIMIT": 4_294_967_296_u64,
            "GOGC": "75",
            "GODEBUG": "",
            "storageRetention": "1098d",
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::format_exponent;

    #[test]
    fn values_are_written_with_an_exponent_of_two_digits() {
        let written = [0.0, 9.3, 120.0, 0.05].map(format_exponent);
        assert_eq!(written, ["0e+00", "9.3e+00", "1.2e+02", "5e-02"]);
    }
}
