//! Tests group keys against those of a real Alertmanager, and tests how routes match.

use super::*;

/// Example routes, in the form that one team uses.
const FLEET: &str = r#"
route:
  group_by: [alertname, cluster, namespace]
  receiver: pager
  routes:
  - continue: false
    matchers:
    - cluster =~ .*
    - alertname =~ ".*has 0% of space left.*"
    receiver: outage
  - matchers:
    - cluster =~ .*
    - alertname =~ ".*space left.*"
    receiver: storage
"#;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().copied().collect()
}

fn routes(yaml: &str) -> Routes {
    Routes::parse(yaml).unwrap_or_else(|error| panic!("{error:?}"))
}

fn keys(yaml: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let groups = routes(yaml).group_keys(&labels(pairs));
    groups
        .iter()
        .map(|group| group.as_str().to_owned())
        .collect()
}

#[test]
fn keys_are_those_that_a_real_alertmanager_sent() {
    for (cluster, namespace, key) in [
        (
            "leap",
            "prod",
            "01e45e1036042481f0aa8d7c028614ec110029df5dc120293633d158781de52e",
        ),
        (
            "k0",
            "public",
            "24013c6b9036c9b5131c8d27956c1bc5d7349901497cf88bd39d74266343f7a2",
        ),
    ] {
        let labels = labels(&[
            ("alertname", "home-nfs has 10% of space left"),
            ("cluster", cluster),
            ("namespace", namespace),
            ("severity", "same day action needed"),
        ]);
        let groups = routes(FLEET).group_keys(&labels);
        let found: Vec<String> = groups.iter().map(|it| it.dedup_key().to_string()).collect();
        assert_eq!(found, [key]);
    }
}

#[test]
fn a_label_that_is_absent_or_empty_is_left_out_and_the_root_is_empty_braces() {
    assert_eq!(
        keys(
            FLEET,
            &[("alertname", "disk IO"), ("namespace", ""), ("pod", "a")]
        ),
        [r#"{}:{alertname="disk IO"}"#]
    );
    assert_eq!(
        keys("route: { receiver: a }", &[("alertname", "x")]),
        ["{}:{}"]
    );
}

#[test]
fn names_that_go_on_with_a_digit_are_spelt_as_old_and_new_versions_do() {
    assert_eq!(
        keys(
            "group_by: [a, a1, a_b]",
            &[("a", "x"), ("a1", "y"), ("a_b", "z")]
        ),
        [
            r#"{}:{a="x", a1="y", a_b="z"}"#,
            r#"{}:{a1="y", a="x", a_b="z"}"#
        ]
    );
    assert_eq!(
        keys("group_by: [a, a_b]", &[("a", "x"), ("a_b", "z")]).len(),
        1
    );
}

#[test]
fn the_old_matchers_are_printed_with_the_new_ones_in_one_order() {
    let yaml = r#"
route:
  routes:
  - match_re: { cluster: "a|b" }
    match: { zone: z, severity: 1 }
    matchers: ['alertname=~"x.*", severity!="2"', "cluster!=c"]
"#;
    assert_eq!(
        keys(
            yaml,
            &[
                ("alertname", "xy"),
                ("cluster", "a"),
                ("zone", "z"),
                ("severity", "1")
            ]
        ),
        [
            r#"{}/{alertname=~"x.*",cluster=~"^(?:a|b)$",cluster!="c",severity="1",severity!="2",zone="z"}:{}"#
        ]
    );
    assert_eq!(
        keys(
            yaml,
            &[("alertname", "xy"), ("cluster", "ab"), ("zone", "z")]
        ),
        ["{}:{}"]
    );
}

const TREE: &str = r#"
group_by: [alertname]
receiver: root
routes:
- matchers: [team=a]
  continue: true
  routes:
  - matchers: [zone=x]
    group_by: ['...']
  - matchers: [zone=~"x|y"]
    group_by: [zone]
- matchers: [team=~"a|b"]
  group_by: []
- matchers: [team=~.*]
  group_by: [nothing]
"#;

#[test]
fn the_walk_goes_on_only_where_a_route_says_so() {
    let alert = [("alertname", "disk"), ("team", "a"), ("zone", "x")];
    assert_eq!(
        keys(TREE, &alert),
        [
            r#"{}/{team="a"}/{zone="x"}:{alertname="disk", team="a", zone="x"}"#,
            r#"{}/{team=~"a|b"}:{alertname="disk"}"#,
        ]
    );
    assert_eq!(
        keys(TREE, &[("alertname", "disk"), ("team", "a"), ("zone", "y")]),
        [
            r#"{}/{team="a"}/{zone=~"x|y"}:{zone="y"}"#,
            r#"{}/{team=~"a|b"}:{alertname="disk"}"#
        ]
    );
    assert_eq!(
        keys(TREE, &[("alertname", "disk")]),
        [r#"{}/{team=~".*"}:{}"#]
    );
}

#[test]
fn a_key_tells_what_its_group_or_an_equality_on_the_way_fixes() {
    let group =
        |yaml: &str, pairs: &[(&str, &str)]| routes(yaml).group_keys(&labels(pairs)).remove(0);
    let leap = [("alertname", "disk"), ("cluster", "leap")];
    assert!(group(FLEET, &leap).fixes_label("cluster"));
    assert!(!group(FLEET, &[("alertname", "disk")]).fixes_label("cluster"));
    let by_route = "route: { routes: [{ matchers: [cluster=leap], routes: [{}] }] }";
    assert!(group(by_route, &leap).fixes_label("cluster"));
    let loose = "route: { routes: [{ matchers: ['cluster=~leap', 'cluster!=maap'] }] }";
    assert!(!group(loose, &leap).fixes_label("cluster"));
    assert!(
        !group(
            "route: { routes: [{ match: { cluster: '' } }] }",
            &leap[..1]
        )
        .fixes_label("cluster")
    );
}

#[test]
fn only_the_labels_that_a_tree_looks_at_decide() {
    let names = |yaml: &str| match routes(yaml).relevant_labels().clone() {
        RelevantLabels::All => vec!["all".to_owned()],
        RelevantLabels::Names(names) => names.into_iter().collect(),
    };
    assert_eq!(names(FLEET), ["alertname", "cluster", "namespace"]);
    assert_eq!(names(TREE), ["all"]);
}

#[test]
fn a_route_is_found_where_people_keep_it() {
    let alert = [("alertname", "x")];
    for around in [
        "ROUTE",
        "global: { resolve_timeout: 5m }\nreceivers: [{ name: a }]\nroute: ROUTE",
        "alertmanager: { enabled: true, config: { route: ROUTE } }",
        "prometheus: { alertmanager: { config: { route: ROUTE } }, server: {} }\ngrafana: {}",
        "kube-prometheus-stack: { alertmanager: { config: { route: ROUTE } } }",
        "alertmanagerFiles: { alertmanager.yml: { route: ROUTE } }",
        "prometheus: { alertmanagerFiles: { alertmanager.yml: { route: ROUTE } } }",
    ] {
        let yaml = around.replace("ROUTE", "{ receiver: a, group_by: [alertname] }");
        assert_eq!(keys(&yaml, &alert), [r#"{}:{alertname="x"}"#], "{around}");
    }
    for nothing in [
        "",
        "{}",
        "receivers: [{ name: a }]",
        "prometheus: { alertmanager: {} }",
    ] {
        assert_eq!(
            Routes::parse(nothing),
            Err(RoutesError::NoRoute),
            "{nothing}"
        );
    }
}

#[test]
fn what_is_wrong_says_where_and_what() {
    for (yaml, at, expected) in [
        (
            "route:\n  routes:\n  - matchers:\n    - alertname\n",
            ":4:7",
            "\"alertname\" is not NAME=",
        ),
        (
            "route:\n  match_re: { a: '(' }\n",
            ":2:18",
            "\"(\" cannot be used as a regular expression: unclosed",
        ),
        (
            "alertmanager:\n  config:\n    route:\n      match_re: { a: '(' }\n",
            ":4:22",
            "regular expression",
        ),
        (
            "a: 1\nalertmanagerFiles:\n  alertmanager.yml:\n    route: { group_by: x }\n",
            ":4:24",
            "expected",
        ),
        ("route:\n  routes: 7\n", ":2:11", "expected"),
        ("route: [", ":1:8", "expected"),
    ] {
        let Err(RoutesError::Invalid(error)) = Routes::parse(yaml) else {
            panic!("{yaml}");
        };
        assert_eq!(error.position(), at, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn serialised_it_holds_routes_and_nothing_else() {
    let yaml = format!("{FLEET}receivers: [{{ name: a, routing_key: secret }}]\n");
    for tree in [routes(&yaml), routes(TREE)] {
        let text = serde_json::to_string(&tree).unwrap();
        assert!(!text.contains("secret") && !text.contains("null"), "{text}");
        let back: Routes = serde_json::from_str(&text).unwrap();
        assert_eq!(back, tree);
        let alert = labels(&[
            ("alertname", "5% of space left"),
            ("cluster", "k"),
            ("team", "a"),
        ]);
        assert_eq!(back.group_keys(&alert), tree.group_keys(&alert));
    }
}

/// Routes with receivers that have no integration. A team can send known noise to such a receiver.
fn noise(below: &str) -> String {
    format!(
        "receivers: [{{ name: pager, pagerduty_configs: [{{ routing_key: k }}] }}, {{ name: nobody }}, \
         {{ name: emptied, webhook_configs: [] }}, {{ name: sealed, slack_configs: ENC }}]\n\
         route: {{ receiver: pager, routes: [{below}] }}"
    )
}

fn lead_to_nobody(yaml: &str) -> bool {
    routes(yaml).lead_to_nobody(&labels(&[
        ("alertname", "InfoInhibitor"),
        ("severity", "none"),
    ]))
}

#[test]
fn a_matching_route_to_a_receiver_without_integrations_leads_to_nobody() {
    for below in [
        "{ receiver: nobody, matchers: [severity=none] }",
        "{ receiver: emptied, match: { severity: none } }",
        "{ matchers: [severity=none], routes: [{ receiver: nobody }] }",
        "{ receiver: nobody, matchers: [severity=none], routes: [{ matchers: ['alertname=~Info.*'] }] }",
        "{ receiver: nobody, continue: true, matchers: [severity=none] }, { receiver: emptied, matchers: [alertname=InfoInhibitor] }",
    ] {
        assert!(lead_to_nobody(&noise(below)), "{below}");
    }
}

#[test]
fn anything_less_does_not_lead_to_nobody() {
    for below in [
        "{ receiver: pager, matchers: [severity=none] }",
        "{ receiver: sealed, matchers: [severity=none] }",
        "{ receiver: unlisted, matchers: [severity=none] }",
        "{ receiver: nobody, matchers: [severity=critical] }",
        "{ receiver: nobody }",
        "{ receiver: nobody, matchers: ['cluster=~.*'] }",
        "{ matchers: [severity=none] }",
        "{ receiver: nobody, continue: true, matchers: [severity=none] }, { receiver: pager, matchers: [alertname=InfoInhibitor] }",
    ] {
        assert!(!lead_to_nobody(&noise(below)), "{below}");
    }
    let by_default =
        "receivers: [{ name: nobody }]\nroute: { receiver: nobody, matchers: [severity=none] }";
    assert!(!lead_to_nobody(by_default), "the root's default");
}

#[test]
fn a_document_without_readable_receivers_says_nothing_of_them() {
    let route = "route: { receiver: a, routes: [{ receiver: nobody, matchers: [severity=none] }] }";
    for receivers in [
        "",
        "receivers:\n",
        "receivers: nobody\n",
        "receivers: { name: nobody }\n",
        "receivers: [nobody]\n",
        "receivers: [{ name: nobody }, { pagerduty_configs: [] }]\n",
    ] {
        let yaml = format!("{receivers}{route}");
        assert!(
            !lead_to_nobody(&yaml) && !routes(&yaml).list_receivers(),
            "{receivers}"
        );
    }
    let yaml = format!("receivers: []\n{route}");
    assert!(!lead_to_nobody(&yaml) && routes(&yaml).list_receivers());
}

#[test]
fn receivers_are_found_in_helm_values_and_stay_with_the_routes() {
    let inner = noise("{ receiver: nobody, matchers: [severity=none] }").replace('\n', "\n    ");
    for yaml in [
        format!("alertmanager:\n  config:\n    {inner}"),
        format!("prometheus:\n alertmanagerFiles:\n  alertmanager.yml:\n    {inner}"),
    ] {
        assert!(lead_to_nobody(&yaml), "{yaml}");
    }
    let known = routes(&noise("{ receiver: nobody, matchers: [severity=none] }"));
    let text = serde_json::to_string(&known).unwrap();
    assert!(!text.contains("routing_key"), "{text}");
    assert_eq!(serde_json::from_str::<Routes>(&text).unwrap(), known);
}
