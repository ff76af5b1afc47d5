//! PagerDuty's directory as a source. The source reads the rota back to the oldest assignment of an open incident.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::client::Client;
use super::details::DetailLimits;
use super::directory::DirectoryPoller;
use super::incidents_source::IncidentsSource;
use crate::domain::answers::IncidentsData;
use crate::domain::directory::Directory;
use crate::domain::now::TimeSource;
use crate::domain::settings::PagerDutySettings;
use crate::domain::source::{Slot, SourceId, SourceKind};
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::poll_report::PollReport;
use crate::sources::secret::WantedSecret;
use crate::sources::source::Source;

/// The settings of the directory.
pub struct DirectorySourceSettings {
    pub account: PagerDutySettings,
    /// Returns the present incidents.
    pub incidents: Box<dyn Fn() -> Slot<IncidentsData> + Send + Sync>,
}

/// PagerDuty's directory.
pub struct DirectorySource {
    directory: DirectoryPoller,
    client: Arc<Client>,
    settings: Arc<DirectorySourceSettings>,
}

impl Source for DirectorySource {
    type Settings = Arc<DirectorySourceSettings>;
    type Body = Directory;

    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret> {
        IncidentsSource::secrets(&settings.account)
    }

    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body> {
        let id = SourceId::new(SourceKind::Pagerduty, "");
        Slot::waiting(id, settings.account.oncalls_interval)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, SourceError> {
        let account = &settings.account;
        let client = context.pagerduty_client(&account.url, &account.token, &account.http)?;
        let directory = DirectoryPoller::new(Arc::clone(&client), account);
        Ok(Self {
            // A command that polls once opens no incident, so it does not need the services.
            directory: match context.detail_limits == DetailLimits::CONTINUOUS {
                true => directory.with_services(),
                false => directory,
            },
            client,
            settings: Arc::clone(settings),
        })
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let oldest = oldest_assignment(&self.settings);
        let asked = time.now().wall;
        let polled = self.directory.poll(oldest).await;
        // This poll began before any incident was known, so it read only the default span of the rota. By now an open
        // incident is known whose assignment is older than this span.
        let is_beyond = |oldest| !DirectoryPoller::default_span_covers(asked, oldest);
        let is_short = oldest.is_none() && oldest_assignment(&self.settings).is_some_and(is_beyond);
        PollReport {
            poll_again_in: is_short.then_some(Duration::from_millis(1)),
            ..polled
        }
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(token) = context.secrets.get(&settings.account.token) {
            self.client.set_token(token);
        }
    }
}

fn oldest_assignment(settings: &DirectorySourceSettings) -> Option<DateTime<Utc>> {
    let slot = (settings.incidents)();
    let incidents = slot.body()?.incidents.iter();
    incidents
        .filter(|incident| incident.is_open())
        .flat_map(|incident| &incident.assignments)
        .map(|assignment| assignment.at)
        .min()
}
