//! The dashboard's actions as commands. This module only defines their arguments.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::ids::{CaseId, HubKey, IncidentId};
use crate::domain::operation::OperationKind;

/// The longest snooze that PagerDuty accepts.
const MAX_SNOOZE: Duration = Duration::from_secs(604_800);

/// An action of the dashboard.
#[derive(Clone, Debug, Subcommand)]
pub enum OperationCommand {
    /// Acknowledge incidents
    Ack(IncidentsArgs),
    /// Assign incidents to you, and acknowledge them
    Take(IncidentsArgs),
    /// Resolve incidents
    Resolve(IncidentsArgs),
    /// Write a note on an incident
    Note(Note),
    /// Reassign an incident to a person, by email, or to an escalation policy
    Reassign(Reassign),
    /// Escalate an incident
    Escalate(Escalate),
    /// Set or remove an incident's priority
    Priority(Priority),
    /// Snooze an acknowledged incident
    Snooze(Snooze),
    /// Open an incident
    Declare(Declare),
}

/// Whether a command asks first, and how its results are printed.
#[derive(Clone, Copy, Debug, Args)]
pub struct OperationOptions {
    /// Do not ask for confirmation, for scripts
    #[arg(short, long)]
    pub yes: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: OperationFormat,
}

/// The output formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OperationFormat {
    /// One line for each incident
    #[default]
    Text,
    /// A list of incident, action, result and detail
    Json,
}

/// Incidents that all get one operation.
#[derive(Clone, Debug, Args)]
pub struct IncidentsArgs {
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", required = true, value_parser = parse_incident)]
    pub incidents: Vec<IncidentId>,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

/// `hubwatch note`
#[derive(Clone, Debug, Args)]
pub struct Note {
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// The text; `-` reads it from standard input
    #[arg(value_name = "TEXT", value_parser = parse_non_blank)]
    pub text: String,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

/// `hubwatch reassign`
#[derive(Clone, Debug, Args)]
pub struct Reassign {
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// A person's email, or a policy's name or id; only a policy keeps escalating
    #[arg(value_name = "EMAIL|POLICY", value_parser = parse_non_blank)]
    pub to: String,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

/// `hubwatch escalate`
#[derive(Clone, Debug, Args)]
pub struct Escalate {
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// Level of its policy, from 1 [else: the next level, if the present one is known]
    #[arg(value_name = "LEVEL", value_parser = clap::value_parser!(u32).range(1..))]
    pub level: Option<u32>,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

/// `hubwatch priority`
#[derive(Clone, Debug, Args)]
pub struct Priority {
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// Name of the priority in PagerDuty, or `none`
    #[arg(value_name = "NAME", value_parser = parse_non_blank)]
    pub name: String,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

/// `hubwatch snooze`
#[derive(Clone, Debug, Args)]
pub struct Snooze {
    /// An incident's id or number
    #[arg(value_name = "INCIDENT", value_parser = parse_incident)]
    pub incident: IncidentId,
    /// For how long, from 1s to 7d
    #[arg(value_name = "DURATION", value_parser = parse_snooze)]
    pub span: Duration,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

/// `hubwatch declare`
#[derive(Clone, Debug, Args)]
pub struct Declare {
    /// What is wrong; name the hub, so that every screen shows it there
    #[arg(value_name = "TITLE", value_parser = parse_non_blank)]
    pub title: String,
    /// Name or id of the service; required
    #[arg(long, value_name = "NAME", value_parser = parse_non_blank)]
    pub service: String,
    /// Name of the priority in PagerDuty, or `none`; required
    #[arg(long, value_name = "NAME", value_parser = parse_non_blank)]
    pub priority: String,
    /// The affected hub
    #[arg(long, value_name = "CLUSTER/HUB")]
    pub hub: Option<HubKey>,
    /// The case to open it for, alert:FINGERPRINT or hub:CLUSTER/HUB: joins the case's alert to the incident;
    /// refused if there is no such case or it has an open incident
    #[arg(long, value_name = "CASE", value_parser = parse_case_without_incident)]
    pub case: Option<CaseId>,
    /// Confirmation and output format.
    #[command(flatten)]
    pub options: OperationOptions,
}

impl OperationCommand {
    /// The kind of operation that the command runs.
    pub fn kind(&self) -> OperationKind {
        match self {
            Self::Ack(_) => OperationKind::Acknowledge,
            Self::Take(_) => OperationKind::Take,
            Self::Resolve(_) => OperationKind::Resolve,
            Self::Note(_) => OperationKind::Note,
            Self::Reassign(_) => OperationKind::Reassign,
            Self::Escalate(_) => OperationKind::Escalate,
            Self::Priority(_) => OperationKind::Priority,
            Self::Snooze(_) => OperationKind::Snooze,
            Self::Declare(_) => OperationKind::Declare,
        }
    }

    /// The options: whether the command asks for confirmation, and how it prints its results.
    pub fn options(&self) -> OperationOptions {
        match self {
            Self::Ack(it) | Self::Take(it) | Self::Resolve(it) => it.options,
            Self::Note(it) => it.options,
            Self::Reassign(it) => it.options,
            Self::Escalate(it) => it.options,
            Self::Priority(it) => it.options,
            Self::Snooze(it) => it.options,
            Self::Declare(it) => it.options,
        }
    }

    /// The incidents that the command names, without duplicates.
    pub fn incidents(&self) -> Vec<IncidentId> {
        let named = match self {
            Self::Ack(it) | Self::Take(it) | Self::Resolve(it) => it.incidents.clone(),
            Self::Note(it) => vec![it.incident.clone()],
            Self::Reassign(it) => vec![it.incident.clone()],
            Self::Escalate(it) => vec![it.incident.clone()],
            Self::Priority(it) => vec![it.incident.clone()],
            Self::Snooze(it) => vec![it.incident.clone()],
            Self::Declare(_) => Vec::new(),
        };
        let mut once: Vec<IncidentId> = Vec::new();
        for id in named {
            if !once.contains(&id) {
                once.push(id);
            }
        }
        once
    }
}

// The id or number of an incident. An id has letters and digits. A number may begin with `#`, as people write it.
pub(super) fn parse_incident(text: &str) -> Result<IncidentId, String> {
    let name = text.strip_prefix('#').unwrap_or(text);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !name.is_empty() && !name.starts_with('-') && name.chars().all(is_name) {
        true => Ok(name.into()),
        false => Err("an incident's id or number, such as Q1LEAP01 or 5001".to_owned()),
    }
}

fn parse_non_blank(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it is blank".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

fn parse_case_without_incident(text: &str) -> Result<CaseId, String> {
    match text.trim().parse() {
        Ok(CaseId::Incident(_)) => Err("the case has an incident already".to_owned()),
        Ok(case) => Ok(case),
        Err(error) => Err(format!("{error}")),
    }
}

fn parse_snooze(text: &str) -> Result<Duration, String> {
    let limits = "PagerDuty snoozes for whole seconds, from 1s to 7d";
    let span = humantime::parse_duration(text).map_err(|_| super::NO_UNIT.to_owned())?;
    let is_whole = span.subsec_nanos() == 0;
    let is_within = !span.is_zero() && span <= MAX_SNOOZE;
    (is_whole && is_within)
        .then_some(span)
        .ok_or_else(|| limits.to_owned())
}

#[cfg(test)]
mod tests;
