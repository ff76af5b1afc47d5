//! hubwatch reads an alert's details only if the incident is new or has changed. Otherwise hubwatch uses the details
//! that it has stored, also those of an earlier run.

use std::time::Duration;

use hubwatch::domain::incident::Incident;
use hubwatch::domain::source::{PartName, PartProblem, ReadProgress};
use hubwatch::sources::pagerduty::{DetailLimits, IncidentCache, IncidentPoller};
use serde_json::json;

use super::account::{Account, Asked, part, paths};
use super::incidents::{poller, said};
use super::objects::{alert, entry, incident};

fn account_with_two(account: &Account) {
    let mut state = account.state();
    state.incidents = vec![
        incident("Q1", "triggered", -30, -30),
        incident("Q2", "triggered", -3_000, -20),
    ];
    state.lists.insert(
        "/incidents/Q1/alerts".into(),
        vec![alert("A1", "disk  full")],
    );
    state.log = vec![
        entry("L2", "acknowledge", "Q1", -10),
        entry("L1", "trigger", "Q1", -30),
        entry("L0", "trigger", "Q2", -3_000),
    ];
}

fn by_incident(asked: &[Asked]) -> Vec<&str> {
    paths(asked)
        .into_iter()
        .filter(|path| path.starts_with("/incidents/"))
        .collect()
}

#[tokio::test]
async fn only_what_is_new_or_changed_is_read() {
    let account = Account::open().await;
    account_with_two(&account);
    let mut poller = poller(&account);
    let say = said(poller.poll().await);
    assert_eq!(
        say.incidents[0].alerts[0].label_sets[0].get("alertname"),
        Some("disk  full")
    );
    assert!(say.incidents.iter().all(|incident| incident.alerts_known));
    let asked = account.asked();
    assert_eq!(
        by_incident(&asked),
        [
            "/incidents/Q1/alerts",
            "/incidents/Q2/alerts",
            "/incidents/Q2/log_entries"
        ]
    );

    account.clock.pass(20);
    assert_eq!(said(poller.poll().await), say);
    let asked = account.asked();
    assert_eq!(
        paths(&asked),
        ["/incidents", "/log_entries"],
        "nothing new costs two requests"
    );

    account.clock.pass(20);
    account.state().incidents[1]["updated_at"] = json!(super::account::minute(0));
    poller.poll().await;
    assert_eq!(by_incident(&account.asked()), ["/incidents/Q2/alerts"]);
}

#[tokio::test]
async fn a_second_run_reads_what_the_first_left() {
    let account = Account::open().await;
    account_with_two(&account);
    let mut first = poller(&account);
    let say = said(first.poll().await);
    let bytes = first.take_unsaved_cache().unwrap();
    assert!(first.take_unsaved_cache().is_none());
    account.asked();
    account.clock.pass(60);
    let cached = IncidentCache::from_bytes(&bytes);
    let mut second = IncidentPoller::new(
        account.client(),
        &account.settings(),
        DetailLimits::SINGLE_POLL,
        cached,
    );
    assert_eq!(said(second.poll().await), say);
    let asked = account.asked();
    assert_eq!(
        paths(&asked),
        ["/incidents", "/incidents", "/log_entries"],
        "a handful of requests"
    );
}

#[tokio::test]
async fn details_wait_when_the_budget_is_scarce() {
    let account = Account::open().await;
    account_with_two(&account);
    account.state().headers = vec![
        ("ratelimit-limit", "960".into()),
        ("ratelimit-remaining", "100".into()),
        ("ratelimit-reset", "30".into()),
    ];
    let mut poller = poller(&account);
    let polled = poller.poll().await;
    assert_eq!(polled.rate.unwrap().remaining, 100);
    let say = said(polled);
    assert!(
        say.incidents.iter().all(|incident| !incident.alerts_known),
        "not read, and marked so"
    );
    assert!(by_incident(&account.asked()).is_empty());
    account.clock.pass(40);
    account.state().headers.clear();
    assert!(
        said(poller.poll().await)
            .incidents
            .iter()
            .all(|incident| incident.alerts_known)
    );
}

#[tokio::test]
async fn details_that_fail_do_not_hide_the_incidents_and_are_not_taken_for_empty() {
    let account = Account::open().await;
    account_with_two(&account);
    account
        .state()
        .instead
        .insert("/incidents/Q1/alerts".into(), (500, json!({})));
    account
        .state()
        .instead
        .insert("/incidents/Q2/alerts".into(), (403, json!({})));
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert_eq!(answer.body.incidents.len(), 2);
    assert!(
        answer
            .body
            .incidents
            .iter()
            .all(|incident| incident.lacks_alerts())
    );
    let alerts = part(&answer, PartName::Alerts);
    assert!(
        alerts.failure().unwrap().text.contains("alerts"),
        "{alerts:?}"
    );
}

#[tokio::test]
async fn the_alerts_of_what_is_over_are_asked_for_once() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "resolved", -90, -60)];
    let path = "/incidents/Q1/alerts";
    account
        .state()
        .instead
        .insert(path.into(), (403, json!({})));
    let mut poller = poller(&account);
    said(poller.poll().await);
    assert!(paths(&account.asked()).contains(&path));
    account.clock.pass(20);
    said(poller.poll().await);
    assert!(!paths(&account.asked()).contains(&path));
}

#[tokio::test]
async fn what_one_poll_leaves_is_said_and_read_portion_by_portion() {
    let account = Account::open().await;
    account.state().incidents = (0..50)
        .map(|n| incident(&format!("Q{n}"), "triggered", n - 50, n - 50))
        .collect();
    let mut poller = poller(&account);
    let known = |say: &hubwatch::domain::answers::IncidentsData| {
        say.incidents.iter().filter(|i| i.alerts_known).count()
    };
    let polled = poller.poll().await;
    assert_eq!(polled.next_poll_in, Some(Duration::from_secs(20)));
    let answer = polled.outcome.unwrap();
    assert_eq!(known(&answer.body), 35);
    let progress = ReadProgress {
        read: 35,
        all: 50,
        time_left: Some(Duration::from_secs(60)),
    };
    let alerts = &part(&answer, PartName::Alerts).problem;
    assert_eq!(*alerts, Some(PartProblem::NotReadYet(progress)));
    let polled = poller.poll().await;
    assert_eq!(known(&said(polled)), 35, "the rest waits for its time");
    account.clock.pass(20);
    let polled = poller.poll().await;
    assert_eq!((polled.next_poll_in, known(&said(polled))), (None, 50));
}

#[tokio::test]
async fn a_429_takes_nothing_away_that_is_known() {
    let account = Account::open().await;
    account_with_two(&account);
    let mut poller = poller(&account);
    said(poller.poll().await);
    account.clock.pass(20);
    {
        let mut state = account.state();
        state.incidents[0]["updated_at"] = json!(super::account::minute(0));
        let refused = (429, json!(null));
        state.instead.insert("/incidents/Q1/alerts".into(), refused);
    }
    let polled = poller.poll().await;
    assert_eq!(polled.retry_after, Some(Duration::from_secs(30)));
    assert_eq!(polled.next_poll_in, Some(Duration::from_secs(30)));
    let say = said(polled);
    let one = &say.incidents[0];
    assert!(!one.alerts_known, "as of now it is not read");
    let label = one.alerts[0].label_sets[0].get("alertname");
    assert_eq!(label, Some("disk  full"), "what it said before stays");
    account.asked();
    account.clock.pass(29);
    poller.poll().await.outcome.unwrap_err();
    assert!(account.asked().is_empty());
    account.clock.pass(1);
    account.state().instead.clear();
    assert!(said(poller.poll().await).incidents[0].alerts_known);
}

#[tokio::test]
async fn what_the_account_has_not_is_absent_and_neither_known_nor_asked_for_again() {
    let account = Account::open().await;
    account_with_two(&account);
    {
        let mut state = account.state();
        for path in [
            "/incidents/Q1/alerts",
            "/incidents/Q2/alerts",
            "/incidents/Q1/log_entries",
            "/incidents/Q2/log_entries",
            "/log_entries",
        ] {
            state.instead.insert(path.into(), (402, json!({})));
        }
        state.incidents = vec![
            incident("Q1", "acknowledged", -30, -30),
            incident("Q2", "triggered", -3_000, -20),
        ];
    }
    let mut poller = poller(&account);
    for first in [true, false] {
        let answer = poller.poll().await.outcome.unwrap();
        for name in [PartName::Log, PartName::Alerts] {
            let problem = &part(&answer, name).problem;
            assert!(
                matches!(problem, Some(PartProblem::NotOffered(text)) if text.contains("402")),
                "{problem:?}"
            );
        }
        let known = |it: &std::sync::Arc<Incident>| it.alerts_known || it.log_known;
        assert!(!answer.body.incidents.iter().any(known));
        let asked = account.asked();
        assert_eq!(by_incident(&asked).is_empty(), !first);
        account.clock.pass(20);
    }
}
