//! PagerDuty's refusals: what failure each becomes, and when hubwatch asks again.

use std::time::Duration;

use hubwatch::domain::source::{FailureKind, PartName, PartProblem};
use hubwatch::sources::pagerduty::{DetailLimits, DirectoryPoller, IncidentCache, IncidentPoller};
use serde_json::json;

use super::account::{Account, part};
use super::incidents::{poller, said};

#[tokio::test]
async fn a_429_pauses_everybody_who_shares_the_key() {
    let account = Account::open().await;
    account.state().headers = vec![("ratelimit-reset", "12".into())];
    account
        .state()
        .instead
        .insert("/incidents".into(), (429, json!(null)));
    let client = account.client();
    let settings = account.settings();
    let mut incidents = IncidentPoller::new(
        client.clone(),
        &settings,
        DetailLimits::CONTINUOUS,
        IncidentCache::default(),
    );
    let polled = incidents.poll().await;
    assert_eq!(polled.outcome.unwrap_err().kind(), FailureKind::RateLimited);
    assert_eq!(polled.retry_after, Some(Duration::from_secs(12)));
    account.asked();
    account.clock.pass(11);
    let polled = DirectoryPoller::new(client, &settings).poll(None).await;
    assert_eq!(polled.outcome.unwrap_err().kind(), FailureKind::RateLimited);
    assert_eq!(polled.retry_after, Some(Duration::from_secs(1)));
    assert!(account.asked().is_empty(), "not asked at all");
    account.clock.pass(1);
    account.state().instead.clear();
    said(incidents.poll().await);
}

#[tokio::test]
async fn a_429_that_says_nothing_pauses_too() {
    let account = Account::open().await;
    account
        .state()
        .instead
        .insert("/incidents".into(), (429, json!(null)));
    let polled = poller(&account).poll().await;
    assert_eq!(polled.retry_after, Some(Duration::from_secs(30)));
    assert_eq!(polled.rate, None);
}

#[tokio::test]
async fn an_operation_with_a_limit_of_its_own_stops_nothing_else() {
    let account = Account::open().await;
    let limit = |limit: &str, remaining: &str| {
        vec![
            ("ratelimit-limit", limit.to_owned()),
            ("ratelimit-remaining", remaining.to_owned()),
            ("ratelimit-reset", "42".to_owned()),
        ]
    };
    account.state().headers = limit("960", "955");
    let client = account.client();
    let settings = account.settings();
    let effort = DetailLimits::CONTINUOUS;
    let cache = IncidentCache::default();
    let mut incidents = IncidentPoller::new(client.clone(), &settings, effort, cache);
    said(incidents.poll().await);
    {
        let mut state = account.state();
        state.headers = limit("60", "0");
        state.instead.insert("/oncalls".into(), (429, json!(null)));
    }
    let polled = DirectoryPoller::new(client, &settings).poll(None).await;
    assert_eq!(
        (polled.retry_after, polled.rate.unwrap().limit),
        (None, 960)
    );
    assert_eq!(polled.next_poll_in, Some(Duration::from_secs(60)));
    let answer = polled.outcome.unwrap();
    assert!(part(&answer, PartName::Oncalls).failure().is_some());
    account.state().headers = limit("960", "950");
    said(incidents.poll().await);
}

#[tokio::test]
async fn the_budget_is_reported() {
    let account = Account::open().await;
    account.state().headers = vec![
        ("ratelimit-limit", "960".into()),
        ("ratelimit-remaining", "955".into()),
        ("ratelimit-reset", "42".into()),
    ];
    let rate = poller(&account).poll().await.rate.unwrap();
    assert_eq!((rate.limit, rate.remaining), (960, 955));
    assert_eq!(
        rate.resets_at,
        super::account::start() + Duration::from_secs(42)
    );
}

#[tokio::test]
async fn a_refused_key_can_be_replaced() {
    let account = Account::open().await;
    let error = json!({"error": {"message": "Unauthorized", "code": 2006}});
    account
        .state()
        .instead
        .insert("/incidents".into(), (401, error));
    let client = account.client();
    let mut incidents = IncidentPoller::new(
        client.clone(),
        &account.settings(),
        DetailLimits::CONTINUOUS,
        IncidentCache::default(),
    );
    let refused = incidents.poll().await.outcome.unwrap_err();
    assert_eq!(refused.kind(), FailureKind::Credentials);
    assert!(!refused.text.contains("key-of-mira"), "{refused}");
    account.asked();
    account.state().instead.clear();
    client.set_token("another".into());
    said(incidents.poll().await);
    let asked = account.asked();
    assert!(
        asked
            .iter()
            .all(|one| one.header("authorization") == Some("Token token=another"))
    );
}

#[tokio::test]
async fn of_an_account_too_large_for_paging_the_loudest_and_newest_are_shown_and_said_to_be_a_part()
{
    let account = Account::open().await;
    let full: Vec<_> = (0..1)
        .map(|n| super::objects::incident(&format!("Q{n}"), "triggered", -1, -1))
        .collect();
    let endless = json!({"incidents": full, "more": true});
    account
        .state()
        .instead
        .insert("/incidents".into(), (200, endless));
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert_eq!(answer.body.incidents.len(), 1);
    let problem = &part(&answer, PartName::Incidents).problem;
    assert!(
        matches!(problem, Some(PartProblem::Partial(text)) if text.contains("10,000")),
        "{problem:?}"
    );
    let asked = account.asked();
    let open = asked.iter().find(|one| one.path == "/incidents").unwrap();
    assert_eq!(open.values("sort_by"), ["urgency:desc,created_at:desc"]);
}
