//! The configured names are replaced by ids.

use serde_json::json;

use super::*;

#[test]
fn ids_and_names_are_found_and_a_shared_name_means_all() {
    let known: Vec<WireReference> = serde_json::from_value(json!([
        {"id": "P1", "name": "Disks"}, {"id": "P2", "summary": "disks"}, {"id": "P3", "name": "Hubs"}]))
    .unwrap();
    assert_eq!(matching_ids(&known, "P3"), ["P3"]);
    assert_eq!(matching_ids(&known, "DISKS"), ["P1", "P2"]);
    assert!(matching_ids(&known, "p3").is_empty() && matching_ids(&known, "Hub").is_empty());
}

#[test]
fn what_is_not_narrowed_admits_all() {
    let ids = FilterIds {
        services: vec!["P1".into()],
        teams: vec![],
    };
    assert!(FilterIds::default().matches(None, [].into_iter()));
    assert!(ids.matches(Some("P1"), [].into_iter()) && !ids.matches(None, ["T1"].into_iter()));
}
