//! `[mismatch]`, whose keys follow from the kinds: `page_missing_after` for a kind that may stand for a while.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::Text;
use crate::domain::mismatch::MismatchKind;

const PAGES: &str = "pages";
const DEAD_MAN: &str = "dead_man";

/// What the table holds.
#[derive(Debug, Default)]
pub(in crate::config) struct Mismatch {
    pub graces: Vec<(MismatchKind, Text)>,
    pub pages: Vec<Text>,
    pub dead_man: Option<Vec<Text>>,
}

enum Key {
    Grace(MismatchKind),
    Pages,
    DeadMan,
}

impl<'de> Deserialize<'de> for Mismatch {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MismatchVisitor)
    }
}

struct MismatchVisitor;

impl<'de> Visitor<'de> for MismatchVisitor {
    type Value = Mismatch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Mismatch, A::Error> {
        let mut mismatch = Mismatch::default();
        while let Some(key) = map.next_key()? {
            match key {
                Key::Grace(kind) => mismatch.graces.push((kind, map.next_value()?)),
                Key::Pages => mismatch.pages = map.next_value()?,
                Key::DeadMan => mismatch.dead_man = map.next_value()?,
            }
        }
        Ok(mismatch)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of [mismatch]")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        let mut graces = MismatchKind::GRACES.iter();
        match key {
            PAGES => Ok(Key::Pages),
            DEAD_MAN => Ok(Key::DeadMan),
            _ => match graces.find(|(_, known, _)| *known == key) {
                Some((kind, ..)) => Ok(Key::Grace(*kind)),
                None => Err(E::custom(unknown_key(key))),
            },
        }
    }
}

// As serde words it for a derived struct, so that what was meant can be found.
fn unknown_key(key: &str) -> String {
    let graces = MismatchKind::GRACES.iter().map(|(_, key, _)| *key);
    let known: Vec<String> = graces
        .chain([PAGES, DEAD_MAN])
        .map(|known| format!("`{known}`"))
        .collect();
    format!(
        "unknown field `{key}`, expected one of {}",
        known.join(", ")
    )
}
