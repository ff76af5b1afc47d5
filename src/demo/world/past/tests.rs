//! The past as a reader of the account's record sees it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Months, Timelike};
use chrono_tz::Tz;

use super::*;
use crate::demo::account::entry::{Entry, EntryKind};
use crate::demo::account::incident::{Agent, Incident, Status};
use crate::demo::options::WorldOptions;
use crate::demo::world::World;
use crate::domain;
use crate::domain::hub::{HubSpec, Tier};
use crate::domain::ids::HubKey;
use crate::domain::incident::{IncidentStatus, LogEntry, LogKind, Person};
use crate::domain::policy::{ClusterSpec, Policy};
use crate::picture::places::places_in_title;
use crate::review::outage::outages;
use crate::review::past_incident::{FoundBy, PastIncident};
use crate::review::trends::{Trends, TrendsInput, trends};

const LAST_NUMBER: u64 = 5000;

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn world(start: At, seed: u64) -> World {
    let options = WorldOptions {
        seed,
        ..WorldOptions::default()
    };
    World::new(options, start).unwrap()
}

/// Those that something has changed since come last.
fn past(world: &World) -> Vec<&Incident> {
    let changed = world.account.incidents.iter();
    let changed = changed.filter(|it| it.number <= LAST_NUMBER);
    world.account.past_incidents(None).chain(changed).collect()
}

/// The log of one incident, oldest first.
fn log<'a>(world: &'a World, of: &'a Incident) -> Vec<&'a Entry> {
    let mut log: Vec<_> = world.account.log_of(&of.id).collect();
    log.reverse();
    log
}

fn policy(world: &World) -> Policy {
    let clusters = world.fleet.clusters.iter().map(|cluster| ClusterSpec {
        without: BTreeSet::default(),
        name: (&*cluster.name).into(),
        provider: None,
        hubs: world
            .fleet
            .hubs_of(&cluster.name)
            .map(|hub| HubSpec {
                key: HubKey::new(&*hub.cluster, &*hub.name),
                tier: Tier::Prod,
                domain: Some(hub.domain.to_string()),
                health_url: None,
                expected_status: 200,
                expects_hub_header: true,
            })
            .collect(),
    });
    Policy {
        clusters: clusters.collect(),
        ..Policy::default()
    }
}

fn person(key: &str) -> Person {
    Person {
        id: key.into(),
        name: key.into(),
    }
}

/// The past as `review` takes it.
fn reviewed(world: &World) -> Vec<PastIncident> {
    let policy = policy(world);
    let past = past(world).into_iter();
    past.map(|it| PastIncident {
        incident: domain_incident(it),
        log: log(world, it).into_iter().map(domain_entry).collect(),
        merged_into: it.merged_into.as_deref().map(Into::into),
        places: places_in_title(&it.title, &policy),
    })
    .collect()
}

fn domain_incident(it: &Incident) -> domain::incident::Incident {
    domain::incident::Incident {
        id: it.id.as_str().into(),
        number: it.number,
        title: it.title.clone(),
        url: None,
        status: IncidentStatus::Resolved,
        urgency: domain::incident::Urgency::High,
        service: None,
        policy: None,
        priority: it.priority.as_deref().map(Into::into),
        created_at: it.created_at,
        updated_at: Some(it.updated_at),
        resolved_at: it.resolved_at,
        resolved_by: None,
        assignments: Vec::new(),
        assigned_via: None,
        acknowledgements: Vec::new(),
        pending: Vec::new(),
        unread_fields: BTreeSet::new(),
        incident_key: it.incident_key.clone(),
        triggered_alerts: None,
        conference: None,
        alerts: Vec::new(),
        alerts_known: false,
        log_known: true,
        priority_log_known: true,
    }
}

fn domain_entry(it: &Entry) -> LogEntry {
    let name = |name: &Option<String>| name.as_deref().map(Into::into);
    let kind = match &it.kind {
        EntryKind::Trigger => LogKind::Trigger,
        EntryKind::Escalate(_) => LogKind::Escalate { to: Vec::new() },
        EntryKind::Acknowledge(_) => LogKind::Acknowledge { timeout: None },
        EntryKind::Resolve(_) => LogKind::Resolve,
        EntryKind::Annotate(text) => LogKind::Annotate {
            text: Some(text.clone()),
        },
        EntryKind::PriorityChange(from, to) => LogKind::PriorityChange {
            from: name(from),
            to: name(to),
        },
        _ => LogKind::Other("other".to_owned()),
    };
    LogEntry {
        id: it.id.clone(),
        incident: it.incident.as_str().into(),
        at: it.at,
        kind,
        agent: match &it.by {
            Agent::User(key) => Some(person(key)),
            Agent::Service => None,
        },
        agent_known: true,
        channel: Some(it.channel.to_owned()),
        summary: String::new(),
    }
}

/// The figures of so many whole months before the one of `now`, and of that.
fn figures(incidents: &[PastIncident], months: u32, now: At, zone: Tz) -> Trends {
    let first = now.with_timezone(&zone).date_naive().with_day(1).unwrap();
    let since = first.checked_sub_months(Months::new(months)).unwrap();
    trends(&TrendsInput {
        incidents,
        p1: &"P1".into(),
        span: domain::calendar::start_of_day(since, zone)..now,
        zone,
        now,
        is_human: &|who| who.id.as_str() != "support",
        name: &|one| one.incident.title.clone(),
    })
}

fn whole_months(found: &Trends) -> Vec<usize> {
    let whole = found.months.iter().filter(|month| !month.is_partial);
    whole.map(|month| month.outages).collect()
}

#[test]
fn the_last_five_whole_months_have_the_seeds_figures_whenever_the_story_begins() {
    for (start, zone) in [
        ("2026-01-01T00:00:00Z", Tz::UTC),
        ("2026-08-31T23:59:59Z", Tz::UTC),
        ("2026-09-21T14:13:20Z", Tz::UTC),
        ("2028-02-29T12:00:00Z", Tz::UTC),
        ("2027-03-01T00:00:01Z", Tz::UTC),
        // The nights in which Berlin's and New York's clocks change.
        ("2026-03-29T01:30:00Z", Tz::Europe__Berlin),
        ("2026-11-01T06:00:00Z", Tz::America__New_York),
        ("2026-07-15T12:00:00Z", Tz::Pacific__Kiritimati),
        ("2026-07-15T12:00:00Z", Tz::Pacific__Pago_Pago),
    ] {
        let world = world(at(start), 1);
        let incidents = reviewed(&world);
        let found = figures(&incidents, 5, at(start), zone);
        assert_eq!(whole_months(&found), [7, 7, 9, 0, 1], "{start} {zone}");
        assert_eq!(found.mean_per_month, Some(4.8), "{start} {zone}");
    }
}

#[test]
fn every_seed_gives_the_months_that_the_plan_says_and_another_past() {
    let start = at("2026-09-21T14:13:20Z");
    let mut titles = BTreeSet::new();
    for seed in [0, 1, 2, 7, u64::MAX] {
        let world = world(start, seed);
        let incidents = reviewed(&world);
        let found = figures(&incidents, 18, start, Tz::UTC);
        let planned = MONTHS.map(|plan| plan.outages);
        assert_eq!(whole_months(&found), planned, "{seed}");
        let whole = found.months.iter().zip(MONTHS);
        for (month, plan) in whole {
            let by = |by| month.found_by.get(&by).copied().unwrap_or_default();
            assert_eq!(by(FoundBy::Person), plan.reported, "{seed} {month:?}");
            assert_eq!(by(FoundBy::Unknown), 0, "{seed} {month:?}");
            assert_eq!(month.taken_back, plan.taken_back, "{seed} {month:?}");
            assert!(
                (60..=140).contains(&month.incidents),
                "{seed}: {} in {}",
                month.incidents,
                month.first
            );
        }
        let first = past(&world)[0];
        titles.insert((first.title.clone(), first.created_at));
    }
    assert_eq!(titles.len(), 5);
}

#[test]
fn a_small_fleet_has_the_same_figures() {
    let start = at("2026-09-21T14:13:20Z");
    for (clusters, hubs) in [(1, 1), (3, 9)] {
        let options = WorldOptions {
            clusters,
            hubs,
            ..WorldOptions::default()
        };
        let world = World::new(options, start).unwrap();
        let found = figures(&reviewed(&world), 18, start, Tz::UTC);
        assert_eq!(whole_months(&found), MONTHS.map(|plan| plan.outages));
    }
}

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
fn everything_that_trends_must_tell_apart_is_there() {
    let start = at("2026-09-21T14:13:20Z");
    let world = world(start, 1);
    let incidents = reviewed(&world);
    let p1 = "P1".into();
    let found = outages(&incidents, &p1, start);
    let months = |of: &mut dyn Iterator<Item = DateTime<chrono::Utc>>| {
        of.map(|at| at.format("%Y-%m").to_string())
            .collect::<BTreeSet<_>>()
            .len()
    };
    let taken_back = found.taken_back.iter().map(|one| one.incident.created_at);
    assert!(months(&mut taken_back.clone()) >= 6);
    let members = found.outages.iter().flat_map(|outage| &outage.incidents);
    let members: BTreeSet<&str> = members.map(|one| one.incident.id.as_str()).collect();
    let was_p1 = |one: &&PastIncident| one.p1(&p1) != crate::review::past_incident::P1::Never;
    let merged = incidents
        .iter()
        .filter(|one| {
            one.merged_into
                .as_ref()
                .is_some_and(|id| members.contains(id.as_str()))
        })
        .filter(was_p1);
    assert!(months(&mut merged.map(|one| one.incident.created_at)) >= 4);
    let joined = found
        .outages
        .iter()
        .filter(|outage| outage.incidents.len() == 2);
    assert!(months(&mut joined.map(|outage| outage.begins)) >= 3);
    let declared = found.outages.iter().filter(|outage| {
        outage
            .incidents
            .iter()
            .any(|one| one.incident.declared_for().is_some())
    });
    let by = declared.map(|outage| outage.found_by()).collect::<Vec<_>>();
    assert!(!by.is_empty() && by.iter().all(|by| *by == FoundBy::Alert));
    let all = figures(&incidents, 18, start, Tz::UTC);
    for month in &all.months {
        assert!(
            month.never_acknowledged > 0 && month.escalations > 0,
            "{month:?}"
        );
    }
    let long: usize = all.alerts.iter().map(|alert| alert.long_open).sum();
    assert!(long > 20, "{long}");
    let mut at_night: BTreeMap<u32, usize> = BTreeMap::new();
    for entry in world.account.log_between(At::MIN_UTC, At::MAX_UTC) {
        if matches!(entry.kind, EntryKind::Notify(_)) {
            *at_night.entry(entry.at.hour()).or_default() += 1;
        }
    }
    assert_eq!(at_night.len(), 24, "{at_night:?}");
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
    let next = crate::demo::account::incident::Opening {
        service: "misc".to_owned(),
        ..Default::default()
    };
    let last = world.account.incidents.last().unwrap().number;
    let id = world.account.open(next, &ada, start).unwrap();
    assert_eq!(world.account.incident(&id).unwrap().number, last + 1);
    let found = figures(&reviewed(&world), 5, start, Tz::UTC);
    assert_eq!(whole_months(&found), [7, 7, 9, 0, 0], "it was the last one");
    assert_eq!(found.months[4].taken_back, 1);
}
