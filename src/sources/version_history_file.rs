//! The file of the state directory that keeps which versions were seen where.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::context::SourceContext;
use crate::domain::ids::HubKey;
use crate::domain::rollout::{Component, KeptVersion, VersionHistory, VersionPlace};

/// How much later versions must have been seen again to be worth writing. After a restart a version that is gone seems
/// to have been seen last so much earlier.
const MIN_GAIN: TimeDelta = TimeDelta::minutes(10);

/// The file of the hubs' versions of JupyterHub.
pub const HUB_VERSIONS: &str = "hub-versions.json";

/// A history of versions with its file. Other processes may write the same file.
pub struct VersionHistoryFile {
    context: Arc<SourceContext>,
    name: &'static str,
    history: VersionHistory,
    saved_at: Option<DateTime<Utc>>,
    has_new: bool,
}

impl VersionHistoryFile {
    /// The file of this name as it is now; empty if there is none that can be read.
    pub async fn load(context: &Arc<SourceContext>, name: &'static str) -> Self {
        let bytes = context.cache.load(name).await;
        let history = VersionHistory::parse(&bytes, context.time.now().wall);
        Self {
            context: Arc::clone(context),
            name,
            saved_at: history.latest(),
            history,
            has_new: false,
        }
    }

    pub fn history(&self) -> &VersionHistory {
        &self.history
    }

    /// The version of JupyterHub that a hub gave last.
    pub fn last_known(&self, hub: &HubKey) -> Option<KeptVersion> {
        let place = VersionPlace::from(hub.clone());
        let (text, at) = self.history.last(&place, &Component::Jupyterhub)?;
        Some(KeptVersion {
            text: text.to_owned(),
            at,
            since: self.history.since(&place, &Component::Jupyterhub, text),
        })
    }

    /// Notes the versions that one reading found.
    pub fn record(
        &mut self,
        place: &VersionPlace,
        component: &Component,
        versions: &[&str],
        at: DateTime<Utc>,
    ) {
        self.has_new |= self.history.record(place, component, versions, at);
    }

    /// Writes the file if a version is new, or if the file tells of old times.
    pub async fn save_if_due(&mut self, now: DateTime<Utc>) {
        let is_old = self.saved_at.is_none_or(|saved| now - saved >= MIN_GAIN);
        if !(self.has_new || is_old && self.history.latest().is_some()) {
            return;
        }
        let bytes = self.context.cache.load(self.name).await;
        self.history.merge(VersionHistory::parse(&bytes, now), now);
        let bytes = self.history.to_bytes();
        self.context.cache.save(self.name, bytes).await;
        self.has_new = false;
        self.saved_at = Some(now);
    }
}
