//! PagerDuty's incidents as a source, with the details that earlier runs kept.

use std::sync::Arc;

use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::cache::IncidentCache;
use super::client::Client;
use super::incidents::IncidentPoller;
use crate::domain::answers::IncidentsData;
use crate::domain::now::TimeSource;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::{Slot, SourceId, SourceKind};
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::poll_report::PollReport;
use crate::sources::secret::WantedSecret;
use crate::sources::source::Source;

/// PagerDuty's incidents. Their details are kept between runs.
pub struct IncidentsSource {
    incidents: IncidentPoller,
    client: Arc<Client>,
    context: Arc<SourceContext>,
    cache_name: String,
}

impl Source for IncidentsSource {
    type Settings = PagerDutySettings;
    type Body = IncidentsData;

    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret> {
        vec![WantedSecret::new("pagerduty.token", &settings.token)]
    }

    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body> {
        Slot::waiting(SourceId::new(SourceKind::Pagerduty, ""), settings.interval)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, SourceError> {
        let client = context.pagerduty_client(&settings.url, &settings.token, &settings.http)?;
        let token = context.secrets.get(&settings.token)?;
        let cache_name = cache_name(&settings.url, token.expose_secret());
        let cached = IncidentCache::from_bytes(&context.cache.load(&cache_name).await);
        let limits = context.detail_limits;
        Ok(Self {
            incidents: IncidentPoller::new(Arc::clone(&client), settings, limits, cached),
            client,
            context: Arc::clone(context),
            cache_name,
        })
    }

    async fn poll(&mut self, _: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.incidents.poll().await;
        if let Some(bytes) = self.incidents.take_unsaved_cache() {
            self.context.cache.save(&self.cache_name, bytes).await;
        }
        polled
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(token) = context.secrets.get(&settings.token) {
            self.client.set_token(token);
        }
    }
}

// The file name for the account of `url` and `token`. It reveals neither.
fn cache_name(url: &str, token: &str) -> String {
    let account = digest([url, token].into_iter());
    format!("incidents-{account}.json")
}

/// A file name that is unique to `parts` and reveals none of them.
pub(super) fn digest<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for (position, part) in parts.enumerate() {
        if position > 0 {
            digest.update([0]);
        }
        digest.update(part);
    }
    let digest = digest.finalize();
    let bytes = digest.iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_file() {
        let name = cache_name("https://a.test", "k1");
        assert_ne!(name, cache_name("https://a.test", "k2"));
        assert_ne!(name, cache_name("https://b.test", "k1"));
        assert_eq!(name, cache_name("https://a.test", "k1"));
    }
}
