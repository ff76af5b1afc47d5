//! The hubs' versions of JupyterHub, and the history of them on disk.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::probe::{HubVersion, Probe};
use crate::domain::rollout::{Component, VersionPlace};
use crate::sources::version_history_file::VersionHistoryFile;

/// Records the versions from the latest tries. Then adds saved data to the probes: since when each version has been
/// known, and the last known version of a hub that sent none since the program started.
pub(super) fn record(file: &mut VersionHistoryFile, probes: &mut BTreeMap<HubKey, Probe>) {
    for (key, probe) in probes {
        let place = VersionPlace::from(key.clone());
        if let Some(version) = probe.present_version() {
            let at = version.at.wall;
            file.record(&place, &Component::Jupyterhub, &[&version.text], at);
        }
        if probe.version.is_none() {
            probe.version = last_known(file, key);
        }
        if let Some(version) = &mut probe.version {
            let history = file.history();
            version.since = history.since(&place, &Component::Jupyterhub, &version.text);
        }
    }
}

fn last_known(file: &VersionHistoryFile, hub: &HubKey) -> Option<HubVersion> {
    let kept = file.last_known(hub)?;
    Some(HubVersion {
        text: kept.text,
        at: Now {
            wall: kept.at,
            mono: Duration::ZERO,
        },
        since: None,
    })
}
