use super::*;

fn scalar(json: &str) -> Scalar<'_> {
    serde_json::from_str(json).unwrap()
}

#[test]
fn numbers_come_as_numbers_or_as_strings() {
    assert_eq!(scalar("12").number(), Some(12.0));
    assert_eq!(scalar("\"1.2e+01\"").number(), Some(12.0));
    assert_eq!(scalar("\"-3\"").number(), Some(-3.0));
    for none in [
        "\"NaN\"",
        "\"+Inf\"",
        "\"-Inf\"",
        "null",
        "true",
        "\"x\"",
        "[1]",
        "{\"a\":1}",
    ] {
        assert_eq!(scalar(none).number(), None, "{none}");
    }
}

#[test]
fn spans_are_never_negative() {
    assert_eq!(scalar("1.5").seconds(), Some(Duration::from_millis(1500)));
    assert_eq!(scalar("-1").seconds(), None);
    assert_eq!(scalar("1e300").seconds(), None);
}

#[test]
fn the_zero_time_is_never() {
    assert_eq!(scalar("\"0001-01-01T00:00:00Z\"").time(), TimeField::Never);
    assert_eq!(scalar("\"soon\"").time(), TimeField::Missing);
    let at = scalar("\"2026-08-21T11:00:00.123456789+02:00\"")
        .time()
        .datetime();
    assert_eq!(
        at.unwrap().to_rfc3339(),
        "2026-08-21T09:00:00.123456789+00:00"
    );
}

#[test]
fn labels_keep_odd_values_written_out() {
    let pairs: Pairs<'_> =
        serde_json::from_str(r#"{"a":"b","n":7,"f":true,"e":"\u00e9","z":null,"l":[1]}"#).unwrap();
    let all: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(all, ["a=b", "n=7", "f=true", "e=é", "z=", "l="]);
    assert_eq!((pairs.get("a"), pairs.get("z")), (Some("b"), None));
    assert_eq!(
        serde_json::from_str::<Pairs<'_>>("null").unwrap(),
        Pairs::default()
    );
}
