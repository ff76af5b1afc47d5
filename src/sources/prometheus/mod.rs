//! A Prometheus, or a server with its API: alerts, the state of the rules, and every hub's signals, in two requests a
//! poll.

mod default_expressions;
mod envelope;
mod expressions;
mod firing_runs;
mod history;
mod known_clusters;
mod missing_signals;
mod query_error;
mod query_plan;
mod rule_expressions;
mod rules;
mod rules_and_signals;
mod rules_query;
mod signal_query;
mod signal_values;
mod start_counts;
mod versions;
mod wire;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::join3;

use self::expressions::Expressions;
use self::firing_runs::{FiringRuns, SavedRuns};
use self::known_clusters::KnownClusters;
use self::missing_signals::MissingSignals;
use self::query_error::QueryError;
use self::query_plan::QueryPlan;
use self::rules::AlertOrigin;
use self::rules_and_signals::{RulesAndSignals, broken_signals, require_both};
use self::rules_query::{ResponseCache, RulesListing, RulesQuery};
use self::signal_query::{SignalQuery, SignalReadings};
use super::context::SourceContext;
use super::endpoint::Endpoint;
use super::http::Response;
use super::poll_report::PollReport;
use super::secret::{WantedSecret, auth_secrets};
use super::source::Source;
use crate::domain::answers::PrometheusData;
use crate::domain::labels::{Interner, Labels};
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::{EndpointSettings, PrometheusSettings};
use crate::domain::source::{Answer, Slot, SourceId, SourceKind};
use crate::sources::error::SourceError;

pub use default_expressions::default_expression;
pub use history::{alert_state_query, history};
pub use rule_expressions::alert_expressions;
pub use start_counts::{StartReadings, start_counts};
pub use versions::{default_version_expression, unread_versions, versions};

/// One Prometheus, with the data that is kept between polls.
pub struct Prometheus {
    endpoint: Endpoint,
    origin: AlertOrigin,
    expressions: Expressions,
    plan: QueryPlan,
    interner: Interner,
    rules_cache: ResponseCache<RulesListing>,
    firing_runs: FiringRuns,
    saved_runs: SavedRuns,
    /// The file in which the firing runs outlast the program, with the context that writes the file.
    saved: Option<(Arc<SourceContext>, String)>,
    missing_signals: MissingSignals,
    known_clusters: KnownClusters,
    /// The server's clock at the last poll that saw every rule group evaluated.
    all_evaluated_at: Option<DateTime<Utc>>,
}

impl Source for Prometheus {
    type Settings = PrometheusSettings;
    type Body = PrometheusData;

    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret> {
        auth_secrets(
            &format!("prometheus.{}", settings.endpoint.name),
            &settings.endpoint.auth,
        )
    }

    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body> {
        let EndpointSettings { name, interval, .. } = &settings.endpoint;
        Slot::waiting(SourceId::new(SourceKind::Prometheus, name), *interval)
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, SourceError> {
        let mut source = Self::new(settings, endpoint(context, settings)?);
        let file = firing_runs_file(settings);
        let bytes = context.cache.load(&file).await;
        source.firing_runs = FiringRuns::restore(&bytes, context.time.now().wall);
        source.saved = Some((Arc::clone(context), file));
        Ok(source)
    }

    /// Requests the rules and the signals at the same time. The poll succeeds only if both answers are good. With only
    /// one of them, the hubs would look free of problems that only the other one shows.
    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<PrometheusData> {
        let asked_at = time.now();
        let halves = self.fetch(asked_at).await;
        self.interner.drop_unused();
        let got_at = time.now();
        let outcome = halves.map_err(|fault| fault.error).map(|halves| {
            let server_clock = halves.server_clock;
            let listing = Arc::clone(&halves.listing);
            let mut body = halves.into_data(got_at.wall);
            let latest = server_clock.map_or(got_at.wall, |clock| clock.max(got_at.wall));
            let mut unreadable = listing.rules.unreadable.clone();
            unreadable.extend(listing.rules.evaluated_at_unknown_time(latest));
            unreadable.extend(firing_runs::remove_future_dates(&mut body.alerts, latest));
            body.recently_resolved = self.firing_runs.record(
                &mut body.alerts,
                |rule| listing.is_evaluated(rule),
                asked_at.wall,
                latest,
            );
            Answer {
                unreadable,
                ..Answer::new(asked_at, got_at, server_clock, body)
            }
        });
        if outcome.is_ok() {
            self.save_firing_runs(asked_at.wall).await;
        }
        PollReport::from_outcome(outcome)
    }

    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings) {
        if let Ok(auth) = context.resolve_auth(&settings.endpoint.auth) {
            self.endpoint.set_auth(auth);
        }
    }
}

/// The endpoint of a Prometheus.
///
/// # Errors
/// When its secret is missing or its address cannot be used.
pub fn endpoint(
    context: &SourceContext,
    settings: &PrometheusSettings,
) -> Result<Endpoint, SourceError> {
    context.endpoint(SourceKind::Prometheus, &settings.endpoint)
}

// The name depends on the address, since another address may be another server.
fn firing_runs_file(settings: &PrometheusSettings) -> String {
    let EndpointSettings { name, url, .. } = &settings.endpoint;
    let server = Labels::from_iter([("name", name.as_str()), ("url", url.as_str())]);
    format!("fired-alerts-{}.json", server.fingerprint())
}

impl Prometheus {
    /// The base of `endpoint` is the settings' `url`.
    pub fn new(settings: &PrometheusSettings, endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            origin: AlertOrigin {
                source: SourceId::new(SourceKind::Prometheus, &settings.endpoint.name),
                scope: settings.scope.clone(),
                external_labels: settings.external_labels.clone(),
            },
            expressions: Expressions::new(&settings.scope, &settings.signals),
            plan: QueryPlan::default(),
            interner: Interner::default(),
            rules_cache: ResponseCache::default(),
            firing_runs: FiringRuns::default(),
            saved_runs: SavedRuns::default(),
            saved: None,
            missing_signals: MissingSignals::default(),
            known_clusters: KnownClusters::default(),
            all_evaluated_at: None,
        }
    }

    async fn save_firing_runs(&mut self, now: DateTime<Utc>) {
        let Some((context, file)) = &self.saved else {
            return;
        };
        let runs = self.firing_runs.to_save(&mut self.saved_runs, now);
        if let Some(bytes) = runs.and_then(|runs| serde_json::to_vec(&runs).ok()) {
            context.cache.save(file, bytes).await;
        }
    }

    async fn fetch(&mut self, now: Now) -> Result<RulesAndSignals, QueryError> {
        self.plan = std::mem::take(&mut self.plan).reset_if_expired(now);
        let mut known_clusters = std::mem::take(&mut self.known_clusters);
        let (first, survey, clusters_had) = join3(
            rules_query::fetch_page(&self.endpoint, None),
            self.signal_query().fetch(self.plan.clone(), now),
            known_clusters.find(&self.endpoint, &self.origin.scope, now),
        )
        .await;
        self.known_clusters = known_clusters;
        if let Ok(survey) = &survey {
            self.plan = survey.plan.clone();
        }
        let listed = match first {
            Ok(first) => self
                .fetch_rules(&first)
                .await
                .map(|list| (list, first.server_clock)),
            Err(fault) => Err(fault),
        };
        let ((listing, clock), mut survey) = require_both(listed, survey)?;
        self.find_missing_signals(&mut survey, now).await;
        let server_clock = clock.max(survey.server_clock);
        Ok(RulesAndSignals {
            rules_loaded: self
                .rules_loaded(&listing, server_clock.unwrap_or(now.wall))
                .await,
            server_clock,
            listing,
            readings: survey,
            clusters_had,
        })
    }

    /// A group that was never evaluated cannot have been loaded before this time. This is the server's last load of its
    /// configuration, or our last poll at which all groups were evaluated, whichever is later.
    async fn rules_loaded(
        &mut self,
        listing: &RulesListing,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if listing.rules.has_group_never_evaluated() {
            let said = rules_query::fetch_rules_loaded(&self.endpoint).await;
            return said.max(self.all_evaluated_at);
        }
        self.all_evaluated_at = Some(now);
        None
    }

    fn signal_query(&self) -> SignalQuery<'_> {
        SignalQuery {
            endpoint: &self.endpoint,
            expressions: &self.expressions,
            scope: &self.origin.scope,
        }
    }

    async fn find_missing_signals(&mut self, readings: &mut SignalReadings, now: Now) {
        let mut missing_signals = std::mem::take(&mut self.missing_signals);
        let broken = broken_signals(readings.plan.broken_parts());
        let query = self.signal_query();
        let hubs = &readings.values.signals;
        match missing_signals.find(query, now, hubs, &broken).await {
            Ok(missing) => readings.missing = missing,
            Err(text) => {
                let text = format!("unknown since when signals are missing: {text}");
                readings.warnings.push(text);
            }
        }
        self.missing_signals = missing_signals;
    }

    async fn fetch_rules(&mut self, first: &Response) -> Result<Arc<RulesListing>, QueryError> {
        let rules_query = RulesQuery {
            endpoint: &self.endpoint,
            origin: &self.origin,
            interner: &mut self.interner,
            cache: &mut self.rules_cache,
        };
        rules_query.fetch_all(first).await
    }
}
