//! The clusters that the rules and groups of an endpoint for many clusters are for.

use super::*;

#[test]
fn one_endpoint_for_many_clusters_reads_the_label() {
    let by = |label: &str| {
        let rules = page(BODY, ClusterScope::ByLabel(label.into()))
            .unwrap()
            .rules;
        rules.alerts[0].cluster.clone()
    };
    assert_eq!(by("cluster"), Some("leap".into()));
    assert_eq!(by("site"), None);
}

#[test]
fn a_rule_of_many_clusters_is_for_that_which_its_label_names() {
    let rule = |name: &str, labels: &str| {
        format!(
            r#"{{"type":"alerting","name":"{name}","state":"inactive","health":"ok","labels":{{{labels}}},"alerts":[]}}"#
        )
    };
    let rules = [
        rule("Disk", r#""cluster":"leap""#),
        rule("Disk", r#""cluster":"maap""#),
        rule("Nodes", ""),
        rule("Nodes", r#""cluster":"leap""#),
        rule("Pods", r#""cluster":"{{ $labels.cluster }}""#),
    ];
    let body = format!(
        r#"{{"groups":[{{"name":"g","interval":60,"rules":[{}]}}]}}"#,
        rules.join(",")
    );
    let found = |scope| {
        let rules = page(&body, scope).unwrap().rules;
        rules
            .health(at("2026-08-21T09:00:30Z"), None)
            .clusters_by_rule
    };
    let named: BTreeSet<ClusterName> = ["leap".into(), "maap".into()].into();
    let by_label = found(ClusterScope::ByLabel("cluster".into()));
    assert_eq!(by_label, [("Disk".into(), named)].into());
    assert!(found(leap()).is_empty());
}

#[test]
fn an_overdue_group_is_for_the_clusters_that_all_its_rules_name() {
    let group = |name: &str, clusters: &[&str]| {
        let rules = clusters.iter().map(|labels| {
            format!(r#"{{"type":"alerting","name":"Disk","health":"ok","labels":{{{labels}}},"alerts":[]}}"#)
        });
        let rules: Vec<String> = rules.collect();
        let last = r#""lastEvaluation":"2026-08-21T08:00:00Z""#;
        format!(
            r#"{{"name":"{name}","interval":60,{last},"rules":[{}]}}"#,
            rules.join(",")
        )
    };
    let (leap, maap) = (r#""cluster":"leap""#, r#""cluster":"maap""#);
    let groups = [group("disks", &[leap, maap]), group("hubs", &[leap, ""])];
    let body = format!(r#"{{"groups":[{}]}}"#, groups.join(","));
    let rules = page(&body, ClusterScope::ByLabel("cluster".into()))
        .unwrap()
        .rules;
    let health = rules.health(at("2026-08-21T09:00:30Z"), None);
    let named: BTreeSet<ClusterName> = ["leap".into(), "maap".into()].into();
    assert_eq!(health.overdue.len(), 2);
    assert_eq!(
        health.clusters_by_group,
        [("disks (leap, maap)".into(), named)].into()
    );
}
