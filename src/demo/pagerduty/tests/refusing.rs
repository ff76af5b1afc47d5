//! Tests of refused requests and their errors.

use reqwest::Method;
use serde_json::{Value, json};

use crate::demo::pagerduty::{ACCOUNT_TOKEN, READ_ONLY_TOKEN};
use crate::demo::script::event::PagerdutyMode;
use crate::demo::serve::testing::{TestServer, served};
use crate::demo::{Scenario, WorldOptions};

/// The HTTP status of a refused request, and PagerDuty's error code.
async fn refused(request: reqwest::RequestBuilder) -> (u16, u64) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert!(body["error"]["message"].is_string(), "{body}");
    (status, body["error"]["code"].as_u64().unwrap())
}

fn as_key(bench: &TestServer, key: &str, path: &str) -> reqwest::RequestBuilder {
    let request = bench.client.get(format!("{}{path}", bench.at.pagerduty));
    request
        .header("Authorization", format!("Token token={key}"))
        .header("Accept", "application/json")
}

#[test]
fn without_a_known_key_there_is_nothing() {
    served(WorldOptions::default(), |bench| async move {
        let url = format!("{}/incidents", bench.at.pagerduty);
        let bare = bench.client.get(&url).header("Accept", "application/json");
        assert_eq!(refused(bare).await, (401, 2006));
        assert_eq!(
            refused(as_key(&bench, "wrong", "/incidents")).await,
            (401, 2006)
        );
        let plain = as_key(&bench, ACCOUNT_TOKEN, "/incidents")
            .send()
            .await
            .unwrap();
        assert_eq!(plain.status(), 200);
        assert_eq!(
            refused(as_key(&bench, ACCOUNT_TOKEN, "/users/me")).await,
            (400, 2001)
        );
        let url = format!("{}/incidents", bench.at.pagerduty);
        let html = bench.client.get(url).header("Accept", "text/html");
        let html = html.header("Authorization", format!("Token token={ACCOUNT_TOKEN}"));
        assert_eq!(refused(html).await, (406, 2001));
    });
}

#[test]
fn what_is_not_documented_is_not_understood() {
    served(WorldOptions::default(), |bench| async move {
        for path in [
            "/incidents?limit=101",
            "/incidents?limit=100&offset=9901",
            "/incidents?status[]=triggered",
            "/incidents?statuses[]=open",
            "/incidents?sort_by=priority",
            "/oncalls?until=2030-01-01T00:00:00Z",
            "/priorities?include[]=x",
        ] {
            assert_eq!(refused(bench.read(path)).await, (400, 2001), "{path}");
        }
        let long = "/incidents?since=2025-01-01T00:00:00Z";
        assert_eq!(refused(bench.read(long)).await, (400, 2004));
        for path in ["/incidents/QNONE", "/nothing", "/status_pages/PX/posts"] {
            assert_eq!(refused(bench.read(path)).await, (404, 2100), "{path}");
        }
    });
}

#[test]
fn writes_need_from_and_a_key_that_may() {
    served(WorldOptions::default(), |bench| async move {
        let path = format!("/incidents/{}/notes", bench.incident("disk"));
        let body = json!({ "note": { "content": "x" } });
        let url = format!("{}{path}", bench.at.pagerduty);
        let bare = bench
            .client
            .post(&url)
            .json(&body)
            .header("Accept", "application/json");
        let key = |it: &str| format!("Token token={it}");
        let account = || {
            bare.try_clone()
                .unwrap()
                .header("Authorization", key(ACCOUNT_TOKEN))
        };
        assert_eq!(refused(account()).await, (400, 2001));
        let stranger = account().header("From", "nobody@example.org");
        assert_eq!(refused(stranger).await, (400, 1008));
        let reader = bare.header("Authorization", key(READ_ONLY_TOKEN));
        assert_eq!(
            refused(reader.header("From", "ada@example.org")).await,
            (403, 2010)
        );
    });
}

#[test]
fn the_rate_limit_is_told_and_kept() {
    served(WorldOptions::default(), |bench| async move {
        let answer = bench.read("/priorities").send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("ratelimit-limit"), "960");
        assert_eq!(header("ratelimit-remaining"), "959");
        assert_eq!(header("ratelimit-reset"), "40");
        for _ in 1..960 {
            assert!(
                bench
                    .read("/abilities")
                    .send()
                    .await
                    .unwrap()
                    .status()
                    .is_success()
            );
        }
        assert_eq!(refused(bench.read("/abilities")).await, (429, 2020));
        bench.at_second(40);
        assert_eq!(bench.read("/abilities").send().await.unwrap().status(), 200);
    });
}

#[test]
fn it_fails_when_the_story_says_so() {
    let options = WorldOptions {
        scenario: Scenario::Outage,
        ..WorldOptions::default()
    };
    served(options, |bench| async move {
        assert!(
            bench
                .read("/incidents")
                .send()
                .await
                .unwrap()
                .status()
                .is_success()
        );
        bench.at_second(30);
        assert_eq!(refused(bench.read("/incidents")).await, (500, 2000));
    });
}

#[test]
fn every_way_of_failing_has_its_answer() {
    served(WorldOptions::default(), |bench| async move {
        let set = |mode| bench.world.lock().unwrap().pagerduty = mode;
        let path = format!("/incidents/{}/notes", bench.incident("disk"));
        let write = || {
            bench.write(
                Method::POST,
                &path,
                &json!({ "note": { "content": "kept" } }),
            )
        };
        set(PagerdutyMode::Throttled);
        assert_eq!(refused(bench.read("/incidents")).await, (429, 2020));
        set(PagerdutyMode::ThrottledBare);
        let bare = bench.read("/incidents").send().await.unwrap();
        assert_eq!(bare.status(), 429);
        assert!(!bare.headers().contains_key("ratelimit-reset"));
        assert_eq!(bare.text().await.unwrap(), "");
        set(PagerdutyMode::Unpaid);
        assert_eq!(refused(bench.read("/incidents")).await, (402, 2014));
        set(PagerdutyMode::ReadOnly);
        assert_eq!(refused(write()).await, (403, 2010));
        set(PagerdutyMode::Changed);
        assert_eq!(refused(write()).await, (400, 1005));
        set(PagerdutyMode::LosingAnswers);
        assert!(write().send().await.is_err());
        let notes = bench.pagerduty(&path).await;
        assert_eq!(notes["notes"][0]["content"], "kept");
    });
}
