//! An unreadable answer is described in the same words for every kind of source.

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::home::{Home, list};

fn config(home: &Home, url: &str) -> std::path::PathBuf {
    home.write("token", "a token");
    let text = format!(
        r#"
        [pagerduty]
        url = "{url}"
        token = {{ file = "token" }}
        [[prometheus]]
        name = "leap"
        url = "{url}"
        cluster = "leap"
        [[alertmanager]]
        name = "leap"
        url = "{url}"
        cluster = "leap"
        [[status_page]]
        name = "Hubs"
        kind = "statuspage"
        url = "{url}"
        [[cluster]]
        name = "leap"
        hubs = [{{ name = "prod" }}]
        "#
    );
    home.write("garbled.toml", &text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_none_is_told_in_one_wording_by_every_source() {
    let body =
        |text: &'static str| ResponseTemplate::new(200).set_body_raw(text, "application/json");
    let login = ResponseTemplate::new(302).insert_header("location", "https://login.example/?to=x");
    for (answer, words) in [
        (
            body("<html>sign in</html>"),
            "answered HTML, not JSON: is the address right?",
        ),
        (body(""), "answered nothing: is the address right?"),
        (
            body("no healthy upstream"),
            "answered text, not JSON: is the address right?",
        ),
        (body("\"abc"), "the JSON breaks off in line 1, column 4"),
        (
            login,
            "302: redirects to https://login.example, which is not followed",
        ),
    ] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let home = Home::new();
        let report = home.report(&config(&home, &server.uri()));
        let sources = list(&report, "sources");
        assert_eq!(sources.len(), 4, "{report}");
        for source in sources {
            let error = source["error"].as_str().unwrap_or_default();
            assert!(error.ends_with(words), "{words}: {source}");
        }
    }
}
