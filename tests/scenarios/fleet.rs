//! Prometheuses, Alertmanagers and probes of a situation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use hubwatch::config::Config;
use hubwatch::domain::alert::{
    Alert, AlertRule, AlertState, AlertmanagerAlert, ResolvedAlert, Suppression,
};
use hubwatch::domain::answers::{AlertmanagerData, PrometheusData, RulesHealth};
use hubwatch::domain::hub::{MissingSignal, Signals};
use hubwatch::domain::ids::{ClusterName, HubKey};
use hubwatch::domain::labels::Labels;
use hubwatch::domain::probe::{EndedRun, FailingRun, Probe, ProbeOutcome, ProxyState, Refusal};
use hubwatch::domain::route::Routes;
use hubwatch::domain::settings::{ClusterScope, PrometheusSettings};
use hubwatch::domain::source::{ItemKind, Slot, SourceId, SourceKind};

use super::script::{self, Heard, Situation};
use super::world::{Times, add_unreadable, slot};

type Probes = BTreeMap<HubKey, Probe>;

/// Every configured Prometheus; each hub that it watches is up unless the situation says otherwise.
pub fn prometheus(
    config: &Config,
    told: &Situation,
    times: Times,
) -> Result<Vec<Slot<PrometheusData>>, String> {
    let configured = &config.sources.prometheus;
    if let Some(lost) = told.prometheus.iter().find(|told| {
        configured
            .iter()
            .all(|known| known.endpoint.name != told.name)
    }) {
        return Err(format!("prometheus {} is not configured", lost.name));
    }
    let well = script::Prometheus::default();
    configured
        .iter()
        .map(|settings| {
            let mut named = told
                .prometheus
                .iter()
                .filter(|told| told.name == settings.endpoint.name);
            let told = named.next().unwrap_or(&well);
            let id = SourceId::new(SourceKind::Prometheus, &settings.endpoint.name);
            let says = says(config, settings, &id, told, times)?;
            let mut slot = slot(id, settings.endpoint.interval, &told.heard, says, times);
            let items = told.unreadable.iter();
            let items = items.map(|(rule, why)| (ItemKind::Rule, Some(&**rule), &**why));
            add_unreadable(&mut slot, items);
            Ok(slot)
        })
        .collect()
}

fn says(
    config: &Config,
    settings: &PrometheusSettings,
    id: &SourceId,
    told: &script::Prometheus,
    times: Times,
) -> Result<PrometheusData, String> {
    let bound = match &settings.scope {
        ClusterScope::One(cluster) => Some(cluster.clone()),
        ClusterScope::ByLabel(_) => None,
    };
    let watched = |cluster: &ClusterName| bound.as_ref().is_none_or(|one| one == cluster);
    let clusters = || {
        config
            .policy
            .clusters
            .iter()
            .filter(|spec| watched(&spec.name))
    };
    let mut signals: BTreeMap<HubKey, Signals> = clusters()
        .flat_map(|spec| &spec.hubs)
        .map(|hub| (hub.key.clone(), WELL))
        .collect();
    for (key, values) in &told.signals {
        let key = hub_key(key)?;
        let known = signals.get(&key).copied().unwrap_or_default();
        signals.insert(key, with_values(known, values)?);
    }
    for key in &told.gone {
        signals.remove(&hub_key(key)?);
    }
    let mut missing_signals = BTreeMap::new();
    for (key, names) in &told.missing {
        let missing = names.iter().map(|name| missing_signal(name));
        missing_signals.insert(hub_key(key)?, missing.collect::<Result<_, String>>()?);
    }
    let fresh = clusters().map(|spec| (spec.name.clone(), times.wall(-10)));
    let newest = told.newest.iter();
    let newest = newest.map(|(name, seconds)| (name.as_str().into(), times.wall(*seconds)));
    let broken = told.broken.iter().map(|(signal, error)| {
        let signal = signal.parse().map_err(|_| format!("no signal {signal}"))?;
        Ok((signal, error.clone()))
    });
    let alerts = told.alerts.iter();
    Ok(PrometheusData {
        alerts: alerts
            .map(|told| Arc::new(alert(told, id, settings, times)))
            .collect(),
        recently_resolved: told
            .ceased
            .iter()
            .map(|told| {
                let gone = alert(told, id, settings, times);
                ResolvedAlert {
                    labels: gone.labels,
                    last_firing: times.wall(told.since),
                }
            })
            .collect(),
        rules: RulesHealth {
            names: rule_names(told),
            clusters: told
                .rule_clusters
                .iter()
                .map(|name| name.as_str().into())
                .collect(),
            failing: told
                .failing
                .iter()
                .map(|(rule, error)| (rule.as_str().into(), error.clone()))
                .collect(),
            clusters_by_rule: clusters_by_name(&told.clusters_by_rule),
            clusters_by_group: clusters_by_name(&told.clusters_by_group),
            not_evaluated: told
                .not_evaluated
                .iter()
                .map(|rule| rule.as_str().into())
                .collect(),
            overdue: told
                .overdue
                .iter()
                .map(|(group, at)| (group.as_str().into(), Some(times.wall(*at))))
                .collect(),
        },
        signals,
        missing_signals,
        newest_sample: fresh
            .chain(newest)
            .filter(|(name, _): &(ClusterName, _)| {
                !told.unsampled.iter().any(|one| one == name.as_str())
            })
            .collect(),
        series_clusters: told
            .series_clusters
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        clusters_had: told
            .clusters_had
            .as_ref()
            .map(|had| had.iter().map(|name| name.as_str().into()).collect()),
        broken_signals: broken.collect::<Result<_, String>>()?,
        warnings: told.warnings.clone(),
    })
}

fn clusters_by_name(
    told: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<Arc<str>, BTreeSet<ClusterName>> {
    let clusters = |names: &Vec<String>| names.iter().map(|name| name.as_str().into()).collect();
    told.iter()
        .map(|(name, names)| (name.as_str().into(), clusters(names)))
        .collect()
}

// The signals of every hub unless the situation says otherwise.
const WELL: Signals = Signals {
    up: Some(1.0),
    spawn_failures_30m: Some(0.0),
    spawn_p95_seconds: None,
    slowest_start_seconds: None,
    running_servers: Some(3.0),
    active_users: None,
    home_free_percent: Some(60.0),
    db_free_percent: Some(60.0),
    sampled_at: None,
};

fn with_values(known: Signals, values: &BTreeMap<String, f64>) -> Result<Signals, String> {
    let mut all = serde_json::to_value(known).map_err(|error| error.to_string())?;
    for (name, value) in values {
        all[name] = (*value).into();
    }
    serde_json::from_value(all).map_err(|error| error.to_string())
}

fn missing_signal(name: &str) -> Result<MissingSignal, String> {
    let had_before = name.starts_with('+');
    let name = name.trim_start_matches('+');
    let signal = name.parse().map_err(|_| format!("no signal {name}"))?;
    Ok(MissingSignal { signal, had_before })
}

// A Prometheus has one rule, unless the situation names its rules or sets `no_rules`.
fn rule_names(told: &script::Prometheus) -> Vec<Arc<str>> {
    match told.rules.as_slice() {
        [] if told.no_rules => Vec::new(),
        [] => vec!["some rule".into()],
        names => names.iter().map(|name| name.as_str().into()).collect(),
    }
}

fn hub_key(text: &str) -> Result<HubKey, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// A label set of these words.
pub fn labels<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Labels {
    words.into_iter().collect()
}

fn alert(
    told: &script::Alert,
    source: &SourceId,
    settings: &PrometheusSettings,
    times: Times,
) -> Alert {
    let named = [
        ("alertname", Some(&told.name)),
        ("namespace", told.hub.as_ref()),
        ("severity", told.severity.as_ref()),
    ];
    let named = named
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?.as_str())));
    let more = told
        .labels
        .iter()
        .map(|(label, value)| (label.as_str(), value.as_str()));
    let labels = labels(named.chain(more)).with_defaults(&settings.external_labels);
    let hold = Duration::from_secs(told.hold);
    Alert {
        source: source.clone(),
        cluster: match &settings.scope {
            ClusterScope::One(cluster) => Some(cluster.clone()),
            ClusterScope::ByLabel(label) => labels.get(label).map(ClusterName::from),
        },
        fingerprint: labels.fingerprint(),
        labels,
        annotations: Labels::default(),
        state: if told.pending {
            AlertState::Pending
        } else {
            AlertState::Firing
        },
        active_at: Some(times.wall(told.since) - hold),
        firing_since: None,
        value: None,
        rule: Arc::new(AlertRule {
            name: told.name.as_str().into(),
            group: "group".into(),
            expression: "up == 0".into(),
            hold,
        }),
    }
}

/// Every configured Alertmanager, which knows the alerts of the Prometheuses.
pub fn alertmanagers(
    config: &Config,
    told: &Situation,
    times: Times,
    prometheus: &[Slot<PrometheusData>],
) -> Result<Vec<Slot<AlertmanagerData>>, String> {
    let well = script::Alertmanager::default();
    let configured = config.sources.alertmanager.iter();
    configured
        .map(|settings| {
            let mut named = told
                .alertmanager
                .iter()
                .filter(|told| told.name == settings.endpoint.name);
            let told = named.next().unwrap_or(&well);
            let known = prometheus.iter().filter_map(|slot| slot.body());
            let alerts = known
                .flat_map(|says| &says.alerts)
                .filter(|alert| !told.unlisted.contains(&name_at_source(alert)))
                .map(|alert| managed(alert, told))
                .collect::<Result<_, String>>()?;
            let routes = told.routes.as_deref().map(Routes::parse).transpose();
            let says = AlertmanagerData {
                cluster: match &settings.scope {
                    Some(ClusterScope::One(cluster)) => Some(cluster.clone()),
                    Some(ClusterScope::ByLabel(_)) | None => None,
                },
                alerts,
                routes: routes.map_err(|error| error.to_string())?.map(Arc::new),
            };
            let id = SourceId::new(SourceKind::Alertmanager, &settings.endpoint.name);
            Ok(slot(
                id,
                settings.endpoint.interval,
                &told.heard,
                says,
                times,
            ))
        })
        .collect()
}

fn name_at_source(alert: &Alert) -> String {
    format!("{}@{}", alert.name(), alert.source.name)
}

fn managed(alert: &Alert, told: &script::Alertmanager) -> Result<AlertmanagerAlert, String> {
    let here = name_at_source(alert);
    let words = &told.suppressed;
    let word = words.get(&here).or_else(|| words.get(alert.name()));
    let word = word.map(String::as_str);
    let suppressed = match word {
        None | Some("unprocessed") => None,
        Some("silenced") => Some(Suppression::Silenced {
            by: None,
            comment: None,
            until: None,
        }),
        Some("inhibited") => Some(Suppression::Inhibited),
        Some("muted") => Some(Suppression::Muted),
        Some(word) => return Err(format!("no suppression is called {word}")),
    };
    Ok(AlertmanagerAlert {
        fingerprint: alert.fingerprint,
        labels: alert.labels.clone(),
        starts_at: alert.fires_since(),
        suppressed,
        receivers: told.receivers.clone(),
        unprocessed: word == Some("unprocessed"),
    })
}

/// The probes of every hub with a health address; well unless the situation says otherwise.
pub fn probes(
    config: &Config,
    told: &Situation,
    times: Times,
) -> Result<Option<Slot<Probes>>, String> {
    let Some(settings) = &config.sources.probes else {
        return Ok(None);
    };
    let hubs = config.policy.hubs().filter(|hub| hub.health_url.is_some());
    let good = script::Probe::default();
    let mut probes: Probes = hubs
        .map(|hub| (hub.key.clone(), probe(&good, times)))
        .collect();
    for told in &told.probe {
        let key = hub_key(&told.hub)?;
        if !probes.contains_key(&key) {
            return Err(format!("{key} is not probed"));
        }
        if told.not_yet {
            probes.remove(&key);
        } else {
            probes.insert(key, probe(told, times));
        }
    }
    let id = SourceId::new(SourceKind::Probes, "");
    let heard: &Heard = &told.probes;
    Ok(Some(slot(id, settings.interval, heard, probes, times)))
}

fn probe(told: &script::Probe, times: Times) -> Probe {
    let outcome = match (told.silent, told.status.unwrap_or(200)) {
        _ if told.not_from_hub.is_some() => ProbeOutcome::NotFromHub {
            status: 200,
            was_hub: told.not_from_hub == Some(true),
        },
        (Some(kind), _) => ProbeOutcome::NoAnswer {
            kind,
            text: String::new(),
        },
        (None, 200) => ProbeOutcome::Good { status: 200 },
        (None, status) => ProbeOutcome::Wrong {
            status,
            proxy: told.proxy.unwrap_or(ProxyState::Unclear),
        },
    };
    let latest = told.latest.unwrap_or(-5);
    let run = FailingRun {
        first: times.moment(told.first.unwrap_or(-60)),
        latest: times.moment(latest),
        tries: told.tries.unwrap_or(2),
    };
    let ended = told.ended.iter().map(|run| EndedRun {
        first: times.moment(run.first),
        ended: times.moment(run.until),
        may_be_our_network: run.silent,
    });
    Probe {
        at: times.moment(latest),
        failing: (!outcome.is_good()).then_some(run),
        ended: ended.collect(),
        latency: Some(Duration::from_millis(told.latency_ms.unwrap_or(20))),
        certificate_ends: told
            .certificate_days
            .map(|days| times.wall(days * 86_400 + 60)),
        refusal: refusal(told),
        version: None,
        outcome,
    }
}

fn refusal(told: &script::Probe) -> Option<Refusal> {
    let page = told.server.as_ref().map(|server| Refusal::Page {
        server: Some(server.clone()),
        body_bytes: 190,
    });
    let certificate = told.issuer.as_ref().map(|issuer| Refusal::Certificate {
        issuer: issuer.clone(),
        key_id: None,
    });
    page.or(certificate)
}
