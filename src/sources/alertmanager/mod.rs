//! An Alertmanager: which alerts it keeps from paging, and why; and its routes.

mod parse;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::parse::{ListedAlert, Silences};
use super::context::SourceContext;
use super::endpoint::{Endpoint, poll_error};
use super::http::{FetchError, Response};
use super::poll::{PollError, PollReport};
use super::secret::{WantedSecret, auth_secrets};
use super::source::Source;
use crate::domain::alert::AlertmanagerAlert;
use crate::domain::answers::AlertmanagerData;
use crate::domain::ids::ClusterName;
use crate::domain::labels::Interner;
use crate::domain::now::TimeSource;
use crate::domain::route::Routes;
use crate::domain::settings::{AlertmanagerSettings, ClusterScope};
use crate::domain::source::Answer;

/// The configuration changes seldom: it is asked for with every so many polls.
const POLLS_PER_CONFIG: u32 = 10;

/// One Alertmanager, with what it keeps between polls.
pub struct Alertmanager {
    endpoint: Endpoint,
    cluster: Option<ClusterName>,
    interner: Interner,
    routes: Option<Arc<Routes>>,
    /// Polls until the configuration is asked for.
    polls_until_config: u32,
}

/// Why a poll brought nothing, and how long the upstream asks to be left alone.
struct RequestError {
    error: PollError,
    retry_after: Option<Duration>,
}

impl From<FetchError> for RequestError {
    fn from(error: FetchError) -> Self {
        Self {
            error: poll_error(&error),
            retry_after: error.retry_after,
        }
    }
}

impl From<PollError> for RequestError {
    fn from(error: PollError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

impl Source for Alertmanager {
    type Settings = AlertmanagerSettings;
    type Body = AlertmanagerData;

    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret> {
        auth_secrets(&format!("alertmanager.{}", settings.name), &settings.auth)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        let (transport, auth) = (&settings.transport, &settings.auth);
        let endpoint = context.endpoint(&settings.url, transport, auth, &settings.headers)?;
        Ok(Self::new(settings, endpoint))
    }

    /// Asks for its alerts; for the silences where any are silenced; and now and then for its
    /// configuration. Only the alerts make or break a poll: without a silence's author an alert is
    /// silenced all the same.
    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<AlertmanagerData> {
        let asked_at = time.now();
        let heard = self.fetch_alerts().await;
        self.interner.drop_unused();
        match heard {
            Err(refused) => PollReport {
                retry_after: refused.retry_after,
                ..PollReport::from_outcome(Err(refused.error))
            },
            Ok((alerts, server_clock)) => {
                self.refresh_routes().await;
                PollReport::from_outcome(Ok(Answer::new(
                    asked_at,
                    time.now(),
                    server_clock,
                    self.to_data(alerts),
                )))
            }
        }
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(auth) = context.resolve_auth(&settings.auth) {
            self.endpoint.set_auth(auth);
        }
    }
}

impl Alertmanager {
    /// The Alertmanager of these settings, asked through `endpoint`, whose base is the settings' `url`.
    pub fn new(settings: &AlertmanagerSettings, endpoint: Endpoint) -> Self {
        let cluster = match &settings.scope {
            Some(ClusterScope::One(cluster)) => Some(cluster.clone()),
            Some(ClusterScope::ByLabel(_)) | None => None,
        };
        Self {
            endpoint,
            cluster,
            interner: Interner::default(),
            routes: None,
            polls_until_config: 0,
        }
    }

    fn to_data(&self, alerts: Vec<AlertmanagerAlert>) -> AlertmanagerData {
        AlertmanagerData {
            cluster: self.cluster.clone(),
            alerts,
            routes: self.routes.clone(),
        }
    }

    async fn fetch_alerts(
        &mut self,
    ) -> Result<(Vec<AlertmanagerAlert>, Option<DateTime<Utc>>), RequestError> {
        let response = self.fetch("/api/v2/alerts?active=true&silenced=true&inhibited=true");
        let response = response.await?;
        let heard = parse::alerts(&response.body, &mut self.interner)?;
        let silences = self.fetch_silences(&heard).await;
        let alerts = heard
            .into_iter()
            .map(|heard| parse::with_silence(heard, &silences))
            .collect();
        Ok((alerts, response.server_clock))
    }

    /// The silences, where any alert names one. Unknown ones are not worth a failed poll.
    async fn fetch_silences(&self, heard: &[ListedAlert]) -> Silences {
        if heard.iter().all(|heard| heard.silenced_by.is_empty()) {
            return Silences::new();
        }
        match self.fetch("/api/v2/silences").await {
            Ok(response) => parse::silences(&response.body).unwrap_or_default(),
            Err(refused) => {
                tracing::debug!(error = %refused.error, "silences are not known");
                Silences::new()
            }
        }
    }

    /// Keeps the routes that it knows until newer ones are there. Without any, joins are less exact:
    /// no reason to doubt what it says of alerts.
    async fn refresh_routes(&mut self) {
        if self.polls_until_config > 0 {
            self.polls_until_config -= 1;
            return;
        }
        let Ok(response) = self.fetch("/api/v2/status").await else {
            return;
        };
        if let Ok(Some(config)) = parse::config(&response.body) {
            self.polls_until_config = POLLS_PER_CONFIG - 1;
            match Routes::parse(&config) {
                Ok(routes) => self.routes = Some(Arc::new(routes)),
                Err(error) => tracing::debug!(%error, "its routes are not understood"),
            }
        }
    }

    async fn fetch(&self, path: &str) -> Result<Response, RequestError> {
        let response = self.endpoint.fetch(self.endpoint.get(path)).await?;
        match response.status.is_success() {
            true => Ok(response),
            false => Err(status_error(&response)),
        }
    }
}

/// Why it says no: in its own words where it has any.
fn status_error(response: &Response) -> RequestError {
    let refused = RequestError::from(response.status_error());
    match parse::error_message(&response.body) {
        None => refused,
        Some(error_message) => RequestError {
            error: PollError::new(
                refused.error.kind,
                format!("alertmanager says: {error_message}"),
            ),
            ..refused
        },
    }
}
