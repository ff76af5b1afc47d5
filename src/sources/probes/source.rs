//! The probes as a source. Failures are kept on disk for the next run of the program.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::Probes;
use super::failing::{self, EndedProbe, FailingProbe};
use super::known_hubs::{self, KnownHub};
use super::versions;
use crate::domain::cache::Cache;
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, TimeSource};
use crate::domain::probe::{ENDED_RUN_MAX_AGE, PAST_OUTAGE_MAX_AGE, PastOutage, Probe, WELL_FOR};
use crate::domain::settings::ProbeSettings;
use crate::domain::source::{Slot, SourceId, SourceKind};
use crate::sources::context::{SourceContext, client_settings};
use crate::sources::error::SourceError;
use crate::sources::poll_report::PollReport;
use crate::sources::secret::WantedSecret;
use crate::sources::source::Source;
use crate::sources::version_history_file::{HUB_VERSIONS, VersionHistoryFile};

/// A hub that was failing when the program ended counts as failing at the next start, if its latest failure is at most
/// this many intervals old. Its next failed try then confirms the failure.
const REMEMBERED_INTERVALS: u32 = 6;

const FAILING: &str = "failing-probes.json";
const ENDED: &str = "ended-outages.json";
const KNOWN_HUBS: &str = "known-hubs.json";

/// The probes, and their data on disk.
pub struct ProbesSource {
    probes: Probes,
    /// The address of each hub.
    urls: BTreeMap<HubKey, String>,
    max_age: Duration,
    context: Arc<SourceContext>,
    saved_failing: Vec<FailingProbe>,
    saved_ended: Vec<EndedProbe>,
    saved_hubs: Vec<KnownHub>,
    versions: VersionHistoryFile,
}

impl Source for ProbesSource {
    type Settings = ProbeSettings;
    type Body = BTreeMap<HubKey, Probe>;

    fn secrets(_: &Self::Settings) -> Vec<WantedSecret> {
        Vec::new()
    }

    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body> {
        Slot::waiting(SourceId::new(SourceKind::Probes, ""), settings.interval)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, SourceError> {
        let http = client_settings(&settings.http);
        let mut source = Self {
            probes: Probes::new(settings, Arc::clone(&context.clients), &http),
            urls: urls(settings),
            max_age: settings.interval * REMEMBERED_INTERVALS,
            context: Arc::clone(context),
            saved_failing: Vec::new(),
            saved_ended: Vec::new(),
            saved_hubs: Vec::new(),
            versions: VersionHistoryFile::load(context, HUB_VERSIONS).await,
        };
        source.restore(context.time.now()).await;
        Ok(source)
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let mut polled = self.probes.poll(time).await;
        if let Ok(answer) = &mut polled.outcome {
            versions::record(&mut self.versions, &mut answer.body);
            self.versions.save_if_due(time.now().wall).await;
        }
        self.save_failing(time.now()).await;
        self.save_ended(time.now()).await;
        self.save_known_hubs(time.now()).await;
        polled
    }

    fn rotate_secrets(&mut self, _: &SourceContext, _: &Self::Settings) {}
}

/// The outages that the probes on this machine saw, the earliest first. Outages from earlier runs of the program are
/// included.
pub async fn past_outages(
    cache: &dyn Cache,
    settings: &ProbeSettings,
    now: Now,
) -> Vec<PastOutage> {
    let ended = cache.load(ENDED).await;
    let ended = failing::parse_ended(&ended, now.wall, PAST_OUTAGE_MAX_AGE);
    let failing = cache.load(FAILING).await;
    let max_age = settings.interval * REMEMBERED_INTERVALS;
    let failing = failing::parse(&failing, now.wall, max_age);
    let ended = ended.into_iter().map(PastOutage::from);
    let mut all: Vec<PastOutage> = ended
        .chain(failing.into_iter().map(PastOutage::from))
        .collect();
    all.sort_by_key(|one| one.first);
    all
}

impl ProbesSource {
    async fn restore(&mut self, now: Now) {
        self.saved_failing = self.load_failing(now).await;
        for one in &self.saved_failing {
            if self.urls.get(&one.key) == Some(&one.url) {
                self.probes.restore_run(one.key.clone(), one.run());
            }
        }
        for one in self.load_ended(now, ENDED_RUN_MAX_AGE).await {
            if self.urls.get(&one.key) == Some(&one.url) {
                self.probes.restore_ended(one.key.clone(), one.run());
            }
        }
        self.saved_hubs = self.load_known_hubs(now).await;
        for one in &self.saved_hubs {
            if self.urls.get(&one.key) == Some(&one.url) {
                self.probes.restore_known_hub(one.key.clone(), one.seen);
            }
        }
    }

    async fn load_failing(&self, now: Now) -> Vec<FailingProbe> {
        let bytes = self.context.cache.load(FAILING).await;
        failing::parse(&bytes, now.wall, self.max_age)
    }

    async fn load_ended(&self, now: Now, max_age: Duration) -> Vec<EndedProbe> {
        let bytes = self.context.cache.load(ENDED).await;
        failing::parse_ended(&bytes, now.wall, max_age)
    }

    async fn load_known_hubs(&self, now: Now) -> Vec<KnownHub> {
        let bytes = self.context.cache.load(KNOWN_HUBS).await;
        known_hubs::parse(&bytes, now.wall)
    }

    // Saves the failing hubs. The entries of hubs that this run does not probe stay.
    async fn save_failing(&mut self, now: Now) {
        let own = self.failing();
        if own.is_empty() && self.saved_failing.is_empty() {
            return;
        }
        let mut all = self.load_failing(now).await;
        all.retain(|one| !self.urls.contains_key(&one.key));
        all.extend(own);
        self.write(FAILING, &all).await;
        self.saved_failing = all;
    }

    async fn save_ended(&mut self, now: Now) {
        let own = self.ended();
        if own == self.saved_ended {
            return;
        }
        let kept = self.load_ended(now, PAST_OUTAGE_MAX_AGE).await;
        let all = failing::merge_ended(kept, &own);
        self.write(ENDED, &all).await;
        self.saved_ended = own;
    }

    // Saves the known hubs. Entries for other addresses of the same hub are removed. Entries of other hubs stay.
    async fn save_known_hubs(&mut self, now: Now) {
        let own = self.known_hubs();
        if !known_hubs::is_worth_saving(&own, &self.saved_hubs) {
            return;
        }
        let mut all = self.load_known_hubs(now).await;
        all.retain(|one| !self.urls.contains_key(&one.key));
        all.extend(own);
        self.write(KNOWN_HUBS, &all).await;
        self.saved_hubs = all;
    }

    async fn write<T: Serialize>(&self, name: &str, value: &T) {
        if let Ok(bytes) = serde_json::to_vec(value) {
            self.context.cache.save(name, bytes).await;
        }
    }

    fn failing(&self) -> Vec<FailingProbe> {
        let failing = self.probes.failing().filter_map(|(key, run)| {
            Some(FailingProbe {
                key: key.clone(),
                url: self.urls.get(key)?.clone(),
                first: run.first.wall,
                latest: run.latest.wall,
                tries: run.tries,
            })
        });
        failing.collect()
    }

    fn ended(&self) -> Vec<EndedProbe> {
        let ended = self.probes.ended().filter_map(|(key, run, well_until)| {
            Some(EndedProbe {
                key: key.clone(),
                url: self.urls.get(key)?.clone(),
                first: run.first.wall,
                ended: run.ended.wall,
                may_be_our_network: run.may_be_our_network,
                stayed_well: well_until.wall - run.ended.wall >= WELL_FOR,
            })
        });
        ended.collect()
    }

    fn known_hubs(&self) -> Vec<KnownHub> {
        let known = self.probes.known_hubs().filter_map(|(key, seen)| {
            Some(KnownHub {
                key: key.clone(),
                url: self.urls.get(key)?.clone(),
                seen,
            })
        });
        known.collect()
    }
}

fn urls(settings: &ProbeSettings) -> BTreeMap<HubKey, String> {
    let targets = settings.targets.iter();
    targets
        .map(|target| (target.key.clone(), target.url.clone()))
        .collect()
}
