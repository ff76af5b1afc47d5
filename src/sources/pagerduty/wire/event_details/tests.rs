//! Details in every place and in both formats.

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
