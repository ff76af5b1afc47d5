//! The two halves of a poll, the rules and the signals. Combines their data, and makes the error if a half is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::expressions::QueryPart;
use super::query_error::QueryError;
use super::rules_query::RulesListing;
use super::signal_query::SignalReadings;
use crate::domain::answers::PrometheusData;
use crate::domain::hub::Signal;
use crate::domain::ids::ClusterName;

/// The rules and the signals of one poll.
pub(super) struct RulesAndSignals {
    pub(super) listing: Arc<RulesListing>,
    pub(super) readings: SignalReadings,
    /// The clusters that had series. `None` if they are not known, or if the Prometheus is for one cluster.
    pub(super) clusters_had: Option<BTreeSet<ClusterName>>,
    /// The rule groups without any evaluation were loaded at this time or later. `None` if every group was evaluated,
    /// or if the time is not known.
    pub(super) rules_loaded: Option<DateTime<Utc>>,
    /// The server's own clock.
    pub(super) server_clock: Option<DateTime<Utc>>,
}

impl RulesAndSignals {
    /// The data for the slot. `now`, by our clock, is used if the server sends no time of its own.
    pub(super) fn into_data(self, now: DateTime<Utc>) -> PrometheusData {
        let Self {
            listing,
            readings: survey,
            clusters_had,
            rules_loaded,
            server_clock: clock,
        } = self;
        let broken = survey.plan.broken_parts();
        // Without its newest sample, a cluster's freshness is not known, so the data counts as partial.
        let lost = broken
            .get(&QueryPart::NewestSample)
            .map(|text| format!("the newest sample is not known: {text}"));
        let mut warnings = listing.warnings.clone();
        let more = survey.warnings.into_iter().chain(lost);
        warnings.extend(more.filter(|text| !listing.warnings.contains(text)));
        PrometheusData {
            recently_resolved: Vec::new(),
            alerts: listing.rules.alerts.clone(),
            rules: listing.rules.health(clock.unwrap_or(now), rules_loaded),
            missing_signals: survey.missing,
            signals: survey.values.signals,
            newest_sample: survey.values.newest_sample,
            series_clusters: survey.values.clusters,
            clusters_had,
            broken_signals: broken_signals(broken),
            warnings,
        }
    }
}

pub(super) fn broken_signals(broken: BTreeMap<QueryPart, String>) -> BTreeMap<Signal, String> {
    let signals = broken.into_iter().filter_map(|(asked, text)| match asked {
        QueryPart::Signal(signal) => Some((signal, text)),
        QueryPart::SlowestStart | QueryPart::NewestSample => None,
    });
    signals.collect()
}

/// Returns the rules and the signals. If only one of them failed, the error names it.
pub(super) fn require_both<A, B>(
    rules: Result<A, QueryError>,
    signals: Result<B, QueryError>,
) -> Result<(A, B), QueryError> {
    match (rules, signals) {
        (Ok(rules), Ok(signals)) => Ok((rules, signals)),
        (Err(fault), Ok(_)) => Err(name_half("rules", fault)),
        (Ok(_), Err(fault)) => Err(name_half("signals", fault)),
        (Err(rules), Err(signals)) => Err(worse_error(rules, signals)),
    }
}

/// The worse of two errors: an error that does not resolve by itself, or else the first error. A reason that both have
/// is given once.
fn worse_error(rules: QueryError, signals: QueryError) -> QueryError {
    let retry_after = rules.error.retry_after.max(signals.error.retry_after);
    let mut fault = if rules.error == signals.error {
        rules
    } else if rules.error.kind().is_transient() && !signals.error.kind().is_transient() {
        name_half("signals", signals)
    } else {
        name_half("rules", rules)
    };
    fault.error.retry_after = retry_after;
    fault
}

fn name_half(half: &str, fault: QueryError) -> QueryError {
    let text = format!("{half}: {}", fault.error);
    QueryError {
        error: fault.error.reworded(text),
        ..fault
    }
}
