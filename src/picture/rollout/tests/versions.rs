//! Tests which versions are compared, and which are left out if there are very many.

use super::*;

fn standing_of(found: &ComponentView, version: &str) -> Standing {
    let mut versions = found.versions.iter();
    let version = versions.find(|it| it.version == version);
    version.unwrap().places[0].standing.clone()
}

#[test]
fn a_cluster_outside_the_inventory_makes_no_version_old() {
    let picture = fleet("5.5.0", 22.0);
    let hub_image = |cluster: &str, tag: &str| {
        let place = VersionPlace::from(HubKey::new(cluster, "hub-0"));
        running(place, Component::Image("k8s-hub".to_owned()), Some(tag))
    };
    let stray = VersionPlace::from(HubKey::new("nowhere", "support"));
    let reading = VersionReading {
        running: vec![
            hub_image("canary-1", "4.3.3"),
            hub_image("nowhere", "9.9.9"),
            hub_image("elsewhere", "4.3.3"),
            running(stray, Component::Image("stray".to_owned()), Some("1.0")),
        ],
        ..VersionReading::default()
    };
    let found = rollout(&picture, Some(&reading), &policy());
    assert_eq!(found.foreign_clusters, 2);
    assert_eq!(found.components.len(), 3);
    assert_eq!(standing_of(&found.components[2], "4.3.3"), Standing::Newest);
}

#[test]
fn a_build_of_a_release_is_not_the_newest_release() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.clusters[2].hubs[0].probe = Some(probe(Some(("5.5.0-5", 20))));
    let found = rollout(&picture, None, &policy());
    let hubs = &found.components[0];
    assert_eq!(standing_of(hubs, "5.5.0"), Standing::Newest);
    let other = Standing::Other("5.5.0".to_owned());
    assert_eq!(standing_of(hubs, "5.5.0-5"), other);
}

#[test]
fn each_batch_knows_of_its_versions_beyond_the_bound() {
    let mut picture = fleet("5.5.0", 22.0);
    for (number, view) in picture.clusters[0].hubs.iter_mut().enumerate() {
        view.probe = Some(probe(Some((&format!("1.0.{number}"), 20))));
    }
    for (number, view) in picture.clusters[2].hubs.iter_mut().enumerate() {
        let version = format!("2.0.{}", number / 2);
        view.probe = Some(probe(Some((&version, 20))));
    }
    // So far there are 27 versions: twenty on two hubs each, one on twelve hubs, six on one hub each. Fifteen more, on
    // two hubs each, exceed the limit of 30.
    for number in 20..35 {
        let version = format!("3.0.{number}");
        for name in ["a", "b"] {
            let hub = running_hub("third-1", &format!("{name}-{number}"), &version, 22.0);
            picture.clusters[2].hubs.push(hub);
        }
    }
    let found = rollout(&picture, None, &policy());
    let hubs = &found.components[0];
    assert_eq!((hubs.versions.len(), hubs.more_versions), (30, 12));
    let all = MoreVersions {
        versions: 6,
        places: 6,
    };
    assert_eq!(hubs.more_in.get(&0), Some(&all));
    assert_eq!(found.batches[0].differs, [0]);
    assert!(found.batches[1].differs.is_empty());
}

#[test]
fn a_wanted_name_that_nothing_has_is_named() {
    let wanted = |component: &str| WantedVersion {
        component: component.to_owned(),
        version: "5.6.0".to_owned(),
        clusters: Vec::new(),
        hubs: Vec::new(),
    };
    let policy = RolloutPolicy {
        wanted: vec![wanted("JupyterHub"), wanted("k8shub")],
        ..policy()
    };
    let reading = VersionReading::default();
    let found = rollout(&fleet("5.5.0", 22.0), Some(&reading), &policy);
    assert_eq!(found.wanted_unseen, ["k8shub"]);
    let behind = Standing::Behind("5.6.0".to_owned());
    assert_eq!(standing_of(&found.components[0], "5.5.0"), behind);
}
