//! Runs the dashboard's operations from a shell: reads the named incidents, shows them, asks for confirmation, writes,
//! and reads the result back. The checks and texts are those of the dashboard.

mod account;
mod build_operation;
mod confirm_loop;
mod declared_case;
mod lookup;
mod persistence;
mod plan;
mod prompt;
mod shell_operation;
mod terminal;

use std::io::Read as _;
use std::process::ExitCode;

use super::symbols_for;
use super::{CommandContext, config, fail, out};
use crate::cli::{EXIT_USAGE, OperationCommand, OperationFormat};
use crate::config::Config;
use crate::domain::ids::CaseId;
use crate::domain::operation::{NotSent, NotSentReason, OutcomeDetail, Remaining};
use crate::report::operations::{self, OperationReport};
use crate::report::scope::Scope;
use crate::text::context::TextContext;
use crate::text::symbols::UNICODE;
use crate::wording::operation::{describe_remaining, shell};
use plan::ShellOperation;
use terminal::Terminal;

/// The exit code after a signal that ended the command before anything was sent.
const EXIT_INTERRUPTED: u8 = 130;

/// The most bytes of a note that are read. PagerDuty's longest note is shorter.
const MAX_NOTE_BYTES: u64 = 64 << 10;

/// The outcomes for all incidents of a command.
#[derive(Default)]
struct OperationResults {
    outcomes: Vec<OperationReport>,
    /// Whether the command was interrupted before anything was sent.
    interrupted: bool,
    /// Steps that remain to be done by hand.
    remaining: Vec<Remaining>,
}

/// `hubwatch ack` and the other commands that write to PagerDuty.
pub async fn run(context: &CommandContext, command: &OperationCommand) -> ExitCode {
    match run_command(context, command).await {
        Ok(code) => code,
        Err(why) => fail(&why),
    }
}

// Reports errors of the command line and the configuration before it reads any data.
async fn run_command(
    context: &CommandContext,
    command: &OperationCommand,
) -> Result<ExitCode, String> {
    let config =
        config::load(&context.global).map_err(|error| config::explain(&error, &context.global))?;
    let Some(account) = config.sources.pagerduty.clone() else {
        return Err("there is nothing to act on: PagerDuty is not configured".to_owned());
    };
    check_hub(command, &config)?;
    let ended = if config.read_only {
        OperationResults {
            outcomes: all_not_sent(command, &NotSentReason::Blocked(OutcomeDetail::ReadOnly)),
            ..OperationResults::default()
        }
    } else {
        let operation = ShellOperation {
            context,
            command,
            account,
            config: &config,
            terminal: find_terminal(command)?,
            note_text: note_text(command)?,
        };
        operation.run().await.map_err(|error| error.to_string())?
    };
    Ok(print_report(
        &ended,
        command,
        &ctx(context, &config, command),
    ))
}

fn check_hub(command: &OperationCommand, config: &Config) -> Result<(), String> {
    let OperationCommand::Declare(declare) = command else {
        return Ok(());
    };
    let of_case = declare.case.iter().filter_map(|case| match case {
        CaseId::Hub(hub) => Some(hub.clone()),
        CaseId::Alert(_) | CaseId::Incident(_) => None,
    });
    let scope = Scope {
        hubs: declare.hub.iter().cloned().chain(of_case).collect(),
        ..Scope::default()
    };
    scope
        .validate(&config.policy)
        .map_err(|error| error.to_string())
}

// `None` if nothing has to be confirmed.
fn find_terminal(command: &OperationCommand) -> Result<Option<Terminal>, String> {
    if command.options().yes {
        return Ok(None);
    }
    match Terminal::find(reads_note_from_stdin(command)) {
        Some(terminal) => Ok(Some(terminal)),
        None => Err(shell::NO_TERMINAL.to_owned()),
    }
}

fn reads_note_from_stdin(command: &OperationCommand) -> bool {
    matches!(command, OperationCommand::Note(note) if note.text == "-")
}

// The text of the note, if the command is `note`.
fn note_text(command: &OperationCommand) -> Result<Option<String>, String> {
    let OperationCommand::Note(note) = command else {
        return Ok(None);
    };
    if !reads_note_from_stdin(command) {
        return Ok(Some(note.text.clone()));
    }
    let mut text = String::new();
    let read = std::io::stdin()
        .take(MAX_NOTE_BYTES + 1)
        .read_to_string(&mut text);
    read.map_err(|error| format!("the note cannot be read from standard input: {error}"))?;
    let is_too_long = u64::try_from(text.len()).is_ok_and(|length| length > MAX_NOTE_BYTES);
    match text.trim() {
        "" => Err("there is no note on standard input".to_owned()),
        _ if is_too_long => Err("the note on standard input is too long".to_owned()),
        text => Ok(Some(text.to_owned())),
    }
}

/// One report for every incident that the command line names, with the same reason in each.
fn all_not_sent(command: &OperationCommand, reason: &NotSentReason) -> Vec<OperationReport> {
    let unsent = |incident| {
        OperationReport::NotSent(NotSent {
            incident,
            number: None,
            kind: command.kind(),
            reason: reason.clone(),
        })
    };
    let named = command.incidents();
    match named.is_empty() {
        true => vec![unsent(None)],
        false => named.into_iter().map(|id| unsent(Some(id))).collect(),
    }
}

fn ctx(context: &CommandContext, config: &Config, command: &OperationCommand) -> TextContext {
    let symbols = match command.options().format {
        OperationFormat::Json => &UNICODE,
        OperationFormat::Text => symbols_for(&context.global),
    };
    TextContext {
        now: context.time.now(),
        zone: config.policy.display_zone,
        symbols,
    }
}

fn print_report(
    ended: &OperationResults,
    command: &OperationCommand,
    ctx: &TextContext,
) -> ExitCode {
    let code = match ended.interrupted {
        true => EXIT_INTERRUPTED,
        false => operations::exit_code(&ended.outcomes),
    };
    let text = match command.options().format {
        OperationFormat::Text => {
            let left = ended.remaining.iter();
            left.for_each(|one| out::print_message(&describe_remaining(one)));
            operations::text(&ended.outcomes, ctx)
        }
        OperationFormat::Json => match operations::json(&ended.outcomes, ctx) {
            Ok(json) => json,
            Err(error) => return fail(&error),
        },
    };
    let unwritten = if code == 0 { EXIT_USAGE } else { code };
    out::print_and_exit(&text, code, unwritten)
}
