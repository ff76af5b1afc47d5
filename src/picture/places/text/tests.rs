use super::*;
use crate::domain::hub::{HubSpec, Tier};
use crate::domain::ids::HubKey;
use crate::domain::policy::ClusterSpec;

fn cluster(name: &str, hubs: &[&str]) -> ClusterSpec {
    let spec = |hub: &&str| HubSpec {
        key: HubKey::new(name, *hub),
        tier: Tier::Prod,
        domain: Some(format!("{hub}.{name}.example")),
        health_url: None,
        expected_status: 200,
        expects_hub_header: true,
    };
    ClusterSpec {
        without: Default::default(),
        name: name.into(),
        provider: None,
        hubs: hubs.iter().map(spec).collect(),
    }
}

fn policy() -> Policy {
    Policy {
        clusters: vec![
            cluster("leap", &["prod", "staging"]),
            cluster("maap", &["prod"]),
        ],
        ..Policy::default()
    }
}

fn show(place: Place) -> String {
    match place.hub_key() {
        Some(key) => key.to_string(),
        None => place
            .cluster
            .map(|name| name.to_string())
            .unwrap_or_default(),
    }
}

fn named(text: &str) -> Vec<String> {
    let places = places_in_text(text, &policy());
    places.into_iter().map(show).collect()
}

#[test]
fn a_domain_names_its_hub_in_an_address_too() {
    assert_eq!(named("prod.leap.example on leap"), ["leap/prod"]);
    assert_eq!(
        named("https://prod.leap.example/hub/health failed"),
        ["leap/prod"]
    );
}

#[test]
fn a_hub_named_by_its_domain_hides_no_other_cluster() {
    assert_eq!(
        named("prod.leap.example and all of maap fail"),
        ["leap/prod", "maap"]
    );
    assert_eq!(
        named("leap/prod, and prod on maap"),
        ["leap/prod", "maap/prod"]
    );
    let mut with_namesake = policy();
    with_namesake.clusters.push(cluster("staging", &["prod"]));
    let places = places_in_text("staging.leap.example: staging fails", &with_namesake);
    let places: Vec<String> = places.into_iter().map(show).collect();
    assert_eq!(places, ["leap/staging"], "the word is the hub's name");
}

#[test]
fn prefixes_in_a_title_are_understood() {
    let title = "2 servers failed cluster=leap hub=prod (provider=gcp)";
    assert_eq!(named(title), ["leap/prod"]);
}

#[test]
fn a_hubs_name_alone_names_nothing() {
    assert_eq!(named("disk of prod is full"), [] as [&str; 0]);
    assert_eq!(named("disk of maap is full"), ["maap"]);
}

#[test]
fn a_domain_that_ends_in_another_is_not_it() {
    assert!(names_domain("Leap.example on leap", "leap.example"));
    assert!(!names_domain(
        "staging.leap.example on leap",
        "leap.example"
    ));
}

#[test]
fn a_checks_label_names_its_host() {
    let check = "An uptime check on maap Uptime Check URL labels {project_id=maap, host=PROD.leap.example} is failing.";
    assert_eq!(named(check), ["leap/prod"]);
    assert!(names_domain(check, "prod.leap.example"));
    assert_eq!(named("host=prod.leap.example:443 is gone"), ["leap/prod"]);
    assert_eq!(named("project_id=prod.leap.example"), [] as [&str; 0]);
    assert_eq!(named("host=old.prod.leap.example"), [] as [&str; 0]);
}

fn in_title(title: &str, policy: &Policy) -> Vec<String> {
    let places = places_in_title(title, policy);
    places.into_iter().map(show).collect()
}

#[test]
fn a_title_names_places_in_any_case_and_a_text_in_their_own() {
    let policy = policy();
    for (title, place) in [
        ("Core nodes restart on LEAP", "leap"),
        ("Leap: Staging is slow", "leap/staging"),
        ("LEAP/Prod is slow", "leap/prod"),
        ("cluster=LEAP hub=Prod", "leap/prod"),
        ("ALARM: \"LEAP-nfs-saturation\" in US West (Oregon)", "leap"),
    ] {
        assert_eq!(in_title(title, &policy), [place], "{title}");
        assert_eq!(named(title), [] as [&str; 0], "{title}");
    }
    assert_eq!(in_title("LEAPS and bounds", &policy), [] as [&str; 0]);
}

#[test]
fn a_name_in_its_own_case_is_no_other_place() {
    let policy = Policy {
        clusters: vec![
            cluster("leap", &[]),
            cluster("LEAP", &[]),
            cluster("Zürich", &[]),
        ],
        ..Policy::default()
    };
    assert_eq!(in_title("on LEAP", &policy), ["LEAP"]);
    assert_eq!(in_title("on leap", &policy), ["leap"]);
    assert_eq!(in_title("on Leap", &policy), ["leap", "LEAP"]);
    assert_eq!(in_title("on ZÜRICH", &policy), ["Zürich"]);
}

#[test]
fn the_configured_cluster_label_is_understood_in_a_title() {
    let mut policy = policy();
    policy.cluster_labels.insert("k8s_cluster".to_owned());
    let title = "2 servers failed k8s_cluster=maap hub=prod near leap";
    assert_eq!(in_title(title, &policy), ["maap/prod"]);
}
