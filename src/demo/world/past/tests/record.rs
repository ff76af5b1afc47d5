//! Tests of the past itself: numbers, ids, and the order of events.

use std::collections::BTreeSet;

use crate::domain::zone::Zone;
use chrono::Months;

use super::{LAST_NUMBER, at, figures, log, past, reviewed, whole_months, world};
use crate::demo::account::entry::{Entry, EntryKind};
use crate::demo::account::incident::{Agent, Opening, Status};
use crate::demo::clockwork::{At, before};
use crate::demo::world::past::GAP;

#[test]
fn one_seed_and_one_start_give_one_past() {
    let start = at("2026-09-21T14:13:20Z");
    let [one, other] = [(), ()].map(|()| {
        let world = world(start, 3);
        let log: Vec<_> = world
            .account
            .log_between(At::MIN_UTC, At::MAX_UTC)
            .collect();
        format!("{:?} {log:?}", past(&world))
    });
    assert!(one == other);
}

#[test]
fn numbers_and_ids_are_unique_and_end_where_the_story_begins() {
    let start = at("2026-09-21T14:13:20Z");
    let world = world(start, 1);
    let past = past(&world);
    let numbers: Vec<u64> = past.iter().map(|it| it.number).collect();
    let first = LAST_NUMBER + 1 - u64::try_from(past.len()).unwrap();
    assert_eq!(numbers, (first..=LAST_NUMBER).collect::<Vec<_>>());
    assert_eq!(world.account.incidents[0].number, LAST_NUMBER + 1);
    let ids: BTreeSet<&str> = past.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids.len(), past.len());
    let created: Vec<At> = past.iter().map(|it| it.created_at).collect();
    assert!(created.is_sorted());
    let earliest = start.checked_sub_months(Months::new(18)).unwrap();
    assert!(created[0] < earliest, "{}", created[0]);
    let entries: Vec<&Entry> = world
        .account
        .log_between(At::MIN_UTC, At::MAX_UTC)
        .collect();
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), entries.len());
    assert!(entries.is_sorted_by(|one, other| one.at >= other.at));
}

#[test]
fn what_happened_to_an_incident_is_in_order_and_done_by_who_could() {
    let start = at("2026-09-21T14:13:20Z");
    let world = world(start, 1);
    for it in past(&world) {
        let log = log(&world, it);
        assert!(matches!(log[0].kind, EntryKind::Trigger), "{it:?}");
        assert_eq!(log[0].at, it.created_at);
        assert!(log.is_sorted_by(|one, other| one.at <= other.at), "{log:?}");
        let resolves = log
            .iter()
            .filter(|entry| matches!(entry.kind, EntryKind::Resolve(_)));
        let [resolved] = resolves.collect::<Vec<_>>()[..] else {
            panic!("{log:?}");
        };
        assert_eq!(it.status, Status::Resolved);
        assert_eq!(it.resolved_at, Some(resolved.at));
        assert_eq!((it.status_at, &it.status_by), (resolved.at, &resolved.by));
        assert!(it.created_at < resolved.at, "{it:?}");
        assert!(it.updated_at <= before(start, GAP), "{it:?}");
        assert!(it.updated_at >= log.last().unwrap().at, "{it:?}");
        assert!(it.assigned.is_empty() && it.acknowledged.is_empty() && it.pending().count() == 0);
        for entry in &log {
            assert_eq!(entry.at.timestamp_subsec_nanos(), 0, "{entry:?}");
            if matches!(entry.kind, EntryKind::Acknowledge(_)) {
                assert!(entry.at <= resolved.at, "{log:?}");
            }
            let channels = match entry.by {
                Agent::User(_) => ["website", "web_trigger", "note"],
                Agent::Service => ["api", "auto", "timeout"],
            };
            assert!(channels.contains(&entry.channel), "{entry:?}");
            if let Agent::User(key) = &entry.by {
                assert!(world.account.directory.user(key).is_some(), "{entry:?}");
                assert_ne!(key, "support", "a mailbox does nothing: {entry:?}");
            }
        }
        let notes = log
            .iter()
            .filter(|entry| matches!(entry.kind, EntryKind::Annotate(_)));
        assert_eq!(notes.count(), it.notes.len());
        if let Some(target) = &it.merged_into {
            let target = world.account.incident(target).unwrap();
            assert!(target.created_at < resolved.at && target.resolved_at > it.resolved_at);
            assert!(it.alerts.is_empty() && target.alerts.len() > 1);
        }
    }
}

#[test]
fn a_change_to_the_past_is_kept_and_takes_no_number_of_the_story() {
    let start = at("2026-09-21T14:13:20Z");
    let mut world = world(start, 1);
    let count = past(&world).len();
    let p1 = past(&world)
        .into_iter()
        .rfind(|it| it.priority.as_deref() == Some("P1"))
        .unwrap()
        .clone();
    let entries = world.account.log_of(&p1.id).count();
    let ada = Agent::User("ada".to_owned());
    let number = p1.number.to_string();
    world
        .account
        .set_priority(&number, None, &ada, start)
        .unwrap();
    assert_eq!(world.account.incident(&p1.id).unwrap().priority, None);
    assert_eq!(world.account.incident(&number).unwrap().updated_at, start);
    assert_eq!(past(&world).len(), count, "it is listed once");
    assert_eq!(world.account.incidents[0].id, p1.id);
    let log: Vec<_> = world.account.log_of(&p1.id).collect();
    assert_eq!(log.len(), entries + 1);
    assert!(matches!(
        log[0].kind,
        EntryKind::PriorityChange(Some(_), None)
    ));
    assert!(matches!(log[entries].kind, EntryKind::Trigger));
    let next = Opening {
        service: "misc".to_owned(),
        ..Default::default()
    };
    let last = world.account.incidents.last().unwrap().number;
    let id = world.account.open(next, &ada, start).unwrap();
    assert_eq!(world.account.incident(&id).unwrap().number, last + 1);
    let found = figures(&reviewed(&world), 5, start, Zone::UTC);
    assert_eq!(whole_months(&found), [7, 7, 9, 0, 0], "it was the last one");
    assert_eq!(found.months[4].taken_back, 1);
}
