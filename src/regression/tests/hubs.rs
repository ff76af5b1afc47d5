use super::super::fixture::*;
use super::*;

#[test]
fn a_hub_that_is_away_for_its_restart_is_not_worse() {
    let watch = watched(30, options(), |minute| match minute {
        7 => down("leap", "prod"),
        _ => hub("leap", "prod", minute * MINUTE),
    });
    let outcome = complete(&watch);
    assert_eq!(outcome.verdict(), WaitVerdict::NothingWorse);
    assert!(outcome.hubs[0].not_tried);
}

#[test]
fn a_hub_that_fails_for_longer_than_the_grace_is_worse_once_and_for_good() {
    let mut reported = Vec::new();
    let first = observe(0, vec![hub("leap", "prod", 0)]);
    let mut watch = watch_from(&first, options());
    for minute in 1..=20 {
        let hub = match minute {
            3..=9 => down("leap", "prod"),
            _ => hub("leap", "prod", minute * MINUTE),
        };
        reported.extend(watch.record(observe(minute * MINUTE, vec![hub])));
    }
    let names: Vec<&str> = reported
        .iter()
        .map(|change| match change {
            Change::HubFails { .. } => "fails",
            Change::HubIsWorse { .. } => "worse",
            Change::HubWorks { .. } => "works",
            _ => "other",
        })
        .collect();
    assert_eq!(names, ["fails", "worse", "works"]);
    let outcome = complete(&watch);
    assert_eq!(outcome.verdict(), WaitVerdict::Worse);
    let failing = Worsening::Failing {
        lasted: seconds(6 * MINUTE),
        evidence: vec!["probe 503".to_owned()],
    };
    assert_eq!(outcome.hubs[0].worse, [failing]);
}

#[test]
fn the_probes_own_run_of_failures_counts_and_not_what_was_before_the_start() {
    let known_for = |known_for| HubObservation {
        state: HubState::Failing {
            first: seconds(known_for),
            latest: Duration::ZERO,
        },
        ..down("leap", "prod")
    };
    let watch = watched(7, options(), |minute| match minute {
        7 => known_for(5 * MINUTE + 30),
        _ => hub("leap", "prod", minute * MINUTE),
    });
    assert_eq!(complete(&watch).verdict(), WaitVerdict::Worse);
    let watch = watched(4, options(), |_| known_for(3600));
    assert_eq!(doubts(&complete(&watch)), ["failing_at_the_end"]);
}

#[test]
fn one_failed_try_lasts_no_longer_than_it_was_seen() {
    let short = WaitOptions {
        grace: seconds(10),
        ..options()
    };
    let first = observe(0, vec![hub("leap", "prod", 0)]);
    let failed_once = |seconds_ago| HubObservation {
        state: HubState::Failing {
            first: seconds(seconds_ago),
            latest: seconds(seconds_ago),
        },
        ..down("leap", "prod")
    };
    let mut watch = watch_from(&first, short);
    watch.record(first);
    for after in [2, 7, 12, 15] {
        watch.record(observe(after, vec![failed_once(after - 1)]));
    }
    assert_eq!(doubts(&complete(&watch)), ["failing_at_the_end"]);
    // The probe's second try fails too.
    let failed_twice = HubObservation {
        state: HubState::Failing {
            first: seconds(16),
            latest: seconds(1),
        },
        ..down("leap", "prod")
    };
    let mut confirmed = watch.clone();
    confirmed.record(observe(17, vec![failed_twice]));
    assert_eq!(kinds(&complete(&confirmed)), ["failing"]);
    watch.record(observe(17, vec![hub("leap", "prod", 17)]));
    assert_eq!(complete(&watch).verdict(), WaitVerdict::NothingWorse);
}

#[test]
fn trouble_that_was_there_before_is_no_difference_until_it_was_over_once() {
    let first = observe(0, vec![down("leap", "prod")]);
    let mut watch = watch_from(&first, options());
    for minute in 0..=30 {
        let changes = watch.record(observe(minute * MINUTE, vec![down("leap", "prod")]));
        assert_eq!(changes, []);
    }
    assert_eq!(complete(&watch).verdict(), WaitVerdict::NothingWorse);
    watch.record(observe(31 * MINUTE, vec![hub("leap", "prod", 31 * MINUTE)]));
    for minute in 32..=40 {
        watch.record(observe(minute * MINUTE, vec![down("leap", "prod")]));
    }
    assert_eq!(kinds(&complete(&watch)), ["failing"]);
}

#[test]
fn a_hub_that_fails_at_the_end_for_less_than_the_grace_leaves_it_open() {
    let watch = watched(30, options(), |minute| match minute {
        28.. => down("leap", "prod"),
        _ => hub("leap", "prod", minute * MINUTE),
    });
    let outcome = complete(&watch);
    assert_eq!(outcome.verdict(), WaitVerdict::CannotTell);
    assert_eq!(doubts(&outcome), ["failing_at_the_end"]);
}

#[test]
fn a_hub_that_cannot_be_seen_has_not_recovered() {
    let watch = watched(12, options(), |minute| match minute {
        2 | 12 => down("leap", "prod"),
        3..12 => unknown("leap", "prod"),
        _ => hub("leap", "prod", minute * MINUTE),
    });
    assert_eq!(kinds(&complete(&watch)), ["failing"]);
    // After the first failure nothing shows the hub's state, so it is not known whether the hub went on failing.
    let watch = watched(12, options(), |minute| match minute {
        2 => down("leap", "prod"),
        3.. => unknown("leap", "prod"),
        _ => hub("leap", "prod", minute * MINUTE),
    });
    let outcome = complete(&watch);
    assert_eq!(outcome.verdict(), WaitVerdict::CannotTell);
    assert_eq!(doubts(&outcome), ["failing_at_the_end", "unknown"]);
}

#[test]
fn a_hub_that_was_not_known_before_and_fails_cannot_be_compared() {
    for first in [
        observe(0, vec![unknown("leap", "prod")]),
        observe(0, vec![]),
    ] {
        let mut watch = watch_from(&first, options());
        for minute in 0..=20 {
            watch.record(observe(minute * MINUTE, vec![down("leap", "prod")]));
        }
        let outcome = complete(&watch);
        assert_eq!(outcome.verdict(), WaitVerdict::CannotTell);
        assert_eq!(doubts(&outcome), ["not_known_before"]);
    }
}

#[test]
fn a_hub_that_is_never_seen_is_not_well() {
    let first = observe(0, vec![unknown("leap", "prod")]);
    let mut watch = watch_from(&first, options());
    for minute in 0..=2 {
        watch.record(observe(minute * MINUTE, vec![unknown("leap", "prod")]));
    }
    assert_eq!(doubts(&complete(&watch)), ["unknown"]);
}

#[test]
fn the_median_of_its_probes_counts_above_three_times_and_above_the_limit() {
    let judged = |latency: u64, limit: u64| {
        let options = WaitOptions {
            probe_slow: Duration::from_millis(limit),
            ..options()
        };
        let watch = watched(5, options, |minute| {
            let mut slow = hub("leap", "prod", minute * MINUTE);
            slow.probe = Some(GoodProbe {
                at: at(minute * MINUTE),
                latency: Duration::from_millis(latency),
            });
            slow
        });
        kinds(&complete(&watch)) == ["slow_answers"]
    };
    assert!(judged(400, 200));
    assert!(!judged(400, 500), "below the limit");
    assert!(!judged(290, 200), "below three times");
}

#[test]
fn one_probe_that_is_seen_many_times_is_one() {
    let watch = watched(9, options(), |_| hub("leap", "prod", 5));
    let outcome = complete(&watch);
    assert_eq!(
        (outcome.hubs[0].probes, outcome.hubs[0].median_latency),
        (2, None)
    );
}

#[test]
fn the_hub_that_does_not_come_back_is_named_first() {
    let first = observe(0, vec![hub("airshed", "prod", 0), hub("leap", "prod", 0)]);
    let mut watch = watch_from(&first, options());
    for minute in 1..=30 {
        let airshed = match minute {
            2..=20 => down("airshed", "prod"),
            _ => hub("airshed", "prod", minute * MINUTE),
        };
        let leap = match minute {
            22.. => down("leap", "prod"),
            _ => hub("leap", "prod", minute * MINUTE),
        };
        watch.record(observe(minute * MINUTE, vec![airshed, leap]));
    }
    let outcome = complete(&watch);
    let named: Vec<String> = outcome
        .worse_hubs()
        .map(|hub| hub.after.key.to_string())
        .collect();
    assert_eq!(named, ["leap/prod", "airshed/prod"]);
}
