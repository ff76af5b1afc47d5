//! A Prometheus, or what answers as one: its alerts, its rules' health, and every hub's signals, in
//! two requests a poll.

mod ceased;
mod envelope;
mod expressions;
mod fault;
mod halves;
mod history;
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

use std::sync::Arc;

use futures_util::future::join;

use self::expressions::Expressions;
use self::fault::Fault;
use self::halves::{Halves, both};
use self::listing::{Lister, Listing};
use self::memo::Memo;
use self::plan::Plan;
use self::rules::Origin;
use self::survey::Surveyor;
use super::endpoint::Endpoint;
use super::http::{Auth, Response};
use super::poll::Polled;
use crate::domain::answers::PrometheusData;
use crate::domain::labels::Interner;
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::PrometheusSettings;
use crate::domain::source::{Answer, SourceId, SourceKind};

pub use history::history;
pub use shipped::shipped;

/// One Prometheus, with what it keeps between polls.
pub struct Prometheus {
    endpoint: Endpoint,
    origin: Origin,
    expressions: Expressions,
    plan: Plan,
    words: Interner,
    memo: Memo<Listing>,
    fired: ceased::Memory,
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
            fired: ceased::Memory::default(),
        }
    }

    /// Puts other credentials in the place of the present ones.
    pub fn renew(&mut self, auth: Auth) {
        self.endpoint.renew(auth);
    }

    /// Asks for the rules and for the signals, both at once. It is good only if both are: half an
    /// answer, shown as a whole one, would look as if the other half were well.
    pub async fn poll(&mut self, time: &dyn TimeSource) -> Polled<PrometheusData> {
        let asked_at = time.now();
        let halves = self.ask(asked_at).await;
        self.words.drop_unused();
        let not_before = halves.as_ref().err().and_then(|fault| fault.not_before);
        let got_at = time.now();
        let outcome = halves.map_err(|fault| fault.error).map(|halves| {
            let server_clock = halves.clock;
            let mut body = halves.says(got_at.wall);
            body.recently_resolved = self.fired.note(&body.alerts, asked_at.wall);
            Answer {
                asked_at,
                got_at,
                server_clock,
                body,
            }
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
