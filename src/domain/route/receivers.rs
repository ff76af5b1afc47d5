//! Which receivers of an Alertmanager's configuration send nothing anywhere. Nothing else of a receiver is kept:
//! the rest are addresses and secrets.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What `receivers` says, where it is a list of receivers.
#[derive(Debug, Default)]
pub(super) struct Receivers(Option<BTreeSet<String>>);

impl Receivers {
    /// The names of those without any integration.
    pub(super) fn into_silent(self) -> Option<BTreeSet<String>> {
        self.0
    }

    // A list that cannot be read whole says nothing of any receiver.
    fn silent(receivers: &Value) -> Option<BTreeSet<String>> {
        let mut silent = BTreeSet::new();
        for receiver in receivers.as_array()? {
            let fields = receiver.as_object()?;
            let name = fields.get("name")?.as_str()?;
            let mut integrations = fields
                .iter()
                .filter(|(key, value)| key.ends_with("_configs") && !is_empty(value));
            if integrations.next().is_none() {
                silent.insert(name.to_owned());
            }
        }
        Some(silent)
    }
}

// What stands for a list but is none (an encrypted text) may hold integrations.
fn is_empty(configs: &Value) -> bool {
    configs.is_null() || configs.as_array().is_some_and(Vec::is_empty)
}

impl<'de> Deserialize<'de> for Receivers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(|value| Self(Self::silent(&value)))
    }
}
