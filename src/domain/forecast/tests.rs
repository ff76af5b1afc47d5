use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::domain::history::SeriesKey;
use crate::domain::hub::Signal;

fn window() -> Window {
    Window::ending_at(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 73)
}

fn left(value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let window = window();
    let series = Series {
        key: SeriesKey::Signal(Signal::HomeFreePercent),
        values: (0..window.points).map(value).collect(),
    };
    time_until_empty(&series, &window).map(|it| it.as_secs_f64() / 3600.0)
}

// The window has 73 points, five minutes apart: 12 points an hour.
#[test]
fn what_falls_steadily_runs_out() {
    let hours = left(|i| Some(20.0 - i as f64 / 12.0)).unwrap();
    assert!((hours - 14.0).abs() < 0.01, "{hours}");
    let rough = |i: usize| 20.0 - i as f64 / 12.0 + 0.02 * (i % 3) as f64;
    let hours = left(|i| Some(rough(i))).unwrap();
    assert!((hours - 14.0).abs() < 0.5, "{hours}");
}

#[test]
fn what_does_not_has_no_end() {
    let steep = |i: usize| 40.0 - i as f64 / 3.0;
    assert_eq!(left(|_| Some(9.0)), None, "it stands");
    assert_eq!(left(|i| Some(9.0 + i as f64)), None, "it rises");
    assert_eq!(
        left(|i| Some(steep(i.min(50)))),
        None,
        "it has stopped falling"
    );
    assert_eq!(
        left(|i| Some(steep(i.min(66)) - i as f64 / 900.0)),
        None,
        "it stopped half an hour ago"
    );
    assert_eq!(
        left(|i| (i < 60).then(|| steep(i))),
        None,
        "it is not known how it is"
    );
    assert_eq!(
        left(|i| (i % 2 == 0).then(|| steep(i))),
        None,
        "half is missing"
    );
    assert_eq!(left(|i| Some(9.0 - i as f64 / 1000.0)), None, "it is noise");
    assert_eq!(
        left(|i| Some(90.0 - i as f64 / 100.0)),
        None,
        "it is far off"
    );
    assert_eq!(
        left(|i| Some(if i < 36 { 80.0 } else { 20.0 })),
        None,
        "it fell at once"
    );
    assert_eq!(left(|_| None), None);
}

proptest! {
    #[test]
    fn whatever_the_values_are(values in prop::collection::vec(prop::option::of(any::<f64>()), 73)) {
        if let Some(hours) = left(|i| values[i].filter(|it| it.is_finite())) {
            prop_assert!((0.0..=120.0).contains(&hours));
        }
    }
}
