use super::*;
use crate::domain::source::FailureKind;

const ALERTS: &str = r#"[
 {"annotations":{"summary":"x"},"endsAt":"2026-08-21T09:10:00Z","fingerprint":"9266ef3da838ad95",
  "receivers":[{"name":"pager"},{"name":"chat"}],"startsAt":"2026-08-21T08:55:00.5Z",
  "status":{"inhibitedBy":["0223b772b51c29e1"],"mutedBy":[],"silencedBy":["s1","s2","gone"],"state":"suppressed"},
  "updatedAt":"2026-08-21T09:00:00Z","generatorURL":"http://p.example/graph","labels":{"job":"foo","severity":"warning"}},
 {"fingerprint":"not hex","receivers":null,"labels":{"job":"foo","severity":"critical"},
  "status":{"inhibitedBy":["1"],"silencedBy":null,"state":"suppressed"}},
 {"labels":{"job":"a"},"status":{"state":"suppressed"}},
 {"labels":{"job":"b"},"status":{"state":"unprocessed"}},
 {"labels":{"job":"c"}}]"#;

const SILENCES: &str = r#"[
 {"id":"s1","createdBy":"bo@example.org","comment":"resizing","endsAt":"2026-08-21T10:00:00Z","status":{"state":"active"}},
 {"id":"s2","createdBy":"ada@example.org","comment":"","endsAt":"2026-08-21T12:00:00Z","status":{"state":"active"}}]"#;

fn read() -> Vec<ListedAlert> {
    alerts(ALERTS.as_bytes(), &mut Interner::default())
        .unwrap()
        .0
}

#[test]
fn alerts_carry_labels_receivers_and_their_beginning() {
    let all = read();
    let first = &all[0].alert;
    assert_eq!(first.fingerprint.to_string(), "9266ef3da838ad95");
    assert_eq!(first.labels.fingerprint(), first.fingerprint);
    assert_eq!(first.receivers, ["pager", "chat"]);
    assert_eq!(first.starts_at, "2026-08-21T08:55:00.5Z".parse().ok());
    assert_eq!(all[1].alert.fingerprint.to_string(), "3b15fd163d36582e");
}

#[test]
fn a_silence_comes_before_inhibition_and_that_before_a_mute() {
    let kinds: Vec<_> = read()
        .into_iter()
        .map(|heard| heard.alert.suppressed)
        .collect();
    assert!(matches!(kinds[0], Some(Suppression::Silenced { .. })));
    assert_eq!(kinds[1], Some(Suppression::Inhibited));
    assert_eq!(kinds[2], Some(Suppression::Muted));
    assert_eq!((&kinds[3], &kinds[4]), (&None, &None));
}

#[test]
fn of_several_silences_the_last_to_end_is_named() {
    let silences = silences(SILENCES.as_bytes()).unwrap();
    let alert = with_silence(read().remove(0), &silences);
    assert_eq!(
        alert.suppressed,
        Some(Suppression::Silenced {
            by: Some("ada@example.org".into()),
            comment: None,
            until: "2026-08-21T12:00:00Z".parse().ok(),
        })
    );
}

#[test]
fn a_silence_that_is_not_known_still_silences() {
    let alert = with_silence(read().remove(0), &Silences::new());
    assert!(matches!(
        alert.suppressed,
        Some(Suppression::Silenced { by: None, .. })
    ));
}

#[test]
fn the_configuration_is_read_where_it_is() {
    let body = br#"{"cluster":{"status":"ready"},"config":{"original":"route:\n  receiver: x\n"},"uptime":"x"}"#;
    assert_eq!(
        config(body).unwrap().as_deref(),
        Some("route:\n  receiver: x\n")
    );
    assert_eq!(config(br#"{"config":null}"#).unwrap(), None);
}

#[test]
fn garbage_is_named() {
    for (body, text) in [
        ("", "answered nothing: is the address right?"),
        ("<html>", "answered HTML, not JSON: is the address right?"),
        (
            r#"[{"labels":{"#,
            "the JSON breaks off in line 1, column 12",
        ),
    ] {
        let error = alerts(body.as_bytes(), &mut Interner::default()).unwrap_err();
        assert_eq!(
            (error.kind(), error.text.as_str()),
            (FailureKind::Garbled, text)
        );
    }
    for body in ["null", "{}", "[null]", "7"] {
        let error = alerts(body.as_bytes(), &mut Interner::default()).unwrap_err();
        assert_eq!(error.kind(), FailureKind::Garbled, "{body}");
    }
}

#[test]
fn refusals_come_as_strings_or_objects() {
    let said = |body: &str| error_message(body.as_bytes());
    assert_eq!(said("\"not ready\"\n").as_deref(), Some("not ready"));
    let object = r#"{"code":602,"message":"bad filter"}"#;
    assert_eq!(said(object).as_deref(), Some("bad filter"));
    for nothing in ["<html>", "", "\"\"", "{}", "7"] {
        assert_eq!(said(nothing), None, "{nothing}");
    }
}

#[test]
fn an_alert_that_cannot_be_read_is_named_and_leaves_the_rest() {
    let body = br#"[{"labels":{"a":"b"},"receivers":7,"status":[]},{"labels":null},{"labels":["a"]},null,"x"]"#;
    let (listed, unreadable) = alerts(body, &mut Interner::default()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        listed[0].alert.suppressed, None,
        "an unreadable status keeps nothing quiet"
    );
    let problems: Vec<_> = unreadable
        .iter()
        .map(|item| (&*item.problem, item.count))
        .collect();
    assert_eq!(
        problems,
        [
            ("not an object", 2),
            ("it has no readable status", 1),
            ("it has no readable labels", 2)
        ]
    );
}

#[test]
fn where_nothing_can_be_read_the_answer_is_garbled() {
    for body in ["null", "{}", "7", "[7]", r#"[{"labels":null}]"#] {
        let error = alerts(body.as_bytes(), &mut Interner::default()).unwrap_err();
        assert_eq!(error.kind(), FailureKind::Garbled, "{body}");
    }
    assert!(
        alerts(b"[]", &mut Interner::default())
            .unwrap()
            .0
            .is_empty()
    );
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &[u8]) {
        if let Ok((listed, _)) = alerts(body, &mut Interner::default()) {
            let silences = silences(SILENCES.as_bytes()).unwrap();
            listed
                .into_iter()
                .for_each(|alert| drop(with_silence(alert, &silences)));
        }
        let _ = (silences(body), config(body), error_message(body));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_data_or_an_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
            read(&body);
        }

        #[test]
        fn damaged_answers_too(spots in prop::collection::vec((0..ALERTS.len(), any::<u8>()), 0..6), end in 0..=ALERTS.len()) {
            let mut bytes = ALERTS.as_bytes().to_vec();
            for (at, byte) in spots {
                bytes[at] = byte;
            }
            bytes.truncate(end);
            read(&bytes);
        }
    }
}

#[test]
fn an_alert_that_is_not_processed_yet_says_so() {
    let body = br#"[{"labels":{"a":"b"},"status":{"state":"unprocessed"}},{"labels":{"a":"c"},"status":{"state":"active"}},{"labels":{}}]"#;
    let (listed, _) = alerts(body, &mut Interner::default()).unwrap();
    let unprocessed: Vec<bool> = listed.iter().map(|it| it.alert.unprocessed).collect();
    assert_eq!(unprocessed, [true, false, false]);
}

#[test]
fn what_is_long_is_cut() {
    let long = "x".repeat(2 << 20);
    let body = format!(
        r#"[{{"labels":{{"what":"{long}"}},"receivers":[{{"name":"{long}"}}],"status":{{"state":"active"}}}}]"#
    );
    let (all, _) = alerts(body.as_bytes(), &mut Interner::default()).unwrap();
    assert!(all[0].alert.labels.are_cut());
    assert!(all[0].alert.receivers[0].len() < 65 << 10);
    let body = format!(r#"[{{"id":"s","createdBy":"{long}","comment":"{long}"}}]"#);
    let silence = &silences(body.as_bytes()).unwrap()["s"];
    for text in [&silence.by, &silence.comment] {
        assert!(text.as_ref().unwrap().len() <= 4 << 10);
    }
}

#[test]
fn an_alert_without_status_is_named_and_counts_as_not_suppressed() {
    let body = br#"[{"labels":{"alertname":"A"},"status":null},{"labels":{"alertname":"B"},"status":{"state":"suppressed"}}]"#;
    let (listed, unreadable) = alerts(body, &mut Interner::default()).unwrap();
    let quiet: Vec<bool> = listed
        .iter()
        .map(|it| it.alert.suppressed.is_some())
        .collect();
    assert_eq!(quiet, [false, true]);
    let named: Vec<_> = unreadable
        .iter()
        .map(|item| (item.name.as_deref(), &*item.problem))
        .collect();
    assert_eq!(named, [(Some("A"), "it has no readable status")]);
}

#[test]
fn an_alert_in_a_state_that_is_no_known_word_is_named_and_counts_as_not_suppressed() {
    for state in [
        r#""state":"muted","#,
        r#""state":null,"#,
        r#""state":7,"#,
        "",
    ] {
        let body = format!(
            r#"[{{"labels":{{"alertname":"A"}},"status":{{{state}"silencedBy":["s1"],"inhibitedBy":["x"]}}}}]"#
        );
        let (listed, unreadable) = alerts(body.as_bytes(), &mut Interner::default()).unwrap();
        assert_eq!(listed[0].alert.suppressed, None, "{state}");
        assert_eq!(unreadable.iter().count(), 1, "{state}");
    }
}

#[test]
fn an_active_alert_is_not_silenced_whatever_names_it() {
    let body = br#"[{"labels":{"alertname":"A"},"status":{"state":"active","silencedBy":["s1"],"inhibitedBy":["x"]}}]"#;
    let (mut listed, _) = alerts(body, &mut Interner::default()).unwrap();
    let known =
        silences(br#"[{"id":"s1","createdBy":"ada","endsAt":"2030-01-01T00:00:00Z"}]"#).unwrap();
    assert_eq!(with_silence(listed.remove(0), &known).suppressed, None);
}
