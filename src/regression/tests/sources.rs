use super::super::fixture::*;
use super::*;

fn with_source(lost: std::ops::RangeInclusive<u64>, minutes: u64) -> Outcome {
    let first = observe(0, vec![hub("leap", "prod", 0)]);
    let mut watch = watch_from(&first, options());
    for minute in 0..=minutes {
        let mut seen = observe(minute * MINUTE, vec![hub("leap", "prod", minute * MINUTE)]);
        seen.sources = vec![source(!lost.contains(&minute))];
        watch.record(seen);
    }
    complete(&watch)
}

#[test]
fn a_source_that_is_lost_for_longer_than_the_grace_leaves_it_open() {
    assert_eq!(with_source(3..=8, 30).verdict(), WaitVerdict::NothingWorse);
    let lost = with_source(3..=9, 30);
    assert_eq!(lost.verdict(), WaitVerdict::CannotTell);
    let source = lost.blind_sources().next().unwrap();
    assert_eq!(source.lost, seconds(6 * MINUTE));
    assert_eq!(source.problem.as_deref(), Some("down: connection refused"));
    // At the end the source is lost for less time than the grace.
    assert_eq!(
        with_source(27..=30, 30).verdict(),
        WaitVerdict::NothingWorse
    );
    // The source is lost at the end of a wait that is shorter than the grace.
    assert_eq!(with_source(0..=2, 2).verdict(), WaitVerdict::CannotTell);
    assert_eq!(with_source(2..=2, 2).verdict(), WaitVerdict::CannotTell);
}

#[test]
fn a_source_that_fails_and_is_fresh_yet_told_nothing_since_its_last_answer() {
    let failing = |minutes: u64| {
        let first = observe(0, vec![hub("leap", "prod", 0)]);
        let mut watch = watch_from(&first, options());
        for minute in 0..=10 {
            let mut seen = observe(minute * MINUTE, vec![hub("leap", "prod", minute * MINUTE)]);
            let silent_for = (minute + minutes).checked_sub(11);
            seen.sources = vec![SourceObservation {
                silent_for: silent_for.map(|minutes| seconds((minutes + 1) * MINUTE)),
                ..source(true)
            }];
            watch.record(seen);
        }
        complete(&watch)
    };
    assert_eq!(failing(5).verdict(), WaitVerdict::NothingWorse);
    let lost = failing(6);
    assert_eq!(lost.verdict(), WaitVerdict::CannotTell);
    assert_eq!(
        lost.blind_sources().next().unwrap().lost,
        seconds(6 * MINUTE)
    );
}

#[test]
fn a_wait_in_which_a_source_looks_only_once_leaves_it_open() {
    let looking = |looks: fn(u64) -> u64, is_first_look, end| {
        let first = observe(0, vec![hub("leap", "prod", 0)]);
        let mut baseline = Baseline::from_observation(&first, start());
        baseline.is_first_look = is_first_look;
        let mut watch = RegressionWatch::new(baseline, options(), at(0));
        for minute in 0..=10 {
            let mut seen = observe(minute * MINUTE, vec![hub("leap", "prod", minute * MINUTE)]);
            seen.sources = vec![SourceObservation {
                looked_at: Some(seconds(looks(minute))),
                ..source(true)
            }];
            watch.record(seen);
        }
        watch.outcome(end)
    };
    let again = looking(|minute| minute, true, WaitEnd::Complete);
    assert_eq!(again.verdict(), WaitVerdict::NothingWorse);
    let once = looking(|_| 7, true, WaitEnd::Complete);
    assert_eq!(once.verdict(), WaitVerdict::CannotTell);
    let source = once.blind_sources().next().unwrap();
    assert!(
        source
            .problem
            .as_ref()
            .unwrap()
            .starts_with("no look since the start")
    );
    // An interrupted wait needs no second poll, since its outcome says that it was interrupted. A wait that is compared
    // with an earlier report needs no second poll either: its first poll is compared already.
    let interrupted = looking(|_| 7, true, WaitEnd::Interrupted);
    assert_eq!(interrupted.blind_sources().count(), 0);
    let earlier = looking(|_| 7, false, WaitEnd::Complete);
    assert_eq!(earlier.verdict(), WaitVerdict::NothingWorse);
}

#[test]
fn a_machine_that_slept_for_longer_than_the_grace_leaves_it_open() {
    let first = observe(0, vec![hub("leap", "prod", 0)]);
    let mut watch = watch_from(&first, options());
    watch.record(first);
    for second in [60, 360, 661] {
        let outcome = complete(&watch);
        assert_eq!(outcome.verdict(), WaitVerdict::NothingWorse);
        watch.record(observe(second, vec![hub("leap", "prod", second)]));
    }
    let outcome = complete(&watch);
    assert_eq!(outcome.verdict(), WaitVerdict::CannotTell);
    assert_eq!(outcome.blind_sources().next().unwrap().lost, seconds(301));
}

#[test]
fn what_got_worse_counts_before_what_cannot_be_told() {
    let mut watch = watched(10, options(), |minute| match minute {
        2.. => down("leap", "prod"),
        _ => hub("leap", "prod", minute * MINUTE),
    });
    watch.record_source(source(false));
    assert_eq!(
        watch.outcome(WaitEnd::Interrupted).verdict(),
        WaitVerdict::Worse
    );
    assert!(!watch.outcome(WaitEnd::Interrupted).is_complete());
}

#[test]
fn an_interrupted_wait_in_which_nothing_got_worse_leaves_it_open() {
    let watch = watched(10, options(), |minute| hub("leap", "prod", minute * MINUTE));
    let outcome = watch.outcome(WaitEnd::Interrupted);
    assert_eq!(outcome.verdict(), WaitVerdict::CannotTell);
    assert_eq!(outcome.waited, seconds(10 * MINUTE));
}
