//! A Statuspage: one public JSON file.

use std::time::Duration;

use hubwatch::domain::settings::{
    HttpClientConfig, StatusKeywords, StatusPageKind, StatusPageSettings,
};
use hubwatch::domain::source::FailureKind;
use hubwatch::sources::status_page::Statuspage;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::account::{Clock, http};

async fn read(answer: ResponseTemplate) -> Result<Vec<String>, FailureKind> {
    let server = MockServer::start().await;
    Mock::given(path("/api/v2/summary.json"))
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
    let page = Statuspage::new(&settings, &url, http, limits);
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
