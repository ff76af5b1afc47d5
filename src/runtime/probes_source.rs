//! The probes, with the file through which the next look learns what this one saw fail.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::lazy_source::Connectable;
use super::source_context::{SourceContext, client_settings};
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, TimeSource};
use crate::domain::probe::{FailingRun, Probe};
use crate::domain::settings::{ProbeSettings, ProbeTarget, SecretRef};
use crate::sources::poll::{PollError, PollReport};
use crate::sources::probes::Probes;
use crate::store::failing_probes::{self, FailingProbe};

/// A failure counts as the first try of whoever looks next for so many intervals.
const REMEMBERED_INTERVALS: u32 = 6;

/// The probes.
pub struct ProbesSource {
    probes: Probes,
    targets: Vec<ProbeTarget>,
    max_age: Duration,
    file: Option<PathBuf>,
    last_saved: Vec<FailingProbe>,
}

impl Connectable for ProbesSource {
    type Settings = ProbeSettings;
    type Body = BTreeMap<HubKey, Probe>;

    fn secret_refs(_: &Self::Settings) -> Vec<&SecretRef> {
        Vec::new()
    }

    async fn connect(
        context: &Arc<SourceContext>,
        wanted: &Self::Settings,
    ) -> Result<Self, PollError> {
        let http = client_settings(&wanted.transport);
        let mut kept = Self {
            probes: Probes::new(wanted, Arc::clone(&context.clients), &http),
            targets: wanted.targets.clone(),
            max_age: wanted.interval * REMEMBERED_INTERVALS,
            file: context.state_dir.as_deref().map(failing_probes::path),
            last_saved: Vec::new(),
        };
        kept.last_saved = kept.load(context.time.now()).await;
        for one in kept.last_saved.clone() {
            kept.probes
                .restore_run(one.key.clone(), &one.url, to_failing_run(&one));
        }
        Ok(kept)
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.probes.poll(time).await;
        self.save(time.now()).await;
        polled
    }

    fn rotate_secrets(&mut self, _: &SourceContext, _: &Self::Settings) {}
}

impl ProbesSource {
    async fn load(&self, now: Now) -> Vec<FailingProbe> {
        match &self.file {
            Some(file) => failing_probes::load(file, now.wall, self.max_age).await,
            None => Vec::new(),
        }
    }

    // A look at a part of the fleet must not forget the rest.
    async fn save(&mut self, now: Now) {
        let Some(file) = self.file.clone() else {
            return;
        };
        let own = self.failing();
        if own.is_empty() && self.last_saved.is_empty() {
            return;
        }
        let is_own = |one: &FailingProbe| self.targets.iter().any(|target| target.key == one.key);
        let mut all = self.load(now).await;
        all.retain(|one| !is_own(one));
        all.extend(own);
        if let Err(error) = failing_probes::save(&file, &all).await {
            tracing::warn!(%error, "failing probes are not remembered");
        }
        self.last_saved = all;
    }

    fn failing(&self) -> Vec<FailingProbe> {
        let url = |key: &HubKey| {
            let mut targets = self.targets.iter();
            targets
                .find(|target| target.key == *key)
                .map(|target| &target.url)
        };
        let failing = self.probes.failing().filter_map(|(key, to_failing_run)| {
            Some(FailingProbe {
                key: key.clone(),
                url: url(key)?.clone(),
                first: to_failing_run.first.wall,
                latest: to_failing_run.latest.wall,
                tries: to_failing_run.tries,
            })
        });
        failing.collect()
    }
}

// The steady clock of another process says nothing: it began before ours.
fn to_failing_run(one: &FailingProbe) -> FailingRun {
    let at = |wall| Now {
        wall,
        mono: Duration::ZERO,
    };
    FailingRun {
        first: at(one.first),
        latest: at(one.latest),
        tries: one.tries,
    }
}
