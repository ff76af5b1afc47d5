//! Tests what `check` reports if the fleet's own alert rules run in a real Prometheus and a hub is in trouble.

use std::time::Duration;

use serde_json::{Value, json};

use super::fleet::{ScrapedHub, scraping};
use super::home::{Home, cases_with, hub};
use crate::until::until;
use crate::upstream::Prometheus;
use crate::upstream::rules::{fleets_own, hurried};

pub const DISK: &str = "home-nfs has 10% of space left";
pub const STARTS: &str = "At least two servers failed to start in the last 30m";
const WITHIN: Duration = Duration::from_secs(90);

/// The fingerprint of labels, as Prometheus' `model.LabelSet.Fingerprint` computes it: FNV-1a over each name and value,
/// each followed by 0xff, in the order of the names. Uses none of hubwatch's own code.
pub fn fingerprint(labels: &Value) -> String {
    let mut pairs: Vec<(&str, &str)> = labels
        .as_object()
        .expect("labels")
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().expect("a string")))
        .collect();
    pairs.sort_unstable();
    let words = pairs.into_iter().flat_map(|(name, value)| [name, value]);
    let bytes = words.flat_map(|word| word.bytes().chain([0xff]));
    let print = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{print:016x}")
}

#[test]
fn alerts_and_signals_of_a_real_prometheus_stand_in_the_report() {
    let Some(rules) = fleets_own("prometheus-rules.leap.yml") else {
        return;
    };
    let sick = ScrapedHub::serve("leap", "prod", 9, |scrapes| scrapes);
    let well = ScrapedHub::serve("leap", "staging", 80, |_| 0);
    let config = scraping(&[&sick, &well], false, "");
    let Some(prometheus) = Prometheus::start(&config, &[("leap.yml", &hurried(&rules))]) else {
        return;
    };
    let home = Home::new();
    let config = home.write(
        "config.toml",
        &format!(
            "[[prometheus]]\nname = \"leap\"\nurl = \"{}\"\ncluster = \"leap\"\n\
             [[cluster]]\nname = \"leap\"\nhubs = [{{ name = \"prod\" }}, {{ name = \"staging\" }}]\n",
            prometheus.url()
        ),
    );
    let report = until(WITHIN, "both alerts and two failed starts", || {
        let report = home.report(&config);
        let failures = &hub(&report, "leap", "prod")["signals"]["spawn_failures_30m"];
        let is_there = [DISK, STARTS]
            .iter()
            .all(|name| cases_with(&report, name).len() == 1);
        (is_there && failures.as_f64() >= Some(2.0)).then_some(report)
    });

    for name in [DISK, STARTS] {
        let case = cases_with(&report, name)[0];
        let alert = &case["alerts"][0];
        assert_eq!(
            alert["fingerprint"],
            fingerprint(&alert["labels"]),
            "{case}"
        );
        assert_eq!(
            case["id"],
            json!(format!("alert:{}", fingerprint(&alert["labels"])))
        );
        assert_eq!(alert["state"], "firing");
        assert_eq!(alert["source"], "prometheus/leap");
        assert_eq!(alert["joined_by"], "none");
        assert_eq!(case["where"], json!([{"cluster": "leap", "hub": "prod"}]));
        let firing = prometheus.alerts();
        let own = firing.iter().find(|it| it["labels"]["alertname"] == name);
        assert_eq!(alert["labels"], own.expect("it fires")["labels"]);
    }
    assert_eq!(cases_with(&report, DISK)[0]["priority"], "P2");
    assert_eq!(cases_with(&report, DISK)[0]["priority_source"], "severity");

    let sick = hub(&report, "leap", "prod");
    assert_eq!(sick["signals"]["home_free_percent"], 9.0);
    assert_eq!(sick["signals"]["up"], 1.0);
    assert_eq!(sick["signals"]["running_servers"], 3.0);
    assert_eq!(sick["signals"]["db_free_percent"], Value::Null, "no series");
    assert_eq!(sick["signals"]["probe_code"], Value::Null, "not probed");
    assert_eq!(sick["health"], "degraded");
    let well = hub(&report, "leap", "staging");
    assert_eq!(well["signals"]["home_free_percent"], 80.0);
    assert_eq!(well["signals"]["spawn_failures_30m"], 0.0);
    assert_eq!(well["health"], "up", "{well}");
    assert_ne!(report["verdict"], "ok");
    assert_eq!(report["complete"], true);

    let screen = home.dashboard(&config);
    for name in [DISK, STARTS] {
        screen.wait_for(name);
        let lines = screen.lines_with(name);
        assert!(
            lines[0].contains("leap") && lines[0].contains("prod"),
            "{lines:#?}"
        );
    }
    screen.quit();
}

#[test]
fn known_fingerprints_come_out() {
    // Labels and fingerprints from Alertmanager's own tests.
    for (labels, print) in [
        (
            json!({"job": "foo", "severity": "warning"}),
            "9266ef3da838ad95",
        ),
        (
            json!({"severity": "critical", "alertname": "alert1"}),
            "0223b772b51c29e1",
        ),
        (json!({}), "cbf29ce484222325"),
    ] {
        assert_eq!(fingerprint(&labels), print);
    }
}
