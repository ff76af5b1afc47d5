//! Rules that the server sends page by page.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

#[tokio::test]
async fn further_pages_are_read_too() {
    let server = MockServer::start().await;
    let page = |name: &str, token: Option<&str>| {
        ok(
            json!({"groups": [{"name": name, "rules": [{"name": name, "type": "alerting", "state": "inactive"}]}],
                  "groupNextToken": token}),
        )
    };
    serve(&server, "/api/v1/rules", page("first", Some("t1"))).await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    for (token, name, following) in [("t1", "second", Some("t2")), ("t2", "third", None)] {
        Mock::given(path("/api/v1/rules"))
            .and(query_param("group_next_token", token))
            .and(query_param("group_limit", "1"))
            .respond_with(page(name, following))
            .with_priority(1)
            .expect(1)
            .mount(&server)
            .await;
    }
    let answer = prometheus(&server)
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap();
    assert_eq!(answer.body.rules.names.len(), 3);
}

#[tokio::test]
async fn pages_of_rules_that_do_not_end_are_said_to_have_no_end() {
    for repeats in [true, false] {
        let server = MockServer::start().await;
        let pages = AtomicUsize::new(0);
        let page = move |_: &wiremock::Request| {
            let page = match repeats {
                true => 0,
                false => pages.fetch_add(1, Ordering::Relaxed),
            };
            let group = json!({"name": format!("g{page}"), "rules": []});
            ok(json!({"groups": [group], "groupNextToken": format!("t{page}")}))
        };
        Mock::given(path("/api/v1/rules"))
            .respond_with(page)
            .mount(&server)
            .await;
        serve(&server, "/api/v1/query", vector(&[])).await;
        let outcome = prometheus(&server).poll(&TestClock::at(0)).await.outcome;
        let error = outcome.unwrap_err();
        assert!(error.text.contains("list of rules never ends"), "{error:?}");
        let asked = server.received_requests().await.unwrap();
        let asked = asked.iter().filter(|it| it.url.path() == "/api/v1/rules");
        let most = if repeats { 3 } else { 110 };
        assert!(asked.count() <= most);
    }
}
