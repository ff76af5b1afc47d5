//! Creates a slot and a polling task for each configured source. All sources are polled at the same time, independently
//! of each other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::lazy_source::LazySource;
use super::local_time_boxes::LocalTimeBoxWriter;
use super::operations::WritableAccount;
use super::poll_once;
use super::polling::{PollingContext, keep_polling};
use super::recent_writes::RecentWrites;
use super::slots::{SlotWriter, Slots};
use super::tasks::Tasks;
use crate::domain::answers::Answers;
use crate::domain::local_time_box::LocalTimeBox;
use crate::domain::settings::{PagerDutySettings, SourcesConfig};
use crate::domain::source::{FailureKind, Slot};
use crate::sources::alertmanager::Alertmanager;
use crate::sources::context::SourceContext;
use crate::sources::github;
use crate::sources::pagerduty::{DirectorySource, DirectorySourceSettings, IncidentsSource};
use crate::sources::probes::ProbesSource;
use crate::sources::prometheus::Prometheus;
use crate::sources::secret::WantedSecret;
use crate::sources::source::Source;
use crate::sources::status_page::StatusPageSource;

type StartPolling = Box<dyn FnOnce(&Tasks, &watch::Receiver<u64>) + Send>;
type PollOnce = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
type StartPollOnce = Box<dyn FnOnce(Duration) -> PollOnce + Send>;

/// The slots, still without answers, and the functions that start polling their sources.
pub struct SourceRegistry {
    slots: Slots,
    pollers: Vec<StartPolling>,
    one_shot_polls: Vec<StartPollOnce>,
    account: Option<Arc<WritableAccount>>,
    local_time_boxes: LocalTimeBoxWriter,
}

/// All secrets that the sources need, each with its place in the configuration.
pub fn wanted_secrets(sources: &SourcesConfig) -> Vec<WantedSecret> {
    let pagerduty = sources.pagerduty.iter().flat_map(IncidentsSource::secrets);
    let pages = sources.status_pages.iter();
    let prometheus = sources.prometheus.iter();
    let alertmanager = sources.alertmanager.iter();
    let tracker = sources.tracker.iter().filter_map(github::wanted_secret);
    pagerduty
        .chain(pages.flat_map(StatusPageSource::secrets))
        .chain(prometheus.flat_map(Prometheus::secrets))
        .chain(alertmanager.flat_map(Alertmanager::secrets))
        .chain(tracker)
        .collect()
}

/// Creates a slot without an answer for each source, and a slot for the time-boxes that were started here.
pub fn register_sources(
    sources: SourcesConfig,
    local_time_boxes: Vec<LocalTimeBox>,
    context: &Arc<SourceContext>,
) -> SourceRegistry {
    let mut slots = Slots::default();
    let mut registry = SourceRegistry {
        local_time_boxes: slots.add_local_time_boxes(local_time_boxes),
        slots,
        pollers: Vec::new(),
        one_shot_polls: Vec::new(),
        account: None,
    };
    registry.add_each::<Prometheus>(context, sources.prometheus, |all, it| {
        all.prometheus.push(it);
    });
    registry.add_each::<Alertmanager>(context, sources.alertmanager, |all, it| {
        all.alertmanager.push(it);
    });
    if let Some(settings) = sources.pagerduty {
        registry.add_pagerduty(context, settings);
    }
    registry.add_each::<StatusPageSource>(context, sources.status_pages, |all, it| {
        all.status_pages.push(it);
    });
    registry.add_each::<ProbesSource>(context, sources.probes, |all, it| all.probes = Some(it));
    registry
}

impl SourceRegistry {
    // PagerDuty is two sources with one account: incidents and directory. The directory reads the on-call schedule as
    // far back as the incidents need it.
    fn add_pagerduty(&mut self, context: &Arc<SourceContext>, settings: PagerDutySettings) {
        let (refresh_one, refresh_requested) = watch::channel(0);
        let recent_writes = RecentWrites::default();
        let amend = recent_writes.clone();
        let slot = IncidentsSource::waiting_slot(&settings);
        let incidents = self.slots.add(slot, |all, it| all.incidents = Some(it));
        let incidents = incidents.with_after_change(move |slot| amend.apply(slot));
        let known = incidents.clone();
        let directory_settings = Arc::new(DirectorySourceSettings {
            account: settings.clone(),
            incidents: Box::new(move || known.slot()),
        });
        let slot = DirectorySource::waiting_slot(&directory_settings);
        let directory = self.slots.add(slot, |all, it| all.directory = Some(it));
        self.account = Some(Arc::new(WritableAccount {
            settings: settings.clone(),
            incidents: incidents.clone(),
            recent_writes,
            refresh_one,
        }));
        let refresh_one = Some(refresh_requested);
        self.add_source::<IncidentsSource>(context, settings, incidents, refresh_one);
        self.add_source::<DirectorySource>(context, directory_settings, directory, None);
    }

    fn add_each<S: Source>(
        &mut self,
        context: &Arc<SourceContext>,
        all: impl IntoIterator<Item = S::Settings>,
        put: fn(&mut Answers, Slot<S::Body>),
    ) {
        for settings in all {
            let writer = self.slots.add(S::waiting_slot(&settings), put);
            self.add_source::<S>(context, settings, writer, None);
        }
    }

    fn add_source<S: Source>(
        &mut self,
        context: &Arc<SourceContext>,
        settings: S::Settings,
        writer: SlotWriter<S::Body>,
        refresh_one: Option<watch::Receiver<u64>>,
    ) {
        let settings = Arc::new(settings);
        let seed = self.pollers.len() as u64;
        let (context_once, settings_once) = (Arc::clone(context), Arc::clone(&settings));
        let (time, writer_once) = (Arc::clone(&context.time), writer.clone());
        self.one_shot_polls.push(Box::new(move |limit| {
            Box::pin(async move {
                let source = LazySource::<S>::new(context_once, settings_once);
                poll_once::poll_once(source, writer_once, &*time, limit).await;
            })
        }));
        let context = Arc::clone(context);
        self.pollers.push(Box::new(move |tasks, refresh_all| {
            let polling = PollingContext {
                time: Arc::clone(&context.time),
                refresh_all: refresh_all.clone(),
                refresh_one: refresh_one.clone(),
                seed,
            };
            let (crashed, time) = (writer.clone(), Arc::clone(&context.time));
            tasks.supervise(
                move || {
                    let source = LazySource::<S>::new(Arc::clone(&context), Arc::clone(&settings));
                    keep_polling(source, writer.clone(), polling.clone())
                },
                move || {
                    let text = "its task crashed and was restarted";
                    crashed.change(|slot| slot.fail(FailureKind::Internal, text, time.now()));
                },
            );
        }));
    }

    /// The reading side of all slots.
    pub fn slots(&self) -> Slots {
        self.slots.clone()
    }

    /// The account that operations write to, if one is configured.
    pub fn account(&self) -> Option<Arc<WritableAccount>> {
        self.account.clone()
    }

    /// The writing side of the time-boxes that were started on this machine.
    pub fn local_time_boxes(&self) -> LocalTimeBoxWriter {
        self.local_time_boxes.clone()
    }

    /// Starts to poll every source for ever.
    pub fn start_polling(self, tasks: &Tasks, refresh_all: &watch::Receiver<u64>) {
        for launch in self.pollers {
            launch(tasks, refresh_all);
        }
    }

    /// The slots, and one poll of every source. The caller runs the polls at the same time; each takes at most `limit`.
    pub fn poll_once(self, limit: Duration) -> (Slots, Vec<PollOnce>) {
        let looks = self.one_shot_polls.into_iter().map(|poll| poll(limit));
        (self.slots, looks.collect())
    }
}
