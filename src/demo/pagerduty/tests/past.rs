//! Tests of incidents from the months before the story: lists by time range and page, and complete details.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::demo::WorldOptions;
use crate::demo::clockwork::{At, format_timestamp};
use crate::demo::serve::testing::{TestServer, served};

const ALL: &str = "statuses[]=triggered&statuses[]=acknowledged&statuses[]=resolved";

fn at(text: &str) -> At {
    text.parse().unwrap()
}

/// All items of a list, fetched page by page.
async fn all(bench: &TestServer, path: &str, key: &str) -> Vec<Value> {
    let mut found = Vec::new();
    loop {
        let page = bench
            .pagerduty(&format!("{path}&limit=100&offset={}", found.len()))
            .await;
        found.extend(page[key].as_array().unwrap().iter().cloned());
        if page["more"] == false {
            return found;
        }
    }
}

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().map(|it| it["id"].as_str().unwrap()).collect()
}

fn time(it: &Value, field: &str) -> At {
    at(it[field].as_str().unwrap())
}

#[test]
fn windows_side_by_side_hold_every_incident_and_pages_hold_each_once() {
    served(WorldOptions::default(), |bench| async move {
        let window = |since: &str, until: &str| {
            format!("/incidents?{ALL}&since={since}&until={until}&sort_by=created_at:asc")
        };
        let read = async |since, until| all(&bench, &window(since, until), "incidents").await;
        let whole = read("2026-03-01T00:00:00Z", "2026-07-01T00:00:00Z").await;
        assert!(whole.len() > 240, "{}", whole.len());
        let created: Vec<At> = whole.iter().map(|it| time(it, "created_at")).collect();
        assert!(created.is_sorted());
        assert_eq!(
            ids(&whole).iter().collect::<BTreeSet<_>>().len(),
            whole.len()
        );
        // `since` and `until` are inclusive: both ranges contain the incident that was created exactly at their border.
        let border = whole[100]["created_at"].as_str().unwrap();
        let before = read("2026-03-01T00:00:00Z", border).await;
        let after = read(border, "2026-07-01T00:00:00Z").await;
        assert_eq!(before.last(), Some(&whole[100]));
        assert_eq!(after.first(), Some(&whole[100]));
        assert_eq!(before.len() + after.len(), whole.len() + 1);
        let second = format_timestamp(created[100] - TimeDelta::seconds(1));
        assert_eq!(
            read("2026-03-01T00:00:00Z", &second).await[..],
            whole[..100]
        );
    });
}

#[test]
fn half_a_year_is_the_longest_window_and_a_month_the_one_that_is_not_named() {
    served(WorldOptions::default(), |bench| async move {
        let long =
            format!("/incidents?{ALL}&since=2025-06-01T00:00:00Z&until=2026-01-01T00:00:00Z");
        let refused = bench.read(&long).send().await.unwrap();
        assert_eq!(refused.status(), 400);
        let body: Value = refused.json().await.unwrap();
        assert_eq!(body["error"]["code"], 2004);
        let month = all(&bench, &format!("/incidents?{ALL}"), "incidents").await;
        let start = bench.world.lock().unwrap().start;
        assert!(month.len() > 40, "{}", month.len());
        let oldest = month.iter().map(|it| time(it, "created_at")).min();
        assert!(oldest.unwrap() >= start - TimeDelta::days(31));
        let everything = all(&bench, "/incidents?date_range=all", "incidents").await;
        assert!(everything.len() > 1400, "{}", everything.len());
        let open = all(
            &bench,
            "/incidents?date_range=all&statuses[]=triggered&statuses[]=acknowledged",
            "incidents",
        )
        .await;
        assert!(
            open.iter()
                .all(|it| it["incident_number"].as_u64() > Some(5000))
        );
    });
}

#[test]
fn the_accounts_log_by_windows_is_the_log_of_its_incidents() {
    served(WorldOptions::default(), |bench| async move {
        let span = "since=2026-05-04T00:00:00Z&until=2026-05-07T00:00:00Z";
        let log = all(
            &bench,
            &format!("/log_entries?{span}&is_overview=false"),
            "log_entries",
        )
        .await;
        assert!(log.len() > 15, "{}", log.len());
        let times: Vec<At> = log.iter().map(|it| time(it, "created_at")).collect();
        assert!(times.is_sorted_by(|one, other| one >= other));
        let of: BTreeSet<&str> = log
            .iter()
            .map(|it| it["incident"]["id"].as_str().unwrap())
            .collect();
        let mut apart = BTreeSet::new();
        for id in of {
            let path = format!("/incidents/{id}/log_entries?{span}");
            let entries = all(&bench, &path, "log_entries").await;
            apart.extend(ids(&entries).into_iter().map(str::to_owned));
        }
        let listed: BTreeSet<String> = ids(&log).into_iter().map(str::to_owned).collect();
        assert_eq!(listed, apart);
        let overview = all(
            &bench,
            &format!("/log_entries?{span}&is_overview=true"),
            "log_entries",
        )
        .await;
        assert!(!overview.is_empty() && overview.len() < log.len());
        assert!(overview.iter().all(|it| it["type"] != "notify_log_entry"));
    });
}

#[test]
fn each_of_them_answers_for_itself() {
    served(WorldOptions::default(), |bench| async move {
        let span = "since=2026-05-01T00:00:00Z&until=2026-07-01T00:00:00Z";
        let found = all(&bench, &format!("/incidents?{ALL}&{span}"), "incidents").await;
        let mut noted = 0;
        for it in &found {
            assert_eq!(it["status"], "resolved");
            assert_eq!(it["resolved_at"], it["last_status_change_at"]);
            assert_eq!(it["alert_counts"]["triggered"], 0);
            let trigger = &it["first_trigger_log_entry"];
            assert_eq!(trigger["type"], "trigger_log_entry_reference");
        }
        for it in found.iter().step_by(7) {
            let by = async |key: &str, rest: &str| {
                let path = format!("/incidents/{}{rest}", it[key].to_string().trim_matches('"'));
                bench.pagerduty(&path).await
            };
            assert_eq!(by("id", "").await["incident"], *it);
            assert_eq!(by("incident_number", "").await["incident"], *it);
            let alerts = by("id", "/alerts").await;
            let alerts = alerts["alerts"].as_array().unwrap();
            assert_eq!(it["alert_counts"]["all"], alerts.len());
            assert!(alerts.iter().all(|it| it["status"] == "resolved"));
            let log = by("id", "/log_entries?limit=100").await;
            let log = log["log_entries"].as_array().unwrap();
            assert_eq!(
                log.last().unwrap()["id"],
                it["first_trigger_log_entry"]["id"]
            );
            let annotations = log.iter().filter(|it| it["type"] == "annotate_log_entry");
            let annotations: Vec<_> = annotations.map(|it| it["note"].clone()).collect();
            let notes = by("id", "/notes").await;
            let notes = notes["notes"].as_array().unwrap().iter();
            let notes: Vec<_> = notes.map(|it| it["content"].clone()).collect();
            assert_eq!(notes, annotations);
            noted += notes.len();
        }
        assert!(noted > 5, "{noted}");
        let merged: Vec<_> = found
            .iter()
            .filter(|it| !it["resolve_reason"].is_null())
            .collect();
        assert!(!merged.is_empty());
        for it in merged {
            assert_eq!(it["resolve_reason"]["type"], "merge_resolve_reason");
            let target = it["resolve_reason"]["incident"]["id"].as_str().unwrap();
            let path = format!("/incidents/{target}");
            let target = bench.pagerduty(&path).await["incident"].clone();
            assert_eq!(target["resolve_reason"], Value::Null);
            assert!(time(&target, "resolved_at") > time(it, "resolved_at"));
        }
    });
}

#[test]
fn a_person_can_change_one_and_everyone_then_sees_it() {
    served(WorldOptions::default(), |bench| async move {
        let span = "since=2026-08-01T00:00:00Z&until=2026-09-01T00:00:00Z";
        let path = format!("/incidents?{ALL}&{span}");
        let found = all(&bench, &path, "incidents").await;
        let p1 = |it: &&Value| it["priority"]["name"] == "P1";
        let id = found.iter().find(p1).unwrap()["id"].as_str().unwrap();
        let change = json!({ "incident": { "type": "incident_reference", "priority": null } });
        let put = bench.write(reqwest::Method::PUT, &format!("/incidents/{id}"), &change);
        assert_eq!(put.send().await.unwrap().status(), 200);
        let again = all(&bench, &path, "incidents").await;
        assert_eq!(ids(&again), ids(&found), "in its place, and once");
        assert!(again.iter().find(p1).is_none());
        let since = "/log_entries?since=2026-09-21T00:00:00Z";
        let log = all(&bench, since, "log_entries").await;
        let mut changes = log
            .iter()
            .filter(|it| it["type"] == "priority_change_log_entry");
        assert!(changes.any(|it| it["incident"]["id"] == *id));
    });
}
