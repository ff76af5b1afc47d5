//! Hubs whose probe failed at the latest look: the first try of whoever looks next, who then need not
//! try twice.
//!
//! It is only ever a saving: no file, or one that is not ours, is nothing remembered, never an error.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{file, incident_cache};
use crate::domain::ids::HubKey;

/// A hub whose probe failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingProbe {
    /// The hub.
    #[serde(rename = "hub")]
    pub key: HubKey,
    /// The address that was asked: another one's failure says nothing.
    pub url: String,
    /// When the first try of the run was made.
    pub first: DateTime<Utc>,
    /// When the latest was.
    pub latest: DateTime<Utc>,
    /// How many there were.
    pub tries: u32,
}

/// The file in the state directory `dir`.
pub fn path(dir: &Path) -> PathBuf {
    dir.join("failing-probes.json")
}

/// What was failing at most `within` before `now`. What a wrong clock dated later is not believed.
pub async fn load(path: &Path, now: DateTime<Utc>, within: Duration) -> Vec<FailingProbe> {
    let mut all: Vec<FailingProbe> =
        serde_json::from_slice(&incident_cache::load(path).await).unwrap_or_default();
    let within = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX);
    all.retain(|one| one.first <= one.latest && one.latest <= now && now - one.latest <= within);
    all
}

/// Writes the file at `path`, for the owner only.
///
/// # Errors
/// It cannot be written; the next look only has to try twice then.
pub async fn save(path: &Path, failing: &[FailingProbe]) -> std::io::Result<()> {
    let bytes = serde_json::to_vec(failing).map_err(std::io::Error::other)?;
    file::replace(path, &bytes).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn failing(hub: &str, first: i64, latest: i64) -> FailingProbe {
        FailingProbe {
            key: HubKey::new("leap", hub),
            url: "https://leap.example/hub/health".to_owned(),
            first: at(first),
            latest: at(latest),
            tries: 1,
        }
    }

    #[tokio::test]
    async fn what_is_old_or_not_yet_is_not_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path());
        let kept = [
            failing("prod", 100, 160),
            failing("old", 0, 39),
            failing("later", 100, 201),
            failing("backwards", 170, 160),
        ];
        save(&path, &kept).await.unwrap();
        let loaded = load(&path, at(200), Duration::from_secs(160)).await;
        assert_eq!(loaded, kept[..1]);
    }

    #[tokio::test]
    async fn garbage_is_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path());
        for garbage in ["", "{", "[1]", "null", "[{\"hub\":\"leap/prod\"}]"] {
            std::fs::write(&path, garbage).unwrap();
            let loaded = load(&path, at(0), Duration::MAX).await;
            assert_eq!(loaded, [], "{garbage}");
        }
    }
}
