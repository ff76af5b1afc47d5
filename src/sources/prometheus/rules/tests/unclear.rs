//! Alerts without labels, and groups with the same name.

use super::*;

#[test]
fn an_alert_without_labels_is_named() {
    for labels in ["", r#""labels":null,"#] {
        let alert = format!(r#",{{{labels}"state":"firing","activeAt":"2026-08-21T08:50:00Z"}}"#);
        let rules = beside_a_good_rule("", &alert);
        assert_eq!(rules.alerts.len(), 1, "{labels}");
        let named = [(ItemKind::Alert, Some("Disk"), "it has no labels", 1)];
        assert_eq!(unreadable(&rules), named, "{labels}");
    }
}

#[test]
fn a_late_group_of_an_endpoint_for_many_names_the_clusters_of_its_rules() {
    let group = |last: &str, cluster: &str| {
        format!(
            r#"{{"name":"Disks","interval":60,"lastEvaluation":"{last}","rules":[
              {{"name":"Disk","type":"alerting","state":"inactive","labels":{{"site":"{cluster}"}}}}]}}"#
        )
    };
    let (early, late) = ("2026-08-21T07:00:00Z", "2026-08-21T09:00:00Z");
    let groups = [
        group(early, "leap"),
        group(late, "maap"),
        group(early, "{{ $labels.x }}"),
    ]
    .join(",");
    let many = ClusterScope::ByLabel("site".into());
    let rules = page(&format!(r#"{{"groups":[{groups}]}}"#), many)
        .unwrap()
        .rules;
    let overdue = rules.health(at("2026-08-21T09:00:30Z"), None).overdue;
    let names: Vec<_> = overdue.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["Disks (leap)", "Disks"]);
}

#[test]
fn a_group_whose_last_evaluation_is_no_time_is_named() {
    let group = |last: &str| {
        format!(
            r#"{{"groups":[{{"name":"Disks","interval":60,{last}"rules":[
              {{"name":"Disk","type":"alerting","state":"inactive","alerts":[]}}]}}]}}"#
        )
    };
    let named = |last: &str| {
        let rules = page(&group(last), ClusterScope::One("leap".into()))
            .unwrap()
            .rules;
        let unknown = rules.evaluated_at_unknown_time(at("2026-08-21T09:00:30Z"));
        unknown
            .iter()
            .map(|item| item.problem.to_string())
            .collect::<Vec<_>>()
    };
    let unread = ["the time of its last evaluation cannot be read"];
    for last in [
        "",
        r#""lastEvaluation":null,"#,
        r#""lastEvaluation":"soon","#,
    ] {
        assert_eq!(named(last), unread, "{last}");
    }
    let ahead = named(r#""lastEvaluation":"2026-08-21T11:00:00Z","#);
    assert_eq!(ahead, ["the time of its last evaluation is in the future"]);
    for last in ["2026-08-21T09:00:00Z", "0001-01-01T00:00:00Z"] {
        assert!(
            named(&format!(r#""lastEvaluation":"{last}","#)).is_empty(),
            "{last}"
        );
    }
}
