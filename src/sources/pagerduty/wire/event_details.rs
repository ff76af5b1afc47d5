//! What Alertmanager put into an event's details, wherever PagerDuty keeps them.
//!
//! Details stand in `body.details`, in `body.cef_details.details`, or one level lower under
//! `custom_details`. Alertmanager up to 0.29 writes `firing` as text blocks, from 0.30 on as a JSON list
//! with fingerprints; either may come as the other's text.

use serde_json::Value;

use crate::domain::ids::Fingerprint;
use crate::domain::labels::Labels;

/// The alerts that an event speaks of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct EventDetails {
    pub fingerprints: Vec<Fingerprint>,
    pub label_sets: Vec<Labels>,
}

/// Reads the `body` of an alert. What fires counts; what is resolved only where nothing fires, so that
/// the alert still tells where it was.
pub(in super::super) fn parse(body: &Value) -> EventDetails {
    let mut details = EventDetails::default();
    for list in ["firing", "resolved"] {
        for place in detail_objects(body) {
            if let Some(value) = place.get(list) {
                details.add(value);
            }
        }
        if !details.label_sets.is_empty() || !details.fingerprints.is_empty() {
            break;
        }
    }
    details
}

fn detail_objects(body: &Value) -> Vec<&Value> {
    let direct = [body.get("details"), body.pointer("/cef_details/details")];
    let direct = direct.into_iter().flatten();
    direct
        .flat_map(|details| [Some(details), details.get("custom_details")])
        .flatten()
        .collect()
}

impl EventDetails {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Array(alerts) => alerts.iter().for_each(|alert| self.add_alert(alert)),
            Value::String(text) => self.add_text(text),
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        if text.trim_start().starts_with('[')
            && let Ok(alerts @ Value::Array(_)) = serde_json::from_str(text)
        {
            return self.add(&alerts);
        }
        for labels in parse_text_blocks(text) {
            self.add_labels(labels);
        }
    }

    fn add_alert(&mut self, alert: &Value) {
        let fingerprint = alert.get("fingerprint").and_then(Value::as_str);
        if let Some(Ok(fingerprint)) = fingerprint.map(str::parse)
            && !self.fingerprints.contains(&fingerprint)
        {
            self.fingerprints.push(fingerprint);
        }
        if let Some(Value::Object(labels)) = alert.get("labels") {
            let pairs = labels.iter();
            self.add_labels(
                pairs
                    .filter_map(|(name, value)| Some((name, value.as_str()?)))
                    .collect(),
            );
        }
    }

    // The same alert may stand in two places.
    fn add_labels(&mut self, labels: Labels) {
        if !labels.is_empty() && !self.label_sets.contains(&labels) {
            self.label_sets.push(labels);
        }
    }
}

/// The label sets of text blocks, each `Labels:`, lines of ` - name = value`, then `Annotations:`.
fn parse_text_blocks(text: &str) -> Vec<Labels> {
    let mut blocks: Vec<Vec<(&str, &str)>> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        if line.trim_end() == "Labels:" {
            within = true;
            blocks.push(Vec::new());
        } else if let Some(pair) = line
            .strip_prefix(" - ")
            .and_then(|line| line.split_once(" = "))
        {
            if let (true, Some(block)) = (within, blocks.last_mut()) {
                block.push(pair);
            }
        } else {
            within = false;
        }
    }
    let labels = blocks.into_iter().map(Labels::from_iter);
    labels.filter(|labels| !labels.is_empty()).collect()
}

#[cfg(test)]
mod tests;
