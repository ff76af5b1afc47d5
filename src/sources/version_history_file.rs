//! A file in the state directory that records which versions were seen where.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::context::SourceContext;
use crate::domain::ids::HubKey;
use crate::domain::rollout::{Component, KeptVersion, VersionHistory, VersionPlace};

/// The time after which the file is written again if only last-seen times are new. After a restart, a last-seen time
/// may be too early by this much.
const MIN_GAIN: TimeDelta = TimeDelta::minutes(10);

/// The file of the hubs' versions of JupyterHub.
pub const HUB_VERSIONS: &str = "hub-versions.json";

/// A history of versions and its file. Other processes may write the same file.
pub struct VersionHistoryFile {
    context: Arc<SourceContext>,
    name: &'static str,
    history: VersionHistory,
    saved_at: Option<DateTime<Utc>>,
    has_new: bool,
    reports_failures: bool,
}

impl VersionHistoryFile {
    /// Loads the file of this name. The history is empty if there is no readable file.
    pub async fn load(context: &Arc<SourceContext>, name: &'static str) -> Self {
        let history = read(context, name, context.time.now().wall).await;
        Self {
            context: Arc::clone(context),
            name,
            saved_at: history.latest(),
            history,
            has_new: false,
            reports_failures: false,
        }
    }

    /// Reports to the person when the file cannot be written. By default such a failure is only logged.
    pub fn reporting_failures(self) -> Self {
        Self {
            reports_failures: true,
            ..self
        }
    }

    pub fn history(&self) -> &VersionHistory {
        &self.history
    }

    /// The last version of JupyterHub that a hub sent.
    pub fn last_known(&self, hub: &HubKey) -> Option<KeptVersion> {
        let place = VersionPlace::from(hub.clone());
        let (text, at) = self.history.last(&place, &Component::Jupyterhub)?;
        Some(KeptVersion {
            text: text.to_owned(),
            at,
            since: self.history.since(&place, &Component::Jupyterhub, text),
        })
    }

    /// Records the versions of one reading.
    pub fn record(
        &mut self,
        place: &VersionPlace,
        component: &Component,
        versions: &[&str],
        at: DateTime<Utc>,
    ) {
        self.has_new |= self.history.record(place, component, versions, at);
    }

    /// Writes the file if a version is new, or if the last write was at least `MIN_GAIN` ago.
    pub async fn save_if_due(&mut self, now: DateTime<Utc>) {
        let is_old = self.saved_at.is_none_or(|saved| now - saved >= MIN_GAIN);
        if !(self.has_new || is_old && self.history.latest().is_some()) {
            return;
        }
        let kept = read(&self.context, self.name, now).await;
        self.history.merge(kept, now);
        let (cache, bytes) = (&self.context.cache, self.history.to_bytes());
        match self.reports_failures {
            true => cache.save_or_report(self.name, bytes).await,
            false => cache.save(self.name, bytes).await,
        }
        self.has_new = false;
        self.saved_at = Some(now);
    }
}

// Reads the file. The readable part of a damaged file is written at once, since the program may end before the next
// save.
async fn read(context: &SourceContext, name: &str, now: DateTime<Utc>) -> VersionHistory {
    let bytes = context.cache.load(name).await;
    let (history, problem) = VersionHistory::parse(&bytes, now);
    if let Some(why) = problem {
        context.cache.set_aside(name, bytes, why).await;
        if history.latest().is_some() {
            context.cache.save(name, history.to_bytes()).await;
        }
    }
    history
}
