//! The details of events from an Alertmanager: in the format of version 0.25, and in the format of 0.30 and later.

use serde_json::{Map, Value, json};

use super::trouble::fingerprint;

/// An alert, as Alertmanager 0.25 writes it in an event's details.
struct Told {
    labels: Value,
    annotations: Value,
    source: String,
}

/// The labels of every firing alert in an event of Alertmanager 0.25.
pub fn labels(event: &Value) -> Vec<Value> {
    firing(event).into_iter().map(|told| told.labels).collect()
}

/// Gives the event's details the form that Alertmanager 0.30 and later send: JSON with fingerprints.
pub fn as_json(event: &mut Value) {
    let firing: Vec<Value> = firing(event).into_iter().map(Told::into_json).collect();
    event["payload"]["custom_details"] = json!({
        "num_firing": firing.len(),
        "firing": firing,
        "num_resolved": 0,
        "resolved": [],
    });
}

/// Takes the details away, as an Alertmanager does with an event that is too big.
pub fn as_too_big(event: &mut Value) {
    let why = "Custom details have been removed because the original event exceeds the maximum size of 512KB";
    event["payload"]["custom_details"] = json!({ "error": why });
}

impl Told {
    fn into_json(self) -> Value {
        json!({
            "status": "firing",
            "fingerprint": fingerprint(&self.labels),
            "labels": self.labels,
            "annotations": self.annotations,
            "startsAt": "2026-11-22T03:00:00.000Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": self.source,
        })
    }
}

fn firing(event: &Value) -> Vec<Told> {
    let text = event["payload"]["custom_details"]["firing"].as_str();
    let text = text.unwrap_or_else(|| panic!("no text: {event}"));
    text.split("Labels:\n").skip(1).map(told).collect()
}

fn told(block: &str) -> Told {
    let (labels, rest) = block.split_once("Annotations:\n").expect("annotations");
    let (annotations, source) = rest.split_once("Source: ").expect("a source");
    Told {
        labels: pairs(labels),
        annotations: pairs(annotations),
        source: source.trim_end().to_owned(),
    }
}

fn pairs(lines: &str) -> Value {
    let pair = |line: &str| {
        let (name, value) = line.strip_prefix(" - ")?.split_once(" = ")?;
        Some((name.to_owned(), json!(value)))
    };
    let pairs = lines
        .lines()
        .map(|line| pair(line).unwrap_or_else(|| panic!("{line}")));
    Value::Object(pairs.collect::<Map<_, _>>())
}

#[test]
fn details_are_told_in_both_ways() {
    let text = "Labels:\n - alertname = a  b\n - c = d = e\nAnnotations:\n - s = t\nSource: http://x.test/\n\
                Labels:\n - alertname = f\nAnnotations:\nSource: \n";
    let mut event = json!({ "payload": { "custom_details": { "firing": text } } });
    assert_eq!(
        labels(&event),
        [
            json!({ "alertname": "a  b", "c": "d = e" }),
            json!({ "alertname": "f" })
        ]
    );
    as_json(&mut event);
    let details = &event["payload"]["custom_details"];
    assert_eq!(details["num_firing"], 2);
    assert_eq!(details["firing"][0]["annotations"], json!({ "s": "t" }));
    assert_eq!(
        details["firing"][1]["fingerprint"],
        fingerprint(&json!({ "alertname": "f" }))
    );
    as_too_big(&mut event);
    assert!(event["payload"]["custom_details"]["error"].is_string());
}
