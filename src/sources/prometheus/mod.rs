//! A Prometheus, or what answers as one: its alerts, its rules' health, and every hub's signals, in
//! two requests a poll.

mod envelope;
mod expressions;
mod listing;
mod memo;
mod plan;
mod rules;
mod shipped;
mod signals;
mod survey;
mod wire;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join;

use self::envelope::Fault;
use self::expressions::{Asked, Expressions};
use self::listing::{Lister, Listing};
use self::memo::Memo;
use self::plan::Plan;
use self::rules::Origin;
use self::survey::{Survey, Surveyor};
use super::endpoint::Endpoint;
use super::http::{Auth, Response};
use super::poll::{PollError, Polled};
use crate::domain::answer::PrometheusSays;
use crate::domain::hub::Signal;
use crate::domain::labels::Interner;
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{Answer, SourceId, SourceKind};

pub use shipped::shipped;

/// One Prometheus, with what it keeps between polls.
pub struct Prometheus {
    endpoint: Endpoint,
    origin: Origin,
    expressions: Expressions,
    plan: Plan,
    words: Interner,
    memo: Memo<Listing>,
}

/// Both halves of a poll.
struct Halves {
    listing: Arc<Listing>,
    survey: Survey,
    /// The server's own clock.
    clock: Option<DateTime<Utc>>,
}

impl Prometheus {
    /// The Prometheus of these settings, asked through `endpoint`, whose base is the settings' `url`.
    pub fn new(settings: &PrometheusSettings, endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            origin: Origin {
                source: SourceId::new(SourceKind::Prometheus, &settings.name),
                scope: settings.scope.clone(),
                external_labels: settings.external_labels.clone(),
            },
            expressions: Expressions::new(&settings.scope, &settings.signals),
            plan: Plan::default(),
            words: Interner::default(),
            memo: Memo::default(),
        }
    }

    /// Puts other credentials in the place of the present ones.
    pub fn renew(&mut self, auth: Auth) {
        self.endpoint.renew(auth);
    }

    /// Asks for the rules and for the signals, both at once. It is good only if both are: half an
    /// answer, shown as a whole one, would look as if the other half were well.
    pub async fn poll(&mut self, time: &dyn TimeSource) -> Polled<PrometheusSays> {
        let asked_at = time.now();
        let halves = self.ask(asked_at).await;
        self.words.shed();
        let not_before = halves.as_ref().err().and_then(|fault| fault.not_before);
        let got_at = time.now();
        let outcome = halves.map_err(|fault| fault.error).map(|halves| Answer {
            asked_at,
            got_at,
            server_clock: halves.clock,
            body: says(halves, got_at),
        });
        Polled {
            not_before,
            ..Polled::plain(outcome)
        }
    }

    async fn ask(&mut self, now: Now) -> Result<Halves, Fault> {
        self.plan = std::mem::take(&mut self.plan).refreshed(now);
        let surveyor = Surveyor {
            endpoint: &self.endpoint,
            expressions: &self.expressions,
            scope: &self.origin.scope,
        };
        let (first, survey) = join(
            listing::first(&self.endpoint),
            surveyor.survey(self.plan.clone(), now),
        )
        .await;
        if let Ok(survey) = &survey {
            self.plan = survey.plan.clone();
        }
        let listed = match first {
            Ok(first) => self
                .list(&first)
                .await
                .map(|list| (list, first.server_clock)),
            Err(fault) => Err(fault),
        };
        let ((listing, clock), survey) = both(listed, survey)?;
        Ok(Halves {
            clock: clock.max(survey.server_clock),
            listing,
            survey,
        })
    }

    async fn list(&mut self, first: &Response) -> Result<Arc<Listing>, Fault> {
        let lister = Lister {
            endpoint: &self.endpoint,
            origin: &self.origin,
            words: &mut self.words,
            memo: &mut self.memo,
        };
        lister.list(first).await
    }
}

fn says(halves: Halves, got_at: Now) -> PrometheusSays {
    let Halves {
        listing,
        survey,
        clock,
    } = halves;
    let broken = survey.plan.broken();
    // Without it a cluster's freshness is not known, which is as good as partial data.
    let lost = broken
        .get(&Asked::Newest)
        .map(|text| format!("the newest sample is not known: {text}"));
    let mut warnings = listing.warnings.clone();
    let more = survey.warnings.into_iter().chain(lost);
    warnings.extend(more.filter(|text| !listing.warnings.contains(text)));
    PrometheusSays {
        alerts: listing.rules.alerts.clone(),
        rules: listing.rules.health(clock.unwrap_or(got_at.wall)),
        signals: survey.readings.signals,
        newest_sample: survey.readings.newest_sample,
        broken_signals: of_signals(broken),
        warnings,
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
fn both<A, B>(rules: Result<A, Fault>, signals: Result<B, Fault>) -> Result<(A, B), Fault> {
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
    } else if rules.error.kind.heals() && !signals.error.kind.heals() {
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
