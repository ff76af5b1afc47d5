//! Whatever PagerDuty sends, reading it returns a value or an error text.

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::sources::lenient::parse_page;

fn promised() -> Value {
    let bo =
        json!({"id": "PU1", "type": "user_reference", "summary": "Bo", "email": "bo@team.example"});
    let moment = "2026-03-02T09:00:00+01:00";
    json!([{
        "id": "Q1", "type": "snooze_log_entry", "status": "resolved", "incident_number": 7, "created_at": moment,
        "updated_at": moment, "resolved_at": moment, "last_status_change_by": bo, "urgency": "low", "priority": bo,
        "assignments": [{"at": moment, "assignee": bo}], "acknowledgements": [{"at": null, "acknowledger": bo}],
        "pending_actions": [{"type": "escalate", "at": moment}], "alert_counts": {"triggered": 1},
        "body": {"details": {"firing": "Labels:\n - a = b\n"}, "cef_details": {"details": {"custom_details": {"firing": [
            {"labels": {"a": "b"}, "fingerprint": "00ab"}]}}}},
        "agent": bo, "incident": {"id": "Q1"}, "assignees": [bo], "user": bo, "content": "note",
        "channel": {"type": "note", "summary": "text", "duration": 9_223_372_036_854_775_807_i64},
        "changed_actions": [{"type": "unacknowledge", "at": moment}], "acknowledgement_timeout": 1800,
        "escalation_policy": bo, "escalation_level": 1, "start": moment, "end": null, "num_loops": 2,
        "escalation_rules": [{"escalation_delay_in_minutes": u64::MAX, "escalation_rule_assignment_strategy": {"type": "x"}}],
        "services": [bo], "start_time": moment, "end_time": moment, "description": "d"
    }])
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("-262143-01-01T00:00:00Z")),
        Just(json!("+262142-12-31T23:59:59Z")),
        Just(json!("Labels:\n - = \n -  = x\n - a = b\nLabels:")),
        Just(json!([])),
        Just(json!([[[]], null, {}])),
        Just(json!({"type": null, "id": {}})),
    ]
}

// Replaces a part of `value` by `junk`. Each step goes to an element of the list or object that was reached before. If
// a scalar is reached, the scalar is replaced and the other steps are left out.
fn spoil(value: &mut Value, steps: &[usize], junk: &Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = junk.clone();
        return;
    };
    let below = match value {
        Value::Array(list) => {
            let length = list.len().max(1);
            list.get_mut(step % length)
        }
        Value::Object(map) => {
            let length = map.len().max(1);
            map.values_mut().nth(step % length)
        }
        _ => None,
    };
    match below {
        Some(below) => spoil(below, rest, junk),
        None => *value = junk.clone(),
    }
}

fn all<T: DeserializeOwned>(bytes: &[u8]) -> Vec<T> {
    parse_page(bytes, "list")
        .map(|page| page.items)
        .unwrap_or_default()
}

fn read_everything(bytes: &[u8]) {
    for wire in all::<incident::WireIncident>(bytes) {
        wire.into_incident().ok();
    }
    for wire in all::<alert::WireAlert>(bytes) {
        wire.into_alert();
    }
    let mut entries: Vec<_> = all::<log::WireLogEntry>(bytes)
        .into_iter()
        .filter_map(|wire| wire.into_log_entry(None))
        .collect();
    log::fill_in_notes(entries.iter_mut(), all(bytes));
    for wire in all::<directory::WirePolicy>(bytes) {
        wire.into_policy();
    }
    for wire in all::<directory::WireOnCall>(bytes) {
        wire.into_on_call();
    }
    for wire in all::<directory::WireMaintenanceWindow>(bytes) {
        wire.into_window();
    }
}

proptest! {
    #[test]
    fn spoilt_answers_never_panic(
        wounds in proptest::collection::vec((proptest::collection::vec(0..64_usize, 1..6), junk()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut list = promised();
        for (steps, junk) in &wounds {
            spoil(&mut list, steps, junk);
        }
        let bytes = json!({"list": list, "more": false}).to_string().into_bytes();
        read_everything(&bytes);
        read_everything(&bytes[..cut.index(bytes.len())]);
    }
}
