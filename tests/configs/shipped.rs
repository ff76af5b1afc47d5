//! The shipped example and presets have the values that their texts claim.

use std::fs;
use std::path::Path;
use std::time::Duration;

use hubwatch::config::{Config, ParseContext, parse};
use hubwatch::domain::policy::{OutageProcedure, Policy, TimeBoxes, preset_2i2c};
use hubwatch::domain::settings::StatusKeywords;
use hubwatch::sources::prometheus::default_version_expression;

fn shipped(file: &str) -> Config {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let config = read(&text);
    assert_eq!(config.warnings, [], "{file}");
    config
}

fn read(text: &str) -> Config {
    let around = ParseContext {
        home: Some("/home/ada".into()),
        ..ParseContext::bare("config.toml")
    };
    parse(text, &around).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_example_holds_the_defaults_where_it_says_so() {
    let example = shipped("config.example.toml");
    let policy = Policy {
        clusters: Vec::new(),
        prometheus_scopes: Vec::new(),
        pagerduty_api: None,
        my_email: None,
        runbooks: Vec::new(),
        links: Vec::new(),
        outage: OutageProcedure::default(),
        follow_up: None,
        known_as: Vec::new(),
        rollout: Default::default(),
        page_ownership: Default::default(),
        ..example.policy
    };
    assert_eq!(policy, Policy::default());
    assert!(!example.read_only);
    assert_eq!(
        example.sources.status_pages[0].keywords,
        StatusKeywords::default()
    );
}

#[test]
fn the_examples_outage_procedure_is_read() {
    let outage = shipped("config.example.toml").policy.outage;
    assert_eq!((outage.steps.len(), outage.links.len()), (3, 1));
    assert_eq!(outage.effects, ["three issues are opened and assigned"]);
    assert_eq!(outage.texts.len(), 1);
    assert!(outage.texts[0].text.starts_with("Users of {cluster} "));
}

#[test]
fn the_examples_intervals_are_the_defaults() {
    let example = shipped("config.example.toml").sources;
    let same = read(
        r#"
        pagerduty = { token = { env = "T" } }
        status_page = [{ name = "a", kind = "statuspage", url = "https://a.example" }]
        prometheus = [{ name = "a", url = "https://a.example", cluster = "a" }]
        alertmanager = [{ name = "a", url = "https://a.example" }]
        cluster = [{ name = "a", hubs = [{ name = "a", domain = "a.example" }] }]
        "#,
    )
    .sources;
    let (ours, theirs) = (example.pagerduty.unwrap(), same.pagerduty.unwrap());
    assert_eq!(ours.url, theirs.url);
    assert_eq!(ours.interval, theirs.interval);
    assert_eq!(ours.oncalls_interval, theirs.oncalls_interval);
    assert_eq!(ours.http, theirs.http);
    assert_eq!(
        example.prometheus[1].endpoint.interval,
        same.prometheus[0].endpoint.interval
    );
    assert_eq!(
        example.prometheus[1].endpoint.http,
        same.prometheus[0].endpoint.http
    );
    assert_eq!(
        example.alertmanager[0].endpoint.interval,
        same.alertmanager[0].endpoint.interval
    );
    assert_eq!(
        example.status_pages[1].interval,
        same.status_pages[0].interval
    );
    let (ours, theirs) = (example.probes.unwrap(), same.probes.unwrap());
    assert_eq!(
        (
            ours.interval,
            ours.confirm_after,
            ours.concurrency,
            ours.http
        ),
        (
            theirs.interval,
            theirs.confirm_after,
            theirs.concurrency,
            theirs.http
        )
    );
}

#[test]
fn the_example_explains_every_key() {
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml")).unwrap();
    // For an unknown key, the error lists all keys that the section may have.
    let keys = |section: &str| -> Option<Vec<String>> {
        let error = parse(section, &ParseContext::bare("x")).err()?.to_string();
        let (_, names) = error.split_once("keys here: ")?;
        let names = names.lines().next()?.split(", ");
        Some(names.map(|name| name.trim().to_owned()).collect())
    };
    let sections = keys("zzzzzzzzzz = 1").unwrap();
    let hubs = keys("cluster = [{ name = \"a\", hubs = [{ zzzzzzzzzz = 1 }] }]").unwrap();
    let of_sections = sections.iter().filter_map(|section| {
        let table = keys(&format!("{section}.zzzzzzzzzz = 1"));
        table.or_else(|| keys(&format!("[[{section}]]\nzzzzzzzzzz = 1")))
    });
    let of_sections: Vec<Vec<String>> = of_sections.collect();
    assert!(of_sections.len() > 15, "{of_sections:?}");
    for name in of_sections.iter().flatten().chain(&sections).chain(&hubs) {
        let stands = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == name);
        assert!(stands, "{name} is not explained");
    }
}

#[test]
fn the_preset_is_the_default_with_steps() {
    let preset = shipped("assets/presets/2i2c.toml");
    assert_eq!(preset.policy.severities, preset_2i2c());
    // The team updates its public posts every few hours.
    let boxes = TimeBoxes {
        update_due: Some(Duration::from_secs(3 * 3600)),
        ..Policy::default().time_boxes
    };
    assert_eq!(preset.policy.time_boxes, boxes);
    assert_eq!(preset.policy.runbooks.len(), 5);
    assert!(preset.policy.outage.steps.len() > 4);
    assert_eq!(preset.policy.outage.effects.len(), 2);
}

#[test]
fn the_examples_expressions_for_versions_are_the_shipped_ones() {
    let given = shipped("config.example.toml").sources.version_expressions;
    assert_eq!(given.len(), 3);
    for (part, expression) in given {
        assert_eq!(expression, default_version_expression(part), "{part}");
    }
}
