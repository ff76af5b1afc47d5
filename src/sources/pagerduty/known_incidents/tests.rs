//! The details that are requested, kept and dropped from poll to poll.

use chrono::TimeDelta;
use serde_json::json;

use super::super::wire::incident::WireIncident;
use super::*;
use crate::domain::incident::{LogKind, Urgency};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn poll(minute: u64) -> Now {
    Now {
        wall: DateTime::UNIX_EPOCH,
        mono: Duration::from_secs(60 * minute),
    }
}

fn incident(id: &str, created: i64, updated: i64, status: &str) -> Incident {
    let wire = json!({"id": id, "status": status, "created_at": at(created), "updated_at": at(updated),
        "resolved_at": at(updated)});
    serde_json::from_value::<WireIncident>(wire)
        .unwrap()
        .into_incident()
        .unwrap()
}

fn slice(entries: Vec<LogEntry>, from: i64, until: i64) -> LogSlice {
    LogSlice {
        entries,
        from: at(from),
        until: at(until),
        unreadable: Vec::new(),
        gap: None,
    }
}

fn entry(id: &str, of: &str, minute: i64, kind: LogKind) -> LogEntry {
    LogEntry {
        channel: None,
        id: id.into(),
        incident: of.into(),
        at: at(minute),
        kind,
        agent_known: true,
        agent: None,
        summary: String::new(),
    }
}

fn needing(memory: &KnownIncidents, which: Detail, asked: Now) -> Vec<IncidentId> {
    let unread = memory.unread_details(asked).into_iter();
    unread
        .filter(|(_, part)| *part == which)
        .map(|(id, _)| id)
        .collect()
}

fn ids(list: &[IncidentId]) -> Vec<&str> {
    list.iter().map(IncidentId::as_str).collect()
}

#[test]
fn alerts_are_wanted_when_an_incident_is_new_or_changed_and_kept_meanwhile() {
    let mut memory = KnownIncidents::default();
    memory.upsert(incident("Q1", 0, 1, "triggered"));
    memory.upsert(incident("Q2", 5, 6, "triggered"));
    memory.upsert(incident("Q3", 9, 9, "resolved"));
    assert_eq!(
        ids(&needing(&memory, Detail::Alerts, poll(1))),
        ["Q2", "Q1", "Q3"]
    );
    let alert = serde_json::from_str::<super::super::wire::alert::WireAlert>(r#"{"id":"A"}"#)
        .unwrap()
        .into_alert();
    memory.set_alerts(&"Q1".into(), vec![alert]);
    memory.upsert(incident("Q1", 0, 1, "triggered"));
    assert_eq!(
        ids(&needing(&memory, Detail::Alerts, poll(1))),
        ["Q2", "Q3"]
    );
    memory.upsert(incident("Q1", 0, 7, "acknowledged"));
    assert_eq!(
        ids(&needing(&memory, Detail::Alerts, poll(1))),
        ["Q2", "Q1", "Q3"]
    );
    let kept = &memory.to_data().incidents[0];
    assert!(
        kept.alerts.len() == 1 && !kept.alerts_known,
        "the old ones stay, marked"
    );
}

#[test]
fn an_unchanged_incident_stays_the_same_object() {
    let mut memory = KnownIncidents::default();
    memory.upsert(incident("Q1", 0, 1, "triggered"));
    let before = memory.to_data().incidents[0].clone();
    memory.upsert(incident("Q1", 0, 1, "triggered"));
    assert!(Arc::ptr_eq(&before, &memory.to_data().incidents[0]));
}

#[test]
fn an_open_incident_that_a_listing_lacks_is_missing_not_over() {
    let mut memory = KnownIncidents::default();
    memory.upsert(incident("Q1", 0, 1, "triggered"));
    memory.upsert(incident("Q2", 0, 1, "resolved"));
    assert_eq!(ids(&memory.open_not_in(&[])), ["Q1"]);
    assert!(memory.open_not_in(&["Q1".into()]).is_empty());
    assert_eq!(memory.to_data().incidents.len(), 2);
    memory.remove_resolved_before(at(2));
    assert!(memory.contains(&"Q1".into()) && !memory.contains(&"Q2".into()));
}

#[test]
fn the_accounts_log_is_whole_for_what_began_within_it() {
    let mut memory = KnownIncidents::default();
    memory.upsert(incident("OLD", 0, 1, "triggered"));
    memory.upsert(incident("NEW", 100, 101, "triggered"));
    let entries = vec![
        entry("L2", "OLD", 95, LogKind::Unsnooze),
        entry("L1", "NEW", 100, LogKind::Trigger),
        entry("L9", "ELSE", 100, LogKind::Trigger),
    ];
    memory.add_account_log(slice(entries, 90, 110), poll(1));
    assert_eq!(ids(&needing(&memory, Detail::Log, poll(1))), ["OLD"]);
    let whole = vec![
        entry("L2", "OLD", 95, LogKind::Unsnooze),
        entry("L0", "OLD", 0, LogKind::Trigger),
    ];
    memory.add_incident_log(&"OLD".into(), whole, poll(1));
    assert!(needing(&memory, Detail::Log, poll(1)).is_empty());
    let order: Vec<_> = memory
        .to_data()
        .log
        .iter()
        .map(|entry| entry.id.clone())
        .collect();
    assert_eq!(order, ["L0", "L2", "L1"], "once each, oldest first");
    memory.add_account_log(slice(vec![], 109, 120), poll(1));
    assert!(
        needing(&memory, Detail::Log, poll(1)).is_empty(),
        "an overlap leaves no gap"
    );
    memory.add_account_log(slice(vec![], 121, 130), poll(1));
    assert_eq!(
        ids(&needing(&memory, Detail::Log, poll(1))),
        ["NEW", "OLD"],
        "a gap makes every log doubtful"
    );
}

#[test]
fn since_when_it_has_its_priority_is_known_while_its_log_is_read_up_to_the_present() {
    let mut memory = KnownIncidents::default();
    let with = |priority: Option<&str>| Incident {
        priority: priority.map(Into::into),
        ..incident("Q1", 100, 100, "triggered")
    };
    let is_priority_known =
        |memory: &KnownIncidents| memory.to_data().incidents[0].priority_log_known;
    memory.upsert(with(Some("P1")));
    memory.mark_known_logs(poll(1));
    assert!(!is_priority_known(&memory), "its log was never read");
    memory.add_account_log(
        slice(vec![entry("L1", "Q1", 100, LogKind::Trigger)], 90, 110),
        poll(1),
    );
    memory.mark_known_logs(poll(1));
    assert!(is_priority_known(&memory));
    memory.upsert(with(Some("P2")));
    memory.mark_known_logs(poll(100_000));
    assert!(!is_priority_known(&memory), "nothing was read since");
}

#[test]
fn what_is_not_offered_is_neither_known_nor_asked_for_before_the_incident_changes() {
    let mut memory = KnownIncidents::default();
    memory.upsert(incident("Q1", 100, 100, "acknowledged"));
    let details = [Detail::Alerts, Detail::Log];
    for detail in details {
        assert!(memory.lacks(detail) && !memory.is_not_offered(detail));
        memory.set_not_offered(&"Q1".into(), detail);
        assert!(!memory.lacks(detail) && memory.is_not_offered(detail));
    }
    memory.mark_known_logs(poll(1));
    assert_eq!(memory.unread_details(poll(2)), []);
    let known = &memory.to_data().incidents[0];
    assert!(!known.log_known && !known.alerts_known && !known.priority_log_known);
    memory.upsert(incident("Q1", 100, 101, "acknowledged"));
    for detail in details {
        assert_eq!(ids(&needing(&memory, detail, poll(3))), ["Q1"]);
    }
}

#[test]
fn an_empty_log_tells_no_priority() {
    let mut memory = KnownIncidents::default();
    memory.upsert(Incident {
        priority: Some("P1".into()),
        ..incident("Q1", 100, 100, "triggered")
    });
    memory.add_incident_log(&"Q1".into(), vec![], poll(1));
    memory.mark_known_logs(poll(1));
    assert!(
        needing(&memory, Detail::Log, poll(2)).is_empty(),
        "not asked again"
    );
    assert!(!memory.to_data().incidents[0].priority_log_known);
}

#[test]
fn a_note_is_asked_for_once_and_its_text_stays() {
    let mut memory = KnownIncidents::default();
    memory.upsert(incident("Q1", 0, 1, "triggered"));
    let annotation = || entry("L1", "Q1", 1, LogKind::Annotate { text: None });
    memory.add_account_log(slice(vec![annotation()], 0, 2), poll(1));
    assert_eq!(ids(&needing(&memory, Detail::Notes, poll(1))), ["Q1"]);
    let note = json!({"content": "[hubwatch] time-box +15m: why", "created_at": at(1)});
    memory.add_notes(&"Q1".into(), vec![serde_json::from_value(note).unwrap()]);
    memory.add_account_log(slice(vec![annotation()], 1, 3), poll(1));
    assert!(needing(&memory, Detail::Notes, poll(1)).is_empty());
    let LogKind::Annotate { text } = &memory.to_data().log[0].kind else {
        panic!()
    };
    assert!(text.as_deref().unwrap().starts_with("[hubwatch]"));
}

#[test]
fn what_a_run_learned_the_next_need_not_read() {
    let mut first = KnownIncidents::default();
    first.upsert(incident("Q1", 0, 1, "triggered"));
    first.set_alerts(&"Q1".into(), vec![]);
    first.add_account_log(
        slice(vec![entry("L1", "Q1", 0, LogKind::Trigger)], 0, 2),
        poll(1),
    );
    let file = first.take_unsaved_cache(at(3)).unwrap().clone();
    assert!(
        first.take_unsaved_cache(at(4)).is_none(),
        "nothing new, nothing to write"
    );

    let mut second = KnownIncidents::from_cache(IncidentCache::from_bytes(&file.to_bytes()));
    assert_eq!(second.log_until(), Some(at(2)));
    second.upsert(incident("Q1", 0, 1, "triggered"));
    second.add_account_log(slice(vec![], 1, 5), poll(1));
    assert!(
        needing(&second, Detail::Alerts, poll(1)).is_empty()
            && needing(&second, Detail::Log, poll(1)).is_empty()
    );
    assert_eq!(second.to_data().log.len(), 1);

    let mut changed = KnownIncidents::from_cache(file);
    changed.upsert(incident("Q1", 0, 9, "triggered"));
    assert_eq!(ids(&needing(&changed, Detail::Alerts, poll(1))), ["Q1"]);
}

#[test]
fn the_most_urgent_incidents_are_read_first_and_all_of_one_together() {
    let mut memory = KnownIncidents::default();
    let with = |id: &str, created, priority: Option<&str>, urgency| Incident {
        priority: priority.map(Into::into),
        urgency,
        ..incident(id, created, created, "triggered")
    };
    memory.upsert(incident("OVER", 90, 95, "resolved"));
    memory.upsert(with("LOW", 80, None, Urgency::Low));
    memory.upsert(with("HIGH", 70, None, Urgency::High));
    memory.upsert(with("SECOND", 60, Some("P2"), Urgency::Low));
    memory.upsert(with("OLDER", 10, Some("P1"), Urgency::High));
    memory.upsert(with("NEWER", 20, Some("P1"), Urgency::High));
    let unread = memory.unread_details(poll(1));
    let unread: Vec<_> = unread
        .iter()
        .map(|(id, part)| (id.as_str(), *part))
        .collect();
    let both = |id| [(id, Detail::Alerts), (id, Detail::Log)];
    let open = ["NEWER", "OLDER", "SECOND", "HIGH", "LOW"].into_iter();
    let mut expected: Vec<_> = open.flat_map(both).collect();
    expected.push(("OVER", Detail::Alerts));
    assert_eq!(unread, expected);
}

#[test]
fn alerts_are_read_again_when_their_count_changed_alone() {
    let counted = |triggered| Incident {
        triggered_alerts: Some(triggered),
        ..incident("Q1", 0, 5, "triggered")
    };
    let mut known = KnownIncidents::default();
    let id = known.upsert(counted(1));
    known.set_alerts(&id, Vec::new());
    let lacks_alerts = |known: &KnownIncidents| {
        let unread = known.unread_details(poll(6)).into_iter();
        unread
            .map(|(_, part)| part)
            .any(|part| part == Detail::Alerts)
    };
    known.upsert(counted(1));
    assert!(!lacks_alerts(&known));
    known.upsert(counted(2));
    assert!(lacks_alerts(&known));

    let cached = known.take_unsaved_cache(at(6)).unwrap().to_bytes();
    let mut restored = KnownIncidents::from_cache(IncidentCache::from_bytes(&cached));
    restored.upsert(counted(1));
    assert!(!lacks_alerts(&restored));
    restored.upsert(counted(2));
    assert!(lacks_alerts(&restored));
}
