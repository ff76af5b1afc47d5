//! The commands, from arguments to exit codes.

mod check;
mod config;
mod dashboard;
mod demo;
mod doctor;
mod document_reader;
mod handoff;
mod incident_report;
mod init;
mod log;
mod notify;
mod operation;
mod out;
mod owed;
mod past_record;
mod poll_once;
mod print;
mod rollout;
mod serve;
mod trends;
mod version_reader;
mod wait;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;

use crate::cli::{self, Cli, Command, EXIT_USAGE, OneLineCommand};
use crate::domain::now::TimeSource;
use crate::domain::settings::SourcesConfig;
use crate::runtime::clock::SystemClock;
use crate::runtime::registry;
use crate::runtime::tasks::Tasks;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, DetailLimits};
use crate::sources::secret::Secrets;
use crate::store::cache::CacheDir;
use crate::store::state_dir;
use crate::terminal::capabilities::{Capabilities, TerminalEnv};
use crate::text::symbols::Symbols;

/// The limit for threads that do blocking work: name look-ups, picture builds, reading files. On a file system that
/// hangs, each secret and state file blocks one thread. The limit leaves threads for other work.
const BLOCKING_THREADS: usize = 256;

/// The parameters that all commands share.
struct CommandContext {
    tasks: Tasks,
    time: Arc<dyn TimeSource>,
    global: cli::Global,
}

impl CommandContext {
    /// The state directory. If there is none, prints a message and returns `None`: nothing is saved then.
    async fn state_dir(&self) -> Option<PathBuf> {
        let found = state_dir::find_in_time(self.tasks.blocking_runner()).await;
        if let Err(error) = &found {
            out::print_message(&state_dir::without_state(error));
        }
        found.ok()
    }

    /// The context of sources that are polled once.
    fn source_context(
        &self,
        sources: &SourcesConfig,
        cache: CacheDir,
        access: Access,
    ) -> SourceContext {
        self.source_context_within(sources, cache, access, DetailLimits::SINGLE_POLL)
    }

    fn source_context_within(
        &self,
        sources: &SourcesConfig,
        cache: CacheDir,
        access: Access,
        limits: DetailLimits,
    ) -> SourceContext {
        let runner = || self.tasks.blocking_runner();
        let time = || Arc::clone(&self.time);
        let secrets = Secrets::new(registry::wanted_secrets(sources), time(), runner());
        SourceContext::new(runner(), time(), secrets, limits, cache, access)
    }

    /// A cache that keeps the sources' files in a state directory, and prints its errors to standard error.
    fn cache(&self, state_dir: Option<&Path>) -> CacheDir {
        let report = Arc::new(|text: String| out::print_message(&text));
        CacheDir::new(state_dir, self.tasks.blocking_runner(), report)
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return print_usage(&error, &args),
    };
    crate::terminal::panic::install(std::thread::current().id());
    let _log = match log::start(&cli.global) {
        Ok(log) => log,
        Err(error) => {
            let why = format!("the log file cannot be written: {error}");
            return fail_early(&cli.global, &args, &why);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(run(cli));
            // A name look-up that hangs must not delay the exit.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            let why = format!("the runtime cannot be started: {error}");
            fail_early(&cli.global, &args, &why)
        }
    }
}

// Prints clap's message. A request for help or for the version is not an error.
fn print_usage(error: &clap::Error, args: &[OsString]) -> ExitCode {
    let printed = error.print();
    if !error.use_stderr() {
        return out::exit_code(printed, 0, EXIT_USAGE);
    }
    let why = first_paragraph(&error.to_string());
    let why = why.strip_prefix("error: ").unwrap_or(&why);
    exit_early(&cli::Global::default(), args, why)
}

// The lines up to the first empty one, as one line. The names of missing arguments are on lines of their own.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn fail_early(global: &cli::Global, args: &[OsString], why: &str) -> ExitCode {
    out::print_message(why);
    exit_early(global, args, why)
}

fn exit_early(global: &cli::Global, args: &[OsString], why: &str) -> ExitCode {
    match OneLineCommand::from_args(args) {
        Some(command) => {
            let now = SystemClock::start().now().wall;
            check::print_unknown(global, command, why, now)
        }
        None => ExitCode::from(EXIT_USAGE),
    }
}

async fn run(cli: Cli) -> ExitCode {
    let context = CommandContext {
        tasks: Tasks::on_current_runtime(),
        time: Arc::new(SystemClock::start()),
        global: cli.global,
    };
    let code = match cli.command {
        None => dashboard::run(&context).await,
        Some(Command::Demo(demo)) if demo.serve => serve::run(&context, &demo).await,
        Some(Command::Demo(demo)) => demo::run(&context, &demo).await,
        Some(Command::Check(check)) => match check.wait {
            Some(duration) => wait::run(&context, &check, duration).await,
            None => check::run(&context, &check).await,
        },
        Some(Command::Line(line)) => check::run_line(&context, &line).await,
        Some(Command::Operation(act)) => operation::run(&context, &act).await,
        Some(Command::Init(init)) => init::run(&context, &init),
        Some(Command::Doctor(doctor)) => doctor::run(&context, doctor).await,
        Some(Command::Owed(owed)) => owed::run(&context, owed).await,
        Some(Command::Rollout(args)) => rollout::run(&context, &args).await,
        Some(Command::Trends(trends)) => trends::run(&context, trends).await,
        Some(Command::Handoff(handoff)) => handoff::run(&context, &handoff).await,
        Some(Command::Report(report)) => incident_report::run(&context, report).await,
        Some(Command::Notify(notify)) => notify::run(&context, notify).await,
        Some(Command::Import(import)) => config::import(&import),
        Some(Command::Print(print)) => print::run(print.file),
        Some(Command::Completions { shell }) => {
            out::print_with(|out| cli::write_completions(shell, out))
        }
        Some(Command::Man) => out::print_with(|out| cli::write_man(out)),
    };
    context.tasks.stop().await;
    code
}

/// The symbols of the screen: ASCII if the option or the locale asks for it.
fn symbols_for(global: &cli::Global) -> &'static Symbols {
    let hints = TerminalEnv::from_process(global.no_color, global.ascii);
    Symbols::for_terminal(Capabilities::detect(&hints).ascii)
}

/// Prints an error that ends a command before it starts to work, and returns the exit code.
fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    out::print_message(&error.to_string());
    ExitCode::from(EXIT_USAGE)
}

/// The exit code after the dashboard has ended.
fn dashboard_exit_code(result: std::io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The dashboard ends normally if its terminal is gone.
        Err(error) if is_hangup(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn is_hangup(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}
