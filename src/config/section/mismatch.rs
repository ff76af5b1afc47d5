//! `[mismatch]`: the grace period of each mismatch, and the alerts that should page.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::super::problem::Problems;
use super::Text;
use super::matchers::matchers;
use super::values::{all_not_empty, duration};
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::{MismatchPolicy, Policy};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# How long sources may contradict each other before it is shown as a mismatch.
[mismatch]
page_missing_after = "10m"        # an alert fires without an incident
public_not_told_after = "15m"     # a P1 without a post on a status page
stale_post_after = "30m"          # a post without its P1
lingering_incident_after = "30m"  # an incident whose alerts are gone
no_priority_after = "15m"         # an incident without the priority that it should have
# Which alerts should page. Each entry is a list of matchers in Alertmanager's syntax, all of which must
# match: ['severity="page"', 'alertname=~".*space left.*", cluster="leap"'].
# Empty: the alerts whose severity is in [priorities].
pages = []
# Alerts that always fire while all is well. They never page; if one stops firing, that is a blind spot.
dead_man = ["Watchdog", "DeadMansSwitch"]
"#;

const PAGES: &str = "pages";
const DEAD_MAN: &str = "dead_man";

/// The table's keys.
#[derive(Debug, Default)]
pub(super) struct RawMismatch {
    pub graces: Vec<(MismatchKind, Text)>,
    pub pages: Vec<Text>,
    pub dead_man: Option<Vec<Text>>,
}

enum Key {
    Grace(MismatchKind),
    Pages,
    DeadMan,
}

impl<'de> Deserialize<'de> for RawMismatch {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MismatchVisitor)
    }
}

struct MismatchVisitor;

impl<'de> Visitor<'de> for MismatchVisitor {
    type Value = RawMismatch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawMismatch, A::Error> {
        let mut mismatch = RawMismatch::default();
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

// The error for an unknown key, in serde's words. `serde_errors` parses these words to suggest the key that was meant.
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

/// The grace periods, and the alerts that should page.
pub(super) fn mismatch(raw: &RawMismatch, problems: &mut Problems) -> MismatchPolicy {
    let pages = raw
        .pages
        .iter()
        .filter_map(|text| problems.ok_or_add(matchers(text)))
        .collect();
    let graces = raw.graces.iter();
    let graces = graces.filter_map(|(kind, text)| {
        let grace = problems.ok_or_add(duration(text))?;
        Some((*kind, grace))
    });
    let mut policy = MismatchPolicy {
        pages,
        ..MismatchPolicy::default()
    };
    policy.graces.extend(graces);
    policy
}

/// The names of dead man's switch alerts, which always fire while all is well.
pub(super) fn dead_man(raw: &RawMismatch, problems: &mut Problems) -> Vec<String> {
    match &raw.dead_man {
        Some(names) => all_not_empty(names, problems),
        None => Policy::default().dead_man,
    }
}
