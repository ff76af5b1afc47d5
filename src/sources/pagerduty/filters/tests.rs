//! Names become ids.

use serde_json::json;

use super::*;

#[test]
fn ids_and_names_are_found_and_a_shared_name_means_all() {
    let known: Vec<Ref> = serde_json::from_value(json!([
        {"id": "P1", "name": "Disks"}, {"id": "P2", "summary": "disks"}, {"id": "P3", "name": "Hubs"}]))
    .unwrap();
    assert_eq!(find(&known, "P3"), ["P3"]);
    assert_eq!(find(&known, "DISKS"), ["P1", "P2"]);
    assert!(find(&known, "p3").is_empty() && find(&known, "Hub").is_empty());
}

#[test]
fn what_is_not_narrowed_admits_all() {
    let ids = Ids {
        services: vec!["P1".into()],
        teams: vec![],
    };
    assert!(Ids::default().admit(None, [].into_iter()));
    assert!(ids.admit(Some("P1"), [].into_iter()) && !ids.admit(None, ["T1"].into_iter()));
}
