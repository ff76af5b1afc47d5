//! Polls an Alertmanager: the alerts that it suppresses, the reasons for that, and its routes.

mod parse;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::parse::{ListedAlert, Silences};
use super::context::SourceContext;
use super::endpoint::Endpoint;
use super::http::Response;
use super::part_reader::{KeptPart, PartOutcome, record};
use super::poll_report::PollReport;
use super::secret::{WantedSecret, auth_secrets};
use super::source::Source;
use crate::domain::alert::AlertmanagerAlert;
use crate::domain::answers::AlertmanagerData;
use crate::domain::ids::ClusterName;
use crate::domain::labels::Interner;
use crate::domain::now::{Now, TimeSource};
use crate::domain::route::{Routes, RoutesError};
use crate::domain::settings::{AlertmanagerSettings, ClusterScope, EndpointSettings};
use crate::domain::source::{
    Answer, FailureKind, Part, PartName, Slot, SourceId, SourceKind, UnreadableItems,
};
use crate::sources::error::SourceError;

/// The configuration is read only with every tenth poll, since it changes seldom and may be a megabyte long.
const POLLS_PER_CONFIG: u32 = 10;

/// One Alertmanager, with the data that is kept between polls.
pub struct Alertmanager {
    endpoint: Endpoint,
    cluster: Option<ClusterName>,
    interner: Interner,
    silences: Part,
    routes: KeptPart<Option<Arc<Routes>>>,
    /// The number of polls until the configuration is read again.
    polls_until_config: u32,
}

struct AlertListing {
    alerts: Vec<AlertmanagerAlert>,
    unreadable: UnreadableItems,
    server_clock: Option<DateTime<Utc>>,
}

impl Source for Alertmanager {
    type Settings = AlertmanagerSettings;
    type Body = AlertmanagerData;

    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret> {
        auth_secrets(
            &format!("alertmanager.{}", settings.endpoint.name),
            &settings.endpoint.auth,
        )
    }

    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body> {
        let EndpointSettings { name, interval, .. } = &settings.endpoint;
        Slot::waiting(SourceId::new(SourceKind::Alertmanager, name), *interval)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, SourceError> {
        let endpoint = context.endpoint(SourceKind::Alertmanager, &settings.endpoint)?;
        Ok(Self::new(settings, endpoint))
    }

    /// Polls the alerts, the silences if an alert is silenced, and the configuration if it is due. The poll fails only
    /// if the alerts cannot be read. Unreadable silences do not matter much, since the alert itself says that it is
    /// silenced.
    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<AlertmanagerData> {
        let asked_at = time.now();
        let fetched = self.fetch_alerts(asked_at).await;
        self.interner.drop_unused();
        match fetched {
            Err(error) => PollReport::from_outcome(Err(error)),
            Ok(listing) => {
                self.refresh_routes(asked_at).await;
                PollReport::from_outcome(Ok(Answer {
                    parts: vec![
                        self.silences.clone(),
                        self.routes.part.standing_at(asked_at),
                    ],
                    unreadable: listing.unreadable,
                    ..Answer::new(
                        asked_at,
                        time.now(),
                        listing.server_clock,
                        self.to_data(listing.alerts),
                    )
                }))
            }
        }
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(auth) = context.resolve_auth(&settings.endpoint.auth) {
            self.endpoint.set_auth(auth);
        }
    }
}

impl Alertmanager {
    /// The base of `endpoint` is the settings' `url`.
    pub fn new(settings: &AlertmanagerSettings, endpoint: Endpoint) -> Self {
        let cluster = match &settings.scope {
            Some(ClusterScope::One(cluster)) => Some(cluster.clone()),
            Some(ClusterScope::ByLabel(_)) | None => None,
        };
        Self {
            endpoint,
            cluster,
            interner: Interner::default(),
            silences: Part::new(PartName::Silences),
            routes: KeptPart::new(PartName::Routes),
            polls_until_config: 0,
        }
    }

    fn to_data(&self, alerts: Vec<AlertmanagerAlert>) -> AlertmanagerData {
        AlertmanagerData {
            cluster: self.cluster.clone(),
            alerts,
            routes: self.routes.value.clone(),
        }
    }

    async fn fetch_alerts(&mut self, asked: Now) -> Result<AlertListing, SourceError> {
        let response = self.fetch("/api/v2/alerts?active=true&silenced=true&inhibited=true");
        let response = response.await?;
        let (listed, unreadable) = parse::alerts(&response.body, &mut self.interner)?;
        let silences = self.fetch_silences(&listed, asked).await;
        let alerts = listed
            .into_iter()
            .map(|listed| parse::with_silence(listed, &silences));
        Ok(AlertListing {
            alerts: alerts.collect(),
            unreadable,
            server_clock: response.server_clock,
        })
    }

    /// Reads the silences if any alert names one. Unreadable silences do not fail the poll.
    async fn fetch_silences(&mut self, listed: &[ListedAlert], asked: Now) -> Silences {
        if listed.iter().all(|alert| alert.silenced_by.is_empty()) {
            self.silences.succeed(asked);
            return Silences::new();
        }
        let response = self.fetch("/api/v2/silences").await;
        let silences = response.and_then(|response| parse::silences(&response.body));
        let outcome = match silences {
            Ok(silences) => PartOutcome::Whole(silences),
            Err(error) => PartOutcome::Failed(error),
        };
        record(&mut self.silences, asked, outcome).unwrap_or_default()
    }

    /// Reads the routes if they are due, and else keeps the known routes. A failure is reported, since joins are less
    /// exact without routes. The alerts are used nevertheless.
    async fn refresh_routes(&mut self, asked: Now) {
        if self.polls_until_config > 0 {
            self.polls_until_config -= 1;
            return;
        }
        let outcome = match self.fetch_routes().await {
            Ok(routes) => {
                self.polls_until_config = POLLS_PER_CONFIG - 1;
                PartOutcome::Whole(Some(Arc::new(routes)))
            }
            Err(error) => {
                if outlasts_a_poll(error.kind()) {
                    self.polls_until_config = POLLS_PER_CONFIG - 1;
                }
                let consequence = match self.routes.value {
                    Some(_) => "the earlier routes are used",
                    None => "joins are not exact without them",
                };
                let text = format!("{consequence}: {error}");
                PartOutcome::Failed(error.reworded(text))
            }
        };
        self.routes.record(asked, outcome);
    }

    async fn fetch_routes(&self) -> Result<Routes, SourceError> {
        let response = self.fetch("/api/v2/status").await?;
        let config = parse::config(&response.body)?
            .ok_or_else(|| SourceError::garbled("its status contains no configuration"))?;
        Routes::parse(&config).map_err(|error| routes_error(&error))
    }

    async fn fetch(&self, path: &str) -> Result<Response, SourceError> {
        let response = self.endpoint.fetch(self.endpoint.get(path)).await?;
        match response.status.is_success() {
            true => Ok(response),
            false => Err(status_error(&response)),
        }
    }
}

fn routes_error(error: &RoutesError) -> SourceError {
    match error {
        RoutesError::TooLarge | RoutesError::TooManyRoutes => {
            SourceError::answered(FailureKind::TooLarge, format!("its configuration {error}"))
        }
        RoutesError::Invalid(_) | RoutesError::NoRoute => {
            SourceError::garbled(format!("its configuration cannot be read: {error}"))
        }
    }
}

/// Whether the same request will most likely fail again. If so, the routes are read again only after
/// [`POLLS_PER_CONFIG`] polls, as after a success.
fn outlasts_a_poll(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Garbled
            | FailureKind::TooLarge
            | FailureKind::Configuration
            | FailureKind::Credentials
    )
}

/// The error of a failed response, in the Alertmanager's own words if it has any.
fn status_error(response: &Response) -> SourceError {
    let error = response.status_error();
    match parse::error_message(&response.body) {
        None => error,
        Some(message) => error.reworded(format!("alertmanager says: {message}")),
    }
}
