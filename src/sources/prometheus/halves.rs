//! The two halves of a poll: what they say together, and what is said where one is missing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::expressions::Asked;
use super::fault::Fault;
use super::listing::Listing;
use super::survey::Survey;
use crate::domain::answers::PrometheusData;
use crate::domain::hub::Signal;
use crate::sources::poll::PollError;

/// Both halves of a poll.
pub(super) struct Halves {
    pub(super) listing: Arc<Listing>,
    pub(super) survey: Survey,
    /// The server's own clock.
    pub(super) clock: Option<DateTime<Utc>>,
}

impl Halves {
    /// What they say, at `now` by our clock where the server does not tell its own.
    pub(super) fn says(self, now: DateTime<Utc>) -> PrometheusData {
        let Self {
            listing,
            survey,
            clock,
        } = self;
        let broken = survey.plan.broken();
        // Without it a cluster's freshness is not known, which is as good as partial data.
        let lost = broken
            .get(&Asked::Newest)
            .map(|text| format!("the newest sample is not known: {text}"));
        let mut warnings = listing.warnings.clone();
        let more = survey.warnings.into_iter().chain(lost);
        warnings.extend(more.filter(|text| !listing.warnings.contains(text)));
        PrometheusData {
            recently_resolved: Vec::new(),
            alerts: listing.rules.alerts.clone(),
            rules: listing.rules.health(clock.unwrap_or(now)),
            signals: survey.readings.signals,
            newest_sample: survey.readings.newest_sample,
            broken_signals: of_signals(broken),
            warnings,
        }
    }
}

fn of_signals(broken: BTreeMap<Asked, String>) -> BTreeMap<Signal, String> {
    let signals = broken.into_iter().filter_map(|(asked, text)| match asked {
        Asked::Signal(signal) => Some((signal, text)),
        Asked::Newest => None,
    });
    signals.collect()
}

/// Both, or why not, naming the half that failed where only one did.
pub(super) fn both<A, B>(
    rules: Result<A, Fault>,
    signals: Result<B, Fault>,
) -> Result<(A, B), Fault> {
    match (rules, signals) {
        (Ok(rules), Ok(signals)) => Ok((rules, signals)),
        (Err(fault), Ok(_)) => Err(named("rules", fault)),
        (Ok(_), Err(fault)) => Err(named("signals", fault)),
        (Err(rules), Err(signals)) => Err(worse(rules, signals)),
    }
}

/// Of two faults the one that will not heal by itself; else the first. One reason is told once.
fn worse(rules: Fault, signals: Fault) -> Fault {
    let not_before: Option<Duration> = rules.not_before.max(signals.not_before);
    let fault = if rules.error == signals.error {
        rules
    } else if rules.error.kind.is_transient() && !signals.error.kind.is_transient() {
        named("signals", signals)
    } else {
        named("rules", rules)
    };
    Fault {
        not_before,
        ..fault
    }
}

fn named(half: &str, fault: Fault) -> Fault {
    let text = format!("{half}: {}", fault.error.text);
    Fault {
        error: PollError::new(fault.error.kind, text),
        ..fault
    }
}
