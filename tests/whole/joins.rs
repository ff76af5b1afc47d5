//! Two hundred alerts in ten clusters go through real Prometheuses and a real Alertmanager with a fleet's own routes.
//! Each alert must be joined to the incident that its page opened, and to no other, even if the page's details lack the
//! labels.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::chain::alertmanager_config;
use super::home::list;
use super::paged;
use super::recorder::{Recorder, Rewrite};
use super::served::Served;
use super::writes::Caller;
use crate::until::{until, until_every};
use crate::upstream::rules::fleets_own_or;
use crate::upstream::{Alertmanager, Metrics, Prometheus};

const WITHIN: Duration = Duration::from_secs(60);
/// A poll sends a dozen requests to PagerDuty, which allows 960 a minute.
const PAUSE: Duration = Duration::from_secs(1);

/// The number of clusters that share one Prometheus. Each series of this Prometheus has a label with the cluster's
/// name. The last cluster has a Prometheus of its own, which adds the cluster's name to the alerts that it sends.
const LABELLED: usize = 9;
const CLUSTERS: usize = 10;
const HUBS: [&str; 2] = ["prod", "staging"];
const PODS: [&str; 2] = ["a", "b"];
const ALERTS: usize = CLUSTERS * KINDS.len() * HUBS.len() * PODS.len();
const GROUPS: usize = ALERTS / PODS.len();

/// The names and severities of the alerts, one pair for each path through Alertmanager's routes.
const KINDS: [(&str, &str); 5] = [
    ("home-nfs has 0% of space left", "take immediate action"),
    ("home-nfs has 10% of space left", "same day action needed"),
    (
        "jupyterhub-hub pod has restarted",
        "action needed this week",
    ),
    (
        "Compute usage quotas - error detected  in the last 30m",
        "action needed this week",
    ),
    (
        "Disk IO approaching saturation",
        "to be planned in sprint planning",
    ),
];
/// The kind whose labels' values carry prefixes.
const PREFIXED: usize = 3;

/// The metrics page: one series for each alert of these clusters. If `is_labelled` is false, only the series of the
/// [`PREFIXED`] kind name their cluster.
fn page(clusters: std::ops::Range<usize>, is_labelled: bool) -> String {
    let mut page = String::new();
    for (cluster, kind) in clusters.flat_map(|it| (0..KINDS.len()).map(move |kind| (it, kind))) {
        let (prefix, hub_prefix) = if kind == PREFIXED {
            ("cluster=", "hub=")
        } else {
            ("", "")
        };
        let cluster = match is_labelled || kind == PREFIXED {
            true => format!("cluster=\"{prefix}c{cluster}\","),
            false => String::new(),
        };
        for (hub, pod) in HUBS.iter().flat_map(|hub| PODS.map(|pod| (hub, pod))) {
            writeln!(
                page,
                "trouble{{kind=\"{kind}\",{cluster}namespace=\"{hub_prefix}{hub}\",pod=\"{pod}\"}} 1"
            )
            .expect("a string takes all");
        }
    }
    page
}

fn rules() -> String {
    let mut rules = "groups:\n- name: all\n  rules:\n".to_owned();
    for (kind, (name, severity)) in KINDS.iter().enumerate() {
        writeln!(
            rules,
            "  - {{ alert: '{name}', expr: 'trouble{{kind=\"{kind}\"}} > 0', \
             labels: {{ severity: {severity} }}, annotations: {{ summary: 'of {{{{ $labels.pod }}}}' }} }}"
        )
        .expect("a string takes all");
    }
    rules
}

fn prometheus(scraped: &Metrics, labels: &str, alertmanager: &Alertmanager) -> Option<Prometheus> {
    let config = format!(
        "global: {{ scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {labels} }}\n\
         scrape_configs: [{{ job_name: all, static_configs: [{{ targets: ['{}'] }}] }}]\n\
         alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{}'] }}] }}] }}\n",
        scraped.address(),
        alertmanager.target()
    );
    Prometheus::start(&config, &[("all.yml", &rules())])
}

/// A demo PagerDuty, and the relay through which Alertmanager's events reach it.
struct Paged {
    served: Served,
    relay: Recorder,
}

impl Paged {
    fn start(rewrite: Rewrite) -> Self {
        let served = Served::start(&["--scenario", "calm", "--clusters", "1", "--hubs", "1"]);
        let relay = Recorder::rewriting(&served.pagerduty(), rewrite);
        Self { served, relay }
    }

    /// Maps each incident's id to the key that opened the incident, as soon as every group has an incident.
    fn incidents(&self) -> BTreeMap<String, String> {
        let account = Caller::of(&self.served.pagerduty());
        until(WITHIN, "an incident for each group", || {
            let listed =
                account.get("/incidents?date_range=all&limit=100&statuses%5B%5D=triggered");
            let listed = list(&listed, "incidents");
            let pair = |it: &Value| (text(&it["id"]), text(&it["incident_key"]));
            (listed.len() == GROUPS).then(|| listed.iter().map(pair).collect())
        })
    }

    /// The key under which each alert was paged, by the alert's labels.
    fn truth(&self) -> BTreeMap<String, String> {
        let sent = self.relay.take();
        let events = sent.iter().filter_map(|it| it.sent());
        let truth = events.flat_map(|event| {
            let key = text(&event["dedup_key"]);
            let labels = paged::labels(&event).into_iter();
            labels
                .map(move |labels| (labels.to_string(), key.clone()))
                .collect::<Vec<_>>()
        });
        truth.collect()
    }

    /// A configuration that watches both Prometheuses and this PagerDuty.
    fn config(&self, name: &str, watched: &str) -> PathBuf {
        let mut config = self.served.table();
        for gone in ["cluster", "rollout", "status_page", "prometheus"] {
            config.remove(gone);
        }
        let mut watched = watched.to_owned();
        for cluster in 0..CLUSTERS {
            let hubs = HUBS.map(|hub| format!("{{ name = \"{hub}\" }}")).join(", ");
            writeln!(
                watched,
                "[[cluster]]\nname = \"c{cluster}\"\nhubs = [{hubs}]"
            )
            .expect("a string takes all");
        }
        config.extend(watched.parse::<toml::Table>().expect("TOML"));
        self.served.write(name, &config)
    }

    /// The report, as soon as it holds every alert and the `joined_by` of each alert is `by`.
    fn joined(&self, config: &std::path::Path, by: &str) -> Value {
        until_every(PAUSE, WITHIN, &format!("all alerts joined by {by}"), || {
            let report = self.served.home.report(config);
            let joined = list(&report, "cases")
                .iter()
                .flat_map(|case| list(case, "alerts"));
            let joined: Vec<&Value> = joined.map(|alert| &alert["joined_by"]).collect();
            (joined.len() == ALERTS && joined.iter().all(|it| **it == by)).then_some(report)
        })
    }

    /// Checks that every alert is joined to the incident that its own page opened.
    fn check(&self, report: &Value) {
        let (incidents, truth) = (self.incidents(), self.truth());
        assert_eq!(truth.len(), ALERTS, "every alert was paged, each once");
        let cases = list(report, "cases");
        assert_eq!(cases.len(), GROUPS);
        for case in cases {
            let opened_by = &incidents[&text(&case["incident"]["id"])];
            assert_eq!(list(case, "alerts").len(), PODS.len(), "{case}");
            assert_eq!(list(case, "where").len(), 1, "{case}");
            // A related case is about the same hub, but has other alerts.
            for other in list(case, "related") {
                let other = cases.iter().find(|case| case["id"] == *other);
                assert_eq!(other.expect("a case")["where"], case["where"], "{case}");
            }
            for alert in list(case, "alerts") {
                assert_eq!(&truth[&alert["labels"].to_string()], opened_by, "{case}");
                let labels = &alert["labels"];
                let place = &case["where"][0];
                assert!(
                    text(&labels["cluster"]).ends_with(&text(&place["cluster"])),
                    "{case}"
                );
                assert!(
                    text(&labels["namespace"]).ends_with(&text(&place["hub"])),
                    "{case}"
                );
            }
        }
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

fn as_it_is(_: &mut Value) {}

#[test]
fn two_hundred_alerts_stand_with_the_incidents_that_they_opened() {
    let routes = fleets_own_or("alertmanager-route.yml", include_str!("routes.yml"));
    let [told, counted, silent] =
        [as_it_is as Rewrite, paged::as_json, paged::as_too_big].map(Paged::start);
    let urls = [&told, &counted, &silent].map(|it| it.relay.url());
    let Some(alertmanager) = Alertmanager::start(&alertmanager_config(&routes, &urls)) else {
        return;
    };
    let many = Metrics::serve(|_| page(0..LABELLED, true));
    let last = Metrics::serve(|_| page(LABELLED..CLUSTERS, false));
    let (Some(many), Some(last)) = (
        prometheus(&many, "{ region: eu }", &alertmanager),
        prometheus(&last, "{ region: eu, cluster: c9 }", &alertmanager),
    ) else {
        return;
    };
    let watched = |routes: &str| {
        format!(
            "[[prometheus]]\nname = \"many\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n\
             external_labels = {{ region = \"eu\" }}\n{routes}\n\
             [[prometheus]]\nname = \"c9\"\nurl = \"{}\"\ncluster = \"c9\"\n\
             external_labels = {{ region = \"eu\", cluster = \"c9\" }}\n{routes}\n",
            many.url(),
            last.url()
        )
    };
    let by_file = watched("alertmanager_config = \"routes.yml\"");
    for (paged, by) in [
        (&told, "labels"),
        (&counted, "fingerprint"),
        (&silent, "dedup_key"),
    ] {
        paged.served.home.write("routes.yml", &routes);
        paged.incidents();
        let config = paged.config("by-file.toml", &by_file);
        paged.check(&paged.joined(&config, by));
    }
    let by_status = format!(
        "{}[[alertmanager]]\nname = \"all\"\nurl = \"{}\"\n",
        watched(""),
        alertmanager.url()
    );
    silent.joined(&silent.config("by-status.toml", &by_status), "dedup_key");
}
