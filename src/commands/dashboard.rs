//! Starts the dashboard from a configuration.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use super::document_reader::ConfiguredReader;
use super::version_reader::VersionReader;
use super::{CommandContext, config, dashboard_exit_code, fail, out, symbols_for};
use crate::app::model::SessionOptions;
use crate::app::owed::Owed;
use crate::config::{Config, Diagnostic};
use crate::domain::settings::TerminalBackground;
use crate::runtime::appearance::Appearance;
use crate::runtime::dashboard::{Dashboard, DashboardContext, DashboardIo};
use crate::runtime::documents::{DocumentReader, DocumentReadings, PeriodicReading, start_reading};
use crate::runtime::drafts::{DraftStorage, Drafts};
use crate::runtime::effects::EffectRunner;
use crate::runtime::history_queries::HistoryQueries;
use crate::runtime::inbox::{Inbox, InboxSender};
use crate::runtime::journal::Journal;
use crate::runtime::local_time_boxes::{self, LocalTimeBoxStore};
use crate::runtime::notifier::Notifier;
use crate::runtime::operations::OperationQueue;
use crate::runtime::registry::{self, register_sources};
use crate::runtime::signals::{Signals, TerminationSignals};
use crate::runtime::tty_watchdog;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, DetailLimits};
use crate::sources::secret::TerminalState;
use crate::sources::secret::{FetchOptions, Secrets};
use crate::store::cache::CacheDir;
use crate::store::state_dir;
use crate::terminal::capabilities::{Capabilities, TerminalEnv};

/// `hubwatch`
pub async fn run(context: &CommandContext) -> ExitCode {
    match config::load(&context.global) {
        Ok(config) => {
            dashboard_exit_code(show(context, config, DashboardMode::Live, Signals::listen).await)
        }
        Err(error) => fail(&config::explain(&error, &context.global)),
    }
}

/// Where the dashboard's data comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DashboardMode {
    /// The sources of the team's configuration.
    Live,
    /// The demo's embedded world. Nothing is saved.
    Demo,
}

/// Shows the dashboard until it ends. `listen` begins to catch signals. Until `show` calls `listen`, a signal ends the
/// program, so that a user can interrupt a secret's command that hangs.
///
/// # Errors
/// There is no terminal.
pub async fn show(
    context: &CommandContext,
    config: Config,
    place: DashboardMode,
    listen: impl FnOnce() -> io::Result<Signals>,
) -> std::io::Result<()> {
    let secrets = Secrets::new(
        registry::wanted_secrets(&config.sources),
        Arc::clone(&context.time),
        context.tasks.blocking_runner(),
    );
    let inbox = Inbox::default();
    let found = match place {
        DashboardMode::Live => Some(state_dir::find_in_time(context.tasks.blocking_runner()).await),
        DashboardMode::Demo => None,
    };
    let draft_storage = match &found {
        None => DraftStorage::Disabled,
        Some(Err(why)) => DraftStorage::Unavailable(why),
        Some(Ok(dir)) => DraftStorage::Dir(dir),
    };
    if let Some(Err(why)) = &found {
        inbox.sender().complain(state_dir::without_state(why));
    }
    let state_dir = found
        .as_ref()
        .and_then(|found| found.as_ref().ok())
        .cloned();
    let drafts = Drafts::open(
        draft_storage,
        Arc::clone(&context.time),
        &context.tasks,
        inbox.sender(),
    );
    let sources = SourceContext::new(
        context.tasks.blocking_runner(),
        Arc::clone(&context.time),
        secrets,
        DetailLimits::CONTINUOUS,
        cache(context, state_dir.as_deref(), inbox.sender()),
        access(config.read_only),
    );
    let sources = Arc::new(sources);
    let secrets = Arc::clone(&sources);
    fetch_secret_files(context, &sources, inbox.sender());
    let histories = HistoryQueries::new(
        Arc::clone(&sources),
        &config.sources.prometheus,
        inbox.sender(),
    );
    let time_boxes = local_time_boxes::load(state_dir.as_deref(), |why| {
        inbox.sender().complain(why);
    });
    let registry = register_sources(config.sources.clone(), time_boxes, &sources);
    let reader: Arc<dyn DocumentReader> = Arc::new(ConfiguredReader {
        config: config.clone(),
        sources: Arc::clone(&sources),
        slots: registry.slots(),
        time: Arc::clone(&context.time),
        symbols: symbols_for(&context.global),
        record_turn: Mutex::default(),
        last_owed: Mutex::default(),
        versions: VersionReader::default(),
    });
    let documents = DocumentReadings::new(Arc::clone(&reader), inbox.sender());
    let owed = owed(&config);
    let time_boxes = LocalTimeBoxStore::new(
        registry.local_time_boxes(),
        state_dir.clone(),
        Arc::clone(&context.time),
        inbox.sender(),
    );
    let journal = Journal {
        dir: state_dir,
        tasks: context.tasks.clone(),
        zone: config.policy.display_zone,
        time: Arc::clone(&context.time),
    };
    let operations = OperationQueue::new(sources, registry.account(), journal, inbox.sender());
    let (hurry, hurried) = watch::channel(0);
    let slots = registry.slots();
    let mut registry = Some(registry);
    let mut periodic = Vec::new();
    periodic.extend(owed.is_some().then_some(PeriodicReading::Owed));
    let has_prometheus = !config.sources.prometheus.is_empty();
    periodic.extend(has_prometheus.then_some(PeriodicReading::Versions));
    let readings_inbox = inbox.sender();
    let mut start_polling = || {
        if let Some(registry) = registry.take() {
            registry.start_polling(&context.tasks, &hurried);
            for what in &periodic {
                let (reader, inbox) = (Arc::clone(&reader), readings_inbox.clone());
                let time = Arc::clone(&context.time);
                start_reading(*what, reader, &hurried, inbox, time, &context.tasks);
            }
        }
    };
    if secrets.secrets.has_commands() {
        // Polling starts before the remaining secret commands run, since many sources need none of these commands.
        start_polling();
        run_secret_commands(&secrets.secrets).await?;
        run_remaining_commands(context, secrets, inbox.sender());
    }
    let parts = DashboardContext {
        tasks: context.tasks.clone(),
        time: Arc::clone(&context.time),
        session: SessionOptions {
            demo: place == DashboardMode::Demo,
            read_only: config.read_only,
            zone: config.policy.display_zone,
        },
        policy: Arc::new(config.policy),
        owed,
        appearance: appearance(context, config.background),
        notifier: Notifier::new(
            config.notify,
            place == DashboardMode::Demo,
            symbols_for(&context.global),
            inbox.sender(),
            context.time.now(),
        ),
        config_file: (place == DashboardMode::Live)
            .then(|| config::config_file_name(&context.global))
            .flatten(),
        config_warnings: config.warnings.iter().map(Diagnostic::brief).collect(),
    };
    // The first frame is drawn before any source is polled, unless a secret's command delays it.
    let ends = DashboardIo {
        slots,
        effects: EffectRunner::new(
            hurry, histories, documents, operations, drafts, time_boxes, inbox,
        ),
        signals: listen()?,
    };
    tty_watchdog::start(&context.tasks)?;
    let dashboard = Dashboard::open(parts, ends)?;
    start_polling();
    dashboard.run().await
}

// `None` without PagerDuty, because only PagerDuty's record shows what was an outage.
fn owed(config: &Config) -> Option<Owed> {
    config.sources.pagerduty.as_ref().map(|_| Owed {
        tracker: config.sources.tracker.clone().map(Arc::new),
        ..Owed::default()
    })
}

fn cache(context: &CommandContext, state_dir: Option<&Path>, inbox: InboxSender) -> CacheDir {
    let report = move |text: String| inbox.complain(text);
    CacheDir::new(state_dir, context.tasks.blocking_runner(), Arc::new(report))
}

fn access(read_only: bool) -> Access {
    match read_only {
        true => Access::ReadOnly,
        false => Access::ReadWrite,
    }
}

// Runs the commands that fetch secrets. They run before the first frame, since they may ask on the terminal. A message
// names a command that is slow. After a command times out, the remaining commands run later, without the terminal. A
// signal ends the wait with an error.
async fn run_secret_commands(secrets: &Secrets) -> io::Result<()> {
    let options = FetchOptions {
        screen: TerminalState::Free,
        deadline: None,
        on_slow: &|name| {
            out::print_message(&format!("running the command of {name} (ctrl-c to stop)…"))
        },
        on_warning: &|_| {},
    };
    let mut ends = TerminationSignals::listen()?;
    tokio::select! {
        biased;
        () = ends.next() => Err(io::Error::other("a signal ended hubwatch before the screen opened")),
        () = secrets.run_commands(&options) => Ok(()),
    }
}

// Reads the files in a separate task, since a file system that hangs must not delay the first frame.
fn fetch_secret_files(context: &CommandContext, sources: &Arc<SourceContext>, inbox: InboxSender) {
    let sources = Arc::clone(sources);
    context.tasks.spawn(async move {
        let warn = |warning: &str| inbox.complain(warning);
        sources.secrets.fetch_files(&warn).await;
    });
}

// Runs the remaining commands without the terminal, which the dashboard uses by then. The first frame does not wait for
// these commands.
fn run_remaining_commands(
    context: &CommandContext,
    sources: Arc<SourceContext>,
    inbox: InboxSender,
) {
    context.tasks.spawn(async move {
        let warn = |warning: &str| inbox.complain(warning);
        sources.secrets.run_remaining_commands(&warn).await;
    });
}

fn appearance(context: &CommandContext, background: TerminalBackground) -> Appearance {
    let hints = TerminalEnv::from_process(context.global.no_color, context.global.ascii);
    Appearance::new(Capabilities::detect(&hints), background)
}
