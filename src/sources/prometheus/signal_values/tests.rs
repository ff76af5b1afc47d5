use super::*;
use crate::domain::source::FailureKind;

fn read(result: &str, scope: &ClusterScope) -> SignalValues {
    let json = format!(r#"{{"resultType":"vector","result":[{result}]}}"#);
    let mut readings = SignalValues::default();
    readings
        .add_vector(&serde_json::from_str(&json).unwrap(), scope)
        .unwrap();
    readings
}

fn one() -> ClusterScope {
    ClusterScope::One("leap".into())
}

#[test]
fn signals_stand_by_hub() {
    let readings = read(
        r#"{"metric":{"namespace":"prod","signal":"up"},"value":[1787302800.1,"1"]},
           {"metric":{"namespace":"prod","signal":"spawn_p95_seconds"},"value":[1787302800.1,"NaN"]},
           {"metric":{"namespace":"prod","signal":"spawn_failures_30m"},"value":[1787302800.1,"1.0345e+00"]},
           {"metric":{"namespace":"prod","signal":"sampled_at"},"value":[1787302800.1,"1787302790.125"]},
           {"metric":{"namespace":"staging","signal":"home_free_percent"},"value":[1787302800.1,"+Inf"]},
           {"metric":{"signal":"newest_sample"},"value":[1787302800.1,"1787302799"]}"#,
        &one(),
    );
    let prod = readings.signals[&HubKey::new("leap", "prod")];
    assert_eq!((prod.up, prod.spawn_p95_seconds), (Some(1.0), None));
    assert_eq!(prod.spawn_failures_30m, Some(1.0345));
    assert_eq!(
        prod.sampled_at,
        DateTime::from_timestamp_millis(1_787_302_790_125)
    );
    assert!(readings.signals[&HubKey::new("leap", "staging")].is_absent());
    assert_eq!(
        readings.newest_sample[&"leap".into()],
        DateTime::from_timestamp(1_787_302_799, 0).unwrap()
    );
}

#[test]
fn clusters_are_told_apart_by_their_label() {
    let readings = read(
        r#"{"metric":{"site":"a","namespace":"prod","signal":"up"},"value":[1,"1"]},
           {"metric":{"site":"b","namespace":"prod","signal":"up"},"value":[1,"0"]},
           {"metric":{"namespace":"prod","signal":"up"},"value":[1,"0"]},
           {"metric":{"site":"b","namespace":"prod","signal":"sampled_at"},"value":[1,"50"]},
           {"metric":{"site":"c","signal":"newest_sample"},"value":[1,"40"]}"#,
        &ClusterScope::ByLabel("site".into()),
    );
    assert_eq!(readings.signals.len(), 2);
    assert_eq!(readings.signals[&HubKey::new("b", "prod")].up, Some(0.0));
    let newest: Vec<_> = readings
        .newest_sample
        .keys()
        .map(ClusterName::as_str)
        .collect();
    assert_eq!(newest, ["b", "c"]);
}

#[test]
fn of_several_series_the_same_counts_in_any_order() {
    let two = |first: &str, second: &str| {
        let series = |value: &str| {
            format!(
                r#"{{"metric":{{"namespace":"p","signal":"db_free_percent","x":"{value}"}},"value":[1,"{value}"]}}"#
            )
        };
        read(&format!("{},{}", series(first), series(second)), &one())
    };
    assert_eq!(two("9", "40"), two("40", "9"));
    assert_eq!(
        two("9", "NaN").signals[&HubKey::new("leap", "p")].db_free_percent,
        Some(9.0)
    );
}

#[test]
fn what_is_not_a_signal_is_passed_over() {
    let readings = read(
        r#"{"metric":{"namespace":"p","signal":"else"},"value":[1,"1"]},
           {"metric":{"namespace":"p"},"value":[1,"1"]},
           {"metric":{"signal":"up"},"value":[1,"1"]},
           {"metric":null,"value":null}"#,
        &one(),
    );
    assert_eq!(readings, SignalValues::default());
}

#[test]
fn a_native_histogram_is_no_value() {
    let readings = read(
        r#"{"metric":{"namespace":"p","signal":"up"},"histogram":[1,{"count":"2","sum":"3","buckets":[[0,"1","2","3"]]}]}"#,
        &one(),
    );
    assert!(readings.signals[&HubKey::new("leap", "p")].is_absent());
}

#[test]
fn what_is_no_vector_is_garbled() {
    for json in [
        r#"{"resultType":"matrix","result":[]}"#,
        r#"{"resultType":"vector","result":null}"#,
        "{}",
    ] {
        let data = serde_json::from_str(json).unwrap();
        let fault = SignalValues::default()
            .add_vector(&data, &one())
            .unwrap_err();
        assert_eq!(fault.error.kind(), FailureKind::Garbled);
    }
}

#[test]
fn a_prometheus_for_one_cluster_says_which_clusters_its_series_name() {
    let clusters = |series: &str| {
        let readings = read(series, &one());
        let names = readings.clusters.iter();
        names.map(ToString::to_string).collect::<Vec<_>>()
    };
    let own = r#"{"metric":{"signal":"newest_sample"},"value":[1,"40"]}"#;
    let other = r#"{"metric":{"cluster":"maap","signal":"newest_sample"},"value":[1,"50"]}"#;
    assert_eq!(clusters(other), ["maap"]);
    assert_eq!(clusters(&format!("{own},{other}")), ["leap", "maap"]);
    let many: Vec<String> = (10..30)
        .map(|at| other.replace("maap", &format!("c{at}")))
        .chain([own.to_owned()])
        .collect();
    let many = clusters(&many.join(","));
    assert!(
        many.len() == 9 && many.contains(&"leap".to_owned()),
        "{many:?}"
    );
}
