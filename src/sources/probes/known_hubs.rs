//! Hubs that sent JupyterHub's header, kept on disk. If such a hub later answers without the header, something else has
//! answered.
//!
//! A missing or unreadable file means that no hub is known, and is no error.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::states::HEADER_REMEMBERED;
use crate::domain::ids::HubKey;

/// The furthest time in the future that is trusted. A later time comes from a wrong clock.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);

/// The file is written only if some time is newer than the saved one by at least this much.
const MIN_GAIN: TimeDelta = TimeDelta::days(1);

/// A hub that sent the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHub {
    #[serde(rename = "hub")]
    pub key: HubKey,
    /// The address that was probed. Another address may be another server.
    pub url: String,
    /// When the hub last sent the header.
    pub seen: DateTime<Utc>,
}

/// The hubs that sent the header within the last 30 days.
pub fn parse(bytes: &[u8], now: DateTime<Utc>) -> Vec<KnownHub> {
    let mut all: Vec<KnownHub> = serde_json::from_slice(bytes).unwrap_or_default();
    all.retain(|one| one.seen <= now + MAX_AHEAD && now - one.seen <= HEADER_REMEMBERED);
    all
}

/// Whether `own` has a new hub, or a time that is newer by [`MIN_GAIN`], compared with `saved`.
pub fn is_worth_saving(own: &[KnownHub], saved: &[KnownHub]) -> bool {
    let seen = |one: &KnownHub| ((one.key.clone(), one.url.clone()), one.seen);
    let saved: BTreeMap<_, DateTime<Utc>> = saved.iter().map(seen).collect();
    let is_new = |(hub, seen): (_, DateTime<Utc>)| {
        saved
            .get(&hub)
            .is_none_or(|known| seen - *known >= MIN_GAIN)
    };
    own.iter().map(seen).any(is_new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(hub: &str, days: i64) -> KnownHub {
        KnownHub {
            key: HubKey::new("leap", hub),
            url: "https://leap.example/hub/health".to_owned(),
            seen: at(days),
        }
    }

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    #[test]
    fn a_hub_is_known_for_thirty_days() {
        let all = [known("prod", 100), known("old", 69), known("ahead", 102)];
        let bytes = serde_json::to_vec(&all).unwrap();
        assert_eq!(parse(&bytes, at(100)), all[..1]);
        assert_eq!(parse(&bytes, at(130)).len(), 2);
    }

    #[test]
    fn garbage_is_nothing() {
        for garbage in ["", "{", "[1]", "null", "[{\"hub\":\"leap/prod\"}]"] {
            assert_eq!(parse(garbage.as_bytes(), at(0)), [], "{garbage}");
        }
    }

    #[test]
    fn the_file_is_written_once_a_day() {
        let saved = [known("prod", 100)];
        assert!(is_worth_saving(&saved, &[]));
        assert!(!is_worth_saving(&saved, &saved));
        assert!(is_worth_saving(&[known("prod", 101)], &saved));
        assert!(is_worth_saving(
            &[known("prod", 100), known("lab", 100)],
            &saved
        ));
        let mut moved = known("prod", 100);
        moved.url.push('2');
        assert!(is_worth_saving(&[moved], &saved));
        assert!(!is_worth_saving(&[], &saved));
    }
}
