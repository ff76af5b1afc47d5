//! The events that an Alertmanager sends to PagerDuty: the grouping of alerts, and the dedup key, title and details.
//!
//! The events follow Alertmanager's `notify` package. The dedup key is the SHA-256 of the group key, which consists of
//! the route's matchers, a colon, and the group's labels.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::rules::Firing;
use crate::demo::account::incident::PagedAlert;
use crate::demo::clockwork::{At, format_timestamp_fraction};
use crate::domain::labels::Labels;

const GROUP_BY: [&str; 3] = ["alertname", "cluster", "namespace"];
/// The routes below the root route: words of the alert's name, and the value of the route's matcher. The first route
/// whose words are in the name is used.
const ROUTES: [(&str, &str); 5] = [
    ("has 0% of space left", ".*has 0% of space left.*"),
    ("space left", ".*space left.*"),
    ("pod has restarted", ".*pod has restarted"),
    ("failed to start", ".*failed to start.*"),
    ("Compute usage quotas", "Compute usage quotas.*"),
];

/// The format of an event's details.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetailsFormat {
    /// Blocks of text, as in Alertmanager up to 0.29.
    Text,
    /// JSON with fingerprints, as in Alertmanager from 0.30 on.
    #[default]
    Json,
}

/// A page: the event for a group of alerts.
#[derive(Clone, Debug)]
pub struct Notification {
    /// The dedup key.
    pub key: String,
    /// The event's summary.
    pub title: String,
    /// The event's `custom_details`.
    pub details: Value,
}

impl Notification {
    /// The alert that PagerDuty makes from this event.
    pub fn into_alert(self, id: String, at: At) -> PagedAlert {
        PagedAlert {
            id,
            key: self.key,
            summary: self.title,
            severity: "error".to_owned(),
            created_at: at,
            resolved: false,
            details: self.details,
            links: Vec::new(),
        }
    }
}

/// The page for the alerts of one group; `None` if `alerts` is empty.
pub fn notification(alerts: &[&Firing], format: DetailsFormat, now: At) -> Option<Notification> {
    let first = alerts.first()?;
    Some(Notification {
        key: hex(&Sha256::digest(group_key(&first.labels))),
        title: title(alerts, &first.labels),
        details: match format {
            DetailsFormat::Text => text_details(alerts),
            DetailsFormat::Json => json_details(alerts, now),
        },
    })
}

fn group_key(labels: &Labels) -> String {
    let name = labels.get("alertname").unwrap_or_default();
    let route = ROUTES.iter().find(|(part, _)| name.contains(part));
    let route = route.map_or(String::new(), |(_, value)| {
        format!("/{{alertname=~\"{value}\",cluster=~\".*\"}}")
    });
    let group = group_labels(labels).map(|(name, value)| format!("{name}={value:?}"));
    let group: Vec<_> = group.collect();
    format!("{{}}{route}:{{{}}}", group.join(", "))
}

/// The labels by which alerts are grouped, sorted by name.
fn group_labels(labels: &Labels) -> impl Iterator<Item = (&str, &str)> {
    labels.iter().filter(|(name, _)| GROUP_BY.contains(name))
}

/// The title, made as in Alertmanager's default template.
fn title(alerts: &[&Firing], first: &Labels) -> String {
    let group: Vec<_> = group_labels(first).map(|(_, value)| value).collect();
    let others = first.iter().filter(|(name, value)| {
        let is_common = alerts.iter().all(|it| it.labels.get(name) == Some(value));
        is_common && !GROUP_BY.contains(name)
    });
    let others: Vec<_> = others.map(|(_, value)| value).collect();
    let others = match others.is_empty() {
        true => String::new(),
        false => format!("({})", others.join(" ")),
    };
    format!("[FIRING:{}] {} {others}", alerts.len(), group.join(" "))
}

fn text_details(alerts: &[&Firing]) -> Value {
    let mut text = String::new();
    for alert in alerts {
        text.push_str("Labels:\n");
        list(&mut text, &alert.labels);
        text.push_str("Annotations:\n");
        list(&mut text, &alert.annotations);
        let _infallible = writeln!(text, "Source: {}", source(alert));
    }
    json!({
        "firing": text,
        "resolved": "",
        "num_firing": alerts.len().to_string(),
        "num_resolved": "0",
    })
}

fn list(text: &mut String, labels: &Labels) {
    for (name, value) in labels.iter() {
        let _infallible = writeln!(text, " - {name} = {value}");
    }
}

fn json_details(alerts: &[&Firing], now: At) -> Value {
    let firing: Vec<_> = alerts
        .iter()
        .map(|alert| {
            json!({
                "status": "firing",
                "labels": map(&alert.labels),
                "annotations": map(&alert.annotations),
                "startsAt": format_timestamp_fraction(alert.fires_since().min(now)),
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": source(alert),
                "fingerprint": alert.labels.fingerprint().to_string(),
            })
        })
        .collect();
    json!({
        "num_firing": firing.len(),
        "firing": firing,
        "resolved": [],
        "num_resolved": 0,
    })
}

fn map(labels: &Labels) -> BTreeMap<&str, &str> {
    labels.iter().collect()
}

fn source(alert: &Firing) -> String {
    format!("https://prometheus.{}.hubs.example/graph", alert.cluster)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().copied().collect()
    }

    /// The keys were computed by hand, and compared once with those of a real Alertmanager.
    #[test]
    fn keys_are_those_of_a_real_alertmanager() {
        let key = |cluster, namespace| {
            let labels = labels(&[
                ("alertname", "home-nfs has 10% of space left"),
                ("cluster", cluster),
                ("namespace", namespace),
                ("severity", "same day action needed"),
            ]);
            hex(&Sha256::digest(group_key(&labels)))
        };
        assert_eq!(
            key("leap", "prod"),
            "01e45e1036042481f0aa8d7c028614ec110029df5dc120293633d158781de52e"
        );
        assert_eq!(
            key("k0", "public"),
            "24013c6b9036c9b5131c8d27956c1bc5d7349901497cf88bd39d74266343f7a2"
        );
    }

    #[test]
    fn an_alert_without_a_route_of_its_own_has_the_roots_key() {
        let labels = labels(&[("alertname", "Disk IO approaching saturation")]);
        assert_eq!(
            group_key(&labels),
            "{}:{alertname=\"Disk IO approaching saturation\"}"
        );
    }
}
