//! A tracker that is down, limits requests, answers in part, or sends garbled answers.

use hubwatch::domain::tracker::IssueState;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::bench::{Bench, ISSUES, issue, json_text, numbers, page};

#[tokio::test]
async fn half_a_list_keeps_the_other_half_as_it_was() {
    let bench = Bench::start().await;
    let two = [issue(1, &json!({})), issue(2, &json!({}))];
    bench.answer("outage", page(&two)).await;
    bench.answer("incident-action-item", page(&[])).await;
    assert_eq!(numbers(&bench.read().await), [1, 2]);
    bench.forget().await;
    let next = format!(
        "<{}/repositories/1/issues?page=2>; rel=\"next\"",
        bench.settings.url
    );
    let closed = issue(1, &json!({"state": "closed", "state_reason": "completed"}));
    let first = page(&[closed]).insert_header("link", next.as_str());
    bench.answer("outage", first).await;
    bench.answer("incident-action-item", page(&[])).await;
    let record = bench.read().await;
    let states: Vec<_> = record.issues.items.iter().map(|it| it.state).collect();
    assert_eq!(states, [IssueState::Done, IssueState::Open]);
    assert!(!record.issues.is_current);
    assert!(record.problems[0].contains("page 2: 404"), "{record:?}");
    assert!(
        record.problems[0].contains("; as of 2026-03-02 12:00 UTC"),
        "{record:?}"
    );
}

#[tokio::test]
async fn no_limit_is_asked_against_before_its_end_and_after_it_again() {
    for (status, headers, minutes) in [
        (
            403,
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1772453400"),
            ][..],
            10,
        ),
        (429, &[("retry-after", "120")][..], 2),
        (403, &[("retry-after", "60")][..], 1),
        (429, &[][..], 1),
    ] {
        let bench = Bench::start().await;
        let headers = headers.iter();
        let refusal = headers.fold(ResponseTemplate::new(status), |answer, (name, value)| {
            answer.insert_header(*name, *value)
        });
        bench.answer("outage", refusal).await;
        let record = bench.read().await;
        let until = format!("after 12:{minutes:02} UTC");
        assert!(
            record.problems.iter().all(|it| it.contains(&until)),
            "{record:?}"
        );
        assert_eq!(
            (record.problems.len(), bench.requests().await.len()),
            (2, 1)
        );
        bench.forget().await;
        bench.answer("outage", page(&[])).await;
        bench.answer("incident-action-item", page(&[])).await;
        bench.clock.pass(minutes * 60 - 1);
        assert!(!bench.read().await.issues.is_current);
        assert_eq!(bench.requests().await.len(), 0);
        bench.clock.pass(2);
        assert!(bench.read().await.issues.is_current);
    }
}

#[tokio::test]
async fn what_is_refused_or_garbled_is_said_and_no_list() {
    for (answer, words) in [
        (ResponseTemplate::new(401), "401: credentials refused"),
        (ResponseTemplate::new(403), "403: not allowed"),
        (ResponseTemplate::new(502), "502: bad gateway"),
        (json_text("null"), "not a list"),
        (json_text("{}"), "not a list"),
        (json_text("[{"), "breaks off"),
        (ResponseTemplate::new(200).set_body_string("<html>"), "HTML"),
    ] {
        let bench = Bench::start().await;
        bench.answer("outage", answer).await;
        bench.answer("incident-action-item", page(&[])).await;
        let record = bench.read().await;
        assert!(record.problems[0].contains(words), "{words}: {record:?}");
        assert_eq!(
            (record.issues.is_current, record.issues.read_at),
            (false, None)
        );
    }
}

#[tokio::test]
async fn a_token_that_was_replaced_is_taken_after_a_refusal() {
    let bench = Bench::start().await;
    let reader = bench.reader().await;
    bench.replace_token("another-token");
    bench.answer("outage", ResponseTemplate::new(401)).await;
    let record = bench.read_with(&reader).await;
    assert!(record.problems[0].contains("401"), "{record:?}");
    bench.forget().await;
    bench.admit("another-token").await;
    let record = bench.read_with(&reader).await;
    assert!(record.issues.is_current, "{record:?}");
}

#[tokio::test]
async fn an_issue_that_vanishes_from_its_list_is_asked_for() {
    let updated_at = Bench::start().await.now().to_rfc3339();
    let recent = json!({"updated_at": updated_at});
    let direct = |label: &str| {
        let fields = json!({"labels": [{"name": label}], "updated_at": updated_at});
        ResponseTemplate::new(200).set_body_json(issue(2, &fields))
    };
    for (answer, stays) in [
        (ResponseTemplate::new(404), false),
        (ResponseTemplate::new(410), false),
        (direct("question"), false),
        (direct("outage"), true),
        (ResponseTemplate::new(500), true),
        (ResponseTemplate::new(200).set_body_string("[]"), true),
    ] {
        let bench = Bench::start().await;
        let [one, two] = [1, 2].map(|number| issue(number, &recent));
        bench.answer("outage", page(&[one.clone(), two])).await;
        bench.answer("incident-action-item", page(&[])).await;
        assert_eq!(numbers(&bench.read().await), [1, 2]);
        bench.forget().await;
        bench.answer("outage", page(&[one])).await;
        bench.answer("incident-action-item", page(&[])).await;
        bench.answer_issue(2, answer.clone()).await;
        for _ in 0..2 {
            let record = bench.read().await;
            let expected: &[u64] = if stays { &[1, 2] } else { &[1] };
            assert_eq!(numbers(&record), expected, "{answer:?}");
            assert_eq!(record.issues.is_current, !stays, "{record:?}");
            let mut problems = record.problems.iter();
            assert_eq!(problems.any(|it| it.contains("#2")), stays, "{record:?}");
        }
    }
}

#[tokio::test]
async fn an_empty_page_that_another_one_names_is_a_cut_list() {
    let bench = Bench::start().await;
    let next = format!("<{}{}?page=2>; rel=\"next\"", bench.settings.url, ISSUES);
    let first = page(&[issue(1, &json!({}))]).insert_header("link", next.as_str());
    bench.answer("outage", first).await;
    bench.answer("incident-action-item", page(&[])).await;
    bench.answer_page(2, page(&[])).await;
    let record = bench.read().await;
    assert_eq!(numbers(&record), [1]);
    assert!(!record.issues.is_current, "{record:?}");
    assert!(record.problems[0].contains("page 2 is empty"), "{record:?}");
}

#[tokio::test]
async fn a_list_that_is_suddenly_empty_keeps_what_it_listed() {
    let bench = Bench::start().await;
    let item = json!({
        "labels": [{"name": "incident-action-item"}],
        "updated_at": bench.now().to_rfc3339(),
    });
    for look in 0..3 {
        bench.forget().await;
        bench.answer("outage", page(&[issue(1, &json!({}))])).await;
        let items = match look {
            0 => vec![issue(2, &item)],
            _ => Vec::new(),
        };
        bench.answer("incident-action-item", page(&items)).await;
        let record = bench.read().await;
        assert_eq!(numbers(&record), [1, 2]);
        assert_eq!(record.issues.is_current, look == 0, "{record:?}");
        let said = record
            .problems
            .iter()
            .any(|it| it.contains("listed 1 before"));
        assert_eq!(said, look > 0, "{record:?}");
    }
}
