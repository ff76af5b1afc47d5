//! A status page through PagerDuty's API.

use std::sync::Arc;
use std::time::Duration;

use hubwatch::domain::now::TimeSource;
use hubwatch::domain::post::{Post, PostKind, StatusPage};
use hubwatch::domain::settings::{
    HttpClientConfig, SecretRef, StatusKeywords, StatusPageKind, StatusPageSettings,
};
use hubwatch::domain::source::{FailureKind, ItemKind, PartName};
use hubwatch::sources::part_reader::PartOutcome;
use hubwatch::sources::status_page::PagerdutyPage;
use serde_json::{Value, json};

use super::account::{Account, minute, part, paths};

fn settings() -> StatusPageSettings {
    StatusPageSettings {
        ownership: hubwatch::domain::post::PageOwnership::Ours,
        name: "Mars".into(),
        kind: StatusPageKind::Pagerduty {
            page: "PSP1".into(),
            url: String::new(),
            token: SecretRef::Env("UNUSED".into()),
        },
        keywords: StatusKeywords::default(),
        http: HttpClientConfig::default(),
        interval: Duration::from_secs(60),
    }
}

fn poller(account: &Account) -> PagerdutyPage {
    PagerdutyPage::new(&settings(), "PSP1", account.client())
}

fn label(id: &str, description: &str) -> Value {
    json!({"id": id, "description": description, "type": "status_page_status"})
}

fn post(id: &str, updates: &[&str]) -> Value {
    let updates: Vec<_> = updates
        .iter()
        .map(|id| json!({"id": id, "type": "status_page_post_update"}))
        .collect();
    json!({"id": id, "type": "status_page_post", "post_type": "incident", "title": "Hub unavailable", "updates": updates,
        "linked_resource": {"id": "Q1", "type": "incident"}, "starts_at": null, "ends_at": null})
}

fn update(id: &str, status: &str, at: i64) -> Value {
    json!({"id": id, "message": "<p>We look &amp; wait</p>", "status": {"id": status}, "reported_at": minute(at), "reviewed_status": "approved",
        "impacted_services": [{"service": {"id": "V1"}, "impact": {"id": "I1"}}]})
}

fn fill(account: &Account) {
    let mut state = account.state();
    let mut put = |path: &str, list| state.lists.insert(path.to_owned(), list);
    put(
        "/status_pages/PSP1/statuses",
        vec![label("S1", "investigating"), label("S2", "resolved")],
    );
    put(
        "/status_pages/PSP1/impacts",
        vec![label("I1", "outage"), label("I0", "operational")],
    );
    put(
        "/status_pages/PSP1/services",
        vec![
            json!({"id": "V1", "name": "Hub of mars", "business_service": {"id": "B1"}}),
            json!({"id": "V2", "name": "Hub of venus", "business_service": {"id": "B2"}}),
        ],
    );
    put("/status_pages/PSP1/posts", vec![post("P1", &["U1"])]);
    put(
        "/status_pages/PSP1/posts/P1/post_updates",
        vec![update("U1", "S1", -10)],
    );
    put(
        "/business_services/impacts",
        vec![json!({"id": "B2", "name": "x", "status": "impacted"})],
    );
}

async fn read(poller: &mut PagerdutyPage) -> StatusPage {
    poller.poll().await.outcome.unwrap().body
}

#[tokio::test]
async fn posts_that_stand_are_read_with_their_latest_words() {
    let account = Account::open().await;
    fill(&account);
    let page = read(&mut poller(&account)).await;
    let post = &page.posts[0];
    assert_eq!(
        (post.kind, post.open, &*post.status),
        (PostKind::Incident, true, "investigating")
    );
    assert_eq!(
        (&*post.message, post.linked.as_ref().unwrap().as_str()),
        ("We look & wait", "Q1")
    );
    let impacted: Vec<_> = page.impacted.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(
        impacted,
        [("Hub of mars", "outage"), ("Hub of venus", "impacted")]
    );
    assert_eq!(page.impacted_since.len(), 1);
    assert_eq!(page.impacted_since[0].0, "Hub of venus");
    let asked = account.asked();
    let posts = asked
        .iter()
        .find(|one| one.path.ends_with("/posts"))
        .unwrap();
    assert_eq!(posts.values("status[]"), ["S1"]);
    let impacts = asked
        .iter()
        .find(|one| one.path == "/business_services/impacts")
        .unwrap();
    assert_eq!(impacts.values("ids[]"), ["B1", "B2"]);
}

#[tokio::test]
async fn only_new_updates_cost_a_request() {
    let account = Account::open().await;
    fill(&account);
    let mut poller = poller(&account);
    read(&mut poller).await;
    account.asked();
    account.clock.pass(60);
    read(&mut poller).await;
    assert_eq!(
        paths(&account.asked()),
        ["/business_services/impacts", "/status_pages/PSP1/posts"]
    );
    account.clock.pass(60);
    account.state().lists.insert(
        "/status_pages/PSP1/posts".into(),
        vec![post("P1", &["U1", "U2"])],
    );
    account.state().lists.insert(
        "/status_pages/PSP1/posts/P1/post_updates".into(),
        vec![update("U1", "S1", -10), update("U2", "S2", 1)],
    );
    let page = read(&mut poller).await;
    assert!(page.posts.is_empty(), "the latest update closed it");
    assert!(paths(&account.asked()).contains(&"/status_pages/PSP1/posts/P1/post_updates"));
    account.clock.pass(1800);
    read(&mut poller).await;
    assert!(
        paths(&account.asked()).contains(&"/status_pages/PSP1/statuses"),
        "its words are read again"
    );
}

#[tokio::test]
async fn a_word_that_is_new_makes_all_words_be_read_again() {
    let account = Account::open().await;
    fill(&account);
    account.state().lists.insert(
        "/status_pages/PSP1/posts/P1/post_updates".into(),
        vec![update("U1", "S9", -10)],
    );
    let mut poller = poller(&account);
    assert!(read(&mut poller).await.posts[0].open);
    account.asked();
    account.clock.pass(60);
    account
        .state()
        .lists
        .get_mut("/status_pages/PSP1/statuses")
        .unwrap()
        .push(label("S9", "watching"));
    assert_eq!(read(&mut poller).await.posts[0].status, "watching");
}

#[tokio::test]
async fn many_posts_come_on_several_pages() {
    let account = Account::open().await;
    fill(&account);
    let ids: Vec<String> = (0..30).map(|n| format!("P{n}")).collect();
    account.state().lists.insert(
        "/status_pages/PSP1/posts".into(),
        ids.iter().map(|id| post(id, &["U1"])).collect(),
    );
    for id in &ids {
        account.state().lists.insert(
            format!("/status_pages/PSP1/posts/{id}/post_updates"),
            vec![update("U1", "S1", -10)],
        );
    }
    assert_eq!(read(&mut poller(&account)).await.posts.len(), 30);
}

#[tokio::test]
async fn a_plan_without_business_services_has_none_and_a_missing_page_is_said() {
    let account = Account::open().await;
    fill(&account);
    account
        .state()
        .instead
        .insert("/business_services/impacts".into(), (402, json!({})));
    assert_eq!(read(&mut poller(&account)).await.impacted.len(), 1);
    let mut elsewhere = PagerdutyPage::new(&settings(), "PSP2", Arc::clone(&account.client()));
    let error = elsewhere.poll().await.outcome.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Configuration);
    assert!(error.text.contains("status page"), "{error}");
}

#[tokio::test]
async fn a_post_whose_updates_cannot_be_read_is_shown_and_the_part_is_named() {
    for status in [403, 404, 500] {
        let account = Account::open().await;
        fill(&account);
        let path = "/status_pages/PSP1/posts/P1/post_updates".to_owned();
        account.state().instead.insert(path, (status, json!({})));
        let answer = poller(&account).poll().await.outcome.unwrap();
        assert!(
            answer
                .body
                .posts
                .iter()
                .any(|post| post.id.to_string() == "P1")
        );
        assert!(part(&answer, PartName::PostUpdates).failure().is_some());
    }
}

#[tokio::test]
async fn a_post_is_gone_when_two_listings_in_a_row_lack_it() {
    let account = Account::open().await;
    fill(&account);
    let mut poller = poller(&account);
    let before = read(&mut poller).await.posts.len();
    assert!(before > 0);
    let path = "/status_pages/PSP1/posts".to_owned();
    account.state().lists.insert(path, Vec::new());
    assert_eq!(read(&mut poller).await.posts.len(), before);
    assert_eq!(read(&mut poller).await.posts.len(), 0);
}

#[tokio::test]
async fn the_pages_words_stand_while_they_cannot_be_read_again() {
    let account = Account::open().await;
    fill(&account);
    let mut poller = poller(&account);
    let before = read(&mut poller).await;
    for what in ["statuses", "impacts", "services"] {
        let path = format!("/status_pages/PSP1/{what}");
        account.state().instead.insert(path, (500, json!({})));
    }
    account.clock.pass(1900);
    let answer = poller.poll().await.outcome.unwrap();
    assert_eq!(answer.body.posts, before.posts);
    let statuses = part(&answer, PartName::Statuses);
    assert!(statuses.failure().is_some() && statuses.read_at.is_some());
    let fresh = PagerdutyPage::new(&settings(), "PSP1", Arc::clone(&account.client()));
    let mut fresh = fresh;
    let error = fresh.poll().await.outcome.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Refused);
}

#[tokio::test]
async fn a_post_without_id_is_named_and_leaves_the_others() {
    let account = Account::open().await;
    fill(&account);
    let good = read(&mut poller(&account)).await;
    let path = "/status_pages/PSP1/posts".to_owned();
    let mut nameless = post("P1", &[]);
    nameless["id"] = Value::Null;
    nameless["title"] = json!("Hub down");
    let mut listed = account.state().lists[&path].clone();
    listed.extend([nameless, json!(7)]);
    account.state().lists.insert(path.clone(), listed);
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert_eq!(answer.body.posts, good.posts);
    let problems: Vec<_> = answer
        .unreadable
        .iter()
        .map(|item| (item.name.as_deref(), item.problem.as_str()))
        .collect();
    assert_eq!(
        problems,
        [(None, "not an object"), (Some("Hub down"), "it has no id")]
    );
    account
        .state()
        .lists
        .insert(path, vec![json!({"title": "Hub down"})]);
    let error = poller(&account).poll().await.outcome.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Garbled);
}

fn unlinked(id: &str) -> Value {
    let mut post = post(id, &["U2"]);
    post["linked_resource"] = Value::Null;
    post
}

// Adds the posts `more` to the open post P1. Returns the posts that the poller then lists as closed, each with the
// minute of its last update.
async fn closed(account: &Account, more: Vec<Value>) -> PartOutcome<Vec<(String, Option<i64>)>> {
    let mut poller = poller(account);
    read(&mut poller).await;
    let all = std::iter::once(post("P1", &["U1"])).chain(more).collect();
    account
        .state()
        .lists
        .insert("/status_pages/PSP1/posts".into(), all);
    account.asked();
    let asked = account.clock.now();
    let dated = |post: Post| {
        assert!(!post.open && post.kind == PostKind::Incident);
        let minutes = post.updated.map(|at| (at - asked.wall).num_minutes());
        (post.id.to_string(), minutes)
    };
    let outcome = poller.fetch_closed(asked).await;
    outcome.map(|posts| posts.into_iter().map(dated).collect())
}

#[tokio::test]
async fn posts_that_were_closed_before_are_read_with_their_dates_or_their_incidents() {
    let account = Account::open().await;
    fill(&account);
    account.state().lists.insert(
        "/status_pages/PSP1/posts/P3/post_updates".into(),
        vec![update("U2", "S2", -3)],
    );
    let read = closed(&account, vec![post("P2", &["U2"]), unlinked("P3")]).await;
    let expected = vec![("P3".to_owned(), Some(-3)), ("P2".to_owned(), None)];
    assert_eq!(read, PartOutcome::Whole(expected));
    let asked = account.asked();
    assert_eq!(
        asked.len(),
        3,
        "its updates cannot be read, and it needs no date"
    );
    let listing = asked.iter().find(|one| one.path.ends_with("/posts"));
    let listing = listing.unwrap();
    assert_eq!(listing.values("status[]"), ["S2"]);
    assert_eq!(listing.values("post_type"), ["incident"]);
}

#[tokio::test]
async fn closed_posts_that_are_not_all_read_are_said_to_be_partial() {
    let account = Account::open().await;
    fill(&account);
    let read = closed(&account, vec![unlinked("P3")]).await;
    assert!(
        matches!(read, PartOutcome::Partial(posts, _) if posts.is_empty()),
        "its updates answer 404"
    );
    let many = (10..32).map(|id| unlinked(&format!("P{id}"))).collect();
    let read = closed(&account, many).await;
    assert!(matches!(read, PartOutcome::Partial(..)));
    assert_eq!(account.asked().len(), 21);
}

#[tokio::test]
async fn a_closed_post_that_is_linked_has_the_date_of_its_closing_after_those_that_need_it() {
    let account = Account::open().await;
    fill(&account);
    for id in ["P2", "P3"] {
        let path = format!("/status_pages/PSP1/posts/{id}/post_updates");
        let updates = vec![update("U1", "S1", -9), update("U2", "S2", -3)];
        account.state().lists.insert(path, updates);
    }
    let read = closed(&account, vec![post("P2", &["U2"]), unlinked("P3")]).await;
    let dated = |id: &str| (id.to_owned(), Some(-3));
    assert_eq!(read, PartOutcome::Whole(vec![dated("P3"), dated("P2")]));
    let many = (10..32).map(|id| post(&format!("P{id}"), &["U2"]));
    let read = closed(&account, many.collect()).await;
    assert!(matches!(read, PartOutcome::Whole(posts) if posts.len() == 22));
    assert_eq!(account.asked().len(), 21);
}

#[tokio::test]
async fn a_closed_post_whose_closing_update_has_no_date_has_none() {
    let account = Account::open().await;
    fill(&account);
    let mut closing = update("U2", "S2", -3);
    closing["reported_at"] = Value::Null;
    account.state().lists.insert(
        "/status_pages/PSP1/posts/P3/post_updates".into(),
        vec![update("U1", "S1", -9), closing],
    );
    let read = closed(&account, vec![unlinked("P3")]).await;
    assert_eq!(read, PartOutcome::Whole(vec![("P3".to_owned(), None)]));
}

#[tokio::test]
async fn a_post_that_is_listed_and_closed_by_its_latest_update_is_a_closed_one() {
    let account = Account::open().await;
    fill(&account);
    account.state().lists.insert(
        "/status_pages/PSP1/posts/P1/post_updates".into(),
        vec![update("U1", "S1", -10), update("U2", "S2", -1)],
    );
    let page = read(&mut poller(&account)).await;
    assert!(page.posts.is_empty());
    let closed: Vec<_> = page
        .closed
        .iter()
        .map(|post| (post.open, post.updated))
        .collect();
    let at = account.clock.now().wall - chrono::TimeDelta::minutes(1);
    assert_eq!(closed, [(false, Some(at))]);
}

#[tokio::test]
async fn a_post_of_an_unknown_type_is_named_and_tells_nothing_and_a_date_ahead_is_named() {
    let account = Account::open().await;
    fill(&account);
    let mut odd = post("P2", &["U2"]);
    odd["post_type"] = json!("mystery");
    let path = "/status_pages/PSP1/posts".to_owned();
    let listed = vec![post("P1", &["U1"]), odd];
    account.state().lists.insert(path, listed);
    account.state().lists.insert(
        "/status_pages/PSP1/posts/P1/post_updates".into(),
        vec![update("U1", "S1", 60)],
    );
    let answer = poller(&account).poll().await.outcome.unwrap();
    let posts: Vec<_> = answer.body.posts.iter().collect();
    assert!(posts.len() == 1 && posts[0].updated.is_none() && posts[0].since.is_none());
    let named: Vec<_> = answer
        .unreadable
        .iter()
        .map(|item| (item.kind, item.problem.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            (ItemKind::Post, "its post_type is 'mystery'"),
            (
                ItemKind::PostField,
                "the time of an update is in the future"
            )
        ]
    );
}
