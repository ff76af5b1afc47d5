//! Tests of parsing, section by section.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::domain::ids::HubKey;
use crate::domain::labels::Labels;
use crate::domain::settings::{AuthSettings, ClusterScope, Proxy, SecretRef, StatusPageKind};

fn config(text: &str) -> Config {
    let around = ParseContext {
        file: "/etc/hubwatch/config.toml".into(),
        home: Some("/home/ada".into()),
        local_zone: "Asia/Tokyo".parse::<Zone>().unwrap(),
        files: BTreeMap::new(),
    };
    parse(text, &around).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn an_empty_text_is_all_defaults_and_polls_nothing() {
    let config = parse("", &ParseContext::bare("config.toml")).unwrap();
    assert_eq!(config.policy, Policy::default());
    assert_eq!(config.sources, SourcesConfig::default());
    assert!(!config.read_only);
}

#[test]
fn a_prometheus_for_one_cluster_behind_basic_authentication() {
    let config = config(
        r#"
        [poll]
        prometheus = "15s"
        [[prometheus]]
        name = "leap"
        url = "https://prometheus.example.org/prefix/"
        cluster = "leap"
        username = "hubwatch"
        password = { file = "~/secret" }
        ca_file = "ca.pem"
        external_labels = { region = "eu" }
        alertmanager_config = "routes.yml"
        "#,
    );
    let [one] = config.sources.prometheus.as_slice() else {
        panic!("one Prometheus")
    };
    assert_eq!(one.endpoint.url, "https://prometheus.example.org/prefix");
    assert_eq!(one.scope, ClusterScope::One("leap".into()));
    assert_eq!(
        one.endpoint.auth,
        AuthSettings::Basic {
            username: "hubwatch".into(),
            password: SecretRef::File("/home/ada/secret".into())
        }
    );
    assert_eq!(one.endpoint.interval, Duration::from_secs(15));
    assert_eq!(one.external_labels.get("region"), Some("eu"));
    assert_eq!(
        one.endpoint.http.tls.ca_file.as_deref(),
        Some(Path::new("/etc/hubwatch/ca.pem"))
    );
    assert_eq!(
        one.alertmanager_config,
        Some(PathBuf::from("/etc/hubwatch/routes.yml"))
    );
}

#[test]
fn a_prometheus_for_many_clusters_with_a_tenant() {
    let config = config(
        r#"
        signals = { up = "one", running_servers = "two" }
        [[prometheus]]
        name = "all"
        url = "http://127.0.0.1:9009/prometheus"
        cluster_label = "cluster"
        bearer = { command = ["pass", "show", "mimir"] }
        headers = { X-Scope-OrgID = "tenant" }
        signals = { up = "its own" }
        "#,
    );
    let one = &config.sources.prometheus[0];
    assert_eq!(one.scope, ClusterScope::ByLabel("cluster".into()));
    assert_eq!(
        one.endpoint.auth,
        AuthSettings::Bearer(SecretRef::Command(vec![
            "pass".into(),
            "show".into(),
            "mimir".into()
        ]))
    );
    assert_eq!(one.endpoint.headers["X-Scope-OrgID"], "tenant");
    let expressions: Vec<&str> = one.signals.values().map(String::as_str).collect();
    assert_eq!(expressions, ["its own", "two"]);
}

#[test]
fn the_network_speaks_for_all_and_a_source_for_itself() {
    let config = config(
        r#"
        network = { ca_file = "/ca.pem", proxy = "http://proxy.example.org:3128" }
        poll = { timeout = "7s" }
        [[alertmanager]]
        name = "far"
        url = "http://am.example.org"
        [[alertmanager]]
        name = "near"
        url = "http://127.0.0.1:9093"
        proxy = "none"
        timeout = "2s"
        "#,
    );
    let [far, near] = config.sources.alertmanager.as_slice() else {
        panic!("two Alertmanagers")
    };
    assert_eq!(
        far.endpoint.http.proxy,
        Proxy::Url("http://proxy.example.org:3128".into())
    );
    assert_eq!(far.endpoint.http.timeout, Duration::from_secs(7));
    assert_eq!(near.endpoint.http.proxy, Proxy::Direct);
    assert_eq!(near.endpoint.http.timeout, Duration::from_secs(2));
    assert_eq!(
        near.endpoint.http.tls.ca_file,
        far.endpoint.http.tls.ca_file
    );
    assert_eq!(near.scope, None);
}

#[test]
fn a_pagerduty_page_is_read_through_the_api_and_its_token() {
    let config = config(
        r#"
        me = { email = "Ada@example.org" }
        [pagerduty]
        url = "https://api.eu.pagerduty.com"
        token = { env = "PAGERDUTY_TOKEN" }
        [[status_page]]
        name = "Hubs"
        kind = "pagerduty"
        page = "PSP1"
        words = { resolved = ["fixed"] }
        "#,
    );
    let token = SecretRef::Env("PAGERDUTY_TOKEN".into());
    let page = &config.sources.status_pages[0];
    assert_eq!(
        page.kind,
        StatusPageKind::Pagerduty {
            page: "PSP1".into(),
            url: "https://api.eu.pagerduty.com".into(),
            token: token.clone()
        }
    );
    assert!(page.keywords.is_resolved("Fixed") && !page.keywords.is_resolved("resolved"));
    assert!(
        page.keywords.is_operational("operational"),
        "the other list keeps its default"
    );
    let pagerduty = config.sources.pagerduty.unwrap();
    assert_eq!(pagerduty.token, token);
    assert_eq!(pagerduty.email.as_deref(), Some("Ada@example.org"));
    assert_eq!(config.policy.my_email.as_deref(), Some("ada@example.org"));
}

#[test]
fn hubs_have_tier_and_health_address_from_name_and_domain() {
    let config = config(
        r#"
        [[cluster]]
        name = "leap"
        provider = "gcp"
        hubs = [
          { name = "prod", domain = "leap.example.org", expect = 401 },
          { name = "staging", domain = "staging.leap.example.org" },
          { name = "try", tier = "staging", health_url = "http://127.0.0.1:8000/hub/health" },
          { name = "quiet", domain = "quiet.example.org", probe = false },
          { name = "bare" },
        ]
        "#,
    );
    let tiers: Vec<String> = config
        .policy
        .hubs()
        .map(|hub| hub.tier.to_string())
        .collect();
    assert_eq!(tiers, ["prod", "staging", "staging", "prod", "prod"]);
    let probes = config.sources.probes.unwrap();
    let urls: Vec<&str> = probes
        .targets
        .iter()
        .map(|target| target.url.as_str())
        .collect();
    assert_eq!(
        urls,
        [
            "https://leap.example.org/hub/health",
            "https://staging.leap.example.org/hub/health",
            "http://127.0.0.1:8000/hub/health"
        ]
    );
    assert_eq!(probes.targets[0].key, HubKey::new("leap", "prod"));
    assert_eq!(probes.targets[0].expected_status, 401);
}

#[test]
fn own_words_replace_the_preset_and_boxes_are_laid_over_the_defaults() {
    let config = config(
        r#"
        priorities = { critical = "SEV1", info = "none" }
        time_box = { default = "20m", SEV1 = "none", update_due = "none" }
        "#,
    );
    let map = &config.policy.severities;
    assert_eq!(map.len(), 2);
    assert_eq!(map["critical"], Some("SEV1".into()));
    assert_eq!(map["info"], None);
    let boxes = &config.policy.time_boxes;
    assert_eq!(boxes.default, Some(Duration::from_secs(20 * 60)));
    assert_eq!(boxes.length(Some(&"SEV1".into())), None);
    assert_eq!(boxes.length(Some(&"P1".into())), None);
    assert_eq!(boxes.update_due, None);
}

#[test]
fn zones_are_the_teams_and_each_persons_own() {
    let policy = config("team = { zone = \"Europe/London\" }").policy;
    assert_eq!(
        policy.calendar.zone,
        "Europe/London".parse::<Zone>().unwrap()
    );
    assert_eq!(policy.display_zone, "Asia/Tokyo".parse::<Zone>().unwrap());
    let policy = config("display = { zone = \"UTC\" }").policy;
    assert_eq!(policy.display_zone, Zone::UTC);
}

#[test]
fn a_page_entry_may_hold_several_matchers() {
    let policy = config(r#"mismatch = { pages = ['{a="b", c=~"d|e"}', 'x!="y"'] }"#).policy;
    let sizes: Vec<usize> = policy.mismatch.pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 1]);
}

#[test]
fn a_dot_in_pages_and_runbooks_matches_no_line_end_as_in_alertmanagers_routes() {
    let matches = |matcher: &str, value: &str| {
        let text = format!(
            "mismatch = {{ pages = ['{matcher}'] }}\n[[runbook]]\nmatch = '{matcher}'\n\
             url = 'https://wiki.example.org/'"
        );
        let policy = config(&text).policy;
        let labels: Labels = [("alertname", value)].into_iter().collect();
        let in_pages = policy.mismatch.pages[0][0].matches(&labels);
        assert_eq!(in_pages, policy.runbooks[0].matchers[0].matches(&labels));
        in_pages
    };
    assert!(matches("alertname=~\"disk.*\"", "disk full"));
    assert!(!matches("alertname=~\"disk.*\"", "disk\nfull"));
    assert!(matches("alertname=~\"(?s)disk.*\"", "disk\nfull"));
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    assert!(config("\u{feff}read_only = true\r\n[me]\r\n").read_only);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    fn bare(text: &str) -> Result<Config, ConfigError> {
        parse(text, &ParseContext::bare("x"))
    }

    // The example, with `by` in place of the `length` characters that begin at `start`.
    fn damaged(start: usize, length: usize, by: &str) -> String {
        let letters = EXAMPLE.chars();
        let head: String = letters.clone().take(start).collect();
        let tail: String = letters.skip(start + length).collect();
        format!("{head}{by}{tail}")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn damage_is_read_or_refused_with_a_place(
            start in 0..EXAMPLE.len(),
            length in 0_usize..40,
            by in r#"[\[\]{}="'\\#\n,.a-z0-9 é\u{1F980}]{0,6}"#,
        ) {
            let text = damaged(start, length, &by);
            if let Err(error) = bare(&text) {
                let ConfigError::Invalid(wrong) = error else {
                    panic!("{error}")
                };
                prop_assert!(!wrong.problems.is_empty());
                let lines = text.lines().count() + 1;
                for problem in wrong.problems {
                    prop_assert!((1..=lines).contains(&problem.line), "{problem}");
                    prop_assert!(problem.column >= 1);
                }
            }
        }
    }
}

fn with_routes(files: &[(&str, Result<&str, &str>)]) -> Result<Config, String> {
    let text = r#"[[prometheus]]
name = "leap"
url = "https://a.example"
cluster = "leap"
alertmanager_config = "routes.yml"
[[prometheus]]
name = "maap"
url = "https://b.example"
cluster = "maap"
alertmanager_config = "routes.yml"
"#;
    let own = |text: &Result<&str, &str>| text.map(str::to_owned).map_err(str::to_owned);
    let files = files.iter().map(|(path, text)| (path.into(), own(text)));
    let around = ParseContext {
        files: files.collect(),
        ..ParseContext::bare("config.toml")
    };
    parse(text, &around).map_err(|error| error.to_string())
}

#[test]
fn routes_belong_to_the_prometheuses_that_name_their_file() {
    let policy = with_routes(&[("routes.yml", Ok("route: { group_by: [cluster] }"))])
        .unwrap()
        .policy;
    let names: Vec<String> = policy.routes.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["prometheus/leap", "prometheus/maap"]);
    assert!(
        with_routes(&[]).unwrap().policy.routes.is_empty(),
        "not looked into"
    );
}

#[test]
fn routes_that_cannot_be_had_are_said_once_with_place_and_hint() {
    let unreadable = with_routes(&[("routes.yml", Err("Permission denied"))]).unwrap_err();
    assert_eq!(
        unreadable,
        r#"config.toml:5:23: prometheus[0].alertmanager_config: routes.yml cannot be read: Permission denied
  |
5 | alertmanager_config = "routes.yml"
  |                       ^^^^^^^^^^^^
  = hint: a relative path starts at this file's own directory"#
    );
    let wrong =
        "receivers:\n- { name: a, url: NotForTheScreen }\nroute:\n  matchers: [alertname]\n";
    let wrong = with_routes(&[("routes.yml", Ok(wrong))]).unwrap_err();
    assert!(
        wrong.contains("routes.yml:4:14: \"alertname\" is not NAME=\"VALUE\""),
        "{wrong}"
    );
    assert!(
        wrong.contains("hint: an Alertmanager's configuration"),
        "{wrong}"
    );
    assert!(!wrong.contains("NotForTheScreen"), "{wrong}");
    let none = with_routes(&[("routes.yml", Ok("receivers: []"))]).unwrap_err();
    assert!(
        none.contains("routes.yml: there is no route in it"),
        "{none}"
    );
    assert_eq!(none.matches("there is no route").count(), 1);
}

#[test]
fn every_label_that_tells_clusters_apart_is_known() {
    let config = config(
        r#"
        [[prometheus]]
        name = "all"
        url = "https://a.example"
        cluster_label = "k8s"
        [[alertmanager]]
        name = "all"
        url = "https://b.example"
        cluster_label = "site"
        "#,
    );
    let labels: Vec<&str> = config
        .policy
        .cluster_labels
        .iter()
        .map(String::as_str)
        .collect();
    assert_eq!(labels, ["cluster", "k8s", "site"]);
}
