//! Carries out what a person asked PagerDuty to do, one attempt after another, and tells what came of it
//! however that ends.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot, watch};

use super::clock::sleep;
use super::feeds::Feed;
use super::logbook::Logbook;
use super::read_back::ReadBack;
use super::shop::Shop;
use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::answers::IncidentsData;
use crate::domain::operation::{OperationBatch, Outcome, OutcomeDetail};
use crate::domain::settings::PagerDutySettings;
use crate::sources::pagerduty::operations::run_batch;

/// The account that is acted on, and where what is read back is shown.
pub struct Account {
    /// How it is reached.
    pub settings: PagerDutySettings,
    /// The incidents as they are shown.
    pub feed: Feed<IncidentsData>,
    /// Keeps an older poll from undoing what was read back.
    pub read_back: ReadBack,
    /// Wakes the polling of its incidents.
    pub nudge: watch::Sender<u64>,
}

/// What is done and what is to be done.
pub struct Deeds {
    shop: Arc<Shop>,
    account: Option<Arc<Account>>,
    logbook: Logbook,
    /// Ends when the attempt before has.
    before: Option<oneshot::Receiver<()>>,
    tell: mpsc::UnboundedSender<Msg>,
    told: mpsc::UnboundedReceiver<Msg>,
}

impl Deeds {
    /// Nothing is done yet.
    pub fn new(shop: Arc<Shop>, account: Option<Arc<Account>>, logbook: Logbook) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        Self {
            shop,
            account,
            logbook,
            before: None,
            tell,
            told,
        }
    }

    /// Does it once the attempts before it are done and what was typed is `kept`; [`Self::next`] tells.
    pub fn act(&mut self, attempt: OperationBatch, kept: oneshot::Receiver<()>, tasks: &Tasks) {
        let (shop, account) = (Arc::clone(&self.shop), self.account.clone());
        let (logbook, tell) = (self.logbook.clone(), self.tell.clone());
        let (ended, after) = oneshot::channel();
        let before = self.before.replace(after);
        let mut report = Report::of(&attempt, self.tell.clone(), ended);
        tasks.spawn(async move {
            if let Some(before) = before {
                let _however_it_ended = before.await;
            }
            // If the program is killed from here on, the next one finds the draft in doubt.
            let _or_not = kept.await;
            complain(&tell, logbook.begun(&attempt).await);
            report.came(match account {
                Some(account) => carry_out(&shop, &account, &attempt).await,
                None => unreached(&attempt, "PagerDuty is not configured"),
            });
            complain(&tell, logbook.ended(&attempt, &report.outcomes).await);
        });
    }

    /// What came of the next attempt. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Msg {
        match self.told.recv().await {
            Some(msg) => msg,
            // It holds a sender itself.
            None => std::future::pending().await,
        }
    }
}

async fn carry_out(shop: &Shop, account: &Account, attempt: &OperationBatch) -> Vec<Outcome> {
    let settings = &account.settings;
    shop.secrets.settled(&[&settings.token]).await;
    let client = shop.account(&settings.url, &settings.token, &settings.transport);
    let client = match client {
        Ok(client) => client,
        Err(error) => return unreached(attempt, &error.text),
    };
    let outcomes = run_batch(&client, attempt, &|span| sleep(span).boxed()).await;
    let now = client.now();
    let fresh = outcomes
        .iter()
        .filter_map(|outcome| outcome.read_back.as_ref());
    fresh.for_each(|incident| account.read_back.keep(incident, now));
    account.feed.change(|_| {});
    account.nudge.send_modify(|times| *times += 1);
    outcomes
}

// That it is not written down must not keep anybody from acting.
fn complain(tell: &mpsc::UnboundedSender<Msg>, written: Result<(), String>) {
    if let Err(why) = written {
        let text = format!("the journal cannot be written: {why}");
        let _ended = tell.send(Msg::DraftsNotAdopted(text));
    }
}

fn unreached(attempt: &OperationBatch, why: &str) -> Vec<Outcome> {
    attempt.uniform_outcomes(&OutcomeDetail::Unreachable(why.to_owned()))
}

/// Reports however the task ends, so that a panic in it leaves nobody waiting for ever.
struct Report {
    tell: mpsc::UnboundedSender<Msg>,
    number: u64,
    outcomes: Vec<Outcome>,
    /// Lets the next attempt begin when it is dropped.
    _ended: oneshot::Sender<()>,
}

impl Report {
    fn of(
        attempt: &OperationBatch,
        tell: mpsc::UnboundedSender<Msg>,
        ended: oneshot::Sender<()>,
    ) -> Self {
        let stumbled = OutcomeDetail::Unverified("its task stumbled".to_owned());
        Self {
            tell,
            number: attempt.number,
            outcomes: attempt.uniform_outcomes(&stumbled),
            _ended: ended,
        }
    }

    fn came(&mut self, outcomes: Vec<Outcome>) {
        self.outcomes = outcomes;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let msg = Msg::OperationsFinished {
            number: self.number,
            outcomes: std::mem::take(&mut self.outcomes),
        };
        // The program may have ended.
        let _ended = self.tell.send(msg);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::{Incident, IncidentStatus, Urgency};
    use crate::domain::operation::{Operation, OperationResult};

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
            incident_key: None,
            triggered_alerts: None,
            conference: None,
            alerts: Vec::new(),
            alerts_known: false,
        }
    }

    #[tokio::test]
    async fn a_task_that_stumbles_leaves_nobody_waiting() {
        let attempt = OperationBatch {
            number: 7,
            operations: vec![Operation::Take, Operation::Resolve],
            incidents: vec![Arc::new(incident())],
            actor: None,
        };
        let (tell, mut told) = mpsc::unbounded_channel();
        let (ended, after) = oneshot::channel();
        let report = Report::of(&attempt, tell, ended);
        let tasks = Tasks::here();
        tasks.spawn(async move {
            let _report = report;
            panic!("as a defect would");
        });
        let Some(Msg::OperationsFinished { number, outcomes }) = told.recv().await else {
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
