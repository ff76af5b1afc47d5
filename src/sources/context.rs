//! The shared context of all sources: clients, secrets, the byte budget, the clocks, the cache.

use std::sync::Arc;

use super::endpoint::Endpoint;
use super::http::{
    Auth, ByteBudget, ClientSettings, Clients, Limits, LookupPool, Redirects, SpawnBlocking,
};
use super::pagerduty::{Access, Accounts, Client, DetailLimits};
use super::secret::Secrets;
use crate::domain::cache::Cache;
use crate::domain::now::TimeSource;
use crate::domain::settings::{AuthSettings, EndpointSettings, HttpClientConfig, SecretRef};
use crate::domain::source::{FailureKind, SourceKind};
use crate::sources::error::SourceError;

/// The size limits: for one answer from a Prometheus (an alert takes 1.5 to 2.5 KB), for one answer from another
/// source, and for all answers in memory together.
const MAX_PROMETHEUS_ANSWER_BYTES: u64 = 64 << 20;
const MAX_ANSWER_BYTES: u64 = 8 << 20;
const MAX_HELD_BYTES: u64 = 96 << 20;
/// The limit for a page of the tracker, which has 100 issues with bodies of up to 65,536 characters.
const MAX_TRACKER_ANSWER_BYTES: u64 = 24 << 20;

/// The context that all sources share.
pub struct SourceContext {
    /// The clocks.
    pub time: Arc<dyn TimeSource>,
    /// The clients. Sources with the same settings share one.
    pub clients: Arc<Clients>,
    pub secrets: Secrets,
    /// The limits for reading details from PagerDuty.
    pub detail_limits: DetailLimits,
    /// Data that earlier runs kept.
    pub cache: Box<dyn Cache>,
    /// The clients of PagerDuty's accounts. All users of a key share its request budget.
    accounts: Accounts,
    budget: ByteBudget,
}

impl SourceContext {
    /// `spawn_blocking` runs the look-ups of host names on other threads.
    pub fn new(
        spawn_blocking: SpawnBlocking,
        time: Arc<dyn TimeSource>,
        secrets: Secrets,
        detail_limits: DetailLimits,
        cache: impl Cache + 'static,
        access: Access,
    ) -> Self {
        Self {
            time,
            clients: Arc::new(Clients::new(LookupPool::new(spawn_blocking))),
            secrets,
            detail_limits,
            cache: Box::new(cache),
            accounts: Accounts::new(access),
            budget: ByteBudget::new(MAX_HELD_BYTES),
        }
    }

    /// The limits for an answer of a source.
    pub fn fetch_limits(&self, http: &HttpClientConfig, kind: SourceKind) -> Limits {
        let bytes = match kind {
            SourceKind::Prometheus => MAX_PROMETHEUS_ANSWER_BYTES,
            _ => MAX_ANSWER_BYTES,
        };
        self.limits(http, bytes)
    }

    /// The limits for an answer of the tracker.
    pub fn tracker_limits(&self, http: &HttpClientConfig) -> Limits {
        self.limits(http, MAX_TRACKER_ANSWER_BYTES)
    }

    fn limits(&self, http: &HttpClientConfig, max_body_bytes: u64) -> Limits {
        Limits {
            timeout: http.timeout,
            proxy: http.proxy.clone(),
            max_body_bytes,
            budget: self.budget.clone(),
        }
    }

    /// Returns a client for an address.
    ///
    /// # Errors
    /// When the address or the CA file cannot be used.
    pub fn http_client(
        &self,
        http: &HttpClientConfig,
        url: &str,
        redirects: Redirects,
    ) -> Result<reqwest::Client, SourceError> {
        let url = reqwest::Url::parse(url)
            .map_err(|error| SourceError::unsent(FailureKind::Configuration, error.to_string()))?;
        let settings = ClientSettings {
            redirects,
            ..client_settings(http)
        };
        self.clients.client(&settings, &url)
    }

    /// The client of a PagerDuty account. It follows no redirects: a redirected write would be sent a second time, to
    /// another address.
    ///
    /// # Errors
    /// When the key is missing or the address cannot be used.
    pub fn pagerduty_client(
        &self,
        url: &str,
        token: &SecretRef,
        http: &HttpClientConfig,
    ) -> Result<Arc<Client>, SourceError> {
        let secret = self.secrets.get(token)?;
        let http_client = self.http_client(http, url, Redirects::None)?;
        let limits = self.fetch_limits(http, SourceKind::Pagerduty);
        let time = Arc::clone(&self.time);
        let make = |access| Client::new(http_client, limits, url, secret, time, access);
        Ok(self.accounts.client(url, token, make))
    }

    /// Returns the credentials and fetches their secret.
    ///
    /// # Errors
    /// When their secret cannot be fetched.
    pub fn resolve_auth(&self, auth: &AuthSettings) -> Result<Auth, SourceError> {
        Ok(match auth {
            AuthSettings::None => Auth::None,
            AuthSettings::Basic { username, password } => Auth::Basic {
                username: username.clone(),
                password: self.secrets.get(password)?,
            },
            AuthSettings::Bearer(token) => Auth::Bearer(self.secrets.get(token)?),
        })
    }

    /// Returns the endpoint of a configured HTTP API.
    ///
    /// # Errors
    /// When a secret is missing, or the address, the CA file or a header cannot be used.
    pub fn endpoint(
        &self,
        kind: SourceKind,
        settings: &EndpointSettings,
    ) -> Result<Endpoint, SourceError> {
        let EndpointSettings {
            url, headers, http, ..
        } = settings;
        let client = self.http_client(http, url, Redirects::WithinOrigin)?;
        let auth = self.resolve_auth(&settings.auth)?;
        Endpoint::new(url, client, auth, headers, self.fetch_limits(http, kind))
    }
}

/// The part of the HTTP settings that a client depends on.
pub fn client_settings(http: &HttpClientConfig) -> ClientSettings {
    ClientSettings {
        ca_file: http.tls.ca_file.clone(),
        proxy: http.proxy.clone(),
        ..ClientSettings::default()
    }
}
