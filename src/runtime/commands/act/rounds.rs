//! Shown, asked about, sent, read back; and where an incident had changed before it was sent, once more with
//! what is so now.

use std::io;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::errand::{Errand, Plan};
use super::kept::Kept;
use super::question::question;
use super::terminal::Terminal;
use super::{Ended, all_unsent, out};
use crate::domain::incident::Incident;
use crate::domain::operation::{NotSentReason, Operation, OperationBatch, Outcome, OutcomeDetail};
use crate::report::operations::OperationReport;
use crate::runtime::clock::sleep;
use crate::runtime::signals::Ends;
use crate::sources::pagerduty::operations::{outcome_without_sending, run_batch};

/// What it was cut off by.
const INTERRUPTED: &str = "interrupted before PagerDuty's answer was read";

/// All rounds of a command.
pub struct Rounds<'a, 'k> {
    pub errand: &'a Errand<'a>,
    pub plan: &'a Plan,
    pub kept: &'a mut Kept<'k>,
    pub ends: &'a mut Ends,
}

/// What a person said.
enum Answer {
    Yes,
    No,
    Interrupted,
}

impl Rounds<'_, '_> {
    /// Goes on until nothing is left to be done, or to be asked.
    ///
    /// # Errors
    /// The terminal cannot be read: nothing was sent then.
    pub async fn run(mut self) -> io::Result<Ended> {
        let mut ended = Ended {
            came: Vec::new(),
            interrupted: false,
        };
        let mut left = self.without_needless(&mut ended.came);
        let mut changed: Vec<Outcome> = Vec::new();
        let declares = matches!(self.plan.deed, Operation::Declare(_));
        while declares || !left.is_empty() {
            match self.answer(&left, &changed).await? {
                Answer::Yes => {}
                Answer::No => {
                    ended
                        .came
                        .extend(self.not_sent(&left, &NotSentReason::Unconfirmed));
                    break;
                }
                Answer::Interrupted => {
                    ended
                        .came
                        .extend(self.not_sent(&left, &NotSentReason::Interrupted));
                    ended.interrupted = true;
                    break;
                }
            }
            let outcomes = self.send(left).await;
            let (again, over) = outcomes
                .into_iter()
                .partition(|outcome| self.is_to_be_asked_again(outcome));
            changed = again;
            let over: Vec<Outcome> = over;
            ended
                .came
                .extend(over.into_iter().map(OperationReport::Attempted));
            left = changed
                .iter()
                .filter_map(|outcome| self.as_it_is_now(outcome))
                .collect();
            if declares {
                break;
            }
        }
        Ok(ended)
    }

    // What is so already, or must not be done, need not be asked about.
    fn without_needless(&self, came: &mut Vec<OperationReport>) -> Vec<Arc<Incident>> {
        let (deed, me) = (&self.plan.deed, &self.plan.by.person.id);
        let mut left = Vec::new();
        for incident in &self.plan.on {
            match outcome_without_sending(deed, incident, me) {
                Some(outcome) => came.push(OperationReport::Attempted(outcome)),
                None => left.push(Arc::clone(incident)),
            }
        }
        left
    }

    fn not_sent(&self, left: &[Arc<Incident>], reason: &NotSentReason) -> Vec<OperationReport> {
        if left.is_empty() {
            return all_unsent(self.errand.act, reason);
        }
        let each = left.iter();
        each.map(|one| self.errand.not_sent(one, reason)).collect()
    }

    async fn answer(&mut self, left: &[Arc<Incident>], changed: &[Outcome]) -> io::Result<Answer> {
        let Some(terminal) = &self.errand.terminal else {
            return Ok(Answer::Yes);
        };
        let question = question(self.errand, self.plan, left, changed);
        confirmed(terminal, &question, self.ends).await
    }

    async fn send(&mut self, on: Vec<Arc<Incident>>) -> Vec<Outcome> {
        let attempt = OperationBatch {
            number: 1,
            operations: vec![self.plan.deed.clone()],
            incidents: on,
            actor: Some(self.plan.by.clone()),
        };
        self.kept.begin(&attempt).await;
        let pause = |span| sleep(span).boxed();
        let sent = std::panic::AssertUnwindSafe(run_batch(&self.plan.client, &attempt, &pause));
        let lost = |why: &str| attempt.uniform_outcomes(&OutcomeDetail::Unverified(why.to_owned()));
        let outcomes = tokio::select! {
            biased;
            () = self.ends.next() => lost(INTERRUPTED),
            sent = sent.catch_unwind() => sent.unwrap_or_else(|_| lost("hubwatch itself failed")),
        };
        self.kept.end(&attempt, &outcomes).await;
        outcomes
    }

    // Only who was asked before can be asked again.
    fn is_to_be_asked_again(&self, outcome: &Outcome) -> bool {
        let fresh = outcome.read_back.as_ref();
        self.errand.terminal.is_some()
            && matches!(outcome.detail, OutcomeDetail::Changed(_))
            && fresh.is_some_and(|fresh| fresh.is_open())
    }

    // Its alerts are not read again: they tell where it is.
    fn as_it_is_now(&self, outcome: &Outcome) -> Option<Arc<Incident>> {
        let mut fresh = Incident::clone(outcome.read_back.as_ref()?);
        let mut shown = self.plan.on.iter();
        if let Some(shown) = shown.find(|one| one.id == fresh.id) {
            fresh.alerts.clone_from(&shown.alerts);
            fresh.alerts_known = shown.alerts_known;
        }
        Some(Arc::new(fresh))
    }
}

async fn confirmed(terminal: &Terminal, question: &str, ends: &mut Ends) -> io::Result<Answer> {
    tokio::select! {
        biased;
        () = ends.next() => {
            // The question's line has no end yet.
            out::ask("\n");
            Ok(Answer::Interrupted)
        }
        answer = terminal.confirm(question) => Ok(match answer? {
            true => Answer::Yes,
            false => Answer::No,
        }),
    }
}
