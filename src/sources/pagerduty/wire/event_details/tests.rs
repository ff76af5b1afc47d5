//! Reads the details of an event: from every place in the event, as text blocks and as JSON.

use serde_json::json;

use super::*;

const BLOCKS: &str = "Labels:\n - alertname = two  spaces\n - cluster = mars\n - namespace = prod\n\
    Annotations:\n - summary = Labels: none\n - cluster = venus\nSource: http://prom.test/graph?g0=1\n\
    Labels:\n - alertname = other = odd\nAnnotations:\nSource: x\n";

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().copied().collect()
}

#[test]
fn text_blocks_give_label_sets() {
    let details = parse(&json!({"details": {"firing": BLOCKS, "num_firing": "2"}}));
    assert_eq!(
        details.label_sets,
        [
            labels(&[
                ("alertname", "two  spaces"),
                ("cluster", "mars"),
                ("namespace", "prod")
            ]),
            labels(&[("alertname", "other = odd")]),
        ]
    );
    assert!(details.fingerprints.is_empty());
}

#[test]
fn lists_give_fingerprints_too_in_every_place() {
    let list = json!([{"status": "firing", "labels": {"alertname": "a", "n": 7}, "fingerprint": "00ab00cd00ef0012"}]);
    let details = json!({"firing": list, "num_firing": 1});
    for body in [
        json!({"details": details}),
        json!({"details": {"custom_details": details}}),
        json!({"cef_details": {"details": details}}),
        json!({"cef_details": {"details": {"custom_details": details}}}),
        json!({"details": {"firing": list.to_string()}, "cef_details": {"details": details}}),
    ] {
        let read = parse(&body);
        assert_eq!(
            read.fingerprints,
            [Fingerprint(0x00ab_00cd_00ef_0012)],
            "{body}"
        );
        assert_eq!(read.label_sets, [labels(&[("alertname", "a")])], "{body}");
    }
}

#[test]
fn what_is_resolved_counts_only_where_nothing_fires() {
    let body =
        |firing: &str| json!({"details": {"firing": firing, "resolved": "Labels:\n - a = gone\n"}});
    assert_eq!(parse(&body("")).label_sets, [labels(&[("a", "gone")])]);
    assert_eq!(
        parse(&body("Labels:\n - a = on\n")).label_sets,
        [labels(&[("a", "on")])]
    );
}

#[test]
fn other_details_say_nothing() {
    for body in [
        json!(null),
        json!({"details": null}),
        json!({"details": "free text\n - a = b"}),
        json!({"details": {"error": "too large"}}),
        json!({"details": {"firing": {"labels": {"a": "b"}}}}),
        json!({"details": {"firing": ["x", null, {"labels": [], "fingerprint": "zz"}]}}),
    ] {
        assert_eq!(parse(&body), EventDetails::default(), "{body}");
    }
}

#[test]
fn a_labels_value_may_have_several_lines() {
    let text = "Labels:\n - alertname = disk\n - message = Traceback:\nOSError: quota\n\n - or = so\n - namespace = prod\n\
        Annotations:\n - summary = a\n - cluster = venus\nSource: x\n\
        Labels:\n - alertname = a = b\n - zone = one\ntwo\n\nAnnotations:\n\
        Labels:\n - alertname = last\nSource: y\n";
    let sets = parse(&json!({"details": {"firing": text}})).label_sets;
    assert_eq!(
        sets,
        [
            labels(&[
                ("alertname", "disk"),
                ("message", "Traceback:\nOSError: quota\n"),
                ("or", "so"),
                ("namespace", "prod")
            ]),
            labels(&[("alertname", "a = b"), ("zone", "one\ntwo")]),
            labels(&[("alertname", "last")]),
        ]
    );
}

#[test]
fn labels_may_be_flat_keys_beside_a_count() {
    let flat = json!({"firing": "1", "num_firing": "1", "alertname": "disk", "cluster": "leap",
        "runbook url": "no label", "nodes": 3, "namespace": null});
    let expected = [labels(&[("alertname", "disk"), ("cluster", "leap")])];
    for body in [
        json!({"details": flat}),
        json!({"cef_details": {"details": {"custom_details": flat}}}),
        json!({"details": flat.to_string()}),
    ] {
        assert_eq!(parse(&body).label_sets, expected, "{body}");
    }
    let listed = json!({"firing": "Labels:\n - alertname = a\n", "alertname": "disk"});
    let sets = parse(&json!({"details": listed})).label_sets;
    assert_eq!(sets, [labels(&[("alertname", "a")])]);
}

#[test]
fn details_may_be_json_text_in_every_place() {
    let text = json!({"firing": BLOCKS}).to_string();
    let expected = parse(&json!({"details": {"firing": BLOCKS}}));
    assert_eq!(expected.label_sets.len(), 2);
    for body in [
        json!({"details": text}),
        json!({"details": format!("\n {text}")}),
        json!({"custom_details": text}),
        json!({"cef_details": {"details": text}}),
        json!({"cef_details": {"custom_details": text}}),
        json!({"details": {"custom_details": text}}),
        json!({"details": json!({"custom_details": text}).to_string()}),
        json!({"cef_details": {"details": json!({"custom_details": text}).to_string()}}),
    ] {
        assert_eq!(parse(&body), expected, "{body}");
    }
}

#[test]
fn what_is_resolved_did_not_page_where_a_count_says_that_others_fire() {
    let resolved = "Labels:\n - alertname = gone\n";
    for firing in [json!("1"), json!(" 2 "), json!(1)] {
        let body = json!({"details": {"firing": firing, "resolved": resolved}});
        assert_eq!(parse(&body), EventDetails::default(), "{body}");
    }
    let none_fires = json!({"details": {"firing": "0", "num_firing": 0, "resolved": resolved}});
    assert_eq!(
        parse(&none_fires).label_sets,
        [labels(&[("alertname", "gone")])]
    );
}

#[test]
fn hostile_details_say_nothing_and_cost_nothing() {
    let deep = "{\"details\":".repeat(100_000);
    let nested = (0..50).fold(
        json!({"alertname": "a"}),
        |inner, _| json!({"details": inner}),
    );
    for body in [
        json!({"details": deep}),
        json!({"details": "{not json"}),
        json!({"details": {"alertname": 7, "cluster": "leap"}}),
        json!({"details": {"alertname": {"a": "b"}}}),
        nested,
    ] {
        assert_eq!(parse(&body), EventDetails::default());
    }
}
