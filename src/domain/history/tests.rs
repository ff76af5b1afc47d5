use proptest::prelude::*;

use super::*;
use crate::domain::threshold::CompareOp;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().copied().collect()
}

#[test]
fn two_who_look_within_one_step_see_the_same() {
    let one = Window::ending_at(at(1_790_000_000), 200);
    let other = Window::ending_at(at(1_790_000_039), 200);
    assert_eq!(one, other);
    assert_eq!((one.step.as_secs(), one.points), (120, 181));
    assert_eq!(one.end.timestamp() % 120, 0);
    assert_eq!((one.end - one.start()).num_hours(), 6);
}

#[test]
fn values_have_their_place_by_their_time() {
    let window = Window::ending_at(at(1_790_000_000), 200);
    let start = window.start().timestamp() as f64;
    assert_eq!(window.index_at(start), Some(0));
    assert_eq!(window.index_at(start + 240.001), Some(2));
    assert_eq!(window.index_at(start + 21_600.0), Some(180));
    for outside in [
        start - 120.0,
        start + 21_720.0,
        start + 60.0,
        f64::NAN,
        1e300,
    ] {
        assert_eq!(window.index_at(outside), None, "{outside}");
    }
}

#[test]
fn an_alert_is_watched_without_its_threshold() {
    let watched = AlertQuery::new(Labels::default(), &"floor(a / b) <= 10".into());
    assert_eq!(&*watched.query, "floor(a / b)");
    assert_eq!(watched.threshold.map(|it| it.op), Some(CompareOp::AtMost));
    let whole = AlertQuery::new(Labels::default(), &"a and b > 1".into());
    assert_eq!((&*whole.query, whole.threshold), ("a and b > 1", None));
}

#[test]
fn a_series_agrees_with_the_alert_that_was_made_of_it() {
    let alert = labels(&[
        ("alertname", "two starts failed"),
        ("cluster", "cluster=leap"),
        ("namespace", "hub=prod"),
        ("severity", "x"),
    ]);
    for series in [
        labels(&[]),
        labels(&[("namespace", "prod")]),
        labels(&[("__name__", "up"), ("namespace", "hub=prod")]),
        labels(&[("cluster", "leap"), ("namespace", "prod"), ("pod", "")]),
    ] {
        assert!(series_fits_alert(&series, &alert), "{series:?}");
    }
    for series in [
        labels(&[("namespace", "staging")]),
        labels(&[("namespace", "prod"), ("pod", "hub-1")]),
        labels(&[("cluster", "ucec"), ("namespace", "prod")]),
    ] {
        assert!(!series_fits_alert(&series, &alert), "{series:?}");
    }
}

#[test]
fn a_gap_is_no_value() {
    let values = vec![None, Some(3.0), None, Some(-1.0)];
    let of = SeriesKey::Signal(Signal::Up);
    let series = Series { key: of, values };
    assert_eq!(series.range(), Some((-1.0, 3.0)));
    assert_eq!(
        series.known_points().next_back().map(|it| it.index),
        Some(3)
    );
}

proptest! {
    #[test]
    fn windows_are_aligned_and_small(now in 0..4_000_000_000_i64, most in 0..20_000_usize) {
        let window = Window::ending_at(at(now), most);
        let step = window.step.as_secs();
        prop_assert_eq!(window.end.timestamp().rem_euclid(step as i64), 0);
        prop_assert!(now - window.end.timestamp() < step as i64);
        prop_assert!(window.points <= most.max(13) && window.points <= 361);
        prop_assert_eq!(window.time_at(window.points - 1), window.end);
        for index in [0, 1, window.points - 1] {
            let seconds = window.time_at(index).timestamp() as f64;
            prop_assert_eq!(window.index_at(seconds), Some(index));
        }
    }
}

#[test]
fn a_window_covers_its_span_in_few_moments() {
    let start: DateTime<Utc> = "2026-11-22T01:07:31Z".parse().unwrap();
    for (minutes, most, step) in [
        (59, 300, 1),
        (600, 300, 3),
        (3 * 1440, 300, 15),
        (90 * 1440, 300, 480),
    ] {
        let span = start..start + TimeDelta::minutes(minutes);
        let window = Window::covering(&span, most);
        assert_eq!(window.step, Duration::from_secs(step * 60), "{minutes}");
        assert!(window.start() <= span.start && window.end <= span.end);
        assert!(span.end - window.end < TimeDelta::minutes(step as i64));
        assert!(window.points <= most + 2, "{}", window.points);
    }
}
