//! Tests of the scenarios without a network.

use std::time::Duration;

use strum::IntoEnumIterator;

use super::*;
use crate::demo::account::incident::Status;
use crate::demo::clockwork::from_unix;
use crate::demo::options::Scenario;

fn start() -> At {
    from_unix(1_790_000_000.0).unwrap()
}

fn after(seconds: i64) -> At {
    start() + chrono::TimeDelta::seconds(seconds)
}

fn world(options: WorldOptions) -> World {
    World::new(options, start()).unwrap()
}

fn told(scenario: Scenario) -> World {
    world(WorldOptions {
        scenario,
        ..WorldOptions::default()
    })
}

fn status(world: &World, name: &str) -> Status {
    let id = world.incident_named(name).unwrap();
    world.account.incident(id).unwrap().status
}

fn owner(world: &World, name: &str) -> String {
    let incident = world.account.incident(world.incident_named(name).unwrap());
    incident.unwrap().assigned[0].0.clone()
}

#[test]
fn every_story_can_be_told_to_its_end_in_every_size() {
    for scenario in Scenario::iter() {
        for (clusters, hubs) in [(30, 171), (3, 9), (1, 1)] {
            for seed in [1, 2, 99] {
                let mut world = world(WorldOptions {
                    clusters,
                    hubs,
                    seed,
                    scenario,
                    ..WorldOptions::default()
                });
                world.advance(after(3600));
                assert_eq!(
                    world.script_errors,
                    [],
                    "{scenario} {clusters}/{hubs} seed {seed}"
                );
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_shift_and_another_another() {
    let shift = |seed| {
        let mut world = world(WorldOptions {
            seed,
            ..WorldOptions::default()
        });
        world.advance(after(200));
        let World {
            account,
            places,
            alerts,
            ..
        } = world;
        format!(
            "{:?} {places:?} {alerts:?} {:?}",
            account.incidents, account.log
        )
    };
    assert_eq!(shift(7), shift(7));
    assert_ne!(shift(7), shift(8));
}

#[test]
fn what_happens_does_not_depend_on_how_often_one_looks() {
    let (mut often, mut once) = (told(Scenario::Shift), told(Scenario::Shift));
    (0..200).for_each(|second| often.advance(after(second)));
    once.advance(after(199));
    assert_eq!(
        format!("{:?}", often.account.log),
        format!("{:?}", once.account.log)
    );
}

#[test]
fn the_first_six_minutes_show_what_was_promised() {
    let mut world = told(Scenario::Shift);
    let disk = world.incident_named("disk").unwrap();
    let acknowledged = world.account.incident(disk).unwrap().acknowledged[0].clone();
    assert_eq!(
        acknowledged,
        ("ada".into(), start() - Duration::from_secs(1710))
    );
    assert_eq!(owner(&world, "starts"), "support");
    assert_eq!(owner(&world, "escalating"), "ada");
    assert_eq!(status(&world, "stale"), Status::Resolved);
    let stale = world.posts.iter().find(|it| it.name == "stale").unwrap();
    assert!(stale.is_open());

    let login = |world: &World| {
        world
            .account
            .incident(world.incident_named("login").unwrap())
            .cloned()
    };
    let handed_over = login(&world).unwrap();
    assert_eq!(handed_over.priority.as_deref(), Some("P1"));
    assert_eq!(owner(&world, "login"), "dee");
    assert!(handed_over.directly && handed_over.escalate_at.is_none());
    assert_eq!(status(&world, "login"), Status::Triggered);
    assert!(world.vendor_posts.iter().all(Post::is_open));
    assert_eq!(world.vendor_posts.len(), 1);

    world.advance(after(20));
    let silent = world.places["silent"].clone();
    let mode = |world: &World| world.prometheus_mode(&silent.cluster);
    assert_eq!(mode(&world), PrometheusMode::Dropping);
    let down = world.places["down"].clone();
    let is_down = |world: &World| {
        world
            .fleet
            .hub(&down.cluster, &down.hub)
            .unwrap()
            .down
            .is_some()
    };
    world.advance(after(30));
    assert!(is_down(&world));
    assert_eq!(status(&world, "storm"), Status::Triggered);
    world.advance(after(45));
    assert_eq!(status(&world, "storm"), Status::Acknowledged);
    world.advance(after(70));
    assert_eq!(owner(&world, "escalating"), "bo");
    world.advance(after(80));
    assert!(world.incident_named("down").is_some());
    world.advance(after(100));
    assert!(!is_down(&world));
    world.advance(after(110));
    assert_eq!(status(&world, "login"), Status::Acknowledged);

    let wide = world.places["wide"].cluster.clone();
    let down_there = |world: &World| {
        let hubs = world.fleet.hubs_of(&wide);
        hubs.filter(|hub| hub.down.is_some()).count()
    };
    assert_eq!(down_there(&world), 0);
    world.advance(after(200));
    assert_eq!(down_there(&world), 3);
    world.advance(after(300));
    assert_eq!(down_there(&world), 0);
    world.advance(after(320));
    assert_eq!(mode(&world), PrometheusMode::Answering);
    assert!(!world.vendor_posts.iter().any(Post::is_open));
    world.advance(after(345));
    for solved in ["down", "login", "wide"] {
        assert_eq!(status(&world, solved), Status::Resolved);
    }
}

#[test]
fn the_storm_is_one_incident_of_seventeen_clusters() {
    let world = told(Scenario::Shift);
    let storm = world
        .account
        .incident(world.incident_named("storm").unwrap());
    assert_eq!(storm.unwrap().alerts.len(), 17);
    let firing = world
        .alerts
        .iter()
        .filter(|it| it.rule.key == "restart-grafana");
    assert_eq!(firing.count(), 17);
}

#[test]
fn speed_brings_the_story_forward() {
    let mut world = world(WorldOptions {
        speed: 10.0,
        ..WorldOptions::default()
    });
    world.advance(after(7));
    assert_eq!(owner(&world, "escalating"), "bo");
}

#[test]
fn in_a_quiet_world_ten_are_open_and_nothing_is_due_for_hours() {
    let world = told(Scenario::Quiet);
    let open = world.account.incidents.iter().filter(|it| it.is_open());
    assert_eq!(open.count(), 10);
    assert!(world.account.next_due().unwrap() > after(3 * 3600));
    assert!(world.script.is_empty());
}

#[test]
fn a_calm_world_has_nothing_open() {
    let mut world = told(Scenario::Calm);
    world.advance(after(600));
    assert!(world.account.incidents.iter().all(|it| !it.is_open()));
    assert!(world.alerts.is_empty() && world.posts.is_empty());
}

#[test]
fn hubs_run_the_release_of_their_batch_but_one() {
    let world = told(Scenario::Shift);
    let with = |version: &str| {
        let hubs = world.fleet.hubs.iter();
        let hubs = hubs.filter(|hub| hub.release_at(start()).jupyterhub == version);
        let mut clusters: Vec<_> = hubs.map(|hub| &*hub.cluster).collect();
        clusters.dedup();
        clusters
    };
    assert_eq!(with("5.5.0"), ["seafloor", "tidewater"]);
    assert_eq!(with("6.0.0b1"), ["airshed"]);
    assert_eq!(with("5.4.4").len(), 28);
}

#[test]
fn the_second_batch_is_upgraded_hub_by_hub_and_starts_servers_slowly() {
    use super::batch::Batch;
    use super::hub::{Outage, Reading};

    let mut world = told(Scenario::Upgrade);
    world.advance(after(900));
    let is_second = |hub: &&Hub| {
        let cluster = world.fleet.cluster(&hub.cluster).unwrap();
        cluster.batch == Batch::Second
    };
    let second: Vec<&Hub> = world.fleet.hubs.iter().filter(is_second).collect();
    let versions = |second_after: i64| {
        let hubs = second.iter();
        let next = hubs.filter(|hub| hub.release_at(after(second_after)).jupyterhub == "5.5.0");
        next.count()
    };
    let away = |second_after: i64| {
        let hubs = second.iter();
        let away = hubs.filter(|hub| hub.outage(after(second_after)) == Some(Outage::HubGone));
        away.count()
    };
    assert_eq!((versions(119), away(119)), (0, 0));
    assert!(versions(200) > 0 && (2..=9).contains(&away(200)));
    assert_eq!((versions(360), away(360)), (second.len() - 1, 1));

    let broken = &world.places["broken"];
    let broken = world.fleet.hub(&broken.cluster, &broken.hub).unwrap();
    assert_eq!(broken.outage(after(3600)), Some(Outage::HubGone));
    assert_eq!(&*broken.name, "prod");
    assert_eq!(status(&world, "broken"), Status::Triggered);
    let p95 = |hub: &Hub, at| hub.reading(Reading::SpawnP95Seconds, after(at), world.drift());
    for hub in &world.fleet.hubs {
        let is_slow = is_second(&hub);
        assert!(p95(hub, 100).unwrap() < 30.0);
        let later = p95(hub, 400);
        assert!(later.is_none_or(|it| (it > 70.0) == is_slow), "{later:?}");
    }
    let starts = &world.places["starts"];
    let starts = world.fleet.hub(&starts.cluster, &starts.hub).unwrap();
    assert!(is_second(&starts));
    let failed = starts.reading(Reading::SpawnFailures, after(600), world.drift());
    assert_eq!(failed, Some(3.0));
}

#[test]
fn an_upgrade_runs_as_fast_as_the_story() {
    let mut world = world(WorldOptions {
        scenario: Scenario::Upgrade,
        speed: 10.0,
        ..WorldOptions::default()
    });
    world.advance(after(40));
    let next = world.fleet.hubs.iter();
    let next = next.filter(|hub| hub.release_at(after(40)).jupyterhub == "5.5.0");
    assert!(next.count() > 20);
}

#[test]
fn load_is_as_many_alerts_as_were_asked_for() {
    let world = world(WorldOptions {
        alerts: 500,
        scenario: Scenario::Calm,
        ..WorldOptions::default()
    });
    assert_eq!(world.alerts.len(), 500);
    let open = world.account.incidents.iter().filter(|it| it.is_open());
    assert_eq!(open.count(), 171);
}
