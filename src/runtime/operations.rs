//! Runs confirmed operations, one batch after another, and reports the outcomes even if a task panics.

use std::sync::Arc;

use futures_util::FutureExt;
use scopeguard::ScopeGuard;
use tokio::sync::{oneshot, watch};

use super::clock::sleep;
use super::inbox::InboxSender;
use super::journal::Journal;
use super::recent_writes::RecentWrites;
use super::slots::SlotWriter;
use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::answers::IncidentsData;
use crate::domain::operation::{OperationBatch, Outcome, OutcomeDetail};
use crate::domain::settings::PagerDutySettings;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::IncidentsSource;
use crate::sources::pagerduty::operations::run_batch;
use crate::sources::source::Source;

/// The account that operations write to, and the slot for incidents that are read back.
pub struct WritableAccount {
    /// How hubwatch reaches the account.
    pub settings: PagerDutySettings,
    /// The incidents that the screen shows.
    pub incidents: SlotWriter<IncidentsData>,
    /// Keeps an older poll from overwriting incidents that were read back.
    pub recent_writes: RecentWrites,
    /// Wakes the polling of the account's incidents.
    pub refresh_one: watch::Sender<u64>,
}

/// Runs batches of operations one after another.
pub struct OperationQueue {
    context: Arc<SourceContext>,
    account: Option<Arc<WritableAccount>>,
    journal: Journal,
    /// Completes when the previous batch has ended; `None` for the first batch.
    previous_ended: Option<oneshot::Receiver<()>>,
    inbox: InboxSender,
}

impl OperationQueue {
    pub fn new(
        context: Arc<SourceContext>,
        account: Option<Arc<WritableAccount>>,
        journal: Journal,
        inbox: InboxSender,
    ) -> Self {
        Self {
            context,
            account,
            journal,
            previous_ended: None,
            inbox,
        }
    }

    /// Runs a batch once the earlier batches have ended and its drafts are saved. The inbox receives the outcomes.
    pub fn enqueue(
        &mut self,
        batch: OperationBatch,
        draft_saved: oneshot::Receiver<()>,
        tasks: &Tasks,
    ) {
        let (context, account) = (Arc::clone(&self.context), self.account.clone());
        let (journal, inbox) = (self.journal.clone(), self.inbox.clone());
        let (ended, after) = oneshot::channel();
        let previous_ended = self.previous_ended.replace(after);
        let mut report = send_on_drop(&batch, self.inbox.clone(), ended);
        tasks.spawn(async move {
            if let Some(previous_ended) = previous_ended {
                let _however_it_ended = previous_ended.await;
            }
            // Waits until the draft was written. If the program is killed after that, the next run finds the draft and
            // checks whether PagerDuty has its text.
            let _or_not = draft_saved.await;
            report_journal_error(&inbox, journal.record_start(&batch).await);
            *report = match account {
                Some(account) => send_batch(&context, &account, &batch).await,
                None => all_unreached(&batch, "PagerDuty is not configured"),
            };
            report_journal_error(&inbox, journal.record_outcomes(&batch, &report).await);
        });
    }
}

async fn send_batch(
    context: &SourceContext,
    account: &WritableAccount,
    batch: &OperationBatch,
) -> Vec<Outcome> {
    let settings = &account.settings;
    context
        .secrets
        .wait_until_fetched(&IncidentsSource::secrets(settings))
        .await;
    let client = context.pagerduty_client(&settings.url, &settings.token, &settings.http);
    let client = match client {
        Ok(client) => client,
        Err(error) => return all_unreached(batch, &error.text),
    };
    let outcomes = run_batch(&client, batch, &|span| sleep(span).boxed()).await;
    let now = client.now();
    let fresh = outcomes
        .iter()
        .filter_map(|outcome| outcome.read_back.as_ref());
    fresh.for_each(|incident| account.recent_writes.record(incident, now));
    account.incidents.change(|_| {});
    account.refresh_one.send_modify(|times| *times += 1);
    outcomes
}

// A journal error is only reported: it must not keep anybody from acting.
fn report_journal_error(inbox: &InboxSender, written: Result<(), String>) {
    if let Err(why) = written {
        inbox.complain(why);
    }
}

fn all_unreached(batch: &OperationBatch, why: &str) -> Vec<Outcome> {
    batch.uniform_outcomes(&OutcomeDetail::Unreachable(why.to_owned()))
}

/// Sends the outcomes when the task ends, even by a panic, since the screen would otherwise wait for ever. After that,
/// drops `ended`, so that the next batch can begin.
fn send_on_drop(
    batch: &OperationBatch,
    inbox: InboxSender,
    ended: oneshot::Sender<()>,
) -> ScopeGuard<Vec<Outcome>, impl FnOnce(Vec<Outcome>) + use<>> {
    let crashed = OutcomeDetail::Unverified("its task crashed".to_owned());
    let number = batch.number;
    scopeguard::guard(batch.uniform_outcomes(&crashed), move |outcomes| {
        inbox.send(Msg::OperationsFinished { number, outcomes });
        drop(ended);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::{Incident, IncidentStatus, Urgency};
    use crate::domain::operation::{Operation, OperationResult};
    use crate::runtime::inbox::Inbox;

    fn incident() -> Incident {
        Incident {
            id: "Q1".into(),
            number: 1,
            title: "a hub is down".into(),
            url: None,
            status: IncidentStatus::Triggered,
            urgency: Urgency::High,
            service: None,
            policy: None,
            priority: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: None,
            resolved_at: None,
            resolved_by: None,
            assignments: Vec::new(),
            assigned_via: None,
            acknowledgements: Vec::new(),
            pending: Vec::new(),
            unread_fields: Default::default(),
            incident_key: None,
            triggered_alerts: None,
            conference: None,
            alerts: Vec::new(),
            alerts_known: false,
            log_known: false,
            priority_log_known: false,
        }
    }

    #[tokio::test]
    async fn a_task_that_stumbles_leaves_nobody_waiting() {
        let batch = OperationBatch {
            number: 7,
            operations: vec![Operation::Take, Operation::Resolve],
            incidents: vec![Arc::new(incident())],
            actor: None,
        };
        let mut inbox = Inbox::default();
        let (ended, after) = oneshot::channel();
        let report = send_on_drop(&batch, inbox.sender(), ended);
        let tasks = Tasks::on_current_runtime();
        tasks.spawn(async move {
            let _report = report;
            panic!("as a defect would");
        });
        let Msg::OperationsFinished { number, outcomes } = inbox.next().await else {
            panic!("nothing was told");
        };
        assert_eq!((number, outcomes.len()), (7, 2));
        assert!(
            outcomes
                .iter()
                .all(|one| one.result == OperationResult::Unknown)
        );
        assert!(after.await.is_err(), "the next one may begin");
    }
}
