//! Turns PagerDuty's schemas into JSON Schema that rejects unknown keys.
//!
//! In PagerDuty's file, an object is often `allOf` several parts. If each part alone rejected unknown keys, it would
//! reject the keys of the other parts. So the parts are merged before unknown keys are forbidden.

use serde_json::{Map, Value, json};

use super::required::Side;

type Object = Map<String, Value>;

/// Keywords that mean the same in PagerDuty's schemas and in JSON Schema.
const KEPT: &[&str] = &[
    "type",
    "enum",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
];

/// Reference schemas whose name does not show which full object they refer to. Each has the objects that an answer may
/// contain instead of the reference.
const FULL_FORMS: &[(&str, &[&str])] = &[
    ("AgentReference", &["User", "Service", "Integration"]),
    ("AcknowledgerReference", &["User", "Service"]),
    ("EscalationTargetReference", &["User", "Schedule"]),
];

/// The JSON Schema for `raw`, a schema of PagerDuty's `document`, with the definitions that it refers to.
pub fn strict(document: &Value, raw: &Value, side: Side) -> Value {
    let mut reader = Reader {
        document,
        side,
        definitions: Map::new(),
    };
    let root = reader.schema(raw);
    json!({
        "allOf": [root],
        "$defs": reader.definitions,
    })
}

/// The target of a `$ref` of `document`, or the value itself.
pub fn resolved<'a>(document: &'a Value, mut raw: &'a Value) -> &'a Value {
    while let Some(pointer) = raw.get("$ref").and_then(Value::as_str) {
        raw = document
            .pointer(pointer.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{pointer} points nowhere"));
    }
    raw
}

struct Reader<'a> {
    document: &'a Value,
    side: Side,
    definitions: Object,
}

impl Reader<'_> {
    fn schema(&mut self, raw: &Value) -> Value {
        if let Some(pointer) = raw.get("$ref").and_then(Value::as_str) {
            return self.reference(pointer);
        }
        let shapes = self.shapes(raw);
        let mut read: Vec<Value> = shapes.iter().map(|shape| self.shape(shape)).collect();
        if read.len() == 1 {
            read.remove(0)
        } else {
            json!({ "anyOf": read })
        }
    }

    /// A reference, or the full object: with `include[]`, PagerDuty sends the object in place of the reference.
    fn reference(&mut self, pointer: &str) -> Value {
        let name = pointer.trim_start_matches("#/components/schemas/");
        let mut forms = vec![self.definition(pointer)];
        if self.side == Side::Answer {
            for full in full_forms(name) {
                let full = format!("#/components/schemas/{full}");
                if self
                    .document
                    .pointer(full.trim_start_matches('#'))
                    .is_some()
                {
                    forms.push(self.definition(&full));
                }
            }
        }
        if forms.len() == 1 {
            forms.remove(0)
        } else {
            json!({ "anyOf": forms })
        }
    }

    fn definition(&mut self, pointer: &str) -> Value {
        let key = pointer.replace(|c: char| !c.is_alphanumeric(), "_");
        if !self.definitions.contains_key(&key) {
            // A placeholder, since the definition may refer to itself.
            self.definitions.insert(key.clone(), Value::Bool(true));
            let raw = resolved(
                self.document,
                self.document
                    .pointer(pointer.trim_start_matches('#'))
                    .unwrap(),
            );
            let read = self.schema(raw);
            self.definitions.insert(key.clone(), read);
        }
        json!({ "$ref": format!("#/$defs/{key}") })
    }

    /// The object schemas that `raw` allows: one for each branch of `oneOf` or `anyOf`. The parts of `allOf` are merged
    /// into each of them.
    fn shapes(&self, raw: &Value) -> Vec<Object> {
        let raw = resolved(self.document, raw)
            .as_object()
            .cloned()
            .unwrap_or_default();
        let mut own = raw.clone();
        let [all, one, any] = ["allOf", "oneOf", "anyOf"].map(|key| own.remove(key));
        let mut shapes = vec![own];
        for part in all.iter().flat_map(list) {
            shapes = merged(&shapes, &self.shapes(part));
        }
        for choice in [one, any].iter().flatten() {
            let branches: Vec<Object> = list(choice)
                .iter()
                .flat_map(|branch| self.shapes(branch))
                .collect();
            shapes = merged(&shapes, &branches);
        }
        shapes
    }

    fn shape(&mut self, shape: &Object) -> Value {
        let kept = KEPT
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), shape.get(*key)?.clone())));
        let mut read: Object = kept.collect();
        if let Some(items) = shape.get("items") {
            read.insert("items".to_owned(), self.schema(items));
        }
        if let Some(more) = shape.get("additionalProperties") {
            let more = if more.is_object() {
                self.schema(more)
            } else {
                more.clone()
            };
            read.insert("additionalProperties".to_owned(), more);
        }
        if let Some(properties) = shape.get("properties").and_then(Value::as_object) {
            self.object(&mut read, shape, properties);
        }
        let read = Value::Object(read);
        if shape.get("nullable") == Some(&Value::Bool(true)) {
            or_null(read)
        } else {
            read
        }
    }

    fn object(&mut self, read: &mut Object, shape: &Object, properties: &Object) {
        let required: Vec<&str> = shape
            .get("required")
            .map(list)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut fields = Map::new();
        for (name, raw) in properties {
            let field = self.schema(raw);
            let is_required = required.contains(&name.as_str());
            fields.insert(
                name.clone(),
                if is_required { field } else { or_null(field) },
            );
        }
        // A required field is allowed even if the file does not describe it.
        for name in &required {
            fields.entry(*name).or_insert(Value::Bool(true));
        }
        read.insert("type".to_owned(), json!("object"));
        read.insert("properties".to_owned(), Value::Object(fields));
        read.insert("required".to_owned(), json!(required));
        read.entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
}

fn full_forms(reference: &str) -> Vec<&str> {
    let known = FULL_FORMS.iter().find(|(name, _)| *name == reference);
    match known {
        Some((_, forms)) => forms.to_vec(),
        None => reference
            .strip_suffix("Reference")
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn merged(left: &[Object], right: &[Object]) -> Vec<Object> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| merged_pair(a, b)).collect()
}

/// An object with the keys of both. Where both have the same key, the value in `right` counts, since it is the narrower
/// one. `properties` and `required` are joined.
fn merged_pair(left: &Object, right: &Object) -> Object {
    let mut merged = left.clone();
    for (key, value) in right {
        match (merged.get_mut(key), value) {
            (Some(Value::Object(before)), Value::Object(more)) if key == "properties" => {
                before.extend(more.clone());
            }
            (Some(Value::Array(before)), Value::Array(more)) if key == "required" => {
                before.extend(
                    more.iter()
                        .filter(|name| !list(&left["required"]).contains(name))
                        .cloned(),
                );
            }
            _ => {
                merged.insert(key.clone(), value.clone());
            }
        }
    }
    merged
}

fn or_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut object) if object.get("type").is_some_and(Value::is_string) => {
            let only = object.remove("type").unwrap_or_default();
            object.insert("type".to_owned(), json!([only, "null"]));
            if let Some(Value::Array(words)) = object.get_mut("enum") {
                words.push(Value::Null);
            }
            Value::Object(object)
        }
        Value::Object(object) if object.is_empty() => Value::Bool(true),
        Value::Object(object) => json!({ "anyOf": [object, { "type": "null" }] }),
        other => other,
    }
}
