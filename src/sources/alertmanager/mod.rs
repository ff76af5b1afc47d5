//! An Alertmanager: which alerts it keeps from paging, and why; and its routes.

mod read;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::read::{Heard, Silences};
use super::endpoint::{Endpoint, failed};
use super::http::{Auth, FetchError, Response};
use super::poll::{PollError, Polled};
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
    words: Interner,
    routes: Option<Arc<Routes>>,
    /// Polls until the configuration is asked for.
    until_config: u32,
}

/// Why a poll brought nothing, and how long the upstream asks to be left alone.
struct Refused {
    error: PollError,
    not_before: Option<Duration>,
}

impl From<FetchError> for Refused {
    fn from(error: FetchError) -> Self {
        Self {
            error: failed(&error),
            not_before: error.retry_after,
        }
    }
}

impl From<PollError> for Refused {
    fn from(error: PollError) -> Self {
        Self {
            error,
            not_before: None,
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
            words: Interner::default(),
            routes: None,
            until_config: 0,
        }
    }

    /// Puts other credentials in the place of the present ones.
    pub fn renew(&mut self, auth: Auth) {
        self.endpoint.renew(auth);
    }

    /// Asks for its alerts; for the silences where any are silenced; and now and then for its
    /// configuration. Only the alerts make or break a poll: without a silence's author an alert is
    /// silenced all the same.
    pub async fn poll(&mut self, time: &dyn TimeSource) -> Polled<AlertmanagerData> {
        let asked_at = time.now();
        let heard = self.alerts().await;
        self.words.drop_unused();
        match heard {
            Err(refused) => Polled {
                not_before: refused.not_before,
                ..Polled::plain(Err(refused.error))
            },
            Ok((alerts, server_clock)) => {
                self.renew_config().await;
                Polled::plain(Ok(Answer {
                    asked_at,
                    got_at: time.now(),
                    server_clock,
                    body: self.says(alerts),
                }))
            }
        }
    }

    fn says(&self, alerts: Vec<AlertmanagerAlert>) -> AlertmanagerData {
        AlertmanagerData {
            cluster: self.cluster.clone(),
            alerts,
            routes: self.routes.clone(),
        }
    }

    async fn alerts(&mut self) -> Result<(Vec<AlertmanagerAlert>, Option<DateTime<Utc>>), Refused> {
        let response = self.ask("/api/v2/alerts?active=true&silenced=true&inhibited=true");
        let response = response.await?;
        let heard = read::alerts(&response.body, &mut self.words)?;
        let silences = self.silences_of(&heard).await;
        let alerts = heard
            .into_iter()
            .map(|heard| read::explained(heard, &silences))
            .collect();
        Ok((alerts, response.server_clock))
    }

    /// The silences, where any alert names one. Unknown ones are not worth a failed poll.
    async fn silences_of(&self, heard: &[Heard]) -> Silences {
        if heard.iter().all(|heard| heard.silenced_by.is_empty()) {
            return Silences::new();
        }
        match self.ask("/api/v2/silences").await {
            Ok(response) => read::silences(&response.body).unwrap_or_default(),
            Err(refused) => {
                tracing::debug!(error = %refused.error, "silences are not known");
                Silences::new()
            }
        }
    }

    /// Keeps the routes that it knows until newer ones are there. Without any, joins are less exact:
    /// no reason to doubt what it says of alerts.
    async fn renew_config(&mut self) {
        if self.until_config > 0 {
            self.until_config -= 1;
            return;
        }
        let Ok(response) = self.ask("/api/v2/status").await else {
            return;
        };
        if let Ok(Some(config)) = read::config(&response.body) {
            self.until_config = POLLS_PER_CONFIG - 1;
            match Routes::parse(&config) {
                Ok(routes) => self.routes = Some(Arc::new(routes)),
                Err(error) => tracing::debug!(%error, "its routes are not understood"),
            }
        }
    }

    async fn ask(&self, path: &str) -> Result<Response, Refused> {
        let response = self.endpoint.fetch(self.endpoint.get(path)).await?;
        match response.status.is_success() {
            true => Ok(response),
            false => Err(refusal(&response)),
        }
    }
}

/// Why it says no: in its own words where it has any.
fn refusal(response: &Response) -> Refused {
    let refused = Refused::from(response.refusal());
    match read::said(&response.body) {
        None => refused,
        Some(said) => Refused {
            error: PollError::new(refused.error.kind, format!("alertmanager says: {said}")),
            ..refused
        },
    }
}
