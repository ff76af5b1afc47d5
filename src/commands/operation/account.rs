//! The PagerDuty account that a command acts on, and the secrets that the command needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::out;
use super::plan::ShellOperation;
use crate::cli::OperationCommand;
use crate::domain::ids::ClusterName;
use crate::domain::operation::OutcomeDetail;
use crate::domain::settings::SourcesConfig;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, Client};
use crate::sources::secret::FetchOptions;
use crate::sources::secret::TerminalState;
use crate::store::cache::CacheDir;

impl ShellOperation<'_> {
    /// The context of the command's sources. Its secrets are only those that the command needs.
    pub fn source_context(&self) -> SourceContext {
        self.context_for(&SourcesConfig {
            pagerduty: Some(self.account.clone()),
            status_pages: match self.command {
                OperationCommand::Priority(_)
                | OperationCommand::Resolve(_)
                | OperationCommand::Declare(_) => self.config.sources.status_pages.clone(),
                _ => Vec::new(),
            },
            ..self.case_sources()
        })
    }

    /// Sources that show whether alerts fire in these clusters. The sources are ready to be polled.
    pub async fn alert_sources(
        &self,
        clusters: &BTreeSet<ClusterName>,
    ) -> (SourcesConfig, Arc<SourceContext>) {
        let mut sources = SourcesConfig::default();
        if !clusters.is_empty() {
            let all = &self.config.sources;
            sources.prometheus.clone_from(&all.prometheus);
            sources.alertmanager.clone_from(&all.alertmanager);
            sources.retain_places(|cluster| clusters.contains(cluster), |_| false);
        }
        let context = self.context_for(&sources);
        self.fetch_secrets(&context).await;
        (sources, Arc::new(context))
    }

    fn context_for(&self, sources: &SourcesConfig) -> SourceContext {
        let cache = CacheDir::disabled();
        self.context
            .source_context(sources, cache, Access::ReadWrite)
    }

    /// The account's client, which may write. Each command has only one client.
    ///
    /// # Errors
    /// The key cannot be read, or the address cannot be used.
    pub async fn pagerduty_client(
        &self,
        context: &SourceContext,
    ) -> Result<Arc<Client>, OutcomeDetail> {
        self.fetch_secrets(context).await;
        let account = &self.account;
        context
            .pagerduty_client(&account.url, &account.token, &account.http)
            .map_err(|error| OutcomeDetail::Unreachable(error.text))
    }

    async fn fetch_secrets(&self, context: &SourceContext) {
        let manner = FetchOptions {
            // A person who can confirm can also type a passphrase.
            screen: match self.terminal {
                Some(_) => TerminalState::Free,
                None => TerminalState::Taken,
            },
            deadline: None,
            on_slow: &|name| out::print_message(&format!("waiting for the command of {name}")),
            on_warning: &|warning| out::print_message(warning),
        };
        context.secrets.fetch_all(&manner).await;
    }
}
