//! `[[prometheus]]` and `[[alertmanager]]`.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::super::raw::{Alertmanager, EndpointKeys, Prometheus, Table, Text, TextMap};
use super::auth::{headers, plain_map};
use super::signals::signals;
use super::values::{name, path, url};
use super::{ValidationContext, report_duplicate_names};
use crate::domain::hub::Signal;
use crate::domain::ids::ClusterName;
use crate::domain::settings::{
    AlertmanagerSettings, ClusterScope, EndpointSettings, PrometheusSettings,
};

type SignalQueries = BTreeMap<Signal, String>;

/// All Prometheuses; their own expressions go before those for all.
pub(super) fn prometheuses(
    raw: &[Spanned<Table<Prometheus>>],
    for_all: &SignalQueries,
    check: &mut ValidationContext<'_>,
) -> Vec<PrometheusSettings> {
    let names = raw.iter().map(|one| &one.get_ref().name);
    report_duplicate_names("Prometheuses", names, &mut check.problems);
    raw.iter()
        .filter_map(|one| prometheus(one, for_all, check))
        .collect()
}

fn prometheus(
    raw: &Spanned<Table<Prometheus>>,
    for_all: &SignalQueries,
    check: &mut ValidationContext<'_>,
) -> Option<PrometheusSettings> {
    let place = raw.span();
    let raw = raw.get_ref();
    let keys = raw.endpoint();
    let endpoint = endpoint(&keys, "/api/v1", check.intervals.prometheus, check);
    let scope = scope(&keys, &mut check.problems);
    if scope == ParsedScope::Missing {
        check.problems.add(
            Problem::new(place, "this does not say for which clusters it answers").with_hint(
                "cluster = \"leap\" for one, cluster_label = \"cluster\" for many told apart by a label",
            ),
        );
    }
    let around = check.parse_context;
    let routes = raw.alertmanager_config.as_ref();
    let mut signals_here = for_all.clone();
    signals_here.extend(signals(&raw.signals, &mut check.problems));
    Some(PrometheusSettings {
        external_labels: labels(&raw.external_labels, &mut check.problems),
        alertmanager_config: routes.and_then(|text| check.problems.ok_or_add(path(text, around))),
        has_rules: raw.rules,
        signals: signals_here,
        endpoint: endpoint?,
        scope: scope.into_option()?,
    })
}

/// All Alertmanagers.
pub(super) fn alertmanagers(
    raw: &[Spanned<Table<Alertmanager>>],
    check: &mut ValidationContext<'_>,
) -> Vec<AlertmanagerSettings> {
    let names = raw.iter().map(|one| &one.get_ref().name);
    report_duplicate_names("Alertmanagers", names, &mut check.problems);
    raw.iter()
        .filter_map(|one| alertmanager(one.get_ref(), check))
        .collect()
}

fn alertmanager(
    raw: &Alertmanager,
    check: &mut ValidationContext<'_>,
) -> Option<AlertmanagerSettings> {
    let keys = raw.endpoint();
    let endpoint = endpoint(&keys, "/api/v2", check.intervals.alertmanager, check);
    let scope = scope(&keys, &mut check.problems);
    Some(AlertmanagerSettings {
        scope: scope.into_option(),
        endpoint: endpoint?,
    })
}

fn endpoint(
    keys: &EndpointKeys<'_>,
    api: &str,
    interval: Duration,
    check: &mut ValidationContext<'_>,
) -> Option<EndpointSettings> {
    let name = check.problems.ok_or_add(name(keys.name));
    let url = check.problems.ok_or_add(base_url(keys.url, api));
    Some(EndpointSettings {
        auth: check.auth(keys),
        headers: headers(keys.headers, &mut check.problems),
        http: check.http_client(&keys.http),
        interval,
        name: name?,
        url: url?,
    })
}

#[derive(PartialEq)]
enum ParsedScope {
    Missing,
    Invalid,
    Scope(ClusterScope),
}

impl ParsedScope {
    fn into_option(self) -> Option<ClusterScope> {
        match self {
            Self::Scope(scope) => Some(scope),
            Self::Missing | Self::Invalid => None,
        }
    }
}

fn scope(keys: &EndpointKeys<'_>, problems: &mut Problems) -> ParsedScope {
    let scope = match (keys.cluster, keys.cluster_label) {
        (None, None) => return ParsedScope::Missing,
        (Some(cluster), None) => {
            name(cluster).map(|name| ClusterScope::One(ClusterName::from(name)))
        }
        (None, Some(label)) => label_name(label).map(ClusterScope::ByLabel),
        (Some(_), Some(label)) => Err(Problem::new(
            label.span(),
            "both cluster and cluster_label are given",
        )
        .with_hint("cluster for one cluster, cluster_label for many: leave one out")),
    };
    problems
        .ok_or_add(scope)
        .map_or(ParsedScope::Invalid, ParsedScope::Scope)
}

// https://prometheus.io/docs/concepts/data_model: the classic form, which PromQL writes without quotes.
fn label_name(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref();
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_later = |c: char| is_first(c) || c.is_ascii_digit();
    if value.starts_with(is_first) && value.chars().all(is_later) {
        return Ok(value.clone());
    }
    Err(
        Problem::new(text.span(), format!("{value:?} is not a label's name"))
            .with_hint("letters, digits and underscores"),
    )
}

fn labels(map: &TextMap, problems: &mut Problems) -> crate::domain::labels::Labels {
    for name in map.keys() {
        problems.ok_or_add(label_name(name));
    }
    plain_map(map).into_iter().collect()
}

// Paths of the API are added by us; one that stands in the address already would come twice.
fn base_url(text: &Text, api: &str) -> Result<String, Problem> {
    let address = url(text)?;
    if address.contains(api) {
        return Err(
            Problem::new(text.span(), format!("the address goes up to {api} only"))
                .with_hint(format!("leave {api} and what follows out")),
        );
    }
    Ok(address)
}
