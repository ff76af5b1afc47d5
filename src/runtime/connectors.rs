//! How each kind of source is made, asked, and given new secrets.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::lazy_source::Connectable;
use super::source_context::{SourceContext, poll_error};
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

fn auth_secret_refs(auth: &AuthSettings) -> Vec<&SecretRef> {
    match auth {
        AuthSettings::None => Vec::new(),
        AuthSettings::Basic { password, .. } => vec![password],
        AuthSettings::Bearer(token) => vec![token],
    }
}

fn build_endpoint(
    context: &SourceContext,
    url: &str,
    (transport, auth, headers): (&Transport, &AuthSettings, &BTreeMap<String, String>),
) -> Result<Endpoint, PollError> {
    let client = context.http_client(transport, url)?;
    let limits = context.fetch_limits(transport.timeout);
    Endpoint::new(url, client, context.resolve_auth(auth)?, headers, limits)
        .map_err(|error| poll_error(&error))
}

/// Where a Prometheus is asked.
///
/// # Errors
/// When its secret cannot be had or its address cannot be used.
pub fn prometheus_endpoint(
    context: &SourceContext,
    settings: &PrometheusSettings,
) -> Result<Endpoint, PollError> {
    let way = (&settings.transport, &settings.auth, &settings.headers);
    build_endpoint(context, &settings.url, way)
}

impl Connectable for Prometheus {
    type Settings = PrometheusSettings;
    type Body = PrometheusData;

    fn secret_refs(settings: &Self::Settings) -> Vec<&SecretRef> {
        auth_secret_refs(&settings.auth)
    }

    async fn connect(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        Ok(Self::new(settings, prometheus_endpoint(context, settings)?))
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        self.poll(time).await
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(auth) = context.resolve_auth(&settings.auth) {
            self.set_auth(auth);
        }
    }
}

impl Connectable for Alertmanager {
    type Settings = AlertmanagerSettings;
    type Body = AlertmanagerData;

    fn secret_refs(settings: &Self::Settings) -> Vec<&SecretRef> {
        auth_secret_refs(&settings.auth)
    }

    async fn connect(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        let way = (&settings.transport, &settings.auth, &settings.headers);
        Ok(Self::new(
            settings,
            build_endpoint(context, &settings.url, way)?,
        ))
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        self.poll(time).await
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(auth) = context.resolve_auth(&settings.auth) {
            self.set_auth(auth);
        }
    }
}

/// PagerDuty's incidents, with the file in which their details outlive the program.
pub struct IncidentsSource {
    incidents: IncidentPoller,
    client: Arc<Client>,
    file: Option<PathBuf>,
}

impl Connectable for IncidentsSource {
    type Settings = PagerDutySettings;
    type Body = IncidentsData;

    fn secret_refs(settings: &Self::Settings) -> Vec<&SecretRef> {
        vec![&settings.token]
    }

    async fn connect(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        let client =
            context.pagerduty_client(&settings.url, &settings.token, &settings.transport)?;
        let token = context.secrets.get(&settings.token)?;
        let file = context
            .state_dir
            .as_ref()
            .map(|dir| store::incident_cache::path(dir, &settings.url, token.expose_secret()));
        let kept = match &file {
            Some(file) => store::incident_cache::load(file).await,
            None => Vec::new(),
        };
        let cache = IncidentCache::from_bytes(&kept);
        Ok(Self {
            incidents: IncidentPoller::new(
                Arc::clone(&client),
                settings,
                context.detail_limits,
                cache,
            ),
            client,
            file,
        })
    }

    async fn poll(&mut self, _: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.incidents.poll().await;
        if let (Some(file), Some(bytes)) = (&self.file, self.incidents.take_unsaved_cache())
            && let Err(error) = store::incident_cache::save(file, &bytes).await
        {
            tracing::warn!(%error, "incident details are not kept");
        }
        polled
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(token) = context.secrets.get(&settings.token) {
            self.client.set_token(token);
        }
    }
}

/// What the directory is made of: it reads the rota back to the oldest assignment of an open incident.
pub struct DirectorySourceSettings {
    /// The account.
    pub account: PagerDutySettings,
    /// The incidents as they are known.
    pub incidents: Box<dyn Fn() -> Slot<IncidentsData> + Send + Sync>,
}

/// PagerDuty's directory.
pub struct DirectorySource {
    directory: DirectoryPoller,
    client: Arc<Client>,
    oldest_assignment: Box<dyn Fn() -> Option<chrono::DateTime<chrono::Utc>> + Send + Sync>,
}

impl Connectable for DirectorySource {
    type Settings = Arc<DirectorySourceSettings>;
    type Body = Directory;

    fn secret_refs(settings: &Self::Settings) -> Vec<&SecretRef> {
        vec![&settings.account.token]
    }

    async fn connect(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        let account = &settings.account;
        let client = context.pagerduty_client(&account.url, &account.token, &account.transport)?;
        let shared = Arc::clone(settings);
        let directory = DirectoryPoller::new(Arc::clone(&client), account);
        Ok(Self {
            // A single look opens no incident.
            directory: match context.detail_limits == DetailLimits::CONTINUOUS {
                true => directory.with_services(),
                false => directory,
            },
            client,
            oldest_assignment: Box::new(move || oldest_assignment(&(shared.incidents)())),
        })
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let asked_for = (self.oldest_assignment)();
        let asked = time.now().wall;
        let polled = self.directory.poll(asked_for).await;
        // The incidents came meanwhile, and one was assigned before what was read.
        let is_beyond = |oldest| !DirectoryPoller::default_span_covers(asked, oldest);
        let is_short = asked_for.is_none() && (self.oldest_assignment)().is_some_and(is_beyond);
        PollReport {
            poll_again_in: is_short.then_some(std::time::Duration::from_millis(1)),
            ..polled
        }
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(token) = context.secrets.get(&settings.account.token) {
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
pub struct StatusPageSource {
    page: StatusPagePoller,
    client: Option<Arc<Client>>,
}

impl Connectable for StatusPageSource {
    type Settings = StatusPageSettings;
    type Body = StatusPage;

    fn secret_refs(settings: &Self::Settings) -> Vec<&SecretRef> {
        match &settings.kind {
            StatusPageKind::Pagerduty { token, .. } => vec![token],
            StatusPageKind::Statuspage { .. } => Vec::new(),
        }
    }

    async fn connect(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        let transport = &settings.transport;
        Ok(match &settings.kind {
            StatusPageKind::Pagerduty { page, url, token } => {
                let client = context.pagerduty_client(url, token, transport)?;
                Self {
                    page: StatusPagePoller::for_pagerduty(settings, page, Arc::clone(&client)),
                    client: Some(client),
                }
            }
            StatusPageKind::Statuspage { url } => {
                let http = context.http_client(transport, url)?;
                let limits = context.fetch_limits(transport.timeout);
                let time = Arc::clone(&context.time);
                Self {
                    page: StatusPagePoller::for_statuspage(settings, url, http, limits, time),
                    client: None,
                }
            }
        })
    }

    async fn poll(&mut self, _: &dyn TimeSource) -> PollReport<Self::Body> {
        self.page.poll().await
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        for token in Self::secret_refs(settings) {
            if let (Some(client), Ok(token)) = (&self.client, context.secrets.get(token)) {
                client.set_token(token);
            }
        }
    }
}
