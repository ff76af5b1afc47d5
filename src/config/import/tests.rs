//! Tests with invented fleets, and with a real one if it is on this machine.

mod wanted;

use super::*;
use crate::config::Config;
use crate::domain::settings::ClusterScope;

fn files(list: &[(&str, &str)]) -> FleetFiles {
    let mut files = FleetFiles::default();
    list.iter()
        .for_each(|(path, text)| files.insert(path, text));
    files
}

fn fleet() -> FleetFiles {
    files(&[
        (
            "config/clusters/north/cluster.yaml",
            "name: north\nprovider: gcp\nextra: {a: [1]}\nsupport:\n  helm_chart_values_files:\n  - enc-support.yaml\n  - support.values.yaml\nhubs:\n- name: prod\n  domain: north.example\n  uptime_check:\n    expected_status: 401\n- name: staging\n  domain: staging.north.example\n  uptime_check: {}\n",
        ),
        (
            "config/clusters/north/support.values.yaml",
            "prometheus:\n  server:\n    ingress:\n      enabled: true\n      hosts: [prometheus.polar.example, second.example]\n",
        ),
        (
            "config/clusters/south/cluster.yaml",
            "name: south\nhubs:\n- name: prod\n  domain: south.example\n",
        ),
        (
            "config/clusters/templates/cluster.yaml",
            "name: {{ not yaml",
        ),
        ("config/clusters/north/prod.values.yaml", "{{ not read"),
    ])
}

fn read(text: &str) -> Config {
    parse(text, &ParseContext::bare("x")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_text_is_this() {
    insta::assert_snapshot!(import(&fleet()).unwrap());
}

#[test]
fn clusters_hubs_and_prometheuses_are_found() {
    let config = read(&import(&fleet()).unwrap());
    let keys: Vec<String> = config
        .policy
        .hubs()
        .map(|hub| hub.key.to_string())
        .collect();
    assert_eq!(keys, ["north/prod", "north/staging", "south/prod"]);
    assert_eq!(config.policy.hubs().next().unwrap().expected_status, 401);
    let [one] = config.sources.prometheus.as_slice() else {
        panic!("one Prometheus")
    };
    assert_eq!(one.endpoint.url, "https://prometheus.polar.example");
    assert_eq!(one.scope, ClusterScope::One("north".into()));
}

#[test]
fn an_ingress_that_is_off_leads_nowhere() {
    let mut fleet = fleet();
    let values = "prometheus: {server: {ingress: {enabled: false, hosts: [a.example]}}}";
    fleet.insert("config/clusters/north/support.values.yaml", values);
    assert!(read(&import(&fleet).unwrap()).sources.prometheus.is_empty());
}

#[test]
fn text_from_outside_cannot_break_out_of_its_quotes() {
    let name = "a\\\"b\nread_only = true";
    let one = files(&[(
        "config/clusters/x/cluster.yaml",
        &format!(
            "name: x\nprovider: {}\n",
            serde_json::to_string(name).unwrap()
        ),
    )]);
    let config = read(&import(&one).unwrap());
    assert_eq!(config.policy.clusters[0].provider.as_deref(), Some(name));
    assert!(!config.read_only);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let error = |text: &str| {
        let one = files(&[("config/clusters/x/cluster.yaml", text)]);
        import(&one).unwrap_err().to_string()
    };
    let message = error("name: x\nhubs: prod\n");
    assert!(
        message.starts_with("config/clusters/x/cluster.yaml:2:7: expected "),
        "{message}"
    );
    let message = error("name: x\nhubs: [{name: a}, {name: a}]\n");
    assert!(
        message.contains("two hubs in cluster x named \"a\""),
        "{message}"
    );
    assert!(matches!(
        import(&FleetFiles::default()),
        Err(ImportError::NoClusters)
    ));
}

#[test]
fn a_folder_is_read_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = folder.path().join("config/clusters/x");
    std::fs::create_dir_all(&cluster).unwrap();
    std::fs::write(cluster.join("cluster.yaml"), "name: x\n").unwrap();
    std::fs::write(cluster.join("enc-support.secret.values.yaml"), "a").unwrap();
    std::fs::write(cluster.join("notes.md"), "b").unwrap();
    std::fs::write(folder.path().join("config/clusters/readme.yaml"), "c").unwrap();
    let files = read_fleet_files(folder.path()).unwrap();
    let paths: Vec<&String> = files.texts().map(|(path, _)| path).collect();
    assert_eq!(paths, ["config/clusters/x/cluster.yaml"]);
    assert!(read_fleet_files(&folder.path().join("absent")).is_err());
}

#[test]
fn the_real_fleet_is_read_where_it_is_at_hand() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/infrastructure");
    let root = std::path::Path::new(root);
    if !root.is_dir() {
        eprintln!("SKIPPED: there is no {}", root.display());
        return;
    }
    let config = read(&import(&read_fleet_files(root).unwrap()).unwrap());
    let folders = std::fs::read_dir(root.join("config/clusters"))
        .unwrap()
        .count();
    assert_eq!(config.policy.clusters.len(), folders);
    assert_eq!(config.sources.prometheus.len(), folders);
    let probes = config.sources.probes.unwrap();
    assert_eq!(probes.targets.len(), config.policy.hubs().count());
    let urls = config
        .sources
        .prometheus
        .iter()
        .map(|one| one.endpoint.url.as_str());
    assert!(
        urls.clone()
            .any(|url| url == "https://prometheus.pilot.2i2c.cloud")
    );
}
