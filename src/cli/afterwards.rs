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
    /// When the shift began: 09:00 in the team's zone, or 2026-01-01T09:00:00Z [else: from the rota]
    #[arg(long, value_name = "TIME", value_parser = parse_shift_time)]
    pub since: Option<ShiftTime>,
    /// When the shift ends, in the same form [else: from the rota]
    #[arg(long, value_name = "TIME", value_parser = parse_shift_time)]
    pub until: Option<ShiftTime>,
    /// Also write the handoff as a note on this incident, by id or number
    #[arg(long, value_name = "INCIDENT", value_parser = parse_incident)]
    pub note: Option<IncidentId>,
    /// Do not ask for confirmation of the note
    #[arg(short, long, requires = "note")]
    pub yes: bool,
    /// Time limit for all sources together; a source that has not answered by then is unknown
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = parse_duration)]
    pub timeout: Duration,
}

/// The start or end of a shift, as a person enters it.
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
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// Name people; else only their roles are given
    #[arg(long)]
    pub names: bool,
    /// Write to this file, which must not exist yet
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Open the draft in your editor; without --output the file is incident-NUMBER.md here
    #[arg(long)]
    pub edit: bool,
}

/// `hubwatch owed`
#[derive(Clone, Copy, Debug, Args)]
pub struct Owed {
    /// Only outages that ended on this day or later, in the team's zone [else: of the last 90 days]
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    /// Output format
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
    /// First day, in the team's zone [else: the first of this month a year ago]
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    /// The day after the last one [else: now]
    #[arg(long, value_name = "DATE")]
    pub until: Option<NaiveDate>,
    /// Output format
    #[arg(long, short = 'o', value_enum, default_value_t)]
    pub format: TrendsFormat,
}

/// What `trends` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TrendsFormat {
    /// Two tables: by month and by alert
    #[default]
    Text,
    /// One row for each month
    Csv,
    /// Everything
    Json,
}
