//! Incidents that are open, that have ended, and that only seem to be gone.

use hubwatch::domain::answers::IncidentsData;
use hubwatch::domain::source::{Answer, FailureKind, PartName, PartProblem};
use hubwatch::sources::pagerduty::{DetailLimits, IncidentCache, IncidentPoller};
use hubwatch::sources::poll_report::PollReport;
use serde_json::{Value, json};

use super::account::{Account, paths};
use super::objects::{entry, incident};

pub fn poller(account: &Account) -> IncidentPoller {
    IncidentPoller::new(
        account.client(),
        &account.settings(),
        DetailLimits::CONTINUOUS,
        IncidentCache::default(),
    )
}

pub fn said(polled: PollReport<IncidentsData>) -> IncidentsData {
    polled.outcome.unwrap().body
}

fn ids(say: &IncidentsData) -> Vec<(&str, String)> {
    say.incidents
        .iter()
        .map(|i| (i.id.as_str(), i.status.to_string()))
        .collect()
}

#[tokio::test]
async fn open_ones_are_asked_for_however_old_and_with_the_key() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "triggered", -90_000, -5),
        incident("Q2", "acknowledged", -5, -4),
    ];
    let say = said(poller(&account).poll().await);
    assert_eq!(
        ids(&say),
        [("Q1", "triggered".into()), ("Q2", "acknowledged".into())]
    );
    let asked = account.asked();
    let open = asked
        .iter()
        .find(|one| one.values("statuses[]").len() == 2)
        .unwrap();
    assert_eq!(open.values("date_range"), ["all"]);
    assert_eq!(open.values("limit"), ["100"]);
    assert_eq!(
        open.header("authorization"),
        Some("Token token=key-of-mira")
    );
    assert_eq!(
        open.header("accept"),
        Some("application/vnd.pagerduty+json;version=2")
    );
}

#[tokio::test]
async fn every_page_is_read_and_nobody_twice() {
    let account = Account::open().await;
    account.state().incidents = (0..250)
        .map(|n| incident(&format!("Q{n}"), "triggered", n - 300, n - 300))
        .collect();
    let say = said(poller(&account).poll().await);
    assert_eq!(say.incidents.len(), 250);
    let asked = account.asked();
    let pages: Vec<_> = asked
        .iter()
        .filter(|one| one.values("statuses[]").len() == 2)
        .map(|one| one.values("offset")[0])
        .collect();
    assert_eq!(
        pages,
        ["0", "90", "180"],
        "pages overlap, so that a shift shows"
    );
}

#[tokio::test]
async fn a_listing_that_shifts_while_it_is_read_is_read_again() {
    let account = Account::open().await;
    account.state().incidents = (0..150)
        .map(|n| incident(&format!("Q{n:03}"), "triggered", n - 300, n - 300))
        .collect();
    // After the first page is read, fifty incidents of that page are resolved. So fifty incidents of the second page
    // move to the first page.
    account.state().meanwhile = Some(|state, asked| {
        if asked.values("offset") == ["90"] && asked.values("statuses[]").len() == 2 {
            for gone in state.incidents.iter_mut().take(50) {
                gone["status"] = json!("resolved");
            }
        }
    });
    let say = said(poller(&account).poll().await);
    assert_eq!(
        say.incidents.len(),
        150,
        "those that ended stay until it is known"
    );
    assert!(
        say.incidents.iter().any(|i| i.id.as_str() == "Q149")
            && say.incidents.iter().any(|i| i.id.as_str() == "Q105")
    );
}

#[tokio::test]
async fn what_was_resolved_today_is_known_although_it_began_long_ago() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("OLD", "resolved", -90_000, -60),
        incident("GONE", "resolved", -90_000, -25 * 60),
    ];
    let say = said(poller(&account).poll().await);
    assert_eq!(ids(&say), [("OLD", "resolved".into())]);
    assert_eq!(&*say.incidents[0].resolved_by.as_ref().unwrap().name, "Bo");
}

#[tokio::test]
async fn what_leaves_the_listing_is_looked_up() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "triggered", -30, -30),
        incident("Q2", "triggered", -29, -29),
        incident("Q3", "triggered", -28, -28),
    ];
    let mut poller = poller(&account);
    poller.poll().await;
    account.asked();
    account.clock.pass(20);
    account.state().incidents = vec![
        incident("Q1", "resolved", -30, 0),
        incident("Q2", "triggered", -29, -29),
    ];
    let say = said(poller.poll().await);
    assert_eq!(
        ids(&say),
        [("Q1", "resolved".into()), ("Q2", "triggered".into())],
        "Q3 is no more"
    );
    let asked = account.asked();
    assert!(paths(&asked).contains(&"/incidents/Q1") && paths(&asked).contains(&"/incidents/Q3"));
    assert!(
        !asked
            .iter()
            .any(|one| one.values("statuses[]") == ["resolved"]),
        "no listing for that"
    );
}

#[tokio::test]
async fn one_that_slipped_between_two_pages_is_still_open() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -30, -30)];
    let mut poller = poller(&account);
    poller.poll().await;
    account.clock.pass(20);
    let empty = json!({"incidents": [], "limit": 100, "offset": 0, "more": false, "total": null});
    account
        .state()
        .instead
        .insert("/incidents".into(), (200, empty));
    assert_eq!(
        ids(&said(poller.poll().await)),
        [("Q1", "triggered".into())]
    );
}

#[tokio::test]
async fn what_came_and_went_between_two_looks_is_known_by_the_log() {
    let account = Account::open().await;
    let mut poller = poller(&account);
    assert!(said(poller.poll().await).incidents.is_empty());
    account.clock.pass(20);
    account.state().incidents = vec![incident("Q1", "resolved", 0, 0)];
    account.state().log = vec![entry("L1", "resolve", "Q1", 0)];
    assert_eq!(ids(&said(poller.poll().await)), [("Q1", "resolved".into())]);
}

#[tokio::test]
async fn filters_are_sent_as_ids_and_a_misspelt_one_is_no_quiet_night() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -5, -5)];
    account.state().lists.insert(
        "/services".into(),
        vec![json!({"id": "PS1", "name": "Hubs"})],
    );
    account
        .state()
        .lists
        .insert("/teams".into(), vec![json!({"id": "PT1", "name": "Night"})]);
    let mut settings = account.settings();
    settings.services = vec!["hubs".into()];
    settings.teams = vec!["PT1".into()];
    let new = |settings: &_| {
        IncidentPoller::new(
            account.client(),
            settings,
            DetailLimits::CONTINUOUS,
            IncidentCache::default(),
        )
    };
    said(new(&settings).poll().await);
    let asked = account.asked();
    for one in asked.iter().filter(|one| one.path == "/incidents") {
        assert_eq!(
            (one.values("service_ids[]"), one.values("team_ids[]")),
            (vec!["PS1"], vec!["PT1"])
        );
    }
    settings.services = vec!["hub".into()];
    let error = new(&settings).poll().await.outcome.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Configuration);
    assert!(error.text.contains("'hub'"), "{error}");
}

#[tokio::test]
async fn while_filters_cannot_be_looked_up_the_last_known_ids_narrow_and_nothing_else_is_shown() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -5, -5)];
    let services = vec![json!({"id": "PS1", "name": "Hubs"})];
    account.state().lists.insert("/services".into(), services);
    let mut settings = account.settings();
    settings.services = vec!["hubs".into()];
    let new = |settings: &_, cached| {
        let limits = DetailLimits::CONTINUOUS;
        IncidentPoller::new(account.client(), settings, limits, cached)
    };
    let mut first = new(&settings, IncidentCache::default());
    said(first.poll().await);
    let kept = IncidentCache::from_bytes(&first.take_unsaved_cache().unwrap());

    let failing = (500, json!({"error": {"message": "no", "code": 1}}));
    account.state().instead.insert("/services".into(), failing);
    account.state().asked.clear();
    // While the services cannot be listed, the incident stays, because this run has already looked up the service's id.
    assert_eq!(said(first.poll().await).incidents.len(), 1);
    // The incident also stays if an earlier run looked up the service's id.
    let later = said(new(&settings, kept.clone()).poll().await);
    assert_eq!(later.incidents.len(), 1);
    let asked = account.asked();
    let listings: Vec<_> = asked
        .iter()
        .filter(|one| one.path == "/incidents")
        .collect();
    assert!(!listings.is_empty());
    for one in listings {
        assert_eq!(one.values("service_ids[]"), ["PS1"]);
    }

    account.state().asked.clear();
    let unknown = new(&settings, IncidentCache::default()).poll().await;
    settings.services = vec!["disks".into()];
    for polled in [unknown, new(&settings, kept).poll().await] {
        let error = polled.outcome.unwrap_err();
        assert!(
            error.text.contains("which incidents count is not known"),
            "{error}"
        );
        assert!(error.text.contains("services"), "{error}");
    }
    assert!(account.asked().iter().all(|one| one.path != "/incidents"));
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_never_an_empty_list() {
    let account = Account::open().await;
    let mut poller = poller(&account);
    for body in [
        json!({}),
        json!({"incidents": null}),
        json!([]),
        json!("ok"),
        json!({"incidents": [{"id": "Q1"}]}),
        json!({"incidents": [incident("Q1", "asleep", 0, 0)]}),
        Value::Null,
    ] {
        account
            .state()
            .instead
            .insert("/incidents".into(), (200, body.clone()));
        let error = poller.poll().await.outcome.unwrap_err();
        assert_eq!(error.kind(), FailureKind::Garbled, "{body}");
    }
}

pub fn unreadable(answer: &Answer<IncidentsData>) -> Vec<(Option<&str>, &str)> {
    let items = answer.unreadable.iter();
    items
        .map(|item| (item.name.as_deref(), item.problem.as_str()))
        .collect()
}

#[tokio::test]
async fn one_that_cannot_be_read_is_named_and_leaves_the_others() {
    let odd = |field: &str, value: Value| {
        let mut odd = incident("Q2", "triggered", 0, 0);
        odd[field] = value;
        odd
    };
    let number = incident("Q2", "triggered", 0, 0)["incident_number"].to_string();
    let named = Some(number.as_str());
    for (item, shown, expected) in [
        (odd("id", Value::Null), 1, (named, "it has no id")),
        (
            odd("status", json!("asleep")),
            1,
            (named, "its status is 'asleep'"),
        ),
        (
            odd("status", Value::Null),
            1,
            (named, "it has no readable status"),
        ),
        (
            odd("created_at", json!("now")),
            1,
            (named, "it has no readable created_at"),
        ),
        (json!("Q2"), 1, (None, "not an object")),
        (
            odd("priority", json!("P1")),
            2,
            (named, "its priority cannot be read"),
        ),
        (
            odd("assignments", Value::Null),
            2,
            (named, "its assignments cannot be read"),
        ),
        (
            odd("assignments", json!([null])),
            2,
            (named, "its assignments cannot be read"),
        ),
    ] {
        let account = Account::open().await;
        let listed = json!({"incidents": [incident("Q1", "triggered", 0, 0), item], "more": false});
        account
            .state()
            .instead
            .insert("/incidents".into(), (200, listed));
        let answer = poller(&account).poll().await.outcome.unwrap();
        assert_eq!(answer.body.incidents.len(), shown, "{expected:?}");
        assert_eq!(unreadable(&answer), [expected]);
    }
}

#[tokio::test]
async fn one_that_was_readable_before_is_shown_as_it_was() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "triggered", -5, -5),
        incident("Q2", "triggered", -5, -5),
    ];
    let mut poller = poller(&account);
    assert_eq!(said(poller.poll().await).incidents.len(), 2);
    account.state().incidents[1]["created_at"] = Value::Null;
    let answer = poller.poll().await.outcome.unwrap();
    assert_eq!(ids(&answer.body).len(), 2);
    assert_eq!(unreadable(&answer).len(), 1);
}

#[tokio::test]
async fn an_empty_listing_that_says_there_is_more_is_partial() {
    let account = Account::open().await;
    let listed = json!({"incidents": [], "more": true});
    account
        .state()
        .instead
        .insert("/incidents".into(), (200, listed));
    let answer = poller(&account).poll().await.outcome.unwrap();
    let part = super::account::part(&answer, PartName::Incidents);
    assert!(
        matches!(part.problem, Some(PartProblem::Partial(_))),
        "{part:?}"
    );
}

#[tokio::test]
async fn open_incidents_that_are_held_back_behind_the_first_page_make_the_listing_partial() {
    let account = Account::open().await;
    account.state().meanwhile = Some(|state, asked| {
        if asked.path == "/incidents" {
            let is_first = asked.values("offset") == ["0"];
            let listed = match is_first {
                true => vec!["Q1", "Q2", "Q3"],
                false => Vec::new(),
            };
            let listed = listed
                .into_iter()
                .map(|id| incident(id, "triggered", -5, -5));
            let page = json!({"incidents": listed.collect::<Vec<_>>(), "more": true});
            state.instead.insert("/incidents".into(), (200, page));
        }
    });
    let answer = poller(&account).poll().await.outcome.unwrap();
    let part = super::account::part(&answer, PartName::Incidents);
    let words = "PagerDuty lists only 3 open incidents, but says that there are more";
    assert_eq!(part.problem, Some(PartProblem::Partial(words.to_owned())));
}
