//! Shows an operation, asks for confirmation, sends the operation and reads the result back. If an incident changed
//! before the operation was sent, the incident is shown and confirmed again.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::lookup::cases_in;
use super::persistence::Persistence;
use super::plan::{PreparedOperation, ShellOperation};
use super::prompt::prompt_text;
use super::terminal::Terminal;
use super::{OperationResults, all_not_sent, out};
use crate::domain::incident::Incident;
use crate::domain::operation::{
    NotSentReason, OperationBatch, OperationKind, Outcome, OutcomeDetail, Remaining,
};
use crate::plan::{ActionSubject, OperationContext, remaining};
use crate::report::operations::OperationReport;
use crate::runtime::clock::sleep;
use crate::runtime::signals::TerminationSignals;
use crate::sources::pagerduty::operations::{outcome_without_sending, run_batch};

/// The error text if the command was interrupted before the answer arrived.
const INTERRUPTED: &str = "interrupted before PagerDuty's answer was read";

/// Confirms and sends a command's operation, in rounds, until no incident is left.
pub struct ConfirmLoop<'a, 'k> {
    pub operation: &'a ShellOperation<'a>,
    pub prepared: &'a PreparedOperation,
    pub persistence: &'a mut Persistence<'k>,
    pub termination: &'a mut TerminationSignals,
}

/// The person's answer.
enum Confirmation {
    Yes,
    No,
    Interrupted,
}

impl ConfirmLoop<'_, '_> {
    /// Confirms and sends in rounds, until no incident is left or the person answers no.
    ///
    /// # Errors
    /// The terminal cannot be read. In this case nothing was sent.
    pub async fn run(mut self) -> io::Result<OperationResults> {
        let mut ended = OperationResults::default();
        let mut left = self.drop_needless(&mut ended.outcomes);
        let mut changed: Vec<Outcome> = Vec::new();
        let declares = self.operation.command.kind() == OperationKind::Declare;
        while declares || !left.is_empty() {
            match self.confirm(&left, &changed).await? {
                Confirmation::Yes => {}
                Confirmation::No => {
                    ended
                        .outcomes
                        .extend(self.not_sent(&left, &NotSentReason::Unconfirmed));
                    break;
                }
                Confirmation::Interrupted => {
                    ended
                        .outcomes
                        .extend(self.not_sent(&left, &NotSentReason::Interrupted));
                    ended.interrupted = true;
                    break;
                }
            }
            let on = left.clone();
            let outcomes = self.send(left).await;
            ended.remaining.extend(self.remaining(&on, &outcomes));
            // Without a terminal, nobody can confirm an operation for an incident that has changed.
            let asks = self.operation.terminal.is_some();
            let finished: Vec<Outcome>;
            (changed, finished) = outcomes
                .into_iter()
                .partition(|outcome| asks && outcome.incident_to_confirm_again().is_some());
            ended
                .outcomes
                .extend(finished.into_iter().map(OperationReport::Finished));
            let again = changed
                .iter()
                .filter_map(Outcome::incident_to_confirm_again);
            left = again.map(|fresh| self.with_known_alerts(fresh)).collect();
            if declares {
                break;
            }
        }
        Ok(ended)
    }

    // Reports the incidents whose outcome is known without sending, and returns the others, which must be confirmed.
    fn drop_needless(&self, reports: &mut Vec<OperationReport>) -> Vec<Arc<Incident>> {
        let batch = &self.prepared.batch;
        let mut left = Vec::new();
        for incident in &batch.incidents {
            match outcome_without_sending(batch, incident) {
                Some(outcome) => reports.push(OperationReport::Finished(outcome)),
                None => left.push(Arc::clone(incident)),
            }
        }
        left
    }

    fn not_sent(&self, left: &[Arc<Incident>], reason: &NotSentReason) -> Vec<OperationReport> {
        if left.is_empty() {
            return all_not_sent(self.operation.command, reason);
        }
        let each = left.iter();
        each.map(|one| self.operation.not_sent(one, reason))
            .collect()
    }

    async fn confirm(
        &mut self,
        left: &[Arc<Incident>],
        changed: &[Outcome],
    ) -> io::Result<Confirmation> {
        let Some(terminal) = &self.operation.terminal else {
            return Ok(Confirmation::Yes);
        };
        let question = prompt_text(self.operation, self.prepared, left, changed);
        confirm_or_interrupt(terminal, &question, self.termination).await
    }

    async fn send(&mut self, on: Vec<Arc<Incident>>) -> Vec<Outcome> {
        let batch = OperationBatch {
            incidents: on,
            ..self.prepared.batch.clone()
        };
        self.persistence.record_start(&batch).await;
        let pause = |span| sleep(span).boxed();
        let sent = std::panic::AssertUnwindSafe(run_batch(&self.prepared.client, &batch, &pause));
        let lost = |why: &str| batch.uniform_outcomes(&OutcomeDetail::Unverified(why.to_owned()));
        let outcomes = tokio::select! {
            biased;
            () = self.termination.next() => lost(INTERRUPTED),
            sent = sent.catch_unwind() => sent.unwrap_or_else(|_| lost("hubwatch itself failed")),
        };
        self.persistence.record_outcomes(&batch, &outcomes).await;
        outcomes
    }

    fn remaining(&self, on: &[Arc<Incident>], outcomes: &[Outcome]) -> Vec<Remaining> {
        let policy = &self.operation.config.policy;
        let now = self.operation.context.time.now();
        let picture = self.prepared.lookup.picture(on, policy, now);
        let subject = ActionSubject::from_cases(cases_in(&picture, on));
        let known = OperationContext {
            picture: Some(&picture),
            policy,
            drafts: &BTreeMap::new(),
            now,
        };
        remaining(outcomes, &subject, &known)
    }

    // Adds the alerts that are known already to an incident that was read again. The alerts only give the place, so
    // they are not read again.
    fn with_known_alerts(&self, fresh: &Arc<Incident>) -> Arc<Incident> {
        let mut shown = self.prepared.batch.incidents.iter();
        match shown.find(|one| one.id == fresh.id) {
            Some(shown) => Arc::new(fresh.with_details_of(shown)),
            None => Arc::clone(fresh),
        }
    }
}

async fn confirm_or_interrupt(
    terminal: &Terminal,
    question: &str,
    ends: &mut TerminationSignals,
) -> io::Result<Confirmation> {
    tokio::select! {
        biased;
        () = ends.next() => {
            // Ends the line that the question is on.
            out::prompt("\n");
            Ok(Confirmation::Interrupted)
        }
        answer = terminal.confirm(question) => Ok(match answer? {
            true => Confirmation::Yes,
            false => Confirmation::No,
        }),
    }
}
