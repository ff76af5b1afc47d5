//! The dashboard's actions from a shell: what is named is read and shown, asked about, sent and read back.
//! The guards and the words are the dashboard's.

mod account;
mod deeds;
mod errand;
mod kept;
mod question;
mod rounds;
mod sight;
mod terminal;

use std::io::Read as _;
use std::process::ExitCode;

use super::{Surroundings, config, failed, out};
use crate::cli::{Act, ActFormat};
use crate::config::Config;
use crate::domain::operation::{NotSent, NotSentReason, OutcomeDetail};
use crate::report::operations::{self as report, OperationReport};
use crate::report::scope::Scope;
use crate::say::context::TextContext;
use crate::say::operation::shell;
use crate::say::symbols::{Symbols, UNICODE};
use crate::terminal::capabilities::{Capabilities, TerminalEnv};
use errand::Errand;
use terminal::Terminal;

/// A signal ended it before anything was sent.
const EXIT_INTERRUPTED: u8 = 130;

/// As long as PagerDuty keeps a note, with room to spare.
const NOTE_AT_MOST: u64 = 64 << 10;

/// What came of it all.
struct Ended {
    came: Vec<OperationReport>,
    /// It was interrupted before anything was sent.
    interrupted: bool,
}

/// `hubwatch ack` and the others that act.
pub async fn run(around: &Surroundings, act: &Act) -> ExitCode {
    match done(around, act).await {
        Ok(code) => code,
        Err(why) => failed(&why),
    }
}

// What is wrong with the command line or the configuration is said before anything is asked for.
async fn done(around: &Surroundings, act: &Act) -> Result<ExitCode, String> {
    let config =
        config::load(&around.global).map_err(|error| config::explain(&error, &around.global))?;
    let Some(account) = config.sources.pagerduty.clone() else {
        return Err("there is nothing to act on: PagerDuty is not configured".to_owned());
    };
    check_hub(act, &config)?;
    let ended = if config.read_only {
        Ended {
            came: all_unsent(act, &NotSentReason::Blocked(OutcomeDetail::ReadOnly)),
            interrupted: false,
        }
    } else {
        let errand = Errand {
            around,
            act,
            account,
            config: &config,
            terminal: terminal(act)?,
            text: text(act)?,
        };
        errand.run().await.map_err(|error| error.to_string())?
    };
    Ok(tell(&ended, act, &ctx(around, &config, act)))
}

fn check_hub(act: &Act, config: &Config) -> Result<(), String> {
    let Act::Declare(declare) = act else {
        return Ok(());
    };
    let scope = Scope {
        hubs: declare.hub.iter().cloned().collect(),
        ..Scope::default()
    };
    scope
        .validate(&config.policy)
        .map_err(|error| error.to_string())
}

// None where nothing is to be asked.
fn terminal(act: &Act) -> Result<Option<Terminal>, String> {
    if act.manner().yes {
        return Ok(None);
    }
    match Terminal::find(is_typed(act)) {
        Some(terminal) => Ok(Some(terminal)),
        None => Err(shell::NO_TERMINAL.to_owned()),
    }
}

fn is_typed(act: &Act) -> bool {
    matches!(act, Act::Note(note) if note.text == "-")
}

// The note's text, where there is one.
fn text(act: &Act) -> Result<Option<String>, String> {
    let Act::Note(note) = act else {
        return Ok(None);
    };
    if !is_typed(act) {
        return Ok(Some(note.text.clone()));
    }
    let mut text = String::new();
    let read = std::io::stdin()
        .take(NOTE_AT_MOST + 1)
        .read_to_string(&mut text);
    read.map_err(|error| format!("the note cannot be read from standard input: {error}"))?;
    let is_too_long = u64::try_from(text.len()).is_ok_and(|length| length > NOTE_AT_MOST);
    match text.trim() {
        "" => Err("there is no note on standard input".to_owned()),
        _ if is_too_long => Err("the note on standard input is too long".to_owned()),
        text => Ok(Some(text.to_owned())),
    }
}

/// The same for all that was named.
fn all_unsent(act: &Act, reason: &NotSentReason) -> Vec<OperationReport> {
    let unsent = |incident| {
        OperationReport::NotSent(NotSent {
            incident,
            number: None,
            kind: act.kind(),
            reason: reason.clone(),
        })
    };
    let named = act.incidents();
    match named.is_empty() {
        true => vec![unsent(None)],
        false => named.into_iter().map(|id| unsent(Some(id))).collect(),
    }
}

fn ctx(around: &Surroundings, config: &Config, act: &Act) -> TextContext {
    let symbols = match act.manner().format {
        ActFormat::Json => &UNICODE,
        ActFormat::Text => symbols(around),
    };
    TextContext {
        now: around.time.now(),
        zone: config.policy.display_zone,
        symbols,
    }
}

fn symbols(around: &Surroundings) -> &'static Symbols {
    let hints = TerminalEnv::from_process(around.global.no_color, around.global.ascii);
    Symbols::for_terminal(Capabilities::detect(&hints).ascii)
}

fn tell(ended: &Ended, act: &Act, ctx: &TextContext) -> ExitCode {
    match act.manner().format {
        ActFormat::Text => out::print(&report::text(&ended.came, ctx)),
        ActFormat::Json => match report::json(&ended.came, ctx) {
            Ok(json) => out::print(&json),
            Err(error) => out::complain(&error.to_string()),
        },
    }
    ExitCode::from(match ended.interrupted {
        true => EXIT_INTERRUPTED,
        false => report::exit_code(&ended.came),
    })
}
