//! Tests of the tracker's responses.

use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use super::{OLD_REPOSITORY, REPOSITORY, TOKEN};
use crate::demo::WorldOptions;
use crate::demo::serve::testing::{TestServer, ok, served};

fn read(server: &TestServer, address: &str) -> RequestBuilder {
    server.client.get(address).bearer_auth(TOKEN)
}

fn issues(server: &TestServer, more: &str) -> String {
    let at = &server.at.tracker;
    format!("{at}/repos/{REPOSITORY}/issues?labels=outage&state=all&{more}")
}

fn next_page(link: Option<&reqwest::header::HeaderValue>) -> Option<String> {
    let link = link?.to_str().unwrap();
    let next = link.split(',').find(|it| it.contains("rel=\"next\""))?;
    let (address, _) = next.trim().strip_prefix('<')?.split_once('>')?;
    Some(address.to_owned())
}

#[test]
fn a_list_has_pages_and_an_unchanged_one_costs_nothing() {
    served(WorldOptions::default(), |server| async move {
        let mut next = Some(issues(&server, "per_page=50&direction=asc"));
        let mut numbers = Vec::new();
        while let Some(address) = next {
            let answer = read(&server, &address).send().await.unwrap();
            next = next_page(answer.headers().get("link"));
            let page = ok(answer).await;
            let page = page.as_array().unwrap();
            assert!(page.len() <= 50);
            numbers.extend(page.iter().map(|it| it["number"].as_u64().unwrap()));
        }
        let all = numbers.len();
        assert!(all > 100, "{all}");
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), all);

        let first = read(&server, &issues(&server, "")).send().await.unwrap();
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let left = first.headers()["x-ratelimit-remaining"].clone();
        let again = read(&server, &issues(&server, "")).header("If-None-Match", tag);
        let again = again.send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(again.headers()["x-ratelimit-remaining"], left);
    });
}

#[test]
fn its_issues_are_in_every_state() {
    served(WorldOptions::default(), |server| async move {
        let page = ok(read(&server, &issues(&server, "per_page=100"))
            .send()
            .await
            .unwrap())
        .await;
        let has = |pointer: &str, value: &str| {
            let all: &Vec<Value> = page.as_array().unwrap();
            all.iter()
                .any(|it| it.pointer(pointer).and_then(Value::as_str) == Some(value))
        };
        for reason in ["completed", "not_planned", "reopened"] {
            assert!(has("/state_reason", reason), "{reason}");
        }
        assert!(
            page.as_array()
                .unwrap()
                .iter()
                .any(|it| it.get("pull_request").is_some())
        );
    });
}

#[test]
fn who_has_no_token_and_what_is_elsewhere_is_refused() {
    served(WorldOptions::default(), |server| async move {
        let at = server.at.tracker.clone();
        let bare = server.client.get(issues(&server, "")).send().await.unwrap();
        assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
        let other = read(&server, &format!("{at}/repos/hubs/other/issues"));
        assert_eq!(other.send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let old = read(
            &server,
            &format!("{at}/repos/{OLD_REPOSITORY}/issues?state=all"),
        );
        let page = ok(old.send().await.unwrap()).await;
        assert_eq!(page.as_array().unwrap().len(), 30);
    });
}
