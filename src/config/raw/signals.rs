//! `[signals]`: an expression by signal, and beside them the signals that nobody has.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{Text, TextMap};

/// What the table holds.
#[derive(Debug, Default)]
pub(in crate::config) struct Signals {
    pub expressions: TextMap,
    pub without: Vec<Text>,
}

impl<'de> Deserialize<'de> for Signals {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(SignalsVisitor)
    }
}

struct SignalsVisitor;

impl<'de> Visitor<'de> for SignalsVisitor {
    type Value = Signals;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Signals, A::Error> {
        let mut signals = Signals::default();
        while let Some(key) = map.next_key::<Text>()? {
            match key.get_ref().as_str() {
                "without" => signals.without = map.next_value()?,
                _ => {
                    signals.expressions.insert(key, map.next_value()?);
                }
            }
        }
        Ok(signals)
    }
}
