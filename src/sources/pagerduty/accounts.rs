//! The PagerDuty accounts in use, with one client each.

use std::sync::{Arc, Mutex, PoisonError};

use super::client::{Access, Client};
use crate::domain::settings::{HttpClientConfig, SecretRef};
use crate::domain::source::SourceKind;
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::http::Redirects;

type AccountKey = (String, SecretRef);

/// The clients of the accounts, by address and key.
pub struct Accounts {
    access: Access,
    clients: Mutex<Vec<(AccountKey, Arc<Client>)>>,
}

impl Accounts {
    pub fn new(access: Access) -> Self {
        Self {
            access,
            clients: Mutex::default(),
        }
    }
}

impl SourceContext {
    /// The client of an account. All users of a key share this client, since they share the key's request budget. The
    /// client follows no redirects: a redirected write would be sent a second time, to another address.
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
        let accounts = &self.accounts;
        let mut clients = accounts
            .clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = (url.to_owned(), token.clone());
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == key) {
            return Ok(Arc::clone(client));
        }
        let limits = self.fetch_limits(http, SourceKind::Pagerduty);
        let time = Arc::clone(&self.time);
        let client = Arc::new(Client::new(
            http_client,
            limits,
            url,
            secret,
            time,
            accounts.access,
        ));
        clients.push((key, Arc::clone(&client)));
        Ok(client)
    }
}
