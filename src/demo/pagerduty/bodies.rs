//! The bodies of write requests. Undocumented fields are refused.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bulk {
    pub(super) incidents: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Single {
    pub(super) incident: Change,
}

/// The changes to an incident that a request asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    pub(super) id: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: Option<String>,
    pub(super) resolution: Option<String>,
    pub(super) title: Option<String>,
    /// `null` removes the priority. An absent field does not change it.
    #[serde(default, deserialize_with = "present")]
    pub(super) priority: Option<Value>,
    pub(super) escalation_level: Option<usize>,
    pub(super) assignments: Option<Vec<Assignment>>,
    pub(super) escalation_policy: Option<Reference>,
    pub(super) urgency: Option<String>,
    pub(super) conference_bridge: Option<Bridge>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

#[derive(Deserialize)]
pub(super) struct Assignment {
    pub(super) assignee: Reference,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bridge {
    pub(super) conference_number: Option<String>,
    pub(super) conference_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Creation {
    pub(super) incident: NewIncident,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewIncident {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) service: Reference,
    pub(super) priority: Option<Reference>,
    pub(super) urgency: Option<String>,
    pub(super) body: Option<NewBody>,
    pub(super) incident_key: Option<String>,
    pub(super) assignments: Option<Vec<Assignment>>,
    pub(super) escalation_policy: Option<Reference>,
}

#[derive(Deserialize)]
pub(super) struct NewBody {
    pub(super) details: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SnoozeBody {
    pub(super) duration: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    pub(super) note: NoteText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteText {
    pub(super) content: String,
}
