//! `[[prometheus]]`.

use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::auth::{RawSecret, plain_map};
use super::endpoint::{ParsedScope, endpoint, endpoint_table, label_name, scope};
use super::http::http_client_table;
use super::signals::{OwnExpressions, expressions};
use super::values::path;
use super::{Table, Text, TextMap, ValidationContext, report_duplicate_names};
use crate::domain::settings::PrometheusSettings;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# One Prometheus for each cluster …
[[prometheus]]
name = "leap"
# Up to and without /api/v1.
url = "https://prometheus.leap.example"
# Its cluster. A cluster without a [[cluster]] is watched without inventory: its alerts are shown, but missing
# hubs are not noticed.
cluster = "leap"
username = "hubwatch"
password = { file = "~/.config/hubwatch/prometheus-password" }
# Instead of the values in [network].
ca_file = "/etc/ssl/private-ca.pem"
proxy = "none"
timeout = "20s"
# These two join alerts with incidents exactly, even if a page's details were cut or are missing: Alertmanager
# makes the dedup key of a page from its routes and the alert's labels.
# Labels that this Prometheus adds to the alerts that it sends (its own global.external_labels):
external_labels = { region = "us-central1" }
# The routes (YAML): its Alertmanager's configuration, the route alone, or Helm values that hold it
# (alertmanager.config, alertmanagerFiles."alertmanager.yml"). Only the routes are read. A reachable
# [[alertmanager]] gives them too; then this is not needed. A dedup key is exact if its group names the
# cluster: by group_by (cluster, or a cluster_label), by a matcher such as cluster="leap", or because there
# is only one cluster.
alertmanager_config = "alertmanager.yml"
# false if its alerting rules are evaluated elsewhere. Otherwise a Prometheus with metrics but no alerting rules
# is a blind spot: nothing could fire, and the silence would look like a quiet night.
rules = true

# … or one endpoint that answers for many, told apart by a label (Thanos, Mimir, Cortex, VictoriaMetrics).
[[prometheus]]
name = "mimir"
url = "https://mimir.hubs.example/prometheus"
cluster_label = "cluster"
bearer = { command = ["pass", "show", "mimir"] }
# Sent with each request; never logged.
headers = { X-Scope-OrgID = "hubs" }
# PromQL for this one alone; see [signals].
signals = { active_users = 'sum by ({by}) (jupyterhub_active_users{period="24h"})' }
"#;

endpoint_table! {
    RawPrometheus {
        #[serde(default)]
        external_labels: TextMap,
        alertmanager_config: Option<Text>,
        #[serde(default = "yes")]
        rules: bool,
        #[serde(default)]
        signals: TextMap,
    }
}

fn yes() -> bool {
    true
}

/// All Prometheus servers. A server's own expression replaces the expression for all servers.
pub(super) fn prometheuses(
    raw: &[Spanned<Table<RawPrometheus>>],
    for_all: &OwnExpressions,
    check: &mut ValidationContext<'_>,
) -> Vec<PrometheusSettings> {
    let names = raw.iter().map(|one| &one.get_ref().name);
    report_duplicate_names("Prometheuses", names, &mut check.problems);
    raw.iter()
        .filter_map(|one| prometheus(one, for_all, check))
        .collect()
}

fn prometheus(
    raw: &Spanned<Table<RawPrometheus>>,
    for_all: &OwnExpressions,
    check: &mut ValidationContext<'_>,
) -> Option<PrometheusSettings> {
    let place = raw.span();
    let raw = raw.get_ref();
    let keys = raw.endpoint();
    let endpoint = endpoint(&keys, "/api/v1", check.intervals.prometheus, check);
    let scope = scope(&keys, &mut check.problems);
    if scope == ParsedScope::Missing {
        check.problems.add(
            Problem::new(place, "this does not say which clusters it covers").with_hint(
                "cluster = \"leap\" for one, cluster_label = \"cluster\" for many told apart by a label",
            ),
        );
    }
    let around = check.parse_context;
    let routes = raw.alertmanager_config.as_ref();
    let own = expressions(&raw.signals, &mut check.problems);
    let own = for_all.clone().replaced_by(own);
    Some(PrometheusSettings {
        external_labels: labels(&raw.external_labels, &mut check.problems),
        alertmanager_config: routes.and_then(|text| check.problems.ok_or_add(path(text, around))),
        has_rules: raw.rules,
        signals: own.signals,
        start_figures: own.start_figures,
        endpoint: endpoint?,
        scope: scope.into_option()?,
    })
}

fn labels(map: &TextMap, problems: &mut Problems) -> crate::domain::labels::Labels {
    for name in map.keys() {
        problems.ok_or_add(label_name(name));
    }
    plain_map(map).into_iter().collect()
}
