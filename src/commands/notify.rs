//! `hubwatch notify test`: tries every kind of notification once, and says which kinds work here.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use super::{CommandContext, config, fail, out, symbols_for};
use crate::app::events::Event;
use crate::cli::{EXIT_USAGE, Notify, NotifyCommand};
use crate::config::ConfigError;
use crate::domain::notify::NotifySettings;
use crate::runtime::hooks::run_hook;
use crate::runtime::notifier::{ring_sequence, terminal_signals};
use crate::runtime::tmux::{Passthrough, TmuxFacts, ask_tmux};
use crate::terminal::notification::{Multiplexer, NotificationSequence, TerminalSignals};
use crate::text::sanitize::clean;

/// The exit code if the configured program fails.
const EXIT_FAILED: u8 = 1;

/// `hubwatch notify test`
pub async fn run(context: &CommandContext, notify: Notify) -> ExitCode {
    let NotifyCommand::Test = notify.command;
    let settings = match config::load(&context.global) {
        Ok(config) => config.notify,
        // The demo needs no configuration, and its dashboard notifies by the default settings.
        Err(ConfigError::Missing(_) | ConfigError::NoHomeDirectory)
            if context.global.config.is_none() =>
        {
            NotifySettings::default()
        }
        Err(error) => return fail(&config::explain(&error, &context.global)),
    };
    let event = Event::test(context.time.now().wall);
    let terminal = terminal_signals(&settings);
    let tmux = match terminal.multiplexer {
        Some(Multiplexer::Tmux) => Some(ask_tmux().await),
        Some(Multiplexer::Screen) | None => None,
    };
    let is_terminal = std::io::stdout().is_terminal();
    let report = Report {
        settings: &settings,
        terminal,
        tmux,
        is_terminal,
        term: std::env::var("TERM").unwrap_or_default(),
    };
    let mut text = report.text();
    if is_terminal {
        let symbols = symbols_for(&context.global);
        let events = [event.clone()];
        text.push_str(&ring_sequence(&events, &settings, &terminal, symbols));
    }
    if let Err(error) = out::print(&text) {
        return out::exit_code(Err(error), 0, EXIT_USAGE);
    }
    let (line, hook_works) = hook_line(context, &settings, &event).await;
    let code = match hook_works {
        true => 0,
        false => EXIT_FAILED,
    };
    out::print_and_exit(&line, code, EXIT_USAGE)
}

async fn hook_line(
    context: &CommandContext,
    settings: &NotifySettings,
    event: &Event,
) -> (String, bool) {
    let Some(hook) = &settings.hook else {
        return (row("on_event", "not configured"), true);
    };
    let input = serde_json::to_vec(event).unwrap_or_default();
    let started = context.time.now();
    let ended = run_hook(hook, &input).await;
    let took = context.time.now().mono.saturating_sub(started.mono);
    let program = hook.command.first().map_or("", String::as_str);
    match ended {
        Ok(()) => {
            let took = format!("{}ms", took.as_millis());
            let text = format!("{} succeeded after {took}", clean(program));
            (row("on_event", &text), true)
        }
        Err(why) => (row("on_event", &clean(&why)), false),
    }
}

fn row(name: &str, text: &str) -> String {
    format!("{name:<14}{text}\n")
}

struct Report<'a> {
    settings: &'a NotifySettings,
    terminal: TerminalSignals,
    /// `None` outside of tmux.
    tmux: Option<TmuxFacts>,
    is_terminal: bool,
    term: String,
}

impl Report<'_> {
    fn text(&self) -> String {
        [
            row("terminal", &self.terminal_text()),
            row("bell", self.bell_text()),
            row("notification", &self.notification_text()),
            row("title", self.title_text()),
        ]
        .concat()
    }

    fn terminal_text(&self) -> String {
        let term = match self.term.as_str() {
            "" => "TERM is not set".to_owned(),
            term => clean(term).into_owned(),
        };
        let around = match (self.terminal.multiplexer, &self.tmux) {
            (Some(Multiplexer::Screen), _) => ", inside GNU screen".to_owned(),
            (_, Some(facts)) => tmux_text(facts),
            _ => String::new(),
        };
        let output = match self.is_terminal {
            true => "",
            false => "; standard output is not a terminal, so nothing is sent to the terminal",
        };
        format!("{term}{around}{output}")
    }

    fn bell_text(&self) -> &'static str {
        match (self.settings.bell, self.is_terminal) {
            (false, _) => "turned off by the configuration",
            (true, false) => "not rung",
            (true, true) => "rung: the terminal plays it, shows it or ignores it",
        }
    }

    fn notification_text(&self) -> String {
        let name = match self.terminal.notification {
            Some(NotificationSequence::Osc9) => "OSC 9",
            Some(NotificationSequence::Osc777) => "OSC 777",
            None if !self.terminal.has_title => {
                return "none: this terminal has no escape sequence for it".to_owned();
            }
            None => return "turned off by the configuration".to_owned(),
        };
        let sent = match self.is_terminal {
            true => "sent as",
            false => "would be sent as",
        };
        let way = match (self.terminal.multiplexer, &self.tmux) {
            (Some(Multiplexer::Tmux), Some(facts)) => passthrough_text(facts),
            (Some(Multiplexer::Screen), _) => " through screen",
            _ => "; only terminals that support it show it",
        };
        format!("{sent} {name}{way}")
    }

    fn title_text(&self) -> &'static str {
        match self.terminal.has_title {
            true => "set while the dashboard runs, then restored",
            false => "none: this terminal has no escape sequence for it",
        }
    }
}

fn tmux_text(facts: &TmuxFacts) -> String {
    let version = facts.version.as_deref().map(|it| format!(" {}", clean(it)));
    let around = facts.terminal.as_deref();
    let around = around.map(|it| format!(" on {}", clean(it)));
    let (version, around) = (version.unwrap_or_default(), around.unwrap_or_default());
    format!(", inside tmux{version}{around}")
}

fn passthrough_text(facts: &TmuxFacts) -> &'static str {
    match facts.passthrough {
        Some(Passthrough::All) => ", which tmux passes on (allow-passthrough is all)",
        Some(Passthrough::Unrestricted) => ", which this tmux passes on",
        Some(Passthrough::Visible) => {
            ", which tmux passes on while the pane is in sight (allow-passthrough is on; all: always)"
        }
        Some(Passthrough::Off) => {
            ", but tmux blocks it: allow-passthrough is off; put `set -g allow-passthrough all` (tmux 3.3: `on`) into tmux.conf"
        }
        None => "; tmux does not say whether it passes it on (allow-passthrough)",
    }
}
