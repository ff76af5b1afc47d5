//! The data about alerts that is kept from one poll to the next.

use super::*;
use crate::domain::source::ItemKind;

#[tokio::test]
async fn an_alert_that_ceases_is_remembered_with_its_last_moment() {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    let once = Mock::given(path("/api/v1/rules")).respond_with(rules());
    once.up_to_n_times(1).mount(&server).await;
    serve(&server, "/api/v1/rules", ok(json!({"groups": []}))).await;
    let (mut source, clock) = (prometheus(&server), TestClock::at(100));
    let first = source.poll(&clock).await.outcome.unwrap();
    assert_eq!(
        (first.body.alerts.len(), first.body.recently_resolved.len()),
        (1, 0)
    );
    for at in [130, 160] {
        clock.set(at);
        let later = source.poll(&clock).await.outcome.unwrap().body;
        assert_eq!((later.alerts.len(), later.recently_resolved.len()), (0, 1));
        assert_eq!(later.recently_resolved[0].last_firing, first.asked_at.wall);
    }
    clock.set(100 + 86_400);
    let later = source.poll(&clock).await.outcome.unwrap().body;
    assert!(later.recently_resolved.is_empty());
}

fn rules_of(last_evaluation: &str, alerts: Value) -> ResponseTemplate {
    ok(
        json!({"groups": [{"name": "g", "interval": 60, "lastEvaluation": last_evaluation, "rules": [
        {"state": "firing", "name": "A", "query": "x > 1", "duration": 60, "type": "alerting", "health": "ok",
         "alerts": alerts}]}]}),
    )
}

#[tokio::test]
async fn after_a_restart_without_its_state_an_alert_is_as_old_as_before_unless_it_was_over() {
    let firing = |since: &str| json!([{"labels": {"alertname": "A"}, "state": "firing", "activeAt": since, "value": "1e+00"}]);
    let (early, late) = ("1970-01-01T00:00:10Z", "1970-01-01T00:05:00Z");
    for (between, expected) in [("0001-01-01T00:00:00Z", 70), (late, 360)] {
        let server = MockServer::start().await;
        serve(&server, "/api/v1/query", vector(&[])).await;
        for answer in [rules_of(early, firing(early)), rules_of(between, json!([]))] {
            let once = Mock::given(path("/api/v1/rules")).respond_with(answer);
            once.up_to_n_times(1).mount(&server).await;
        }
        serve(&server, "/api/v1/rules", rules_of(late, firing(late))).await;
        let (mut source, clock) = (prometheus(&server), TestClock::at(100));
        for at in [100, 130] {
            clock.set(at);
            source.poll(&clock).await.outcome.unwrap();
        }
        clock.set(400);
        let body = source.poll(&clock).await.outcome.unwrap().body;
        let fires = body.alerts[0].fires_since().unwrap();
        assert_eq!(fires.timestamp(), expected, "{between}");
    }
}

#[tokio::test]
async fn dates_that_lie_ahead_are_not_known_and_are_named() {
    let alert =
        |since: &str| json!([{"labels": {"alertname": "A"}, "state": "firing", "activeAt": since}]);
    let (known, ahead) = ("1970-01-01T00:00:10Z", "2999-01-01T01:00:10Z");
    let cases = [
        (known, known, vec![]),
        (known, ahead, vec![ItemKind::Alert]),
        (ahead, known, vec![ItemKind::RuleGroup]),
    ];
    for (evaluated, active, named) in cases {
        let server = MockServer::start().await;
        serve(&server, "/api/v1/query", vector(&[])).await;
        serve(&server, "/api/v1/rules", rules_of(evaluated, alert(active))).await;
        let (mut source, clock) = (prometheus(&server), TestClock::at(100));
        let answer = source.poll(&clock).await.outcome.unwrap();
        let kinds: Vec<_> = answer.unreadable.iter().map(|item| item.kind).collect();
        assert_eq!(kinds, named, "{evaluated} {active}");
        let fires = answer.body.alerts[0].fires_since().unwrap().timestamp();
        assert_eq!(fires == 70, active == known, "{fires}");
        assert!(fires < 32_000_000_000, "not before the time that it names");
    }
}
