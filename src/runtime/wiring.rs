//! From the configuration to slots and the tasks that keep them: each source is asked by itself, all at
//! once, never one after another.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::deeds::Account;
use super::feeds::{Feed, Feeds};
use super::kept_probes::KeptProbes;
use super::look;
use super::made::{Lazy, Made};
use super::makers::{DirectorySettings, KeptIncidents, Page, RotaReader};
use super::own_boxes::{self, Shelf};
use super::polling::{Pace, keep_polling};
use super::read_back::ReadBack;
use super::secrets::Wanted;
use super::shop::Shop;
use super::tasks::Tasks;
use crate::config::SourcesConfig;
use crate::domain::settings::{AuthSettings, SecretRef};
use crate::domain::source::{FailureKind, Slot, SourceId, SourceKind};
use crate::sources::alertmanager::Alertmanager;
use crate::sources::prometheus::Prometheus;

type Launch = Box<dyn FnOnce(&Tasks, &watch::Receiver<u64>) + Send>;
type Look = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
type LookFor = Box<dyn FnOnce(Duration) -> Look + Send>;

/// Slots that wait, and how their sources are started.
pub struct Wiring {
    feeds: Feeds,
    launches: Vec<Launch>,
    looks: Vec<LookFor>,
    account: Option<Arc<Account>>,
    shelf: Shelf,
}

/// All secrets that the sources need, by where they stand in the configuration.
pub fn secrets(sources: &SourcesConfig) -> Vec<Wanted> {
    let mut all = Vec::new();
    if let Some(settings) = &sources.pagerduty {
        all.push(wanted("pagerduty.token".to_owned(), &settings.token));
    }
    for settings in &sources.status_pages {
        for token in Page::secrets(settings) {
            all.push(wanted(format!("status_page.{}", settings.name), token));
        }
    }
    let prometheus = sources.prometheus.iter();
    let alertmanager = sources.alertmanager.iter();
    let places = prometheus
        .map(|it| (format!("prometheus.{}", it.name), &it.auth))
        .chain(alertmanager.map(|it| (format!("alertmanager.{}", it.name), &it.auth)));
    all.extend(places.filter_map(|(place, auth)| match auth {
        AuthSettings::None => None,
        AuthSettings::Basic { password, .. } => Some(wanted(format!("{place}.password"), password)),
        AuthSettings::Bearer(token) => Some(wanted(format!("{place}.bearer"), token)),
    }));
    all
}

fn wanted(name: String, reference: &SecretRef) -> Wanted {
    Wanted {
        name,
        reference: reference.clone(),
    }
}

/// A slot for each source, not asked yet.
pub fn wire(sources: SourcesConfig, shop: &Arc<Shop>) -> Wiring {
    let mut feeds = Feeds::default();
    let shelf = feeds.add_own_boxes(own_boxes::load(shop.state_dir.as_ref()));
    let mut wiring = Wiring {
        feeds,
        shelf,
        launches: Vec::new(),
        looks: Vec::new(),
        account: None,
    };
    for settings in sources.prometheus {
        let id = SourceId::new(SourceKind::Prometheus, &settings.name);
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.feeds.add_prometheus(slot);
        wiring.add::<Prometheus>(shop, settings, feed);
    }
    for settings in sources.alertmanager {
        let id = SourceId::new(SourceKind::Alertmanager, &settings.name);
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.feeds.add_alertmanager(slot);
        wiring.add::<Alertmanager>(shop, settings, feed);
    }
    if let Some(settings) = sources.pagerduty {
        let id = SourceId::new(SourceKind::Pagerduty, "");
        let slot = Slot::waiting(id.clone(), settings.oncalls_interval);
        let directory = wiring.feeds.add_directory(slot);
        let slot = Slot::waiting(id, settings.interval);
        let (nudge, nudged) = watch::channel(0);
        let read_back = ReadBack::default();
        let amend = read_back.clone();
        let incidents = wiring.feeds.add_incidents(slot);
        let incidents = incidents.amended(move |slot| amend.amend(slot));
        let known = incidents.clone();
        let rota = DirectorySettings {
            account: settings.clone(),
            incidents: Box::new(move || known.slot()),
        };
        wiring.account = Some(Arc::new(Account {
            settings: settings.clone(),
            feed: incidents.clone(),
            read_back,
            nudge,
        }));
        wiring.add_nudged::<KeptIncidents>(shop, settings, incidents, Some(nudged));
        wiring.add::<RotaReader>(shop, Arc::new(rota), directory);
    }
    for settings in sources.status_pages {
        let id = SourceId::new(SourceKind::StatusPage, &settings.name);
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.feeds.add_status_page(slot);
        wiring.add::<Page>(shop, settings, feed);
    }
    if let Some(settings) = sources.probes {
        let id = SourceId::new(SourceKind::Probes, "");
        let slot = Slot::waiting(id, settings.interval);
        let feed = wiring.feeds.add_probes(slot);
        wiring.add::<KeptProbes>(shop, settings, feed);
    }
    wiring
}

impl Wiring {
    fn add<M: Made>(&mut self, shop: &Arc<Shop>, settings: M::Settings, feed: Feed<M::Body>) {
        self.add_nudged::<M>(shop, settings, feed, None);
    }

    fn add_nudged<M: Made>(
        &mut self,
        shop: &Arc<Shop>,
        settings: M::Settings,
        feed: Feed<M::Body>,
        nudge: Option<watch::Receiver<u64>>,
    ) {
        let settings = Arc::new(settings);
        let seed = self.launches.len() as u64;
        let (shop_once, settings_once) = (Arc::clone(shop), Arc::clone(&settings));
        let (time, feed_once) = (Arc::clone(&shop.time), feed.clone());
        self.looks.push(Box::new(move |limit| {
            Box::pin(async move {
                let source = Lazy::<M>::new(shop_once, settings_once);
                look::look(source, feed_once, &*time, limit).await;
            })
        }));
        let shop = Arc::clone(shop);
        self.launches.push(Box::new(move |tasks, hurry| {
            let pace = Pace {
                time: Arc::clone(&shop.time),
                hurry: hurry.clone(),
                nudge: nudge.clone(),
                seed,
            };
            let (fallen, time) = (feed.clone(), Arc::clone(&shop.time));
            tasks.supervise(
                move || {
                    let source = Lazy::<M>::new(Arc::clone(&shop), Arc::clone(&settings));
                    keep_polling(source, feed.clone(), pace.clone())
                },
                move || {
                    let text = "its task stumbled and was started again";
                    fallen.change(|slot| slot.fail(FailureKind::Internal, text, time.now()));
                },
            );
        }));
    }

    /// The reader's ends.
    pub fn feeds(&self) -> Feeds {
        self.feeds.clone()
    }

    /// The account that can be acted on, where one is configured.
    pub fn account(&self) -> Option<Arc<Account>> {
        self.account.clone()
    }

    /// The writer's end of the time-boxes that are started here.
    pub fn shelf(&self) -> Shelf {
        self.shelf.clone()
    }

    /// Starts polling for ever.
    pub fn launch(self, tasks: &Tasks, hurry: &watch::Receiver<u64>) {
        for launch in self.launches {
            launch(tasks, hurry);
        }
    }

    /// The reader's ends, and one look at every source, all at once and each for so long at most.
    pub fn look(self, limit: Duration) -> (Feeds, Vec<Look>) {
        let looks = self.looks.into_iter().map(|look| look(limit));
        (self.feeds, looks.collect())
    }
}
