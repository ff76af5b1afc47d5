//! An alert within an incident, as `GET /incidents/{id}/alerts` lists it.

use serde::Deserialize;
use serde_json::Value;

use super::{WireTime, event_details};
use crate::domain::incident::IncidentAlert;
use crate::domain::text_limit::cut_key;
use crate::sources::lenient::Field;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireAlert {
    id: Field<String>,
    status: Field<String>,
    alert_key: Field<String>,
    created_at: WireTime,
    suppressed: Field<bool>,
    body: Value,
}

impl WireAlert {
    /// The alert. An alert with an unknown status counts as not resolved.
    pub fn into_alert(self) -> IncidentAlert {
        let details = event_details::parse(&self.body);
        IncidentAlert {
            id: self.id.value().unwrap_or_default(),
            resolved: self.status.as_deref() == Some("resolved"),
            alert_key: self.alert_key.text().map(|key| cut_key(key).into_owned()),
            created_at: self.created_at.value(),
            suppressed: self.suppressed.value().unwrap_or_default(),
            fingerprints: details.fingerprints,
            label_sets: details.label_sets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> IncidentAlert {
        serde_json::from_str::<WireAlert>(text)
            .unwrap()
            .into_alert()
    }

    #[test]
    fn an_alert_is_read_with_its_details() {
        let alert = read(
            r#"{"id":"A1","status":"resolved","alert_key":"k","created_at":"2026-03-02T09:00:00Z","suppressed":true,
                "severity":"error","body":{"type":"alert_body","details":{"firing":"Labels:\n - alertname = x\n"}}}"#,
        );
        assert!(alert.resolved && alert.suppressed);
        assert_eq!(alert.alert_key.as_deref(), Some("k"));
        assert_eq!(alert.label_sets[0].get("alertname"), Some("x"));
    }

    #[test]
    fn what_is_not_said_to_be_over_is_not() {
        assert!(!read(r#"{"status":"paused","suppressed":"no","body":null}"#).resolved);
    }
}
