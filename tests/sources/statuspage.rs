//! A Statuspage: one public JSON file.

use std::time::Duration;

use hubwatch::domain::post::Post;
use hubwatch::domain::settings::{
    HttpClientConfig, StatusKeywords, StatusPageKind, StatusPageSettings,
};
use hubwatch::domain::source::FailureKind;
use hubwatch::sources::part_reader::PartOutcome;
use hubwatch::sources::status_page::Statuspage;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::account::{Clock, http};

async fn serve(file: &str, answer: ResponseTemplate) -> (MockServer, Statuspage) {
    let server = MockServer::start().await;
    Mock::given(path(format!("/api/v2/{file}")))
        .respond_with(answer)
        .mount(&server)
        .await;
    let url = server.uri();
    let settings = StatusPageSettings {
        ownership: hubwatch::domain::post::PageOwnership::Ours,
        name: "Mars".into(),
        kind: StatusPageKind::Statuspage { url: url.clone() },
        keywords: StatusKeywords::default(),
        http: HttpClientConfig::default(),
        interval: Duration::from_secs(60),
    };
    let (http, limits) = http(&url);
    (server, Statuspage::new(&settings, &url, http, limits))
}

async fn read(answer: ResponseTemplate) -> Result<Vec<String>, FailureKind> {
    let (_server, mut page) = serve("summary.json", answer).await;
    let polled = page.poll(&Clock::default()).await;
    let posts = |page: hubwatch::domain::post::StatusPage| {
        page.posts.into_iter().map(|post| post.title).collect()
    };
    polled
        .outcome
        .map(|answer| posts(answer.body))
        .map_err(|error| error.kind())
}

const SUMMARY: &str = r#"{"status":{"description":"Fine"},"components":[],"scheduled_maintenances":[],
    "incidents":[{"id":"i1","name":"Slow disks","status":"monitoring"}]}"#;

#[tokio::test]
async fn a_summary_is_read() {
    let answer =
        ResponseTemplate::new(200).set_body_raw(SUMMARY, "application/json; charset=utf-8");
    assert_eq!(read(answer).await, Ok(vec!["Slow disks".to_owned()]));
}

fn summary(incidents: Value, maintenances: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "components": [], "incidents": incidents, "scheduled_maintenances": maintenances,
    }))
}

async fn open_posts(server: &MockServer, page: &mut Statuspage, answer: ResponseTemplate) -> usize {
    server.reset().await;
    Mock::given(path("/api/v2/summary.json"))
        .respond_with(answer)
        .mount(server)
        .await;
    let polled = page.poll(&Clock::default()).await.outcome.unwrap();
    polled.body.posts.len()
}

#[tokio::test]
async fn a_post_is_gone_when_two_listings_in_a_row_lack_it() {
    let incident = |status: &str| json!([{"id": "i1", "name": "Slow disks", "status": status}]);
    let upgrade = |status: &str| json!([{"id": "m1", "name": "Upgrade", "status": status}]);
    let none = || summary(json!([]), json!([]));
    let both = || summary(incident("monitoring"), upgrade("in_progress"));
    let (server, mut page) = serve("summary.json", both()).await;
    let mut seen = Vec::new();
    for answer in [both(), none(), both(), none(), none()] {
        seen.push(open_posts(&server, &mut page, answer).await);
    }
    assert_eq!(seen, [2, 2, 2, 2, 0]);
    assert_eq!(open_posts(&server, &mut page, both()).await, 2);
    let closed = summary(incident("resolved"), upgrade("completed"));
    assert_eq!(
        open_posts(&server, &mut page, closed).await,
        0,
        "it is listed as closed"
    );
}

#[tokio::test]
async fn a_page_for_people_is_no_summary() {
    let html = ResponseTemplate::new(200)
        .set_body_raw("<html>All Systems Operational</html>", "text/html");
    assert_eq!(read(html).await, Err(FailureKind::Garbled));
    let disguised = ResponseTemplate::new(200).set_body_raw(SUMMARY, "text/html");
    assert_eq!(read(disguised).await, Err(FailureKind::Garbled));
    let empty = ResponseTemplate::new(200).set_body_raw("{}", "application/json");
    assert_eq!(read(empty).await, Err(FailureKind::Garbled));
}

#[tokio::test]
async fn refusals_keep_their_kind() {
    assert_eq!(
        read(ResponseTemplate::new(404)).await,
        Err(FailureKind::Configuration)
    );
    assert_eq!(
        read(ResponseTemplate::new(503)).await,
        Err(FailureKind::Refused)
    );
}

async fn closed(answer: ResponseTemplate) -> PartOutcome<Vec<String>> {
    let (_server, page) = serve("incidents.json", answer).await;
    let name = |post: Post| {
        assert!(!post.open);
        format!("{} {}", post.title, post.updated.unwrap().timestamp())
    };
    let names = |posts: Vec<Post>| posts.into_iter().map(name).collect();
    page.fetch_closed(&Clock::default()).await.map(names)
}

#[tokio::test]
async fn what_is_over_is_read_from_the_history() {
    let json = |incidents: Value| {
        ResponseTemplate::new(200).set_body_json(json!({"incidents": incidents}))
    };
    let over = json!({"id": "i1", "name": "Slow disks", "status": "resolved", "updated_at": "1970-01-01T00:01:00Z"});
    let open = json!({"id": "i2", "name": "Slow hubs", "status": "monitoring"});
    let read = closed(json(json!([over, open]))).await;
    assert_eq!(read, PartOutcome::Whole(vec!["Slow disks 60".to_owned()]));
    let full: Vec<Value> = std::iter::repeat_n(over.clone(), 50).collect();
    assert!(matches!(
        closed(json(json!(full))).await,
        PartOutcome::Partial(..)
    ));
    let odd = closed(json(json!([over, {"name": "x"}]))).await;
    assert!(matches!(odd, PartOutcome::Partial(posts, _) if posts.len() == 1));
    for bad in [
        json(Value::Null),
        ResponseTemplate::new(404),
        ResponseTemplate::new(200).set_body_string("<html>"),
    ] {
        assert!(matches!(closed(bad).await, PartOutcome::Failed(_)));
    }
}
