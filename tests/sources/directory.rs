//! The directory: its parts, the parts that the account's plan or key does not allow, and the user.

use chrono::TimeDelta;
use hubwatch::domain::directory::Directory;
use hubwatch::domain::source::{FailureKind, PartName, PartProblem};
use hubwatch::sources::pagerduty::DirectoryPoller;
use serde_json::json;

use super::account::{Account, minute, part, start};
use super::objects::reference;

fn fill(account: &Account) {
    let mut state = account.state();
    let mut put = |path: &str, list| state.lists.insert(path.to_owned(), list);
    put(
        "/priorities",
        vec![
            json!({"id": "PP1", "name": "P1"}),
            json!({"id": "PP2", "name": "P2"}),
        ],
    );
    put("/users", (0..130).map(|n| json!({"id": format!("PU{n}"), "type": "user", "name": format!("Person {n}"), "email": format!("p{n}@team.example")})).collect());
    put(
        "/escalation_policies",
        vec![
            json!({"id": "PE1", "name": "Nights", "num_loops": 1, "services": [reference("PS1", "service", "Hubs")],
        "escalation_rules": [{"id": "R1", "escalation_delay_in_minutes": 30, "escalation_rule_assignment_strategy": {"type": "round_robin"}, "targets": []}]}),
        ],
    );
    let shift = json!({"user": reference("PU3", "user", "Person 3"), "escalation_policy": reference("PE1", "escalation_policy", "Nights"),
        "escalation_level": 1, "start": minute(-60), "end": minute(60), "schedule": null});
    put("/oncalls", vec![shift.clone(), shift]);
    put(
        "/maintenance_windows",
        vec![
            json!({"id": "PM1", "summary": "Move", "start_time": minute(0), "end_time": minute(60), "services": []}),
        ],
    );
    state.instead.insert(
        "/users/me".into(),
        (
            200,
            json!({"user": {"id": "PU7", "type": "user", "name": "Person 7"}}),
        ),
    );
}

async fn read(account: &Account, email: Option<&str>) -> Directory {
    let mut settings = account.settings();
    settings.email = email.map(str::to_owned);
    let polled = DirectoryPoller::new(account.client(), &settings)
        .poll(None)
        .await;
    polled.outcome.unwrap().body
}

#[tokio::test]
async fn every_part_is_read_with_all_its_pages() {
    let account = Account::open().await;
    fill(&account);
    let directory = read(&account, None).await;
    assert_eq!(directory.users.len(), 130);
    assert_eq!(directory.on_calls.len(), 1, "a shift on two pages is one");
    assert_eq!(directory.priorities.len(), 2);
    assert_eq!(directory.policies[0].services.len(), 1);
    assert_eq!(directory.maintenance.len(), 1);
    assert_eq!(directory.me.unwrap().id.as_str(), "PU7");
    let asked = account.asked();
    let policies = asked
        .iter()
        .find(|one| one.path == "/escalation_policies")
        .unwrap();
    assert_eq!(
        policies.values("include[]"),
        ["escalation_rule_assignment_strategies"]
    );
    let windows = asked
        .iter()
        .find(|one| one.path == "/maintenance_windows")
        .unwrap();
    assert_eq!(windows.values("filter"), ["open"]);
}

#[tokio::test]
async fn the_rota_reaches_back_to_the_oldest_assignment_within_ninety_days() {
    let account = Account::open().await;
    fill(&account);
    for (oldest, since) in [(None, 1), (Some(0), 1), (Some(10), 10), (Some(500), 83)] {
        let oldest = oldest.map(|days| start() - TimeDelta::days(days));
        let polled = DirectoryPoller::new(account.client(), &account.settings())
            .poll(oldest)
            .await;
        polled.outcome.unwrap();
        let asked = account.asked();
        let rota = asked.iter().find(|one| one.path == "/oncalls").unwrap();
        assert_eq!(rota.values("since"), [minute(-since * 24 * 60)]);
        assert_eq!(rota.values("until"), [minute(7 * 24 * 60)]);
    }
}

#[tokio::test]
async fn an_accounts_key_is_nobodys_and_the_configured_address_tells() {
    let account = Account::open().await;
    fill(&account);
    for status in [400, 403, 404] {
        account.state().instead.insert(
            "/users/me".into(),
            (status, json!({"error": {"message": "no user"}})),
        );
        assert_eq!(read(&account, None).await.me, None);
        let me = read(&account, Some("P9@Team.Example")).await.me.unwrap();
        assert_eq!(me.id.as_str(), "PU9");
    }
}

#[tokio::test]
async fn what_the_plan_lacks_is_absent_and_what_fails_is_named() {
    let account = Account::open().await;
    fill(&account);
    for path in ["/priorities", "/maintenance_windows"] {
        account
            .state()
            .instead
            .insert(path.into(), (402, json!({"error": {"code": 2014}})));
    }
    let directory = read(&account, None).await;
    assert!(directory.priorities.is_empty() && directory.maintenance.is_empty());
    for (path, name, status, kind, words) in [
        (
            "/oncalls",
            PartName::Oncalls,
            500,
            FailureKind::Refused,
            "on-calls",
        ),
        (
            "/users",
            PartName::Users,
            403,
            FailureKind::Credentials,
            "users",
        ),
        (
            "/escalation_policies",
            PartName::EscalationPolicies,
            404,
            FailureKind::Configuration,
            "escalation policies",
        ),
    ] {
        account
            .state()
            .instead
            .insert(path.into(), (status, json!({})));
        let polled = DirectoryPoller::new(account.client(), &account.settings())
            .poll(None)
            .await;
        let answer = polled.outcome.unwrap();
        let failed = part(&answer, name).failure().unwrap();
        assert_eq!(failed.kind, kind, "{path}");
        assert!(failed.text.contains(words), "{failed:?}");
        let others = answer.parts.iter().filter(|part| part.name != name);
        assert!(others.into_iter().all(|part| part.failure().is_none()));
        account.state().instead.remove(path);
    }
}

#[tokio::test]
async fn what_fails_later_is_kept_and_a_directory_that_fails_whole_is_a_failure() {
    let account = Account::open().await;
    fill(&account);
    let mut poller = DirectoryPoller::new(account.client(), &account.settings());
    let users = poller.poll(None).await.outcome.unwrap().body.users.len();
    account
        .state()
        .instead
        .insert("/users".into(), (500, json!({})));
    let answer = poller.poll(None).await.outcome.unwrap();
    assert_eq!(answer.body.users.len(), users);
    assert!(part(&answer, PartName::Users).failure().is_some());
    for path in [
        "/priorities",
        "/escalation_policies",
        "/oncalls",
        "/maintenance_windows",
        "/users/me",
    ] {
        account
            .state()
            .instead
            .insert(path.into(), (500, json!({})));
    }
    let error = poller.poll(None).await.outcome.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Refused);
}

#[tokio::test]
async fn the_rota_is_asked_for_by_the_policies_in_use_a_few_at_a_time() {
    let account = Account::open().await;
    fill(&account);
    let policy = |n: usize| {
        let services = match n % 2 {
            0 => json!([{"id": "PS1"}]),
            _ => json!([]),
        };
        json!({"id": format!("PE{n}"), "name": format!("Policy {n}"), "services": services, "escalation_rules": []})
    };
    let path = "/escalation_policies".to_owned();
    account
        .state()
        .lists
        .insert(path, (0..120).map(policy).collect());
    account.asked();
    read(&account, None).await;
    let asked = account.asked();
    let rota: Vec<_> = asked.iter().filter(|one| one.path == "/oncalls").collect();
    let ids: Vec<Vec<&str>> = rota
        .iter()
        .map(|one| one.values("escalation_policy_ids[]"))
        .collect();
    let named: Vec<usize> = ids.iter().map(Vec::len).collect();
    assert!(
        named.iter().all(|count| (1..=50).contains(count)),
        "{named:?}"
    );
    let mut all: Vec<_> = ids.into_iter().flatten().collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 60);
}

#[tokio::test]
async fn services_are_read_for_who_may_open_an_incident_and_not_otherwise() {
    let account = Account::open().await;
    fill(&account);
    let services =
        (0..120).map(|n| json!({"id": format!("PS{n}"), "name": format!("Service {n}")}));
    let path = "/services".to_owned();
    account.state().lists.insert(path, services.collect());
    assert!(read(&account, None).await.services.is_empty());
    let unasked = account.asked();
    assert!(unasked.iter().all(|one| one.path != "/services"));
    let poll = async || {
        let poll = DirectoryPoller::new(account.client(), &account.settings());
        let polled = poll.with_services().poll(None).await;
        polled.outcome.unwrap().body.services
    };
    assert_eq!(poll().await.len(), 120);
    for status in [402, 403] {
        let refusal = (status, json!({}));
        account.state().instead.insert("/services".into(), refusal);
        assert!(poll().await.is_empty(), "{status}: absent, not broken");
    }
}

#[tokio::test]
async fn what_cannot_be_read_makes_a_listing_partial() {
    for (path, name) in [
        ("/priorities", PartName::Priorities),
        ("/users", PartName::Users),
        ("/escalation_policies", PartName::EscalationPolicies),
        ("/oncalls", PartName::Oncalls),
        ("/maintenance_windows", PartName::MaintenanceWindows),
    ] {
        for odd in [json!({"type": "odd"}), json!(7), json!(null)] {
            let account = Account::open().await;
            fill(&account);
            account
                .state()
                .lists
                .entry(path.to_owned())
                .or_default()
                .push(odd.clone());
            let polled = DirectoryPoller::new(account.client(), &account.settings())
                .poll(None)
                .await;
            let answer = polled.outcome.unwrap();
            let problem = part(&answer, name).problem.clone();
            let Some(PartProblem::Partial(text)) = problem else {
                panic!("{path} with {odd}: {problem:?}");
            };
            assert!(text.starts_with("1 of PagerDuty's "), "{text}");
        }
    }
}

async fn problem_of(account: &Account, name: PartName) -> Option<PartProblem> {
    let polled = DirectoryPoller::new(account.client(), &account.settings())
        .poll(None)
        .await;
    part(&polled.outcome.unwrap(), name).problem.clone()
}

#[tokio::test]
async fn a_listing_that_holds_elements_back_says_so_and_not_that_there_are_too_many() {
    let account = Account::open().await;
    fill(&account);
    let first = account.state().lists["/users"][..2].to_vec();
    let page = json!({"users": first, "more": true});
    account.state().instead.insert("/users".into(), (200, page));
    account.state().meanwhile = Some(|state, asked| {
        if asked.path == "/users" && asked.values("offset") != ["0"] {
            let empty = json!({"users": [], "more": true});
            state.instead.insert("/users".into(), (200, empty));
        }
    });
    let words = "PagerDuty lists only 2 users, but says that there are more";
    let problem = problem_of(&account, PartName::Users).await;
    assert_eq!(problem, Some(PartProblem::Partial(words.to_owned())));
}

#[tokio::test]
async fn users_without_any_address_are_not_read() {
    let account = Account::open().await;
    fill(&account);
    let mut poller = DirectoryPoller::new(account.client(), &account.settings());
    let known = poller.poll(None).await.outcome.unwrap().body.users;
    let nameless: Vec<_> = (0..3)
        .map(|n| json!({"id": format!("PU{n}"), "email": null}))
        .collect();
    for (listed, words) in [
        (Vec::new(), "users: none is listed"),
        (nameless, "users: none has an address"),
    ] {
        account.state().lists.insert("/users".into(), listed);
        let answer = poller.poll(None).await.outcome.unwrap();
        let failure = part(&answer, PartName::Users).failure().unwrap();
        assert_eq!(failure.kind, FailureKind::Garbled);
        assert!(failure.text.contains(words), "{}", failure.text);
        assert_eq!(answer.body.users, known, "what was known before stays");
    }
}

#[tokio::test]
async fn what_of_the_rota_cannot_be_read_is_no_guess() {
    let without = |path: &str, field: &str, value: serde_json::Value| {
        (path.to_owned(), field.to_owned(), value)
    };
    for (path, field, odd) in [
        without("/oncalls", "escalation_level", json!(null)),
        without("/oncalls", "escalation_level", json!("first")),
        without("/oncalls", "escalation_level", json!(0)),
        without("/oncalls", "start", json!("yesterday")),
        without("/oncalls", "end", json!(7)),
        without("/escalation_policies", "escalation_rules", json!(null)),
        without("/escalation_policies", "escalation_rules", json!([null])),
        without("/escalation_policies", "services", json!(null)),
    ] {
        let account = Account::open().await;
        fill(&account);
        for element in account.state().lists.get_mut(&path).unwrap() {
            element[&field] = odd.clone();
        }
        let name = match path.as_str() {
            "/oncalls" => PartName::Oncalls,
            _ => PartName::EscalationPolicies,
        };
        let Some(PartProblem::Partial(text)) = problem_of(&account, name).await else {
            panic!("{path}: {field} is {odd}");
        };
        assert!(text.contains("cannot be read"), "{text}");
        let directory = read(&account, None).await;
        match name {
            PartName::Oncalls => assert_eq!(directory.on_calls, []),
            _ => assert_eq!(directory.policies, []),
        }
    }
}
