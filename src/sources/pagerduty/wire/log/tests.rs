//! Log entries of each type, and the notes whose texts the annotations get.

use serde_json::{Value, json};

use super::*;

fn read(value: Value) -> Option<LogEntry> {
    serde_json::from_value::<WireLogEntry>(value)
        .unwrap()
        .into_log_entry(None)
}

fn entry(kind: &str, more: Value) -> LogEntry {
    let mut value = json!({
        "id": "R1", "type": kind, "summary": "s", "created_at": "2026-03-02T09:00:00Z",
        "incident": {"id": "Q1", "type": "incident_reference"},
        "agent": {"id": "PU7", "type": "user_reference", "summary": "Mira"},
    });
    for (key, field) in more.as_object().unwrap() {
        value[key] = field.clone();
    }
    read(value).unwrap()
}

fn minutes_past_nine(minutes: i64) -> Option<DateTime<Utc>> {
    let nine = "2026-03-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap();
    Some(nine + TimeDelta::minutes(minutes))
}

#[test]
fn both_spellings_of_acknowledge_are_one() {
    for kind in ["acknowledge_log_entry", "acknowledgement_log_entry"] {
        let entry = entry(kind, json!({"acknowledgement_timeout": 1800}));
        assert_eq!(
            entry.kind,
            LogKind::Acknowledge {
                timeout: Some(1800)
            }
        );
        assert_eq!(&*entry.agent.unwrap().name, "Mira");
    }
}

#[test]
fn who_did_it_is_a_person_something_else_or_not_known() {
    let agent = |agent: Value| {
        let entry = entry("priority_change_log_entry", json!({ "agent": agent }));
        (entry.agent.is_some(), entry.agent_known)
    };
    assert_eq!(
        agent(json!({"id": "PU1", "type": "user_reference", "summary": "Bo"})),
        (true, true)
    );
    assert_eq!(
        agent(json!({"id": "PS1", "type": "service_reference"})),
        (false, true)
    );
    for unreadable in [
        json!(null),
        json!("Bo"),
        json!({}),
        json!({"type": "user_reference"}),
    ] {
        assert_eq!(agent(unreadable.clone()), (false, false), "{unreadable}");
    }
}

#[test]
fn assignees_are_people() {
    let to = json!({"assignees": [{"id": "PU1", "type": "user_reference", "summary": "Bo"}, null]});
    let LogKind::Escalate { to } = entry("escalate_log_entry", to).kind else {
        panic!("not an escalation")
    };
    assert_eq!(&*to[0].name, "Bo");
    assert_eq!(to.len(), 1);
}

#[test]
fn a_snooze_ends_when_its_action_or_its_duration_says() {
    let until = |more| match entry("snooze_log_entry", more).kind {
        LogKind::Snooze { until } => until,
        other => panic!("{other:?}"),
    };
    let action = json!({"type": "unacknowledge", "at": "2026-03-02T09:40:00Z"});
    let later = json!({"type": "resolve", "at": "2026-03-02T13:00:00Z"});
    let both = json!({"changed_actions": [action, later], "channel": {"duration": 60}});
    assert_eq!(until(both), minutes_past_nine(40));
    assert_eq!(
        until(json!({"channel": {"duration": 600}})),
        minutes_past_nine(10)
    );
    assert_eq!(until(json!({"channel": {"duration": i64::MAX}})), None);
    assert_eq!(until(json!({})), None);
}

#[test]
fn a_notification_keeps_who_and_never_the_address() {
    let entry = entry(
        "notify_log_entry",
        json!({"user": {"id": "PU1", "type": "user_reference", "summary": "Bo"},
            "channel": {"type": "auto", "notification": {"type": "sms", "address": "+44 7700 900123"}}}),
    );
    let kept = serde_json::to_string(&entry).unwrap();
    assert!(kept.contains("Bo") && !kept.contains("7700"), "{kept}");
}

#[test]
fn unknown_kinds_are_kept_by_their_name_and_services_are_nobody() {
    let agent = json!({"agent": {"id": "PS1", "type": "service_reference", "summary": "Disks"}});
    let entry = entry("teleport_log_entry", agent);
    assert_eq!(entry.kind, LogKind::Other("teleport_log_entry".into()));
    assert_eq!(entry.agent, None);
    assert_eq!(read(json!({"id": "R1", "type": "trigger_log_entry"})), None);
}

#[test]
fn an_incident_that_was_asked_for_need_not_be_named() {
    let wire =
        json!({"id": "R1", "type": "resolve_log_entry", "created_at": "2026-03-02T09:00:00Z"});
    let wire: WireLogEntry = serde_json::from_value(wire).unwrap();
    assert_eq!(
        wire.into_log_entry(Some(&"Q9".into()))
            .unwrap()
            .incident
            .as_str(),
        "Q9"
    );
}

#[test]
fn a_notes_text_comes_from_its_channel_or_from_the_notes() {
    let text = |more| match entry("annotate_log_entry", more).kind {
        LogKind::Annotate { text } => text,
        other => panic!("{other:?}"),
    };
    let note = json!({"channel": {"type": "note", "summary": "resizing"}});
    assert_eq!(text(note).as_deref(), Some("resizing"));
    assert_eq!(
        text(json!({"channel": {"type": "website", "summary": "The site"}})),
        None
    );
}

#[test]
fn each_annotation_gets_the_nearest_note_of_its_author() {
    let note = |user: &str, at: &str, content: &str| {
        serde_json::from_value(json!({"user": {"id": user, "type": "user_reference"}, "created_at": at, "content": content})).unwrap()
    };
    let mut entries = [
        entry("annotate_log_entry", json!({})),
        entry(
            "annotate_log_entry",
            json!({"created_at": "2026-03-02T09:00:20Z"}),
        ),
        entry(
            "annotate_log_entry",
            json!({"created_at": "2026-03-02T10:00:00Z"}),
        ),
    ];
    let notes = vec![
        note("PU7", "2026-03-02T11:00:21+02:00", "second"),
        note("PU7", "2026-03-02T09:00:01Z", "first"),
        note("PU1", "2026-03-02T10:00:00Z", "somebody else's"),
    ];
    fill_in_notes(entries.iter_mut(), notes);
    let texts = entries.map(|entry| match entry.kind {
        LogKind::Annotate { text } => text,
        other => panic!("{other:?}"),
    });
    assert_eq!(texts, [Some("first".into()), Some("second".into()), None]);
}

#[test]
fn a_change_of_priority_names_both() {
    let changed = |from: Option<&str>, to: Option<&str>| LogKind::PriorityChange {
        from: from.map(Into::into),
        to: to.map(Into::into),
    };
    let named = |old: Value, new: Value| {
        let channel = json!({"type": "website", "old_priority": old, "new_priority": new});
        entry("priority_change_log_entry", json!({ "channel": channel })).kind
    };
    let priority = |name: &str| json!({"id": "PPRI1", "type": "priority", "name": name});
    let reference = json!({"id": "PPRI2", "type": "priority_reference", "summary": "P2"});
    assert_eq!(
        named(reference, priority("P1")),
        changed(Some("P2"), Some("P1"))
    );
    assert_eq!(
        named(Value::Null, priority("P1")),
        changed(None, Some("P1"))
    );
    assert_eq!(
        named(priority("P1"), Value::Null),
        changed(Some("P1"), None)
    );
    let said =
        json!({"summary": "Priority changed from \"P2\" to \"P1\"", "channel": {"type": "api"}});
    assert_eq!(
        entry("priority_change_log_entry", said).kind,
        changed(Some("P2"), Some("P1"))
    );
    let described =
        json!({"event_details": {"description": "Priority changed from \"\" to \"P1\""}});
    assert_eq!(
        entry("field_value_change_log_entry", described).kind,
        changed(None, Some("P1"))
    );
}

#[test]
fn a_change_of_another_field_or_of_another_shape_is_a_change() {
    for (kind, more) in [
        ("field_value_change_log_entry", json!({})),
        (
            "field_value_change_log_entry",
            json!({"summary": "Severity changed from \"P2\" to \"P1\""}),
        ),
        (
            "priority_change_log_entry",
            json!({"channel": {"old_priority": 7, "new_priority": []}}),
        ),
        (
            "priority_change_log_entry",
            json!({"summary": "Priority changed from \"P2\"", "event_details": "x"}),
        ),
    ] {
        assert_eq!(
            entry(kind, more.clone()).kind,
            LogKind::FieldChange,
            "{kind} {more}"
        );
    }
}

#[test]
fn words_are_cut() {
    let long = "x".repeat(2 << 20);
    let wire = json!({"id": "L1", "type": "annotate_log_entry", "created_at": "2026-03-02T09:00:00Z",
        "summary": long, "note": long, "agent": {"id": "PU1", "type": "user_reference", "summary": long}});
    let wire: WireLogEntry = serde_json::from_value(wire).unwrap();
    let entry = wire.into_log_entry(Some(&"Q1".into())).unwrap();
    let LogKind::Annotate { text: Some(text) } = entry.kind else {
        panic!("{:?}", entry.kind)
    };
    for text in [&*text, &*entry.summary, &*entry.agent.unwrap().name] {
        assert!(
            text.len() <= 4 << 10 && text.ends_with("… (cut)"),
            "{}",
            text.len()
        );
    }
}
