//! Each poll reads the account's log from the last known entry on. If the unread part is too long for one poll, the
//! incidents' own logs are read. Notes are read in full.

use hubwatch::domain::incident::LogKind;
use hubwatch::domain::source::{PartName, PartProblem};
use serde_json::{Value, json};

use super::account::{Account, minute, part, paths};
use super::incidents::{poller, said};
use super::objects::{entry, incident};

#[tokio::test]
async fn the_accounts_log_goes_on_where_it_was_left() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -30, -30)];
    account.state().log = vec![
        entry("L1", "trigger", "Q1", -30),
        entry("X1", "trigger", "ELSE", -30),
    ];
    account.state().headers = vec![("date", "Mon, 02 Mar 2026 12:03:00 GMT".into())];
    let mut poller = poller(&account);
    let polled = poller.poll().await;
    assert!(polled.outcome.as_ref().unwrap().server_clock.is_some());
    assert_eq!(
        said(polled).log.len(),
        1,
        "what is not about a shown incident is dropped"
    );
    let asked = account.asked();
    let log = asked.iter().find(|one| one.path == "/log_entries").unwrap();
    assert_eq!(
        (log.values("since"), log.values("is_overview")),
        (vec![&*minute(-60)], vec!["false"])
    );

    account.clock.pass(20);
    account
        .state()
        .log
        .insert(0, entry("L2", "acknowledgement", "Q1", 2));
    account
        .state()
        .log
        .insert(0, entry("L3", "hologram", "Q1", 3));
    let say = said(poller.poll().await);
    let kinds: Vec<_> = say.log.iter().map(|entry| entry.kind.clone()).collect();
    let other = LogKind::Other("hologram_log_entry".into());
    assert_eq!(
        kinds,
        [
            LogKind::Trigger,
            LogKind::Acknowledge { timeout: None },
            other
        ]
    );
    let asked = account.asked();
    let log = asked.iter().find(|one| one.path == "/log_entries").unwrap();
    assert_eq!(
        log.values("since"),
        [minute(2)],
        "by PagerDuty's clock, with an overlap of a minute"
    );
}

#[tokio::test]
async fn a_log_with_more_pages_than_a_look_reads_is_read_by_incident() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -30, -30)];
    let noise = (0..2_100).map(|n| entry(&format!("N{n}"), "notify", "ELSE", -1));
    account.state().log = noise.chain([entry("L1", "trigger", "Q1", -30)]).collect();
    let say = said(poller(&account).poll().await);
    assert_eq!(say.log.len(), 1);
    let asked = account.asked();
    assert!(paths(&asked).contains(&"/incidents/Q1/log_entries"));
    assert_eq!(
        paths(&asked)
            .iter()
            .filter(|path| **path == "/log_entries")
            .count(),
        20
    );
}

#[tokio::test]
async fn notes_are_read_in_full_once() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -30, -30)];
    account.state().log = vec![
        entry("L2", "annotate", "Q1", -5),
        entry("L1", "trigger", "Q1", -30),
    ];
    let note = json!({"id": "N1", "content": "[hubwatch] time-box +15m: resize", "created_at": minute(-5),
        "user": {"id": "PU1", "type": "user_reference"}, "channel": {"summary": "The website"}});
    account
        .state()
        .lists
        .insert("/incidents/Q1/notes".into(), vec![note]);
    let mut poller = poller(&account);
    let text = |say: &hubwatch::domain::answers::IncidentsData| match &say.log[1].kind {
        LogKind::Annotate { text } => text.clone(),
        other => panic!("{other:?}"),
    };
    // The same poll reads the log, learns that there is a note, and reads the note's text.
    let say = said(poller.poll().await);
    assert_eq!(
        text(&say).as_deref(),
        Some("[hubwatch] time-box +15m: resize")
    );
    account.asked();
    account.clock.pass(20);
    assert_eq!(text(&said(poller.poll().await)), text(&say));
    assert!(!paths(&account.asked()).contains(&"/incidents/Q1/notes"));
}

#[tokio::test]
async fn a_plan_without_a_log_still_shows_incidents_and_a_broken_log_is_named() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "triggered", -30, -30)];
    account
        .state()
        .instead
        .insert("/log_entries".into(), (403, json!({})));
    assert_eq!(said(poller(&account).poll().await).incidents.len(), 1);
    account
        .state()
        .instead
        .insert("/log_entries".into(), (500, json!({})));
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert_eq!(answer.body.incidents.len(), 1);
    let log = part(&answer, PartName::Log);
    assert!(log.failure().unwrap().text.contains("the log"), "{log:?}");
}

#[tokio::test]
async fn while_the_accounts_log_is_broken_that_of_an_acknowledged_incident_is_read_with_each_poll()
{
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "acknowledged", -30, -30),
        incident("Q2", "triggered", -30, -30),
    ];
    for status in [403, 500] {
        account
            .state()
            .instead
            .insert("/log_entries".into(), (status, json!({})));
        let mut poller = poller(&account);
        let say = said(poller.poll().await);
        assert!(say.incidents.iter().all(|incident| incident.log_known));
        account.asked();
        account.clock.pass(20);
        let say = said(poller.poll().await);
        assert!(say.incidents.iter().all(|incident| incident.log_known));
        let asked = account.asked();
        let logs: Vec<_> = paths(&asked)
            .into_iter()
            .filter(|path| path.ends_with("log_entries") && path.contains("/Q"))
            .map(str::to_owned)
            .collect();
        assert_eq!(logs, ["/incidents/Q1/log_entries"]);
    }
    let path = "/incidents/Q1/log_entries".to_owned();
    account.state().instead.insert(path, (500, json!({})));
    let say = said(poller(&account).poll().await);
    assert!(say.incidents[0].lacks_log() && !say.incidents[1].lacks_log());
}

#[tokio::test]
async fn the_first_look_at_a_long_log_is_short_while_little_of_the_limit_is_left() {
    for (remaining, first, next) in [("950", 4, 4), ("600", 1, 4)] {
        let account = Account::open().await;
        account.state().log = (0..350)
            .map(|n| entry(&format!("L{n}"), "trigger", "ELSE", -1))
            .collect();
        account.state().headers = vec![
            ("ratelimit-limit", "960".into()),
            ("ratelimit-remaining", remaining.into()),
            ("ratelimit-reset", "30".into()),
        ];
        let mut poller = poller(&account);
        let pages = |asked: &[super::account::Asked]| {
            asked
                .iter()
                .filter(|one| one.path == "/log_entries")
                .count()
        };
        said(poller.poll().await);
        assert_eq!(pages(&account.asked()), first, "{remaining}");
        said(poller.poll().await);
        assert_eq!(pages(&account.asked()), next, "without a gap: {remaining}");
    }
}

#[tokio::test]
async fn whose_own_log_has_an_entry_that_cannot_be_read_has_a_log_that_is_not_read() {
    for (field, odd) in [
        ("type", Value::Null),
        ("type", json!("")),
        ("type", json!(7)),
        ("id", Value::Null),
        ("created_at", json!("yesterday")),
    ] {
        let account = Account::open().await;
        account.state().incidents = vec![
            incident("Q1", "acknowledged", -300, -30),
            incident("Q2", "acknowledged", -300, -30),
        ];
        let mut hole = entry("L1", "snooze", "Q1", -30);
        hole[field] = odd;
        account.state().log = vec![hole, entry("L2", "acknowledge", "Q2", -30)];
        let mut poller = poller(&account);
        for _ in 0..2 {
            let answer = poller.poll().await.outcome.unwrap();
            let lacking: Vec<bool> = answer
                .body
                .incidents
                .iter()
                .map(|it| it.lacks_log())
                .collect();
            assert_eq!(lacking, [true, false], "{field}");
            let log = part(&answer, PartName::Log);
            let text = &log.failure().unwrap().text;
            assert!(text.contains("an incident's log"), "{text}");
            account.clock.pass(20);
        }
    }
}

#[tokio::test]
async fn a_hole_in_the_accounts_log_leaves_a_log_alone_that_is_whole_itself() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "acknowledged", -30, -30),
        incident("Q2", "acknowledged", -30, -30),
    ];
    let whole =
        |id: &str| json!({"log_entries": [entry("L1", "acknowledge", id, -30)], "more": false});
    for id in ["Q1", "Q2"] {
        let path = format!("/incidents/{id}/log_entries");
        account.state().instead.insert(path, (200, whole(id)));
    }
    let mut of_nobody = entry("L2", "snooze", "Q1", -20);
    of_nobody["incident"] = Value::Null;
    let mut of_first = entry("L2", "snooze", "Q1", -20);
    of_first["type"] = Value::Null;
    for (hole, asked_for) in [
        (
            of_nobody,
            ["/incidents/Q1/log_entries", "/incidents/Q2/log_entries"].as_slice(),
        ),
        (
            Value::Null,
            ["/incidents/Q1/log_entries", "/incidents/Q2/log_entries"].as_slice(),
        ),
        (of_first, ["/incidents/Q1/log_entries"].as_slice()),
    ] {
        let listed = json!({"log_entries": [hole], "more": false});
        account
            .state()
            .instead
            .insert("/log_entries".into(), (200, listed));
        account.asked();
        let answer = poller(&account).poll().await.outcome.unwrap();
        assert!(
            answer.body.incidents.iter().all(|it| it.log_known),
            "{hole}"
        );
        let asked = account.asked();
        let mut logs = paths(&asked);
        logs.retain(|path| path.contains("/Q") && path.ends_with("log_entries"));
        assert_eq!(logs, asked_for, "{hole}");
        let problem = part(&answer, PartName::Log).problem.clone();
        let words = "1 of PagerDuty's log entries cannot be read";
        assert_eq!(
            problem,
            Some(PartProblem::Partial(words.to_owned())),
            "{hole}"
        );
    }
}

#[tokio::test]
async fn a_log_that_holds_entries_back_is_not_read() {
    let account = Account::open().await;
    account.state().incidents = vec![incident("Q1", "acknowledged", -30, -30)];
    let held_back = || (200, json!({"log_entries": [], "more": true}));
    account
        .state()
        .instead
        .insert("/log_entries".into(), held_back());
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert!(answer.body.incidents[0].log_known, "its own log is whole");
    let problem = part(&answer, PartName::Log).problem.clone();
    let words = "PagerDuty lists only 0 log entries, but says that there are more";
    assert_eq!(problem, Some(PartProblem::Partial(words.to_owned())));
    let path = "/incidents/Q1/log_entries".to_owned();
    account.state().instead.insert(path, held_back());
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert!(answer.body.incidents[0].lacks_log());
}

#[tokio::test]
async fn an_entry_of_a_type_that_decides_nothing_may_be_unreadable() {
    for (kind, is_partial) in [
        ("notify", false),
        ("urgency_change", false),
        ("odd", false),
        ("snooze", true),
    ] {
        let account = Account::open().await;
        account.state().incidents = vec![incident("Q1", "acknowledged", -60, -5)];
        let mut broken = entry("L2", kind, "Q1", -4);
        broken["created_at"] = json!("yesterday");
        account.state().log = vec![entry("L1", "acknowledge", "Q1", -5), broken];
        let answer = poller(&account).poll().await.outcome.unwrap();
        let known = answer.body.incidents[0].log_known;
        assert_eq!(known, !is_partial, "{kind}");
    }
}
