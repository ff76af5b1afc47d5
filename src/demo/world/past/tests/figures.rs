//! Tests of the review of the invented past: the figures for each month, and the incidents that the review must not mix
//! up.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::zone::Zone;
use chrono::{DateTime, Timelike, Utc};

use super::{at, figures, past, reviewed, whole_months, world};
use crate::demo::account::entry::EntryKind;
use crate::demo::clockwork::At;
use crate::demo::options::WorldOptions;
use crate::demo::world::World;
use crate::demo::world::past::months::MONTHS;
use crate::review::outage::outages;
use crate::review::past_incident::{FoundBy, P1, PastIncident};

#[test]
fn the_last_five_whole_months_have_the_seeds_figures_whenever_the_story_begins() {
    for (start, zone) in [
        ("2026-01-01T00:00:00Z", Zone::UTC),
        ("2026-08-31T23:59:59Z", Zone::UTC),
        ("2026-09-21T14:13:20Z", Zone::UTC),
        ("2028-02-29T12:00:00Z", Zone::UTC),
        ("2027-03-01T00:00:01Z", Zone::UTC),
        // In these nights, the clocks of Berlin and New York change.
        (
            "2026-03-29T01:30:00Z",
            "Europe/Berlin".parse::<Zone>().unwrap(),
        ),
        (
            "2026-11-01T06:00:00Z",
            "America/New_York".parse::<Zone>().unwrap(),
        ),
        (
            "2026-07-15T12:00:00Z",
            "Pacific/Kiritimati".parse::<Zone>().unwrap(),
        ),
        (
            "2026-07-15T12:00:00Z",
            "Pacific/Pago_Pago".parse::<Zone>().unwrap(),
        ),
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
        let found = figures(&incidents, 18, start, Zone::UTC);
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
        let found = figures(&reviewed(&world), 18, start, Zone::UTC);
        assert_eq!(whole_months(&found), MONTHS.map(|plan| plan.outages));
    }
}

#[test]
fn everything_that_trends_must_tell_apart_is_there() {
    let start = at("2026-09-21T14:13:20Z");
    let world = world(start, 1);
    let incidents = reviewed(&world);
    let p1 = "P1".into();
    let found = outages(&incidents, &p1, start);
    let months = |of: &mut dyn Iterator<Item = DateTime<Utc>>| {
        of.map(|at| at.format("%Y-%m").to_string())
            .collect::<BTreeSet<_>>()
            .len()
    };
    let taken_back = found.taken_back.iter().map(|one| one.incident.created_at);
    assert!(months(&mut taken_back.clone()) >= 6);
    let members = found.outages.iter().flat_map(|outage| &outage.incidents);
    let members: BTreeSet<&str> = members.map(|one| one.incident.id.as_str()).collect();
    let was_p1 = |one: &&PastIncident| one.p1(&p1) != P1::Never;
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
    let all = figures(&incidents, 18, start, Zone::UTC);
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
