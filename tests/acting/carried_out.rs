//! Operations, from the screen's request to the outcome, and the incidents that later polls show.

use std::sync::Arc;
use std::time::Duration;

use hubwatch::app::msg::Msg;
use hubwatch::demo::account::incident::Agent;
use hubwatch::domain::incident::{Incident, IncidentStatus};
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::operation::{
    Operation, OperationBatch, OperationResult, Outcome, OutcomeDetail,
};
use hubwatch::domain::settings::{PagerDutySettings, SecretRef, SourcesConfig};
use hubwatch::runtime::inbox::Inbox;
use hubwatch::runtime::journal::Journal;
use hubwatch::runtime::operations::OperationQueue;
use hubwatch::runtime::registry::{self, register_sources};
use hubwatch::runtime::slots::Slots;
use hubwatch::runtime::tasks::Tasks;
use hubwatch::sources::context::SourceContext;
use hubwatch::sources::pagerduty::Access::{self, ReadOnly, ReadWrite};
use hubwatch::sources::pagerduty::DetailLimits;
use hubwatch::sources::secret::TerminalState;
use hubwatch::sources::secret::{FetchOptions, Secrets};
use hubwatch::store::cache::CacheDir;
use tokio::sync::watch;

use super::bench::{Bench, Fate, ada, served};

/// The program's tasks, polling the account and running operations on it.
struct Program {
    tasks: Tasks,
    slots: Slots,
    operations: OperationQueue,
    inbox: Inbox,
    hurry: watch::Sender<u64>,
    _token: tempfile::TempDir,
}

impl Program {
    async fn start(bench: &Bench, access: Access) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let token = dir.path().join("token");
        std::fs::write(&token, hubwatch::demo::pagerduty::USER_TOKEN).unwrap();
        let settings = PagerDutySettings {
            token: SecretRef::File(token),
            ..bench.settings()
        };
        Self::start_with(bench, access, settings, dir).await
    }

    async fn start_with(
        bench: &Bench,
        access: Access,
        settings: PagerDutySettings,
        dir: tempfile::TempDir,
    ) -> Self {
        let sources = SourcesConfig {
            pagerduty: Some(settings),
            ..SourcesConfig::default()
        };
        let time: Arc<dyn TimeSource> = Arc::new(bench.clock.clone());
        let tasks = Tasks::on_current_runtime();
        let secrets = Secrets::new(
            registry::wanted_secrets(&sources),
            Arc::clone(&time),
            tasks.blocking_runner(),
        );
        let manner = FetchOptions {
            screen: TerminalState::Taken,
            deadline: None,
            on_slow: &|_| {},
            on_warning: &|_| {},
        };
        secrets.fetch_all(&manner).await;
        let context = SourceContext::new(
            tasks.blocking_runner(),
            time,
            secrets,
            DetailLimits::CONTINUOUS,
            CacheDir::disabled(),
            access,
        );
        let context = Arc::new(context);
        let registry = register_sources(sources, Vec::new(), &context);
        let journal = Journal {
            dir: Some(dir.path().into()),
            tasks: tasks.clone(),
            zone: hubwatch::domain::zone::Zone::UTC,
            time: Arc::new(bench.clock.clone()),
        };
        let inbox = Inbox::default();
        let operations = OperationQueue::new(context, registry.account(), journal, inbox.sender());
        let (hurry, hurried) = watch::channel(0);
        let slots = registry.slots();
        registry.start_polling(&tasks, &hurried);
        Self {
            tasks,
            slots,
            operations,
            inbox,
            hurry,
            _token: dir,
        }
    }

    /// The only incident, as the slot holds it, and the time at which the poll that read it began.
    fn shown(&self) -> Option<(Arc<Incident>, Duration)> {
        let slot = self.slots.answers().incidents?;
        let answer = slot.answer?;
        let incident = answer.body.incidents.first()?;
        Some((Arc::clone(incident), answer.asked_at.mono))
    }

    /// Waits for the answer of a poll that began at `since` or later.
    async fn polled(&self, since: Duration) -> Arc<Incident> {
        let come = async {
            loop {
                if let Some((incident, asked)) = self.shown()
                    && asked >= since
                {
                    return incident;
                }
                self.slots.changed().await;
            }
        };
        let patience = Duration::from_secs(10);
        let come = tokio::time::timeout(patience, come).await;
        come.unwrap_or_else(|_| panic!("no poll: {:?}", self.slots.answers().incidents))
    }

    fn act(&mut self, number: u64, operation: Operation, on: &[Arc<Incident>]) {
        let batch = OperationBatch {
            number,
            operations: vec![operation],
            incidents: on.to_vec(),
            actor: Some(ada()),
        };
        // No draft has to be saved before the batch is sent.
        let (_, kept) = tokio::sync::oneshot::channel();
        self.operations.enqueue(batch, kept, &self.tasks);
    }

    async fn acted(&mut self) -> (u64, Vec<Outcome>) {
        match self.inbox.next().await {
            Msg::OperationsFinished { number, outcomes } => (number, outcomes),
            other => panic!("{other:?}"),
        }
    }
}

fn is_listing(asked: &super::bench::Asked) -> bool {
    let open = ("statuses[]".to_owned(), "triggered".to_owned());
    asked.is("GET /incidents") && asked.query.contains(&open)
}

#[tokio::test]
async fn a_poll_that_was_begun_before_a_write_does_not_undo_it_on_the_screen() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let mut program = Program::start(&bench, ReadWrite).await;
        let shown = program.polled(Duration::ZERO).await;
        assert_eq!(shown.status, IncidentStatus::Triggered);

        // A poll reads the old state, and its answer is held back.
        bench.twist(|asked, _, _| match is_listing(asked) {
            true => Fate::KeepBack,
            false => Fate::Pass,
        });
        bench.clock.pass(Duration::from_secs(10));
        let old_poll = bench.clock.now().mono;
        program.hurry.send_modify(|times| *times += 1);
        while !bench.has_asked(is_listing) {
            tokio::task::yield_now().await;
        }
        bench.clock.pass(Duration::from_secs(5));
        program.act(7, Operation::Acknowledge, &[shown]);
        let (number, outcomes) = program.acted().await;
        assert_eq!((number, outcomes[0].result), (7, OperationResult::Done));
        let (at_once, asked) = program.shown().unwrap();
        assert!(asked < old_poll, "no poll came meanwhile");
        assert_eq!(at_once.status, IncidentStatus::Acknowledged);

        bench.asked();
        bench.let_through();
        let after_the_old = program.polled(old_poll).await;
        assert_eq!(after_the_old.status, IncidentStatus::Acknowledged);

        // The next poll starts without a request for a refresh, and reads only the incidents.
        bench.let_through();
        let next = program.polled(old_poll + Duration::from_secs(1)).await;
        assert_eq!(next.status, IncidentStatus::Acknowledged);
        assert!(!bench.asked().iter().any(|it| it.path == "/oncalls"));

        // Later changes by other people are read as usual.
        bench.twist(|_, _, _| Fate::Pass);
        bench.clock.pass(Duration::from_secs(5));
        let now = bench.clock.now();
        let bo = Agent::User("bo".into());
        bench
            .world()
            .account
            .resolve(&id, &bo, None, now.wall)
            .unwrap();
        program.hurry.send_modify(|times| *times += 1);
        let last = program.polled(now.mono).await;
        assert_eq!(last.status, IncidentStatus::Resolved);
    })
    .await;
}

#[tokio::test]
async fn batches_are_carried_out_one_after_another() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let mut program = Program::start(&bench, ReadWrite).await;
        let shown = program.polled(Duration::ZERO).await;
        for (number, operation) in [
            (1, Operation::Acknowledge),
            (2, Operation::Resolve),
            (3, Operation::Take),
        ] {
            program.act(number, operation, &[Arc::clone(&shown)]);
        }
        let mut all = Vec::new();
        for _ in 0..3 {
            let (number, outcomes) = program.acted().await;
            all.push((number, outcomes[0].detail.clone()));
        }
        assert!(
            matches!(all[0], (1, OutcomeDetail::Confirmed { .. })),
            "{all:?}"
        );
        // All three batches have the incident as it was before the acknowledgement. So the second and the third find it
        // changed.
        assert!(matches!(all[1], (2, OutcomeDetail::Changed(_))), "{all:?}");
        assert!(matches!(all[2], (3, OutcomeDetail::Changed(_))), "{all:?}");
        assert_eq!(bench.held(&id).acknowledged[0].0, "ada");
    })
    .await;
}

#[tokio::test]
async fn a_program_that_may_only_read_writes_nothing() {
    served(ReadWrite, async |bench| {
        bench.open("a hub is down", "bo");
        let mut program = Program::start(&bench, ReadOnly).await;
        let shown = program.polled(Duration::ZERO).await;
        bench.asked();
        for operation in [
            Operation::Acknowledge,
            Operation::Take,
            Operation::Resolve,
            Operation::Escalate(2),
        ] {
            program.act(1, operation, &[Arc::clone(&shown)]);
            let (_, outcomes) = program.acted().await;
            assert_eq!(outcomes[0].detail, OutcomeDetail::ReadOnly);
        }
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn without_its_secret_the_account_is_not_reached() {
    served(ReadWrite, async |bench| {
        bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        let dir = tempfile::tempdir().unwrap();
        let settings = PagerDutySettings {
            token: SecretRef::File(dir.path().join("nothing")),
            ..bench.settings()
        };
        let mut program = Program::start_with(&bench, ReadWrite, settings, dir).await;
        program.act(1, Operation::Resolve, &shown);
        let (_, outcomes) = program.acted().await;
        assert!(
            matches!(outcomes[0].detail, OutcomeDetail::Unreachable(_)),
            "{outcomes:?}"
        );
        assert!(bench.asked().is_empty());
    })
    .await;
}
