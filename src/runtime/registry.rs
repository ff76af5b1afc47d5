//! From the configuration to slots and the tasks that keep them: each source is asked by itself, all at
//! once, never one after another.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::connectors::{
    DirectorySource, DirectorySourceSettings, IncidentsSource, StatusPageSource,
};
use super::lazy_source::{Connectable, LazySource};
use super::local_time_boxes::{self, LocalTimeBoxWriter};
use super::operations::WritableAccount;
use super::poll_once;
use super::polling::{PollingContext, keep_polling};
use super::probes_source::ProbesSource;
use super::recent_writes::RecentWrites;
use super::secrets::WantedSecret;
use super::slots::{SlotWriter, Slots};
use super::source_context::SourceContext;
use super::tasks::Tasks;
use crate::config::SourcesConfig;
use crate::domain::settings::{AuthSettings, SecretRef};
use crate::domain::source::{FailureKind, Slot, SourceId, SourceKind};
use crate::sources::alertmanager::Alertmanager;
use crate::sources::prometheus::Prometheus;

type StartPolling = Box<dyn FnOnce(&Tasks, &watch::Receiver<u64>) + Send>;
type PollOnce = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
type StartPollOnce = Box<dyn FnOnce(Duration) -> PollOnce + Send>;

/// Slots that wait, and how their sources are started.
pub struct SourceRegistry {
    slots: Slots,
    pollers: Vec<StartPolling>,
    one_shot_polls: Vec<StartPollOnce>,
    account: Option<Arc<WritableAccount>>,
    local_time_boxes: LocalTimeBoxWriter,
}

/// All secrets that the sources need, by where they stand in the configuration.
pub fn secret_requests(sources: &SourcesConfig) -> Vec<WantedSecret> {
    let mut all = Vec::new();
    if let Some(settings) = &sources.pagerduty {
        all.push(secret_request(
            "pagerduty.token".to_owned(),
            &settings.token,
        ));
    }
    for settings in &sources.status_pages {
        for token in StatusPageSource::secret_refs(settings) {
            all.push(secret_request(
                format!("status_page.{}", settings.name),
                token,
            ));
        }
    }
    let prometheus = sources.prometheus.iter();
    let alertmanager = sources.alertmanager.iter();
    let places = prometheus
        .map(|it| (format!("prometheus.{}", it.name), &it.auth))
        .chain(alertmanager.map(|it| (format!("alertmanager.{}", it.name), &it.auth)));
    all.extend(places.filter_map(|(place, auth)| match auth {
        AuthSettings::None => None,
        AuthSettings::Basic { password, .. } => {
            Some(secret_request(format!("{place}.password"), password))
        }
        AuthSettings::Bearer(token) => Some(secret_request(format!("{place}.bearer"), token)),
    }));
    all
}

fn secret_request(name: String, reference: &SecretRef) -> WantedSecret {
    WantedSecret {
        name,
        reference: reference.clone(),
    }
}

/// A slot for each source, not asked yet.
pub fn register_sources(sources: SourcesConfig, context: &Arc<SourceContext>) -> SourceRegistry {
    let mut feeds = Slots::default();
    let shelf = feeds.add_local_time_boxes(local_time_boxes::load(context.state_dir.as_ref()));
    let mut wiring = SourceRegistry {
        slots: feeds,
        local_time_boxes: shelf,
        pollers: Vec::new(),
        one_shot_polls: Vec::new(),
        account: None,
    };
    for settings in sources.prometheus {
        let id = SourceId::new(SourceKind::Prometheus, &settings.name);
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.slots.add_prometheus(slot);
        wiring.add_source::<Prometheus>(context, settings, feed);
    }
    for settings in sources.alertmanager {
        let id = SourceId::new(SourceKind::Alertmanager, &settings.name);
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.slots.add_alertmanager(slot);
        wiring.add_source::<Alertmanager>(context, settings, feed);
    }
    if let Some(settings) = sources.pagerduty {
        let id = SourceId::new(SourceKind::Pagerduty, "");
        let slot = Slot::waiting(id.clone(), settings.oncalls_interval);
        let directory = wiring.slots.add_directory(slot);
        let slot = Slot::waiting(id, settings.interval);
        let (nudge, nudged) = watch::channel(0);
        let read_back = RecentWrites::default();
        let amend = read_back.clone();
        let incidents = wiring.slots.add_incidents(slot);
        let incidents = incidents.with_after_change(move |slot| amend.apply(slot));
        let known = incidents.clone();
        let rota = DirectorySourceSettings {
            account: settings.clone(),
            incidents: Box::new(move || known.slot()),
        };
        wiring.account = Some(Arc::new(WritableAccount {
            settings: settings.clone(),
            incidents: incidents.clone(),
            recent_writes: read_back,
            refresh_one: nudge,
        }));
        wiring.add_refreshable::<IncidentsSource>(context, settings, incidents, Some(nudged));
        wiring.add_source::<DirectorySource>(context, Arc::new(rota), directory);
    }
    for settings in sources.status_pages {
        let id = SourceId::new(SourceKind::StatusPage, &settings.name);
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.slots.add_status_page(slot);
        wiring.add_source::<StatusPageSource>(context, settings, feed);
    }
    if let Some(settings) = sources.probes {
        let id = SourceId::new(SourceKind::Probes, "");
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.slots.add_probes(slot);
        wiring.add_source::<ProbesSource>(context, settings, feed);
    }
    wiring
}

impl SourceRegistry {
    fn add_source<M: Connectable>(
        &mut self,
        context: &Arc<SourceContext>,
        settings: M::Settings,
        writer: SlotWriter<M::Body>,
    ) {
        self.add_refreshable::<M>(context, settings, writer, None);
    }

    fn add_refreshable<M: Connectable>(
        &mut self,
        context: &Arc<SourceContext>,
        settings: M::Settings,
        writer: SlotWriter<M::Body>,
        refresh_one: Option<watch::Receiver<u64>>,
    ) {
        let settings = Arc::new(settings);
        let seed = self.pollers.len() as u64;
        let (shop_once, settings_once) = (Arc::clone(context), Arc::clone(&settings));
        let (time, feed_once) = (Arc::clone(&context.time), writer.clone());
        self.one_shot_polls.push(Box::new(move |limit| {
            Box::pin(async move {
                let source = LazySource::<M>::new(shop_once, settings_once);
                poll_once::poll_once(source, feed_once, &*time, limit).await;
            })
        }));
        let context = Arc::clone(context);
        self.pollers.push(Box::new(move |tasks, hurry| {
            let pace = PollingContext {
                time: Arc::clone(&context.time),
                refresh_all: hurry.clone(),
                refresh_one: refresh_one.clone(),
                seed,
            };
            let (crashed, time) = (writer.clone(), Arc::clone(&context.time));
            tasks.supervise(
                move || {
                    let source = LazySource::<M>::new(Arc::clone(&context), Arc::clone(&settings));
                    keep_polling(source, writer.clone(), pace.clone())
                },
                move || {
                    let text = "its task stumbled and was started again";
                    crashed.change(|slot| slot.fail(FailureKind::Internal, text, time.now()));
                },
            );
        }));
    }

    /// The reader's ends.
    pub fn slots(&self) -> Slots {
        self.slots.clone()
    }

    /// The account that can be acted on, where one is configured.
    pub fn account(&self) -> Option<Arc<WritableAccount>> {
        self.account.clone()
    }

    /// The writer's end of the time-boxes that are started here.
    pub fn local_time_boxes(&self) -> LocalTimeBoxWriter {
        self.local_time_boxes.clone()
    }

    /// Starts polling for ever.
    pub fn start_polling(self, tasks: &Tasks, refresh_all: &watch::Receiver<u64>) {
        for launch in self.pollers {
            launch(tasks, refresh_all);
        }
    }

    /// The reader's ends, and one look at every source, all at once and each for so long at most.
    pub fn poll_once(self, limit: Duration) -> (Slots, Vec<PollOnce>) {
        let looks = self.one_shot_polls.into_iter().map(|poll| poll(limit));
        (self.slots, looks.collect())
    }
}
