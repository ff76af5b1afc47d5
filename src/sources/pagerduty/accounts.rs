//! The PagerDuty accounts in use, with one client each.

use std::sync::{Arc, Mutex, PoisonError};

use super::client::{Access, Client};
use crate::domain::settings::SecretRef;

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

    /// The client of the account with this address and key. All users of a key share this client, since they share the
    /// key's request budget. `make` makes the client for the first of them.
    pub fn client(
        &self,
        url: &str,
        token: &SecretRef,
        make: impl FnOnce(Access) -> Client,
    ) -> Arc<Client> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (url.to_owned(), token.clone());
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == key) {
            return Arc::clone(client);
        }
        let client = Arc::new(make(self.access));
        clients.push((key, Arc::clone(&client)));
        client
    }
}
