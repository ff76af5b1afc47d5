mod clusters;
mod unclear;

use super::*;
use crate::domain::alert::AlertState;
use crate::domain::labels::Interner;
use crate::domain::source::{FailureKind, ItemKind, SourceKind};
use crate::sources::prometheus::query_error::QueryError;
use crate::sources::prometheus::wire::RulesData;

const BODY: &str = r#"{"groups":[
 {"name":"disks","file":"/etc/r.yml","interval":60,"limit":0,"evaluationTime":0.001,
  "lastEvaluation":"2026-08-21T09:00:00Z","partialResponseStrategy":"ABORT","rules":[
  {"state":"firing","name":"home-nfs has 10% of space left","query":"free <= 10","duration":300,"keepFiringFor":0,
   "labels":{"severity":"same day action needed"},"annotations":{"summary":"{{ $labels.namespace }}"},
   "alerts":[
    {"labels":{"alertname":"home-nfs has 10% of space left","cluster":"leap","namespace":"prod","severity":"same day action needed"},
     "annotations":{"summary":"prod is nearly full"},"state":"firing","activeAt":"2026-08-21T08:50:00Z","value":"9e+00"},
    {"id":"77","labels":{"alertname":"home-nfs has 10% of space left","cluster":"leap","namespace":"staging"},
     "annotations":null,"state":"pending","activeAt":"2026-08-21T08:59:00Z","value":"NaN"},
    {"labels":{"alertname":"home-nfs has 10% of space left","namespace":"old"},"state":"inactive","value":"1"}],
   "health":"ok","evaluationTime":0.0004,"lastEvaluation":"2026-08-21T09:00:00Z","type":"alerting"},
  {"name":"hub:x","query":"x","health":"ok","type":"recording"}]},
 {"name":"broken","interval":30,"lastEvaluation":"2026-08-21T08:55:00Z","rules":[
  {"state":"inactive","name":"Broken","query":"a / b","duration":0,"alerts":null,"health":"err",
   "lastError":"many-to-many matching not allowed","type":"alerting"}]},
 {"name":"new","interval":60,"lastEvaluation":"0001-01-01T00:00:00Z","rules":[
  {"state":"inactive","name":"New","query":"x","health":"unknown","alerts":[],"type":"alerting"}]},
 {"name":"recorded only","interval":60,"lastEvaluation":"0001-01-01T00:00:00Z","rules":[]}]}"#;

fn origin(scope: ClusterScope) -> AlertOrigin {
    AlertOrigin {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        scope,
        external_labels: [("replica", "a"), ("cluster", "other")]
            .into_iter()
            .collect(),
    }
}

fn page(json: &str, scope: ClusterScope) -> Result<RulesPage, QueryError> {
    let data: RulesData<'_> = serde_json::from_str(json).unwrap();
    read_page(&data, &origin(scope), &mut Interner::default())
}

fn leap() -> ClusterScope {
    ClusterScope::One("leap".into())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn alerts_carry_what_a_case_needs() {
    let rules = page(BODY, leap()).unwrap().rules;
    let [firing, pending] = rules.alerts.as_slice() else {
        panic!("{:?}", rules.alerts);
    };
    assert_eq!(firing.name(), "home-nfs has 10% of space left");
    assert_eq!(firing.state, AlertState::Firing);
    assert_eq!(firing.value, Some(9.0));
    assert_eq!(firing.fires_since(), Some(at("2026-08-21T08:55:00Z")));
    assert_eq!(
        firing.annotations.get("summary"),
        Some("prod is nearly full")
    );
    assert_eq!(firing.cluster, Some("leap".into()));
    assert_eq!(&*firing.rule.group, "disks");
    assert_eq!(&*firing.rule.expression, "free <= 10");
    assert_eq!(firing.rule.hold, Duration::from_secs(300));
    assert_eq!((pending.state, pending.value), (AlertState::Pending, None));
    assert!(Arc::ptr_eq(&firing.rule, &pending.rule));
}

#[test]
fn external_labels_fill_gaps_and_count_in_the_fingerprint() {
    let rules = page(BODY, leap()).unwrap().rules;
    let labels = &rules.alerts[0].labels;
    assert_eq!(labels.get("cluster"), Some("leap"));
    assert_eq!(labels.get("replica"), Some("a"));
    assert_eq!(rules.alerts[0].fingerprint, labels.fingerprint());
}

#[test]
fn an_alert_that_does_not_say_since_when_counts_and_is_named() {
    for since in ["null", r#""0001-01-01T00:00:00Z""#, "7"] {
        let alert =
            format!(r#",{{"labels":{{"alertname":"Disk"}},"state":"firing","activeAt":{since}}}"#);
        let rules = beside_a_good_rule("", &alert);
        assert_eq!(rules.alerts.len(), 2, "{since}");
        let problem = "its activeAt cannot be read";
        let named = [(ItemKind::Alert, Some("Disk"), problem, 1)];
        assert_eq!(unreadable(&rules), named, "{since}");
    }
}

#[test]
fn rules_that_fail_or_are_not_evaluated_are_named() {
    let rules = page(BODY, leap()).unwrap().rules;
    let health = rules.health(at("2026-08-21T09:00:30Z"), None);
    assert_eq!(health.names.len(), 3);
    assert_eq!(
        health.failing,
        [(
            "Broken".into(),
            "many-to-many matching not allowed".to_owned()
        )]
    );
    assert_eq!(
        health.overdue,
        [
            ("broken".into(), Some(at("2026-08-21T08:55:00Z"))),
            ("new".into(), None)
        ]
    );
}

#[test]
fn the_silence_of_a_rule_that_was_not_evaluated_yet_says_nothing() {
    for (health, last) in [
        ("unknown", "2026-08-21T09:00:00Z"),
        ("ok", "0001-01-01T00:00:00Z"),
    ] {
        let body = format!(
            r#"{{"groups":[{{"name":"g","interval":60,"lastEvaluation":"2026-08-21T09:00:00Z",
                "rules":[{{"type":"alerting","name":"New","state":"inactive","health":"{health}",
                "lastEvaluation":"{last}","alerts":[]}}]}}]}}"#
        );
        let rules = page(&body, leap()).unwrap().rules;
        let found = rules.health(at("2026-08-21T09:00:30Z"), None);
        assert_eq!(found.not_evaluated, ["New".into()], "{health} {last}");
    }
    let rules = page(BODY, leap()).unwrap().rules;
    let found = rules.health(at("2026-08-21T09:00:30Z"), None).not_evaluated;
    assert!(found.iter().all(|name| &**name == "New"), "{found:?}");
}

#[test]
fn a_group_is_overdue_past_three_intervals_and_a_minute() {
    let rules = page(BODY, leap()).unwrap().rules;
    let overdue = |now: &str| {
        let names = rules.health(at(now), None).overdue;
        names.iter().any(|(name, _)| &**name == "disks")
    };
    assert!(!overdue("2026-08-21T09:04:00Z"));
    assert!(overdue("2026-08-21T09:04:01Z"));
}

#[test]
fn a_group_that_was_never_evaluated_has_one_interval_since_its_server_loaded_it() {
    let rules = page(BODY, leap()).unwrap().rules;
    assert!(rules.has_group_never_evaluated());
    let overdue = |loaded: &str| {
        let names = rules
            .health(at("2026-08-21T09:01:00Z"), Some(at(loaded)))
            .overdue;
        names.iter().any(|(name, _)| &**name == "new")
    };
    assert!(!overdue("2026-08-21T09:00:00Z"));
    assert!(overdue("2026-08-21T08:59:59Z"));
    assert!(!overdue("2026-08-21T09:01:05Z"), "clocks differ");
}

#[test]
fn a_group_that_does_not_say_when_is_not_overdue() {
    let json =
        r#"{"groups":[{"name":"g","rules":[{"name":"r","type":"alerting","state":"inactive"}]}]}"#;
    let health = page(json, leap())
        .unwrap()
        .rules
        .health(at("2026-08-21T09:00:00Z"), None);
    assert_eq!((health.names.len(), health.overdue.len()), (1, 0));
}

#[test]
fn a_missing_list_is_never_an_empty_one() {
    for json in [
        r#"{"groups":null}"#,
        r#"{"groups":{}}"#,
        "{}",
        r#"{"groups":[{"name":"g","rules":null}]}"#,
        r#"{"groups":[7]}"#,
        r#"{"groups":[{"name":"g","rules":[{"name":"r","type":"odd","state":"firing"}]}]}"#,
    ] {
        let error = page(json, leap()).unwrap_err().error;
        assert_eq!(error.kind(), FailureKind::Garbled, "{json}");
    }
}

/// Parses a good firing rule with JSON behind its alert (`alert`) and behind its group (`group_or_rule`).
fn beside_a_good_rule(group_or_rule: &str, alert: &str) -> Rules {
    let json = format!(
        r#"{{"groups":[{{"name":"g","rules":[
          {{"name":"Disk","type":"alerting","state":"firing","alerts":[
            {{"labels":{{"alertname":"Disk"}},"state":"firing","activeAt":"2026-08-21T08:50:00Z"}}{alert}]}}]}}{group_or_rule}]}}"#
    );
    page(&json, leap()).unwrap().rules
}

fn unreadable(rules: &Rules) -> Vec<(ItemKind, Option<&str>, &str, usize)> {
    let items = rules.unreadable.iter();
    items
        .map(|item| {
            (
                item.kind,
                item.name.as_deref(),
                item.problem.as_str(),
                item.count,
            )
        })
        .collect()
}

#[test]
fn what_cannot_be_read_is_named_and_leaves_the_rest() {
    let in_group = |rule: &str| format!(r#",{{"name":"h","rules":[{rule}]}}"#);
    for (group, expected) in [
        (
            r#",{"name":"h"}"#.to_owned(),
            (ItemKind::RuleGroup, Some("h"), "it lists no rules", 1),
        ),
        (
            r#",{"name":"h","rules":null}"#.to_owned(),
            (ItemKind::RuleGroup, Some("h"), "it lists no rules", 1),
        ),
        (
            r#",{"rules":"x"}"#.to_owned(),
            (ItemKind::RuleGroup, None, "it lists no rules", 1),
        ),
        (
            ",7,null".to_owned(),
            (ItemKind::RuleGroup, None, "not an object", 2),
        ),
        (in_group("[]"), (ItemKind::Rule, None, "not an object", 1)),
        (
            in_group(r#"{"name":"Odd","type":"odd","state":"firing"}"#),
            (ItemKind::Rule, Some("Odd"), "its type is 'odd'", 1),
        ),
        (
            in_group(r#"{"name":"Odd"}"#),
            (ItemKind::Rule, Some("Odd"), "it has no readable type", 1),
        ),
        (
            in_group(r#"{"name":"Odd","type":"alerting","state":"firing","alerts":null}"#),
            (ItemKind::Rule, Some("Odd"), "its alerts are not listed", 1),
        ),
        (
            in_group(r#"{"name":"Odd","type":"alerting","alerts":{}}"#),
            (ItemKind::Rule, Some("Odd"), "its alerts are not listed", 1),
        ),
    ] {
        let rules = beside_a_good_rule(&group, "");
        assert_eq!(unreadable(&rules), [expected], "{group}");
        assert_eq!(rules.alerts.len(), 1, "{group}");
    }
}

#[test]
fn an_alert_that_cannot_be_read_is_named_by_its_rule() {
    for (alert, problem) in [
        (
            r#",{"labels":{},"state":"exploded"}"#,
            "its state is 'exploded'",
        ),
        (
            r#",{"labels":{},"state":"FIRING"}"#,
            "its state is 'FIRING'",
        ),
        (r#",{"labels":{}}"#, "it has no readable state"),
        (
            r#",{"labels":["a"],"state":"firing"}"#,
            "its labels are not an object",
        ),
        (r#","firing""#, "not an object"),
    ] {
        let rules = beside_a_good_rule("", alert);
        assert_eq!(
            unreadable(&rules),
            [(ItemKind::Alert, Some("Disk"), problem, 1)],
            "{alert}"
        );
        assert_eq!(rules.alerts.len(), 1, "{alert}");
    }
    let ended = beside_a_good_rule("", r#",{"labels":{},"state":"inactive"}"#);
    assert_eq!((unreadable(&ended), ended.alerts.len()), (Vec::new(), 1));
}

#[test]
fn a_further_page_is_announced() {
    let json = r#"{"groups":[{"name":"g","rules":[]}],"groupNextToken":"abc"}"#;
    let page = page(json, leap()).unwrap();
    assert_eq!((page.groups, page.next.as_deref()), (1, Some("abc")));
}

#[test]
fn odd_types_in_decoration_do_no_harm() {
    let json = r#"{"groups":[{"name":7,"interval":"60s","lastEvaluation":12,"rules":[
        {"name":"r","query":null,"duration":"300","state":"firing","type":"alerting","health":[],
         "alerts":[{"labels":{"n":1},"state":"firing","activeAt":{},"value":9}]}]}]}"#;
    let rules = page(json, leap()).unwrap().rules;
    assert_eq!(rules.alerts[0].rule.hold, Duration::from_secs(300));
    assert_eq!(rules.alerts[0].value, Some(9.0));
    assert_eq!(rules.alerts[0].labels.get("n"), Some("1"));
}

#[test]
fn labels_are_whole_up_to_64_kib_and_words_for_people_up_to_4() {
    let long = |bytes: usize| "x".repeat(bytes);
    let alert = |label: usize| {
        let (label, words) = (long(label), long(2 << 20));
        let json = format!(
            r#"{{"groups":[{{"name":"g","rules":[{{"type":"alerting","state":"firing","name":"r","query":"{words}",
                "alerts":[{{"state":"firing","labels":{{"alertname":"r","what":"{label}"}},
                    "annotations":{{"summary":"{words}","{words}":"y"}}}}]}}]}}]}}"#
        );
        page(&json, leap()).unwrap().rules.alerts.remove(0)
    };
    let whole = alert(64 << 10);
    assert!(!whole.labels.are_cut());
    let cut = alert((64 << 10) + 1);
    assert!(cut.labels.are_cut() && cut.labels.get("what").unwrap().ends_with("… (cut)"));
    let summary = cut.annotations.get("summary").unwrap();
    assert!(summary.len() <= 4 << 10 && summary.ends_with("… (cut)"));
    assert!(
        cut.annotations
            .iter()
            .all(|(name, _)| name.len() <= 4 << 10)
    );
    assert!(cut.rule.expression.len() < 65 << 10);
}

#[test]
fn the_clusters_that_rules_name_are_kept_where_one_is_expected() {
    let rule = |labels: &str| {
        format!(
            r#"{{"name":"r","type":"alerting","state":"inactive","alerts":[],"labels":{labels}}}"#
        )
    };
    let rules = [
        rule(r#"{"cluster":"reef"}"#),
        rule(r#"{"cluster":"reef"}"#),
        rule(r#"{"cluster":"{{ $labels.cluster }}"}"#),
        rule("[]"),
    ];
    let json = format!(
        r#"{{"groups":[{{"name":"g","rules":[{}]}}]}}"#,
        rules.join(",")
    );
    let clusters = |scope| page(&json, scope).unwrap().rules.clusters;
    assert_eq!(clusters(leap()), ["reef".into()]);
    assert!(clusters(ClusterScope::ByLabel("cluster".into())).is_empty());
    let by_alert = r#"{"groups":[{"name":"g","rules":[{"name":"r","type":"alerting","state":"firing",
        "alerts":[{"labels":{"cluster":"reef"},"state":"firing"}]}]}]}"#;
    assert_eq!(
        page(by_alert, leap()).unwrap().rules.clusters,
        ["reef".into()]
    );
}
