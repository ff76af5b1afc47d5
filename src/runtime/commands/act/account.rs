//! The account that a command acts on, and the secrets that it takes.

use std::sync::Arc;

use super::errand::Errand;
use super::out;
use crate::cli::Act;
use crate::config::SourcesConfig;
use crate::domain::operation::OutcomeDetail;
use crate::runtime::secrets::{Manner, Secrets};
use crate::runtime::shop::Shop;
use crate::runtime::wiring;
use crate::sources::pagerduty::{Access, Client, DetailLimits};
use crate::sources::secret::TerminalState;
use crate::store::file::state_dir;

impl Errand<'_> {
    /// What its clients are made with; only what the command needs is asked for a secret.
    pub fn shop(&self) -> Shop {
        let sources = SourcesConfig {
            pagerduty: Some(self.account.clone()),
            status_pages: match self.act {
                Act::Priority(_) => self.config.sources.status_pages.clone(),
                _ => Vec::new(),
            },
            ..SourcesConfig::default()
        };
        let time = Arc::clone(&self.around.time);
        Shop::new(
            &self.around.tasks,
            Arc::clone(&time),
            Secrets::new(wiring::secrets(&sources), time),
            DetailLimits::SINGLE_POLL,
            state_dir(),
            Access::ReadWrite,
        )
    }

    /// The one client of the account, which may write.
    ///
    /// # Errors
    /// The key cannot be had, or the address cannot be used.
    pub async fn client(&self, shop: &Shop) -> Result<Arc<Client>, OutcomeDetail> {
        let manner = Manner {
            // Who can be asked for a yes can be asked for a passphrase.
            screen: match self.terminal {
                Some(_) => TerminalState::Free,
                None => TerminalState::Taken,
            },
            deadline: None,
            slow: &|name| out::complain(&format!("waiting for the command of {name}")),
            warn: &|warning| out::complain(warning),
        };
        shop.secrets.gather(&manner).await;
        let account = &self.account;
        shop.account(&account.url, &account.token, &account.transport)
            .map_err(|error| OutcomeDetail::Unreachable(error.text))
    }
}
