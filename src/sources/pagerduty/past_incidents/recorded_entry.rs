//! A log entry of the record, as it is kept on disk.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::IncidentId;
use crate::domain::incident::{LogEntry, LogKind, Person};

/// A log entry without its `summary`, which affects no judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordedEntry {
    pub id: String,
    pub at: DateTime<Utc>,
    kind: LogKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent: Option<Person>,
    agent_known: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
}

impl RecordedEntry {
    pub fn new(entry: LogEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            kind: entry.kind,
            agent: entry.agent,
            agent_known: entry.agent_known,
            channel: entry.channel,
        }
    }

    pub fn to_entry(&self, incident: &IncidentId) -> LogEntry {
        LogEntry {
            id: self.id.clone(),
            incident: incident.clone(),
            at: self.at,
            kind: self.kind.clone(),
            agent: self.agent.clone(),
            agent_known: self.agent_known,
            channel: self.channel.clone(),
            summary: String::new(),
        }
    }
}
