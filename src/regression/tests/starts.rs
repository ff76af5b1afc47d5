use super::super::fixture::*;
use super::*;

/// A wait for the hub leap/prod. The argument is the 95th percentile, in seconds, of its start times before the wait.
fn watch_after(spawn_p95_seconds: Option<f64>) -> RegressionWatch {
    let first = HubObservation {
        spawn_p95_seconds,
        ..hub("leap", "prod", 0)
    };
    let first = observe(0, vec![first]);
    let mut watch = watch_from(&first, options());
    watch.record(first);
    watch
}

#[test]
fn slow_starts_need_five_starts_half_as_much_again_and_thirty_seconds() {
    let judged = |before: Option<f64>, counts: StartCounts| {
        let mut watch = watch_after(before);
        with_counts(&mut watch, counts);
        let outcome = complete(&watch);
        (
            kinds(&outcome),
            outcome.hubs[0].start_times == StartTimesCompared::NotCompared,
        )
    };
    let slow = (vec!["slow_starts"], false);
    let same = (vec![], false);
    assert_eq!(judged(Some(15.0), counts(10.0, 0.0, 75.0)), slow);
    assert_eq!(judged(Some(15.0), counts(4.7, 0.0, 75.0)), slow);
    assert_eq!(judged(Some(15.0), counts(4.4, 0.0, 75.0)), same);
    assert_eq!(judged(Some(15.0), counts(10.0, 0.0, 44.9)), same);
    assert_eq!(judged(Some(15.0), counts(10.0, 0.0, 45.0)), slow);
    assert_eq!(judged(Some(100.0), counts(10.0, 0.0, 150.0)), same);
    assert_eq!(judged(Some(100.0), counts(10.0, 0.0, 150.1)), slow);
    assert_eq!(judged(None, counts(10.0, 0.0, 400.0)), (vec![], true));
}

#[test]
fn a_percentile_of_few_starts_is_nothing_to_compare_with() {
    let judged = |before: Option<f64>| {
        let first = observe(0, vec![hub("leap", "prod", 0)]);
        let mut baseline = Baseline::from_observation(&first, start());
        let starts = before.map(|starts| (HubKey::new("leap", "prod"), starts));
        baseline.add_starts(&starts.into_iter().collect());
        let mut watch = RegressionWatch::new(baseline, options(), at(0));
        watch.record(first);
        with_counts(&mut watch, counts(10.0, 0.0, 75.0));
        let outcome = complete(&watch);
        (
            kinds(&outcome),
            outcome.hubs[0].start_times == StartTimesCompared::NotCompared,
        )
    };
    assert_eq!(judged(Some(4.6)), (vec!["slow_starts"], false));
    assert_eq!(judged(Some(4.4)), (vec![], true));
    assert_eq!(judged(None), (vec!["slow_starts"], false));
}

/// Counts of starts. `within` of them took at most 30 s, the others one to two minutes.
fn timed(starts: f64, within: f64, p95: f64) -> StartCounts {
    let mut counts = counts(starts, 0.0, p95);
    for (bound, count) in [
        (30.0, within),
        (60.0, within),
        (120.0, starts),
        (f64::INFINITY, starts),
    ] {
        counts.times.add(bound, count);
    }
    counts
}

#[test]
fn on_the_hubs_of_a_cluster_together_fewer_slow_starts_are_no_chance() {
    // The bound is 50 s. On each hub with 8 starts, 2 starts took longer. On the smallest hub, with 3 starts, 1 start
    // took longer.
    let hubs = [
        ("leap", "a", timed(8.0, 6.0, 110.0)),
        ("leap", "b", timed(8.0, 6.0, 110.0)),
        ("leap", "c", timed(8.0, 6.0, 110.0)),
        ("leap", "d", timed(8.0, 8.0, 28.0)),
        ("leap", "e", timed(3.0, 2.0, 110.0)),
        ("maap", "a", timed(8.0, 6.0, 110.0)),
    ];
    let seen = hubs.iter().map(|(cluster, name, _)| HubObservation {
        spawn_p95_seconds: Some(20.0),
        ..hub(cluster, name, 0)
    });
    let first = observe(0, seen.collect());
    let mut watch = watch_from(&first, options());
    watch.record(first);
    let counts = hubs.map(|(cluster, name, counts)| (HubKey::new(cluster, name), counts));
    let changes = watch.record_counts(counts.into_iter().collect());
    assert_eq!(changes.len(), 3);
    let outcome = complete(&watch);
    let worse = outcome.worse_hubs().map(|hub| hub.key().to_string());
    assert_eq!(worse.collect::<Vec<_>>(), ["leap/a", "leap/b", "leap/c"]);
    let StartTimesCompared::Slower(slow) = &outcome.hubs[0].start_times else {
        panic!("{:?}", outcome.hubs[0].start_times);
    };
    let of_all = slow.cluster.map(|it| (it.starts, it.above_bound));
    assert_eq!(of_all, Some((35.0, 7.0)));
    let elsewhere = &outcome.hubs[5];
    assert!(elsewhere.start_times.perhaps_slower().is_some() && elsewhere.worse.is_empty());
}

#[test]
fn a_percentile_above_its_bound_by_a_few_starts_may_be_chance() {
    // The baseline's percentile is 20 s, so the bound is 50 s.
    let judged = |starts: f64, within_60: f64, p95: f64| {
        let mut watch = watch_after(Some(20.0));
        with_counts(&mut watch, timed(starts, within_60, p95));
        let outcome = complete(&watch);
        let above = |slow: &SlowStarts| slow.above_bound;
        let hub = &outcome.hubs[0];
        (
            kinds(&outcome),
            hub.start_times.perhaps_slower().and_then(above),
        )
    };
    let slow = (vec!["slow_starts"], None);
    assert_eq!(judged(5.0, 4.0, 105.0), (vec![], Some(1.0)));
    assert_eq!(judged(5.0, 2.0, 115.0), (vec![], Some(3.0)));
    assert_eq!(judged(5.0, 1.0, 116.0), slow);
    assert_eq!(judged(14.0, 10.0, 110.0), (vec![], Some(4.0)));
    assert_eq!(judged(14.0, 4.0, 117.0), slow);
    assert_eq!(judged(20.0, 16.0, 110.0), (vec![], Some(4.0)));
    assert_eq!(judged(20.0, 15.0, 110.0), slow);
    // Fewer than five starts never decide.
    assert_eq!(judged(3.0, 0.0, 117.0), (vec![], Some(3.0)));
    assert_eq!(judged(3.0, 1.0, 117.0), (vec![], None));
    assert_eq!(judged(2.0, 0.0, 117.0), (vec![], None));
    assert_eq!(judged(200.0, 185.0, 80.0), (vec![], Some(15.0)));
    assert_eq!(judged(200.0, 180.0, 90.0), slow);
}

#[test]
fn a_figure_that_prometheus_refuses_once_keeps_its_earlier_value() {
    let mut watch = watch_after(Some(20.0));
    let mut slow = timed(10.0, 0.0, 117.0);
    slow.failed_starts = Some(5.0);
    with_counts(&mut watch, slow);
    let both = ["failed_starts", "slow_starts"];
    assert_eq!(kinds(&complete(&watch)), both);
    with_counts(&mut watch, timed(11.0, 0.0, 117.0));
    let without_times = StartCounts {
        starts: Some(11.0),
        ..StartCounts::default()
    };
    with_counts(&mut watch, without_times);
    let without_counts = StartCounts {
        starts: None,
        failed_starts: None,
        ..timed(11.0, 0.0, 117.0)
    };
    with_counts(&mut watch, without_counts);
    let outcome = complete(&watch);
    assert_eq!(kinds(&outcome), ["slow_starts"]);
    assert!(!outcome.hubs[0].not_tried);
}

#[test]
fn a_histogram_that_ends_below_the_bound_is_not_compared() {
    let mut watch = watch_after(Some(90.0));
    with_counts(&mut watch, timed(10.0, 0.0, 117.0));
    let hub = &complete(&watch).hubs[0];
    assert_eq!(hub.start_times, StartTimesCompared::NotCompared);
}

#[test]
fn start_times_that_are_not_known_since_the_start_are_not_compared() {
    let mut watch = watch_after(Some(20.0));
    let unknown = StartCounts {
        p95_seconds: None,
        ..counts(10.0, 0.0, 0.0)
    };
    with_counts(&mut watch, unknown);
    let hub = &complete(&watch).hubs[0];
    assert_eq!(hub.start_times, StartTimesCompared::NotCompared);
}

#[test]
fn new_failed_starts_count_from_the_limit_on() {
    let judged = |before: Option<f64>, minutes: u64, failed: f64| {
        let first = HubObservation {
            spawn_failures_30m: before,
            ..hub("leap", "prod", 0)
        };
        let first = observe(0, vec![first]);
        let mut watch = watch_from(&first, options());
        watch.record(first);
        let end = minutes * MINUTE;
        watch.record(observe(end, vec![hub("leap", "prod", end)]));
        with_counts(&mut watch, counts(3.0, failed, 20.0));
        kinds(&complete(&watch)) == ["failed_starts"]
    };
    assert!(judged(Some(0.0), 30, 1.6) && judged(None, 30, 2.0));
    assert!(!judged(Some(0.0), 30, 1.4));
    // A single failure before the wait is no earlier problem, so no failures are expected in the wait.
    assert!(judged(Some(1.0), 30, 2.0));
    // Three failures in the 30 minutes before the wait are an earlier problem, so three more are expected in a wait of
    // 30 minutes. Two more than the expected three are worse: five are worse, four are not.
    assert!(!judged(Some(3.0), 30, 4.0) && judged(Some(3.0), 30, 5.0));
    assert!(!judged(Some(3.0), 60, 7.0) && judged(Some(3.0), 60, 8.0));
}

#[test]
fn nobody_who_starts_a_server_is_named_and_counts_only_where_starts_are_required() {
    let strict = WaitOptions {
        require_starts: true,
        ..options()
    };
    let judged = |options, counts: Option<StartCounts>| {
        let mut watch = watched(10, options, |minute| hub("leap", "prod", minute * MINUTE));
        if let Some(counts) = counts {
            with_counts(&mut watch, counts);
        }
        let outcome = complete(&watch);
        (outcome.not_tried().count(), outcome.verdict())
    };
    let none = Some(counts(0.0, 0.0, 0.0));
    assert_eq!(
        judged(options(), none.clone()),
        (1, WaitVerdict::NothingWorse)
    );
    assert_eq!(judged(options(), None), (1, WaitVerdict::NothingWorse));
    assert_eq!(judged(strict, none), (1, WaitVerdict::CannotTell));
    assert_eq!(judged(strict, None), (1, WaitVerdict::CannotTell));
    let one = Some(counts(1.0, 0.0, 20.0));
    assert_eq!(judged(strict, one), (0, WaitVerdict::NothingWorse));
    let failed = Some(counts(0.0, 1.0, 0.0));
    assert_eq!(judged(strict, failed), (0, WaitVerdict::NothingWorse));
}

#[test]
fn starts_that_are_not_told_again_stay_known() {
    let mut watch = watched(10, options(), |minute| hub("leap", "prod", minute * MINUTE));
    let changes = with_counts(&mut watch, counts(10.0, 0.0, 90.0));
    assert!(matches!(changes[..], [Change::HubIsWorse { .. }]));
    assert_eq!(watch.record_counts(BTreeMap::new()), []);
    assert_eq!(kinds(&complete(&watch)), ["slow_starts"]);
}
