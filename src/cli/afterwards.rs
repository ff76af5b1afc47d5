//! The commands for the time after an incident and at the end of a shift.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, ValueEnum};

use super::operation::parse_incident;
use super::parse_duration;
use crate::domain::ids::IncidentId;

/// `hubwatch handoff`
#[derive(Clone, Debug, Args)]
pub struct Handoff {
    /// Who hands over: a name, address or id in PagerDuty [else: you]
    #[arg(long = "for", value_name = "PERSON")]
    pub person: Option<String>,
    /// When the shift began: 09:00 in the team's zone, or 2026-01-01T09:00:00Z [else: by the rota]
    #[arg(long, value_name = "TIME", value_parser = parse_shift_time)]
    pub since: Option<ShiftTime>,
    /// When the shift ends, written in the same way [else: by the rota]
    #[arg(long, value_name = "TIME", value_parser = parse_shift_time)]
    pub until: Option<ShiftTime>,
    /// Write it as a note on this incident too: its id or its number
    #[arg(long, value_name = "INCIDENT", value_parser = parse_incident)]
    pub note: Option<IncidentId>,
    /// Do not ask before the note is written
    #[arg(short, long, requires = "note")]
    pub yes: bool,
    /// The time for all sources together; one that has not answered by then is not known
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = parse_duration)]
    pub timeout: Duration,
}

/// A moment as a person gives it for a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftTime {
    At(DateTime<Utc>),
    /// A time of day in the team's zone.
    OfDay(NaiveTime),
}

fn parse_shift_time(text: &str) -> Result<ShiftTime, String> {
    let of_day = NaiveTime::parse_from_str(text, "%H:%M").map(ShiftTime::OfDay);
    let at = || DateTime::parse_from_rfc3339(text).map(|at| ShiftTime::At(at.to_utc()));
    of_day
        .or_else(|_| at())
        .map_err(|_| "write it as 17:00 or 2026-01-01T17:00:00Z".to_owned())
}

/// `hubwatch report`
#[derive(Clone, Debug, Args)]
pub struct Report {
    /// Its id or its number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// Name people; else they are called by their part in it
    #[arg(long)]
    pub names: bool,
    /// Write to this file, which must not exist yet
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Open it in your editor [else the file is incident-NUMBER.md here]
    #[arg(long)]
    pub edit: bool,
}

/// `hubwatch owed`
#[derive(Clone, Copy, Debug, Args)]
pub struct Owed {
    /// Outages that ended on this day or later, in the team's zone; those of 90 days where it is not given
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    /// What is printed
    #[arg(long, short = 'o', value_enum, default_value_t)]
    pub format: OwedFormat,
}

/// What `owed` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OwedFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// `hubwatch trends`
#[derive(Clone, Copy, Debug, Args)]
pub struct Trends {
    /// The first day, in the team's zone; the first of the month a year ago where it is not given
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    /// The day after the last one; now where it is not given
    #[arg(long, value_name = "DATE")]
    pub until: Option<NaiveDate>,
    /// What is printed
    #[arg(long, short = 'o', value_enum, default_value_t)]
    pub format: TrendsFormat,
}

/// What `trends` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TrendsFormat {
    /// Two tables: by month and by alert
    #[default]
    Text,
    /// The months, a row each
    Csv,
    /// Everything
    Json,
}
