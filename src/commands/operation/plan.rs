//! A command as it was typed, and the operation that was built from it.

use std::sync::Arc;

use super::CommandContext;
use super::lookup::Lookup;
use super::terminal::Terminal;
use crate::cli::OperationCommand;
use crate::config::Config;
use crate::domain::incident::Incident;
use crate::domain::operation::{NotSent, NotSentReason, OperationBatch};
use crate::domain::settings::PagerDutySettings;
use crate::report::operations::OperationReport;
use crate::sources::pagerduty::Client;

/// A command, with all data that is known before PagerDuty is read.
pub struct ShellOperation<'a> {
    pub context: &'a CommandContext,
    pub command: &'a OperationCommand,
    pub account: PagerDutySettings,
    pub config: &'a Config,
    /// `None` if nothing has to be confirmed.
    pub terminal: Option<Terminal>,
    /// The text of a note.
    pub note_text: Option<String>,
}

/// A planned operation, with the data for its confirmation and for sending it.
pub struct PreparedOperation {
    pub client: Arc<Client>,
    pub lookup: Lookup,
    pub batch: OperationBatch,
}

impl ShellOperation<'_> {
    /// The report for an incident that was read but is left unchanged.
    pub fn not_sent(&self, incident: &Incident, reason: &NotSentReason) -> OperationReport {
        OperationReport::NotSent(NotSent {
            incident: Some(incident.id.clone()),
            number: Some(incident.number),
            kind: self.command.kind(),
            reason: reason.clone(),
        })
    }
}
