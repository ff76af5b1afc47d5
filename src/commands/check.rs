//! Polls every source once and prints the verdict.

use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;

use super::poll_once::{SecondTry, passphrase_screen, poll_and_build, text_context};
use super::{CommandContext, config, out, symbols_for};
use crate::cli::{self, CheckFormat, EXIT_CHECK_USAGE, EXIT_USAGE, LineFormat, OneLineCommand};
use crate::domain::policy::Policy;
use crate::report::line::Format;
use crate::report::scope::Scope;
use crate::report::wait::junit;
use crate::report::{check as text, json, json_text, line as one_line};
use crate::runtime::signals::TerminationSignals;
use crate::sources::secret::TerminalState;
use crate::text::symbols::UNICODE;

/// The longest poll of `hubwatch line`, since a status bar must not wait longer.
const LINE_TIMEOUT: Duration = Duration::from_secs(10);

/// The verdict's summary if hubwatch itself fails.
pub(super) const FAILED_ITSELF: &str = "hubwatch itself failed; see its message on standard error";

/// The verdict's summary if a signal ends hubwatch.
pub(super) const ENDED_BY_SIGNAL: &str = "a signal ended hubwatch before every source had answered";

/// Why there is no picture.
pub(super) struct NoPicture {
    /// The whole error text with its hints, for standard error.
    explained: String,
    /// The short error text, for the line on standard output.
    pub(super) brief: String,
}

impl From<String> for NoPicture {
    fn from(why: String) -> Self {
        Self {
            brief: why.lines().next().unwrap_or_default().to_owned(),
            explained: why,
        }
    }
}

impl NoPicture {
    // Prints the whole error text, unless the line on standard output already shows all of it.
    pub(super) fn print_unless_said(&self) {
        if self.explained != self.brief {
            out::print_message(&self.explained);
        }
    }
}

/// `hubwatch check` without `--wait`
pub async fn run(context: &CommandContext, check: &cli::Check) -> ExitCode {
    match catch_end(check_once(context, check)).await {
        Ok((text, level)) => out::print_and_exit(&text, level, EXIT_CHECK_USAGE),
        Err(why) => {
            why.print_unless_said();
            let command = OneLineCommand::Check(check.format);
            print_unknown(
                &context.global,
                command,
                &why.brief,
                context.time.now().wall,
            )
        }
    }
}

/// `hubwatch line`
pub async fn run_line(context: &CommandContext, line: &cli::Line) -> ExitCode {
    match catch_end(line_once(context, line)).await {
        Ok(text) => out::print_and_exit(&text, 0, EXIT_USAGE),
        Err(why) => {
            out::print_message(&why.explained);
            let command = OneLineCommand::Line(line.format);
            print_unknown(
                &context.global,
                command,
                &why.brief,
                context.time.now().wall,
            )
        }
    }
}

// Turns a panic or a signal into an unknown verdict, as for any other failed poll. Dropping `look` ends its running
// work, such as a secret's command.
async fn catch_end<T>(look: impl Future<Output = Result<T, NoPicture>>) -> Result<T, NoPicture> {
    let mut ends = TerminationSignals::listen().map_err(|error| error.to_string())?;
    let look = std::panic::AssertUnwindSafe(look).catch_unwind();
    tokio::select! {
        biased;
        () = ends.next() => Err(ENDED_BY_SIGNAL.to_owned().into()),
        looked = look => looked.unwrap_or_else(|_| Err(FAILED_ITSELF.to_owned().into())),
    }
}

/// Prints the line of a check that could not poll any source.
pub fn print_unknown(
    global: &cli::Global,
    command: OneLineCommand,
    why: &str,
    at: DateTime<Utc>,
) -> ExitCode {
    let symbols = symbols_for(global);
    let text = match command {
        OneLineCommand::Check(CheckFormat::Text) => text::unknown(why, symbols),
        OneLineCommand::Check(CheckFormat::Json) => {
            let report = serde_json::to_string_pretty(&json::unknown(why, at));
            report.unwrap_or_default() + "\n"
        }
        OneLineCommand::Check(CheckFormat::Junit) => junit::unknown(why),
        OneLineCommand::Line(format) => one_line::unknown(why, line_format(format), symbols) + "\n",
    };
    let code = command.failure_code();
    out::print_and_exit(&text, code, code)
}

fn line_format(format: LineFormat) -> Format {
    match format {
        LineFormat::Plain => Format::Plain,
        LineFormat::Tmux => Format::Tmux,
    }
}

/// The part of the fleet that the arguments name.
///
/// # Errors
/// A name is not in the inventory.
pub(super) fn scope(check: &cli::Check, policy: &Policy) -> Result<Scope, String> {
    let clusters = check.clusters.iter().map(|name| name.as_str().into());
    let scope = Scope {
        clusters: clusters.collect(),
        hubs: check.hubs.iter().cloned().collect(),
    };
    match scope.validate(policy) {
        Ok(()) => Ok(scope),
        Err(error) => Err(error.to_string()),
    }
}

// Returns the report and the verdict's exit code.
async fn check_once(
    context: &CommandContext,
    check: &cli::Check,
) -> Result<(String, u8), NoPicture> {
    let config =
        config::load(&context.global).map_err(|error| config::explain(&error, &context.global))?;
    let scope = scope(check, &config.policy)?;
    let policy = config.policy.clone();
    let picture = poll_and_build(
        context,
        config,
        &scope,
        check.timeout,
        SecondTry::Needed,
        passphrase_screen(),
    )
    .await;
    let shown = match check.format {
        CheckFormat::Text => symbols_for(&context.global),
        CheckFormat::Json | CheckFormat::Junit => &UNICODE,
    };
    let ctx = text_context(context, &picture, &policy, shown);
    let report = match check.format {
        CheckFormat::Text => text::text(&picture, &ctx),
        // JUnit cannot occur here, since the command line accepts JUnit only with --wait.
        CheckFormat::Json | CheckFormat::Junit => {
            json_text::to_text(&json::report(&picture, &ctx)).map_err(|error| error.to_string())?
        }
    };
    let text = format!("{}\n", report.trim_end());
    Ok((text, picture.verdict.level.exit_code()))
}

async fn line_once(context: &CommandContext, line: &cli::Line) -> Result<String, NoPicture> {
    let config = config::load(&context.global).map_err(|error| NoPicture {
        explained: config::explain(&error, &context.global),
        brief: config::explain_briefly(&error),
    })?;
    let policy = config.policy.clone();
    let picture = poll_and_build(
        context,
        config,
        &Scope::default(),
        LINE_TIMEOUT,
        SecondTry::NotNeeded,
        TerminalState::Taken,
    )
    .await;
    let ctx = text_context(context, &picture, &policy, symbols_for(&context.global));
    let line = one_line::line(&picture, line_format(line.format), &ctx);
    Ok(line + "\n")
}
