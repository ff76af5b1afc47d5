//! Finds Alertmanager's details of an event in PagerDuty's JSON.
//!
//! The details are under `details`, `cef_details` or `custom_details`, or under one of these keys within another. They
//! are an object, or a text that contains the object as JSON. Up to Alertmanager 0.29, `firing` has text blocks. From
//! 0.30 on it has a JSON list with fingerprints, which may also come as a text. The receiver's configuration may
//! replace `firing` by a count. Labels may then be further keys beside the count.

use serde_json::{Map, Value};

use crate::domain::ids::Fingerprint;
use crate::domain::labels::Labels;
use crate::domain::text_limit::cut_key;

const CONTAINERS: [&str; 3] = ["details", "cef_details", "custom_details"];
// The depth of `body`, `cef_details`, `details`, `custom_details`.
const MAX_DEPTH: usize = 4;
// Keys that are not labels. Alertmanager adds them to the details of every receiver.
const NO_LABELS: [&str; 4] = ["firing", "resolved", "num_firing", "num_resolved"];

/// The alerts in an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct EventDetails {
    pub fingerprints: Vec<Fingerprint>,
    pub label_sets: Vec<Labels>,
}

/// Reads the `body` of an alert. The firing alerts are returned. Only if none fires, the resolved alerts are returned,
/// so that the place is still known.
pub(in super::super) fn parse(body: &Value) -> EventDetails {
    let mut found = FoundDetails::default();
    found.add_value(body, MAX_DEPTH);
    found.into_details()
}

/// Details found anywhere in a body.
#[derive(Default)]
struct FoundDetails {
    firing: EventDetails,
    resolved: EventDetails,
    flat_keys: EventDetails,
    counts_firing: bool,
}

impl FoundDetails {
    fn add_value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(object) => self.add_object(object, depth),
            Value::String(text) if text.trim_start().starts_with('{') => {
                if let Ok(Value::Object(object)) = serde_json::from_str(text) {
                    self.add_object(&object, depth);
                }
            }
            _ => {}
        }
    }

    fn add_object(&mut self, object: &Map<String, Value>, depth: usize) {
        if let Some(firing) = object.get("firing") {
            self.firing.add(firing);
        }
        if let Some(resolved) = object.get("resolved") {
            self.resolved.add(resolved);
        }
        if object.get("alertname").is_some_and(Value::is_string) {
            self.flat_keys.add_labels(flat_labels(object));
        }
        let counts = ["firing", "num_firing"].iter();
        self.counts_firing |= counts.filter_map(|key| object.get(*key)).any(is_count);
        if depth > 1 {
            let within = CONTAINERS.iter().filter_map(|key| object.get(*key));
            within.for_each(|value| self.add_value(value, depth - 1));
        }
    }

    // Chooses the alerts that paged. If `num_firing` is not zero, the resolved alerts did not page.
    fn into_details(self) -> EventDetails {
        let lists = [self.firing, self.flat_keys];
        let firing = lists.into_iter().find(|list| !list.is_empty());
        firing.unwrap_or(match self.counts_firing {
            true => EventDetails::default(),
            false => self.resolved,
        })
    }
}

fn is_count(value: &Value) -> bool {
    let count = match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    count.is_some_and(|count: u64| count > 0)
}

fn flat_labels(object: &Map<String, Value>) -> Labels {
    let texts = object
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_str()?)));
    texts
        .filter(|(name, _)| is_label_name(name) && !NO_LABELS.contains(&name.as_str()))
        .collect()
}

fn is_label_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

impl EventDetails {
    fn is_empty(&self) -> bool {
        self.label_sets.is_empty() && self.fingerprints.is_empty()
    }

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

    // Adds labels unless they are already there, since the same alert may be listed twice.
    fn add_labels(&mut self, labels: Labels) {
        let labels = match labels.are_cut() {
            true => labels
                .iter()
                .map(|(name, value)| (cut_key(name), cut_key(value)))
                .collect(),
            false => labels,
        };
        if !labels.is_empty() && !self.label_sets.contains(&labels) {
            self.label_sets.push(labels);
        }
    }
}

/// The label sets of text blocks. A block consists of `Labels:`, lines of ` - name = value`, and `Annotations:`. A
/// value may take several lines.
fn parse_text_blocks(text: &str) -> Vec<Labels> {
    let mut labels = Vec::new();
    let mut block: Option<TextBlock<'_>> = None;
    for line in text.lines() {
        match line.trim_end() {
            "Labels:" => labels.extend(block.replace(TextBlock::default()).map(TextBlock::end)),
            "Annotations:" => labels.extend(block.take().map(TextBlock::close)),
            _ => {
                if let Some(block) = &mut block {
                    block.add_line(line);
                }
            }
        }
    }
    labels.extend(block.map(TextBlock::end));
    labels.retain(|labels| !labels.is_empty());
    labels
}

/// The labels of a text block that were read so far.
#[derive(Default)]
struct TextBlock<'a> {
    labels: Vec<(&'a str, String)>,
    // The lines after the last label. They belong to its value, or are text that a template adds after the labels.
    pending: String,
}

impl<'a> TextBlock<'a> {
    fn add_line(&mut self, line: &'a str) {
        let pair = line
            .strip_prefix(" - ")
            .and_then(|line| line.split_once(" = "));
        match pair.filter(|(name, _)| is_label_name(name)) {
            Some((name, value)) => {
                self.keep_pending();
                self.labels.push((name, value.to_owned()));
            }
            None => {
                self.pending.push('\n');
                self.pending.push_str(line);
            }
        }
    }

    fn keep_pending(&mut self) {
        if let Some((_, value)) = self.labels.last_mut() {
            value.push_str(&self.pending);
        }
        self.pending.clear();
    }

    /// The labels of a block that ends with `Annotations:`. Blank lines before that line belong to the template, so
    /// they are dropped.
    fn close(mut self) -> Labels {
        self.pending.truncate(self.pending.trim_end().len());
        self.keep_pending();
        self.end()
    }

    /// The labels of a block without a line `Annotations:`. Such a block ends with the text, or where the next block
    /// begins.
    fn end(self) -> Labels {
        self.labels.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
