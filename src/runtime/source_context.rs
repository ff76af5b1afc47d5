//! What sources are made with: clients, secrets, the byte budget, the clocks.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::secrets::Secrets;
use super::tasks::Tasks;
use crate::domain::now::TimeSource;
use crate::domain::settings::{AuthSettings, SecretRef, Transport};
use crate::domain::source::FailureKind;
use crate::sources::http::{
    Auth, ByteBudget, ClientSettings, Clients, FetchError, Limits, LookupPool,
};
use crate::sources::pagerduty::{Access, Client, DetailLimits};
use crate::sources::poll::PollError;

/// Bytes of one answer, and of all answers that are held at once.
const MAX_ANSWER_BYTES: u64 = 32 << 20;
const MAX_HELD_BYTES: u64 = 96 << 20;

type AccountKey = (String, SecretRef);

/// What sources are made with.
pub struct SourceContext {
    /// The clocks.
    pub time: Arc<dyn TimeSource>,
    /// The clients, shared by their settings.
    pub clients: Arc<Clients>,
    /// The secrets.
    pub secrets: Secrets,
    /// How hard PagerDuty is asked for details.
    pub detail_limits: DetailLimits,
    /// Where details of incidents outlive the program.
    pub state_dir: Option<PathBuf>,
    access: Access,
    budget: ByteBudget,
    pagerduty_clients: Mutex<Vec<(AccountKey, Arc<Client>)>>,
}

impl SourceContext {
    /// A shop whose look-ups of names block threads of `tasks`.
    pub fn new(
        tasks: &Tasks,
        time: Arc<dyn TimeSource>,
        secrets: Secrets,
        effort: DetailLimits,
        state_dir: Option<PathBuf>,
        access: Access,
    ) -> Self {
        let tasks = tasks.clone();
        let lookups = LookupPool::new(Arc::new(move |job| tasks.spawn_blocking(job)));
        Self {
            time,
            clients: Arc::new(Clients::new(lookups)),
            secrets,
            detail_limits: effort,
            state_dir,
            access,
            budget: ByteBudget::new(MAX_HELD_BYTES),
            pagerduty_clients: Mutex::default(),
        }
    }

    /// What an answer of a source may take.
    pub fn fetch_limits(&self, timeout: Duration) -> Limits {
        Limits {
            timeout,
            max_body_bytes: MAX_ANSWER_BYTES,
            budget: self.budget.clone(),
        }
    }

    /// A client for an address.
    ///
    /// # Errors
    /// When the address or the CA file cannot be used.
    pub fn http_client(
        &self,
        transport: &Transport,
        url: &str,
    ) -> Result<reqwest::Client, PollError> {
        let url = reqwest::Url::parse(url)
            .map_err(|error| PollError::new(FailureKind::Configuration, error.to_string()))?;
        self.clients
            .client(&client_settings(transport), &url)
            .map_err(|error| poll_error(&error))
    }

    /// Credentials.
    ///
    /// # Errors
    /// When their secret cannot be had.
    pub fn resolve_auth(&self, auth: &AuthSettings) -> Result<Auth, PollError> {
        Ok(match auth {
            AuthSettings::None => Auth::None,
            AuthSettings::Basic { username, password } => Auth::Basic {
                username: username.clone(),
                password: self.secrets.get(password)?,
            },
            AuthSettings::Bearer(token) => Auth::Bearer(self.secrets.get(token)?),
        })
    }

    /// The one client of an account: everyone who uses a key shares its request budget.
    ///
    /// # Errors
    /// When the key cannot be had or the address cannot be used.
    pub fn pagerduty_client(
        &self,
        url: &str,
        token: &SecretRef,
        transport: &Transport,
    ) -> Result<Arc<Client>, PollError> {
        let secret = self.secrets.get(token)?;
        let http = self.http_client(transport, url)?;
        let mut accounts = self
            .pagerduty_clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let wanted = (url.to_owned(), token.clone());
        if let Some((_, client)) = accounts.iter().find(|(account, _)| *account == wanted) {
            return Ok(Arc::clone(client));
        }
        let limits = self.fetch_limits(transport.timeout);
        let time = Arc::clone(&self.time);
        let client = Client::new(http, limits, url, secret, time, self.access);
        let client = Arc::new(client);
        accounts.push((wanted, Arc::clone(&client)));
        Ok(client)
    }
}

/// What a client is made of.
pub fn client_settings(transport: &Transport) -> ClientSettings {
    ClientSettings {
        ca_file: transport.ca_file.clone(),
        proxy: transport.proxy.clone(),
        ..ClientSettings::default()
    }
}

/// A client or an endpoint that could not be made.
pub fn poll_error(error: &FetchError) -> PollError {
    PollError::new(error.kind(), error.text.clone())
}
