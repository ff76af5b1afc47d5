//! The command line: arguments, their help and their checks. This module runs nothing.
//!
//! Names, meanings and exit codes are an interface for other programs. Only add to it; do not change what exists.

mod afterwards;
mod notify;
mod operation;
mod pages;
mod rollout;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::domain::ids::HubKey;

pub use afterwards::{Handoff, Owed, OwedFormat, Report, ShiftTime, Trends, TrendsFormat};
pub use notify::{Notify, NotifyCommand};
pub use operation::{Declare, Note, OperationCommand, OperationFormat, OperationOptions};
pub use pages::{write_completions, write_man};
pub use rollout::{Rollout, RolloutFormat};

/// The exit code of usage and configuration errors, except those of `check`.
pub const EXIT_USAGE: u8 = 2;

/// The exit code of usage and configuration errors of `check`. In the monitoring-plugins convention, 2 would be
/// CRITICAL; 3 is UNKNOWN.
pub const EXIT_CHECK_USAGE: u8 = 3;

/// Hub health, firing alerts with their clocks, and who owns what, on one screen.
///
/// Without a command: the dashboard.
#[derive(Clone, Debug, Parser)]
#[command(name = "hubwatch", version, max_term_width = 100)]
pub struct Cli {
    /// The options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do; none: the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The options of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file [else: $HUBWATCH_CONFIG, else $XDG_CONFIG_HOME/hubwatch/config.toml]
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// Never write to any source
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Draw with ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// No colours; NO_COLOR does the same
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Log to this file [else: no log]
    #[arg(long, global = true, value_name = "PATH")]
    pub log_file: Option<PathBuf>,
    /// Log more: -v debug, -vv trace
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

impl Global {
    /// Whether the output may have colours. `no_color` is the value of `$NO_COLOR`, which counts if it is not empty
    /// (<https://no-color.org>).
    pub fn color(&self, no_color: Option<&OsStr>) -> bool {
        !self.no_color && no_color.is_none_or(OsStr::is_empty)
    }
}

/// The commands beside the dashboard.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// The dashboard on an embedded world: no account needed
    Demo(Demo),
    /// Poll once and print the verdict; exit 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
    Check(Check),
    /// Print one line for a status bar
    Line(Line),
    /// An action of the dashboard.
    #[command(flatten)]
    Operation(OperationCommand),
    /// Write a first configuration to fill in
    Init(Init),
    /// Test every source: say how each answers, and which settings may be missing
    Doctor(Doctor),
    /// Print the shift's handoff in Markdown: your cases, the clocks that run out, what is broken
    Handoff(Handoff),
    /// Draft an incident's report in Markdown: the known facts with their sources, and open questions
    Report(Report),
    /// List the follow-ups owed after outages, from notes, posts and the tracker
    Owed(Owed),
    /// Count outages by month and by who found them, and incidents by alert, from PagerDuty's records
    Trends(Trends),
    /// Show which versions run where, and which upgrade batch does worse than the rest
    Rollout(Rollout),
    /// Test the bell, the terminal's notification and the on_event program
    Notify(Notify),
    /// Print a configuration made from a fleet's own config/clusters/*/cluster.yaml
    Import(Import),
    /// Print a shipped file: the example configuration, Prometheus rules, …
    Print(Print),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// `hubwatch demo`
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Number of clusters
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub clusters: Option<u32>,
    /// Number of hubs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub hubs: Option<u32>,
    /// Number of alerts that fire at the start
    #[arg(long, value_name = "N")]
    pub alerts: Option<u32>,
    /// Random seed; the same seed gives the same shift
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Speed of the demo's clock; 1 is real time
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = parse_speed)]
    pub speed: f64,
    /// Scenario to play; `help` lists the names
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// One Prometheus that answers for all clusters, told apart by a label
    #[arg(long)]
    pub single_prometheus: bool,
    /// Serve the demo's world without a screen; prints `ready: PATH` once it answers
    #[arg(long, requires = "write_config")]
    pub serve: bool,
    /// File to which --serve writes the configuration for its world
    #[arg(long, value_name = "PATH", requires = "serve")]
    pub write_config: Option<PathBuf>,
}

/// `hubwatch check`
#[derive(Clone, Debug, Args)]
pub struct Check {
    /// Output format
    #[arg(long, value_enum, default_value_t, requires_if("junit", "wait"))]
    pub format: CheckFormat,
    /// Check only these clusters, with their incidents and posts
    #[arg(long = "cluster", value_name = "NAME", num_args = 1..)]
    pub clusters: Vec<String>,
    /// Check only these hubs, with their incidents and posts
    #[arg(long = "hub", value_name = "CLUSTER/HUB", num_args = 1..)]
    pub hubs: Vec<HubKey>,
    /// Time limit for all sources together; a source that has not answered by then is unknown
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = parse_duration)]
    pub timeout: Duration,
    /// Keep polling for this long and say what got worse; exit 0 nothing, 2 something, 3 cannot tell
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, help_heading = WAITING)]
    pub wait: Option<Duration>,
    /// Compare with this earlier output of check --format json instead of the start
    #[arg(long, value_name = "FILE", requires = "wait", help_heading = WAITING)]
    pub baseline: Option<PathBuf>,
    /// Tolerate a failing hub, a new case or a lost source for this long
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = parse_duration, requires = "wait", help_heading = WAITING)]
    pub grace: Duration,
    /// Exit 3 if nobody started a server on one of the hubs
    #[arg(long, requires = "wait", help_heading = WAITING)]
    pub require_starts: bool,
}

const WAITING: &str = "Around an upgrade";

/// What `check` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// One line as monitoring plugins print it, then the details
    #[default]
    Text,
    /// Everything, in a versioned schema
    Json,
    /// With --wait: a test case for each hub
    Junit,
}

/// `hubwatch line`
#[derive(Clone, Debug, Args)]
pub struct Line {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: LineFormat,
}

/// The forms of `line`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LineFormat {
    /// Plain text
    #[default]
    Plain,
    /// With tmux's style codes
    Tmux,
}

/// `hubwatch init`
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// `hubwatch doctor`
#[derive(Clone, Copy, Debug, Args)]
pub struct Doctor {
    /// Time limit for all sources together; a source that has not answered by then is unknown
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = parse_duration)]
    pub timeout: Duration,
}

/// `hubwatch import`
#[derive(Clone, Debug, Args)]
pub struct Import {
    /// The folder that holds config/clusters
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
}

/// `hubwatch print`
#[derive(Clone, Copy, Debug, Args)]
pub struct Print {
    /// The file to print
    pub file: ShippedFile,
}

/// A file that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShippedFile {
    /// A configuration with every key explained
    Example,
    /// One team's severities, priorities, steps and outage procedure, to copy from
    Preset,
    /// Alerting rules to load into Prometheus
    Rules,
    /// The keys and what they do
    Keymap,
    /// The colours
    Theme,
}

const NO_UNIT: &str = "give a number with its unit, such as 20s or 1m";

fn parse_duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration.is_zero() => Err("it must be longer than zero".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err(NO_UNIT.to_owned()),
    }
}

fn parse_speed(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|speed| (0.01..=10_000.0).contains(speed))
        .ok_or_else(|| "a number from 0.01 to 10000".to_owned())
}

/// A command that always prints a line on standard output, even if it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneLineCommand {
    /// `hubwatch check`
    Check(CheckFormat),
    /// `hubwatch line`
    Line(LineFormat),
}

impl OneLineCommand {
    /// The command that the arguments name, even if other arguments are wrong. The first item of `args` is the
    /// program's name.
    pub fn from_args(args: &[OsString]) -> Option<Self> {
        match find_subcommand(args)? {
            "check" => Some(Self::Check(find_format(args))),
            "line" => Some(Self::Line(find_format(args))),
            _ => None,
        }
    }

    /// The exit code if nothing could be polled.
    pub fn failure_code(self) -> u8 {
        match self {
            Self::Check(_) => EXIT_CHECK_USAGE,
            Self::Line(_) => EXIT_USAGE,
        }
    }
}

fn find_subcommand(args: &[OsString]) -> Option<&str> {
    let mut rest = args.iter().skip(1);
    while let Some(arg) = rest.next() {
        match arg.to_str()? {
            "--config" | "--log-file" => drop(rest.next()),
            flag if flag.starts_with('-') => {}
            name => return Some(name),
        }
    }
    None
}

fn find_format<T: ValueEnum + Default>(args: &[OsString]) -> T {
    let mut values = args.iter().enumerate().filter_map(|(at, arg)| {
        let value = match arg.to_str()?.strip_prefix("--format")? {
            "" => args.get(at + 1)?.to_str()?,
            joined => joined.strip_prefix('=')?,
        };
        T::from_str(value, true).ok()
    });
    values.next_back().unwrap_or_default()
}

#[cfg(test)]
mod tests;
