//! One real Alertmanager that serves two clusters: a silence of the alert in one of them says nothing of the other.

use std::time::Duration;

use serde_json::{Value, json};

use super::fleet::{ScrapedHub, scraping};
use super::home::{Home, cases_with, list};
use super::wire::{address, ask};
use crate::until::until;
use crate::upstream::rules::hurried;
use crate::upstream::{Alertmanager, Prometheus};

const WITHIN: Duration = Duration::from_secs(60);
const RULES: &str = include_str!("../../assets/rules/hub-alerts.yml");
const ALERT: &str = "HubHomeDiskNearlyFull";
const ROUTES: &str = "route: { receiver: pager, group_wait: 1s }\nreceivers: [{ name: pager }]\n";

/// A cluster's Prometheus. Its series do not name the cluster. It adds the cluster's name to the alerts that it sends.
fn prometheus(hub: &ScrapedHub, alertmanager: &Alertmanager) -> Option<Prometheus> {
    let alerting = format!(
        "alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{}'] }}] }}] }}\n",
        alertmanager.target()
    );
    let external = format!(
        "evaluation_interval: 1s, external_labels: {{ cluster: {} }} }}",
        hub.cluster
    );
    let config = scraping(&[hub], false, &alerting).replace("evaluation_interval: 1s }", &external);
    Prometheus::start(&config, &[("hub-alerts.yml", &hurried(RULES))])
}

fn post_silence(alertmanager: &Alertmanager, cluster: &str) {
    let matcher = |name: &str, value: &str| json!({"name": name, "value": value, "isRegex": false});
    let silence = json!({
        "matchers": [matcher("alertname", ALERT), matcher("cluster", cluster)],
        "startsAt": "2020-01-01T00:00:00Z",
        "endsAt": "2099-01-01T00:00:00Z",
        "createdBy": "ada",
        "comment": "the disk is being resized",
    });
    let headers = [
        ("Host", "alertmanager.test"),
        ("Content-Type", "application/json"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let body = silence.to_string();
    let answer = ask(
        address(&alertmanager.url()),
        "POST /api/v2/silences",
        &headers,
        body.as_bytes(),
    );
    assert_eq!(answer.expect("an answer").0, 200);
}

/// Whether the alert counts as suppressed in each cluster where it fires.
fn suppressed(report: &Value) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = cases_with(report, ALERT)
        .into_iter()
        .flat_map(|case| {
            let cluster = case["where"][0]["cluster"].as_str().unwrap_or_default();
            let alerts = list(case, "alerts").iter();
            alerts.map(move |alert| (cluster.to_owned(), alert["suppressed"] == true))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_silence_of_one_cluster_leaves_the_same_alert_of_another() {
    let Some(alertmanager) = Alertmanager::start(ROUTES) else {
        return;
    };
    let hubs = ["delta", "reef"].map(|cluster| ScrapedHub::serve(cluster, "prod", 9, |_| 0));
    let sources: Vec<Prometheus> = hubs
        .iter()
        .filter_map(|hub| prometheus(hub, &alertmanager))
        .collect();
    if sources.len() < hubs.len() {
        return;
    }
    let home = Home::new();
    let config = |name: &str, says_labels: bool| {
        let mut text = format!(
            "[[alertmanager]]\nname = \"both\"\nurl = \"{}\"\n",
            alertmanager.url()
        );
        for (hub, source) in hubs.iter().zip(&sources) {
            let (cluster, url) = (hub.cluster, source.url());
            let labels = match says_labels {
                true => format!("external_labels = {{ cluster = \"{cluster}\" }}\n"),
                false => String::new(),
            };
            text += &format!(
                "[[prometheus]]\nname = \"{cluster}\"\nurl = \"{url}\"\ncluster = \"{cluster}\"\n{labels}\
                 [[cluster]]\nname = \"{cluster}\"\nhubs = [{{ name = \"prod\" }}]\n"
            );
        }
        home.write(name, &text)
    };
    let (exact, unsaid) = (config("exact.toml", true), config("unsaid.toml", false));
    let none = |cluster: &str| (cluster.to_owned(), false);
    until(WITHIN, "the alert in both clusters", || {
        let report = home.report(&exact);
        (suppressed(&report) == [none("delta"), none("reef")]).then_some(())
    });
    post_silence(&alertmanager, "reef");
    until(WITHIN, "the silence", || {
        let report = home.report(&exact);
        let found = suppressed(&report);
        assert!(!found.contains(&("delta".to_owned(), true)), "{found:?}");
        (found == [none("delta"), ("reef".to_owned(), true)]).then_some(())
    });
    let found = suppressed(&home.report(&unsaid));
    assert!(found.contains(&none("delta")), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}
