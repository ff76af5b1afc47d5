//! The start of alerts, tracked from poll to poll.

use std::time::Duration;

use super::*;
use crate::domain::labels::Labels;
use crate::domain::source::{SourceId, SourceKind};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn alert(state: AlertState, active: Option<i64>, hold_minutes: u64) -> Arc<Alert> {
    let labels = Labels::from_iter([("alertname", "disk")]);
    Arc::new(Alert {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        cluster: None,
        fingerprint: labels.fingerprint(),
        annotations: Labels::default(),
        state,
        active_at: active.map(at),
        firing_since: None,
        value: None,
        rule: Arc::new(AlertRule {
            name: "disk".into(),
            group: "disks".into(),
            expression: "x > 1".into(),
            hold: Duration::from_secs(60 * hold_minutes),
        }),
        labels,
    })
}

fn firing(active: i64) -> Arc<Alert> {
    alert(AlertState::Firing, Some(active), 0)
}

/// Records one poll per minute: the listed alert, and whether its rule is evaluated. Returns the minute since which the
/// last poll's alert has been firing.
fn fires_since(polls: Vec<(Option<Arc<Alert>>, bool)>) -> Option<i64> {
    let mut runs = FiringRuns::default();
    let mut last = None;
    for (minute, (listed, is_evaluated)) in (100..).zip(polls) {
        let mut listed: Vec<_> = listed.into_iter().collect();
        runs.record(&mut listed, |_| is_evaluated, at(minute), at(minute));
        last = listed.pop();
    }
    let since = last.and_then(|alert| alert.fires_since())?;
    Some((since - DateTime::UNIX_EPOCH).num_minutes())
}

#[test]
fn an_alert_that_fires_on_does_not_get_younger_with_a_server_that_lost_its_state() {
    let since = |between: Vec<(Option<Arc<Alert>>, bool)>| {
        let mut polls = vec![(Some(firing(10)), true)];
        polls.extend(between);
        polls.push((Some(firing(99)), true));
        fires_since(polls)
    };
    assert_eq!(since(vec![]), Some(10));
    assert_eq!(since(vec![(None, false)]), Some(10), "not evaluated yet");
    let pending = || Some(alert(AlertState::Pending, Some(99), 0));
    assert_eq!(since(vec![(pending(), true), (pending(), true)]), Some(10));
    let undated = || Some(alert(AlertState::Firing, None, 0));
    assert_eq!(since(vec![(undated(), true)]), Some(10));
}

#[test]
fn an_alert_that_was_seen_to_be_over_is_a_new_one() {
    let polls = vec![
        (Some(firing(10)), true),
        (None, true),
        (Some(alert(AlertState::Pending, Some(99), 0)), true),
        (Some(firing(99)), true),
    ];
    assert_eq!(fires_since(polls), Some(99));
}

#[test]
fn an_alert_gets_older_when_its_server_says_so_and_its_rules_wait_does_not_date_it() {
    let polls = vec![(Some(firing(50)), true), (Some(firing(10)), true)];
    assert_eq!(fires_since(polls), Some(10));
    let longer = alert(AlertState::Firing, Some(10), 30);
    let polls = vec![(Some(firing(10)), true), (Some(longer), true)];
    assert_eq!(fires_since(polls), Some(10));
}

#[test]
fn what_an_earlier_run_saw_fire_is_gone_from_the_look_that_misses_it_on() {
    let next_run = |runs: &FiringRuns, polled: i64, now: i64| {
        let saved = runs.to_save(&mut SavedRuns::default(), at(polled));
        let bytes = serde_json::to_vec(&saved.unwrap_or_default()).unwrap();
        FiringRuns::restore(&bytes, at(now))
    };
    let last = |gone: &[ResolvedAlert]| -> Vec<DateTime<Utc>> {
        gone.iter().map(|gone| gone.last_firing).collect()
    };
    let mut first = FiringRuns::default();
    first.record(&mut [firing(10)], |_| true, at(100), at(100));
    let mut second = next_run(&first, 100, 200);
    let gone = second.record(&mut [], |_| true, at(201), at(201));
    assert_eq!(last(&gone), [at(200)], "not at 100: nobody looked since");
    let mut third = next_run(&second, 201, 240);
    let gone = third.record(&mut [], |_| true, at(241), at(241));
    assert_eq!(last(&gone), [at(200)]);
    let mut fires_on = next_run(&first, 100, 200);
    assert_eq!(
        fires_on.record(&mut [firing(10)], |_| true, at(201), at(201)),
        []
    );
    let mut late = next_run(&first, 100, 100 + 24 * 60);
    assert_eq!(
        late.record(&mut [], |_| true, at(101 + 24 * 60), at(101 + 24 * 60)),
        []
    );
    assert!(next_run(&FiringRuns::default(), 100, 101).0.is_empty());
}

#[test]
fn what_did_not_change_is_written_once_an_hour() {
    let mut runs = FiringRuns::default();
    let mut saved = SavedRuns::default();
    let mut is_written = |listed: Option<i64>, minute| {
        let mut listed: Vec<_> = listed.map(firing).into_iter().collect();
        runs.record(&mut listed, |_| true, at(minute), at(minute));
        runs.to_save(&mut saved, at(minute)).is_some()
    };
    assert!(!is_written(None, 100), "there is nothing to write");
    assert!(is_written(Some(10), 101));
    assert!(!is_written(Some(10), 102));
    assert!(is_written(None, 103), "it is over");
    assert!(!is_written(None, 104));
    assert!(is_written(None, 163));
}

#[test]
fn an_alert_that_does_not_say_since_when_fires_since_it_was_first_seen() {
    let undated = || (Some(alert(AlertState::Firing, None, 5)), true);
    assert_eq!(fires_since(vec![undated(), undated()]), Some(100));
}

#[test]
fn an_alert_whose_rule_waits_longer_than_it_is_active_fires_at_the_earliest_since_then() {
    let longer = || (Some(alert(AlertState::Firing, Some(10), 120)), true);
    assert_eq!(fires_since(vec![longer()]), Some(10));
    let before = (Some(alert(AlertState::Firing, Some(10), 5)), true);
    assert_eq!(fires_since(vec![before, longer()]), Some(15));
}

#[test]
fn an_alert_never_fires_since_a_time_to_come() {
    let skewed = || (Some(alert(AlertState::Firing, Some(98), 4)), true);
    assert_eq!(
        fires_since(vec![skewed()]),
        Some(100),
        "its server's clock is ahead"
    );
    assert_eq!(fires_since(vec![skewed(), skewed()]), Some(100));
}

#[test]
fn what_does_not_fire_any_more_is_told_with_when_it_was_last_seen() {
    let mut runs = FiringRuns::default();
    runs.record(&mut [firing(10)], |_| true, at(100), at(100));
    let gone = runs.record(&mut [], |_| true, at(101), at(101));
    let last: Vec<_> = gone.iter().map(|gone| gone.last_firing).collect();
    assert_eq!(last, [at(100)]);
    assert_eq!(
        runs.record(&mut [firing(10)], |_| true, at(102), at(102)),
        []
    );
    assert_eq!(
        runs.record(&mut [], |_| true, at(102 + 24 * 60), at(102 + 24 * 60)),
        []
    );
}

#[test]
fn an_alert_that_does_not_say_since_when_keeps_what_an_earlier_run_saw() {
    let undated = || vec![alert(AlertState::Firing, None, 5)];
    let next_run = |runs: &FiringRuns, polled: i64, listed: &mut [Arc<Alert>]| {
        let saved = runs.to_save(&mut SavedRuns::default(), at(polled));
        let bytes = serde_json::to_vec(&saved.unwrap_or_default()).unwrap();
        let mut next = FiringRuns::restore(&bytes, at(polled + 1));
        next.record(listed, |_| true, at(polled + 1), at(polled + 1));
        next
    };
    let mut first = FiringRuns::default();
    first.record(&mut undated(), |_| true, at(100), at(100));
    let mut listed = undated();
    let second = next_run(&first, 100, &mut listed);
    assert_eq!(listed[0].fires_since(), Some(at(100)));
    let mut listed = undated();
    next_run(&second, 101, &mut listed);
    assert_eq!(listed[0].fires_since(), Some(at(100)), "a third run too");
    let mut dated = vec![firing(99)];
    next_run(&first, 100, &mut dated);
    assert_eq!(
        dated[0].fires_since(),
        Some(at(99)),
        "it may have begun again"
    );

    let mut third = next_run(&first, 100, &mut undated());
    third.record(&mut [], |_| true, at(102), at(102));
    let mut again = undated();
    third.record(&mut again, |_| true, at(103), at(103));
    assert_eq!(
        again[0].fires_since(),
        Some(at(103)),
        "it was seen to be over"
    );
}
