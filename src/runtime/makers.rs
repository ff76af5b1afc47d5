//! How each kind of source is made, asked, and given new secrets.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::made::Made;
use super::shop::{Shop, refused};
use crate::domain::answers::{AlertmanagerData, IncidentsData, PrometheusData};
use crate::domain::directory::Directory;
use crate::domain::now::TimeSource;
use crate::domain::post::StatusPage;
use crate::domain::settings::{
    AlertmanagerSettings, AuthSettings, PagerDutySettings, PrometheusSettings, SecretRef,
    StatusPageKind, StatusPageSettings, Transport,
};
use crate::domain::source::Slot;
use crate::sources::alertmanager::Alertmanager;
use crate::sources::endpoint::Endpoint;
use crate::sources::pagerduty::{
    Client, DetailLimits, DirectoryPoller, IncidentCache, IncidentPoller,
};
use crate::sources::poll::{PollError, PollReport};
use crate::sources::prometheus::Prometheus;
use crate::sources::status_page::StatusPagePoller;
use crate::store;

fn of_auth(auth: &AuthSettings) -> Vec<&SecretRef> {
    match auth {
        AuthSettings::None => Vec::new(),
        AuthSettings::Basic { password, .. } => vec![password],
        AuthSettings::Bearer(token) => vec![token],
    }
}

fn endpoint(
    shop: &Shop,
    url: &str,
    (transport, auth, headers): (&Transport, &AuthSettings, &BTreeMap<String, String>),
) -> Result<Endpoint, PollError> {
    let client = shop.client(transport, url)?;
    let limits = shop.limits(transport.timeout);
    Endpoint::new(url, client, shop.auth(auth)?, headers, limits).map_err(|error| refused(&error))
}

/// Where a Prometheus is asked.
///
/// # Errors
/// When its secret cannot be had or its address cannot be used.
pub fn endpoint_of(shop: &Shop, settings: &PrometheusSettings) -> Result<Endpoint, PollError> {
    let way = (&settings.transport, &settings.auth, &settings.headers);
    endpoint(shop, &settings.url, way)
}

impl Made for Prometheus {
    type Settings = PrometheusSettings;
    type Body = PrometheusData;

    fn secrets(settings: &Self::Settings) -> Vec<&SecretRef> {
        of_auth(&settings.auth)
    }

    async fn make(shop: &Arc<Shop>, settings: &Self::Settings) -> Result<Self, PollError> {
        Ok(Self::new(settings, endpoint_of(shop, settings)?))
    }

    async fn ask(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        self.poll(time).await
    }

    fn renew(&mut self, shop: &Shop, settings: &Self::Settings) {
        if let Ok(auth) = shop.auth(&settings.auth) {
            self.set_auth(auth);
        }
    }
}

impl Made for Alertmanager {
    type Settings = AlertmanagerSettings;
    type Body = AlertmanagerData;

    fn secrets(settings: &Self::Settings) -> Vec<&SecretRef> {
        of_auth(&settings.auth)
    }

    async fn make(shop: &Arc<Shop>, settings: &Self::Settings) -> Result<Self, PollError> {
        let way = (&settings.transport, &settings.auth, &settings.headers);
        Ok(Self::new(settings, endpoint(shop, &settings.url, way)?))
    }

    async fn ask(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        self.poll(time).await
    }

    fn renew(&mut self, shop: &Shop, settings: &Self::Settings) {
        if let Ok(auth) = shop.auth(&settings.auth) {
            self.set_auth(auth);
        }
    }
}

/// PagerDuty's incidents, with the file in which their details outlive the program.
pub struct KeptIncidents {
    incidents: IncidentPoller,
    client: Arc<Client>,
    file: Option<PathBuf>,
}

impl Made for KeptIncidents {
    type Settings = PagerDutySettings;
    type Body = IncidentsData;

    fn secrets(settings: &Self::Settings) -> Vec<&SecretRef> {
        vec![&settings.token]
    }

    async fn make(shop: &Arc<Shop>, settings: &Self::Settings) -> Result<Self, PollError> {
        let client = shop.account(&settings.url, &settings.token, &settings.transport)?;
        let token = shop.secrets.get(&settings.token)?;
        let file = shop
            .state_dir
            .as_ref()
            .map(|dir| store::incident_cache::path(dir, &settings.url, token.expose_secret()));
        let kept = match &file {
            Some(file) => store::incident_cache::load(file).await,
            None => Vec::new(),
        };
        let cache = IncidentCache::from_bytes(&kept);
        Ok(Self {
            incidents: IncidentPoller::new(Arc::clone(&client), settings, shop.effort, cache),
            client,
            file,
        })
    }

    async fn ask(&mut self, _: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.incidents.poll().await;
        if let (Some(file), Some(bytes)) = (&self.file, self.incidents.take_unsaved_cache())
            && let Err(error) = store::incident_cache::save(file, &bytes).await
        {
            tracing::warn!(%error, "incident details are not kept");
        }
        polled
    }

    fn renew(&mut self, shop: &Shop, settings: &Self::Settings) {
        if let Ok(token) = shop.secrets.get(&settings.token) {
            self.client.set_token(token);
        }
    }
}

/// What the directory is made of: it reads the rota back to the oldest assignment of an open incident.
pub struct DirectorySettings {
    /// The account.
    pub account: PagerDutySettings,
    /// The incidents as they are known.
    pub incidents: Box<dyn Fn() -> Slot<IncidentsData> + Send + Sync>,
}

/// PagerDuty's directory.
pub struct RotaReader {
    directory: DirectoryPoller,
    client: Arc<Client>,
    oldest: Box<dyn Fn() -> Option<chrono::DateTime<chrono::Utc>> + Send + Sync>,
}

impl Made for RotaReader {
    type Settings = Arc<DirectorySettings>;
    type Body = Directory;

    fn secrets(settings: &Self::Settings) -> Vec<&SecretRef> {
        vec![&settings.account.token]
    }

    async fn make(shop: &Arc<Shop>, settings: &Self::Settings) -> Result<Self, PollError> {
        let account = &settings.account;
        let client = shop.account(&account.url, &account.token, &account.transport)?;
        let shared = Arc::clone(settings);
        let directory = DirectoryPoller::new(Arc::clone(&client), account);
        Ok(Self {
            // A single look opens no incident.
            directory: match shop.effort == DetailLimits::CONTINUOUS {
                true => directory.with_services(),
                false => directory,
            },
            client,
            oldest: Box::new(move || oldest_assignment(&(shared.incidents)())),
        })
    }

    async fn ask(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let asked_for = (self.oldest)();
        let asked = time.now().wall;
        let polled = self.directory.poll(asked_for).await;
        // The incidents came meanwhile, and one was assigned before what was read.
        let is_beyond = |oldest| !DirectoryPoller::default_span_covers(asked, oldest);
        let is_short = asked_for.is_none() && (self.oldest)().is_some_and(is_beyond);
        PollReport {
            poll_again_in: is_short.then_some(std::time::Duration::from_millis(1)),
            ..polled
        }
    }

    fn renew(&mut self, shop: &Shop, settings: &Self::Settings) {
        if let Ok(token) = shop.secrets.get(&settings.account.token) {
            self.client.set_token(token);
        }
    }
}

fn oldest_assignment(slot: &Slot<IncidentsData>) -> Option<chrono::DateTime<chrono::Utc>> {
    let open = slot
        .body()?
        .incidents
        .iter()
        .filter(|incident| incident.is_open());
    open.flat_map(|incident| &incident.assignments)
        .map(|assignment| assignment.at)
        .min()
}

/// A status page of either kind.
pub struct Page {
    page: StatusPagePoller,
    client: Option<Arc<Client>>,
}

impl Made for Page {
    type Settings = StatusPageSettings;
    type Body = StatusPage;

    fn secrets(settings: &Self::Settings) -> Vec<&SecretRef> {
        match &settings.kind {
            StatusPageKind::Pagerduty { token, .. } => vec![token],
            StatusPageKind::Statuspage { .. } => Vec::new(),
        }
    }

    async fn make(shop: &Arc<Shop>, settings: &Self::Settings) -> Result<Self, PollError> {
        let transport = &settings.transport;
        Ok(match &settings.kind {
            StatusPageKind::Pagerduty { page, url, token } => {
                let client = shop.account(url, token, transport)?;
                Self {
                    page: StatusPagePoller::for_pagerduty(settings, page, Arc::clone(&client)),
                    client: Some(client),
                }
            }
            StatusPageKind::Statuspage { url } => {
                let http = shop.client(transport, url)?;
                let limits = shop.limits(transport.timeout);
                let time = Arc::clone(&shop.time);
                Self {
                    page: StatusPagePoller::for_statuspage(settings, url, http, limits, time),
                    client: None,
                }
            }
        })
    }

    async fn ask(&mut self, _: &dyn TimeSource) -> PollReport<Self::Body> {
        self.page.poll().await
    }

    fn renew(&mut self, shop: &Shop, settings: &Self::Settings) {
        for token in Self::secrets(settings) {
            if let (Some(client), Ok(token)) = (&self.client, shop.secrets.get(token)) {
                client.set_token(token);
            }
        }
    }
}
