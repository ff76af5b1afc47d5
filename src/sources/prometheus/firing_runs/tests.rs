//! How old alerts are from poll to poll.

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

/// Since when the last poll's alert fires, in minutes. Each poll is what is listed, and whether its rule is
/// evaluated.
fn fires_since(polls: Vec<(Option<Arc<Alert>>, bool)>) -> Option<i64> {
    let mut runs = FiringRuns::default();
    let mut last = None;
    for (minute, (listed, is_evaluated)) in (100..).zip(polls) {
        let mut listed: Vec<_> = listed.into_iter().collect();
        runs.record(&mut listed, |_| is_evaluated, at(minute));
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
fn what_does_not_fire_any_more_is_told_with_when_it_was_last_seen() {
    let mut runs = FiringRuns::default();
    runs.record(&mut [firing(10)], |_| true, at(100));
    let gone = runs.record(&mut [], |_| true, at(101));
    let last: Vec<_> = gone.iter().map(|gone| gone.last_firing).collect();
    assert_eq!(last, [at(100)]);
    assert_eq!(runs.record(&mut [firing(10)], |_| true, at(102)), []);
    assert_eq!(runs.record(&mut [], |_| true, at(102 + 24 * 60)), []);
}
