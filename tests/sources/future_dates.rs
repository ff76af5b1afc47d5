//! Dates of incidents and of their log entries that lie ahead of every clock.

use std::sync::Arc;

use hubwatch::domain::incident::Incident;
use serde_json::json;

use super::account::{Account, minute};
use super::incidents::{poller, unreadable};
use super::objects::{entry, incident};

#[tokio::test]
async fn an_incident_that_was_created_at_a_time_to_come_is_named() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "triggered", -60, -5),
        incident("Q2", "triggered", 52_560_000, -5),
    ];
    let answer = poller(&account).poll().await.outcome.unwrap();
    assert_eq!(answer.body.incidents.len(), 2);
    let named = unreadable(&answer);
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].1, "its created_at is in the future");
}

#[tokio::test]
async fn a_log_entry_of_a_time_to_come_leaves_its_incidents_log_unread() {
    let account = Account::open().await;
    account.state().incidents = vec![
        incident("Q1", "acknowledged", -60, -5),
        incident("Q2", "acknowledged", -60, -5),
        incident("Q3", "acknowledged", -60, -5),
    ];
    account.state().log = vec![
        entry("L1", "acknowledge", "Q1", 60),
        entry("L2", "trigger", "Q1", -60),
        entry("L3", "notify", "Q2", 60),
        entry("L4", "acknowledge", "Q2", -50),
        entry("L5", "acknowledge", "Q3", 4),
    ];
    let answer = poller(&account).poll().await.outcome.unwrap();
    let is_known = |incident: &Arc<Incident>| (incident.log_known, incident.priority_log_known);
    let known: Vec<_> = answer.body.incidents.iter().map(is_known).collect();
    assert_eq!(known, [(false, false), (true, true), (true, true)]);
    let ids: Vec<_> = answer.body.log.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["L2", "L4", "L5"], "a clock may be minutes ahead");
    let named = unreadable(&answer);
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].1, "the time of a log entry is in the future");
}

#[tokio::test]
async fn an_acknowledgement_of_a_time_to_come_is_named() {
    let account = Account::open().await;
    let mut acknowledged = incident("Q1", "acknowledged", -60, -5);
    acknowledged["acknowledgements"] =
        json!([{"at": minute(60), "acknowledger": {"id": "A", "type": "user_reference"}}]);
    account.state().incidents = vec![acknowledged];
    let answer = poller(&account).poll().await.outcome.unwrap();
    let named = unreadable(&answer);
    assert_eq!(named.len(), 1);
    assert_eq!(
        named[0].1,
        "the time of an acknowledgement is in the future"
    );
}
