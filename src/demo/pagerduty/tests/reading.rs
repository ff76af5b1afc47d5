//! Tests of read requests.

use serde_json::{Value, json};

use crate::demo::WorldOptions;
use crate::demo::serve::testing::{TestServer, served};

fn list<'a>(body: &'a Value, key: &str) -> &'a Vec<Value> {
    body[key].as_array().unwrap()
}

const OPEN: &str = "/incidents?statuses[]=triggered&statuses[]=acknowledged&date_range=all";

async fn one(bench: &TestServer, name: &str) -> Value {
    let path = format!("/incidents/{}", bench.incident(name));
    bench.pagerduty(&path).await["incident"].clone()
}

#[test]
fn open_incidents_are_listed_by_pages() {
    served(WorldOptions::default(), |bench| async move {
        let all = bench
            .pagerduty(&format!("{OPEN}&limit=100&total=true"))
            .await;
        let incidents = list(&all, "incidents");
        assert_eq!(all["total"], incidents.len());
        assert_eq!(all["more"], false);
        assert!(incidents.iter().all(|it| it["status"] != "resolved"));

        let page = bench.pagerduty(&format!("{OPEN}&limit=2&offset=2")).await;
        assert_eq!(
            (&page["total"], &page["more"]),
            (&Value::Null, &json!(true))
        );
        assert_eq!(list(&page, "incidents")[..], incidents[2..4]);
    });
}

#[test]
fn the_latest_resolved_come_first_where_that_is_asked_for() {
    served(WorldOptions::default(), |bench| async move {
        bench.at_second(170);
        let path = "/incidents?statuses[]=resolved&date_range=all&sort_by=resolved_at:desc&limit=2";
        let resolved = bench.pagerduty(path).await;
        assert_eq!(resolved["more"], true, "those of the past come after them");
        let ids: Vec<_> = list(&resolved, "incidents")
            .iter()
            .map(|it| &it["id"])
            .collect();
        assert_eq!(
            ids,
            [
                &json!(bench.incident("down")),
                &json!(bench.incident("stale"))
            ]
        );
        assert_eq!(list(&resolved, "incidents")[0]["assignments"], json!([]));
    });
}

#[test]
fn a_time_box_can_be_told_from_what_is_said_of_its_incident() {
    served(WorldOptions::default(), |bench| async move {
        let disk = one(&bench, "disk").await;
        assert_eq!(disk["status"], "acknowledged");
        assert_eq!(disk["acknowledgements"][0]["at"], "2026-09-21T13:44:50Z");
        assert_eq!(
            disk["acknowledgements"][0]["acknowledger"]["summary"],
            "Ada"
        );
        assert_eq!(disk["priority"]["summary"], "P2");
        let title = disk["title"].as_str().unwrap();
        assert!(
            title.starts_with("[FIRING:1] home-nfs has 10% of space left "),
            "{title}"
        );
        assert!(title.ends_with(" (same day action needed)"), "{title}");
        let number = disk["incident_number"].to_string();
        let path = format!("/incidents/{number}");
        assert_eq!(bench.pagerduty(&path).await["incident"]["id"], disk["id"]);
    });
}

#[test]
fn it_escalates_before_ones_eyes_and_the_log_says_so() {
    served(WorldOptions::default(), |bench| async move {
        let before = one(&bench, "escalating").await;
        assert_eq!(
            before["pending_actions"],
            json!([{ "type": "escalate", "at": "2026-09-21T14:14:30Z" }])
        );
        bench.at_second(70);
        let after = one(&bench, "escalating").await;
        assert_eq!(after["assignments"][0]["assignee"]["summary"], "Bo");
        let log = bench
            .pagerduty("/log_entries?since=2026-09-21T14:14:29Z")
            .await;
        let escalated = list(&log, "log_entries").iter();
        let mut escalated = escalated.filter(|it| it["type"] == "escalate_log_entry");
        let entry = escalated.next().unwrap();
        assert_eq!(entry["assignees"][0]["summary"], "Bo");
        assert_eq!(entry["incident"]["id"], after["id"]);
    });
}

#[test]
fn details_come_in_both_of_alertmanagers_formats() {
    served(WorldOptions::default(), |bench| async move {
        let details = async |name| {
            let path = format!("/incidents/{}/alerts", bench.incident(name));
            let alerts = bench.pagerduty(&path).await;
            alerts["alerts"][0]["body"]["details"].clone()
        };
        let new = details("disk").await;
        let print = new["firing"][0]["fingerprint"].as_str().unwrap();
        let (cluster, _) = bench.place("disk");
        let prints: Vec<_> = {
            let world = bench.world.lock().unwrap();
            let alerts = world.alerts_of(&cluster);
            alerts
                .map(|it| it.labels.fingerprint().to_string())
                .collect()
        };
        assert!(prints.contains(&print.to_owned()));
        assert_eq!(new["num_firing"], 1);
        let old = details("starts").await;
        let (cluster, hub) = bench.place("starts");
        let text = old["firing"].as_str().unwrap();
        assert!(
            text.contains(&format!(" - cluster = cluster={cluster}\n")),
            "{text}"
        );
        assert!(
            text.contains(&format!(" - namespace = hub={hub}\n")),
            "{text}"
        );
        assert_eq!(old["num_firing"], "1");
    });
}

#[test]
fn the_log_is_newest_first_and_carries_notes_and_snoozes() {
    served(WorldOptions::default(), |bench| async move {
        let path = format!("/incidents/{}/log_entries", bench.incident("io"));
        let log = bench.pagerduty(&path).await;
        let kinds: Vec<_> = list(&log, "log_entries")
            .iter()
            .map(|it| &it["type"])
            .collect();
        assert_eq!(
            kinds,
            [
                "snooze_log_entry",
                "annotate_log_entry",
                "acknowledge_log_entry",
                "notify_log_entry",
                "assign_log_entry",
                "trigger_log_entry"
            ]
        );
        let snooze = &log["log_entries"][0]["changed_actions"][0];
        assert_eq!(snooze["at"], "2026-09-21T14:53:20Z");
        let note = log["log_entries"][1]["note"].as_str().unwrap();
        assert!(note.contains("nightly export"));
        let notes = bench.pagerduty(&path.replace("log_entries", "notes")).await;
        assert_eq!(notes["notes"][0]["content"], note);
    });
}

#[test]
fn every_level_of_every_policy_says_who_is_on_call() {
    served(WorldOptions::default(), |bench| async move {
        let all = bench.pagerduty("/oncalls?earliest=true&limit=100").await;
        let lines = list(&all, "oncalls").iter().map(|it| {
            let text = |key: &str| it[key]["summary"].as_str().unwrap().to_owned();
            format!(
                "{} {} {}",
                text("escalation_policy"),
                it["escalation_level"],
                text("user")
            )
        });
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                "Outages or possible outages 1 Ada",
                "Outages or possible outages 1 Support",
                "Outages or possible outages 2 Bo",
                "Shouldn't be an outage 1 Caro",
                "Shouldn't be an outage 2 Ada",
                "Application outage or possible outage 1 Eli",
                "Application outage or possible outage 2 Bo",
            ]
        );
        assert_eq!(all["oncalls"][1]["end"], Value::Null);
        assert_eq!(all["oncalls"][0]["end"], "2026-09-21T19:00:00Z");
    });
}

#[test]
fn the_account_can_be_read_whole() {
    served(WorldOptions::default(), |bench| async move {
        let priorities = bench.pagerduty("/priorities").await;
        let names = list(&priorities, "priorities")
            .iter()
            .map(|it| it["name"].as_str().unwrap());
        assert_eq!(names.collect::<Vec<_>>(), ["P1", "P2", "P3", "P4"]);
        let me = bench.pagerduty("/users/me").await;
        assert_eq!(me["user"]["email"], "ada@example.org");
        let asked = "/escalation_policies?include[]=escalation_rule_assignment_strategies";
        let policies = bench.pagerduty(asked).await;
        let rule = &policies["escalation_policies"][0]["escalation_rules"][0];
        assert_eq!(rule["escalation_rule_assignment_strategy"], "round_robin");
        assert_eq!(rule["escalation_delay_in_minutes"], 240);
        assert_eq!(rule["targets"][1]["summary"], "Support");
        let services = bench.pagerduty("/services?limit=100").await;
        assert_eq!(list(&services, "services").len(), 9);
        let windows = bench.pagerduty("/maintenance_windows?filter=ongoing").await;
        let window = &windows["maintenance_windows"][0];
        assert_eq!(window["services"][0]["summary"], "Campus clusters");
        let abilities = bench.pagerduty("/abilities").await;
        assert!(list(&abilities, "abilities").contains(&json!("teams")));
        let impacts = bench.pagerduty("/business_services/impacts").await;
        let hit = list(&impacts, "services")
            .iter()
            .filter(|it| it["status"] == "impacted");
        assert_eq!(
            hit.map(|it| &it["name"]).collect::<Vec<_>>(),
            ["Hub", "Storage"]
        );
    });
}

#[test]
fn a_posts_words_are_found_in_the_pages_own_lists() {
    served(WorldOptions::default(), |bench| async move {
        let pages = bench.pagerduty("/status_pages").await;
        let page = format!(
            "/status_pages/{}",
            pages["status_pages"][0]["id"].as_str().unwrap()
        );
        let posts = bench
            .pagerduty(&format!("{page}/posts?post_type=incident"))
            .await;
        let post = &posts["posts"][0];
        assert_eq!(post["linked_resource"]["id"], bench.incident("stale"));
        let path = format!("{page}/posts/{}/post_updates", post["id"].as_str().unwrap());
        let updates = bench.pagerduty(&path).await;
        let last = list(&updates, "post_updates").last().unwrap();
        let word = async |list_name: &str, id: &Value| {
            let all = bench
                .pagerduty(&format!("{page}/{list_name}?post_type=incident"))
                .await;
            let found = list(&all, list_name).iter().find(|it| it["id"] == *id);
            found.unwrap()["description"].clone()
        };
        assert_eq!(word("statuses", &last["status"]["id"]).await, "detected");
        assert_eq!(word("severities", &last["severity"]["id"]).await, "major");
        let impacted = &last["impacted_services"][0];
        assert_eq!(word("impacts", &impacted["impact"]["id"]).await, "outage");
        let services = bench.pagerduty(&format!("{page}/services")).await;
        let service = list(&services, "services")
            .iter()
            .find(|it| it["id"] == impacted["service"]["id"]);
        assert_eq!(service.unwrap()["name"], "Storage");
        let planned = bench
            .pagerduty(&format!("{page}/posts?post_type=maintenance"))
            .await;
        assert_eq!(list(&planned, "posts").len(), 2);
    });
}

#[test]
fn the_same_posts_are_there_in_statuspages_manner() {
    served(WorldOptions::default(), |bench| async move {
        let read = async |path: &str| -> Value {
            let url = format!("{}/api/v2/{path}", bench.at.statuspage);
            bench
                .client
                .get(url)
                .send()
                .await
                .unwrap()
                .json()
                .await
                .unwrap()
        };
        let summary = read("summary.json").await;
        assert_eq!(summary["status"]["indicator"], "major");
        assert_eq!(summary["incidents"][0]["status"], "identified");
        assert_eq!(list(&summary, "scheduled_maintenances").len(), 2);
        let active = read("scheduled-maintenances/active.json").await;
        assert_eq!(active["scheduled_maintenances"][0]["status"], "in_progress");
        let upcoming = read("scheduled-maintenances/upcoming.json").await;
        assert_eq!(list(&upcoming, "scheduled_maintenances").len(), 1);
        let unresolved = read("incidents/unresolved.json").await;
        assert_eq!(unresolved["incidents"], summary["incidents"]);
    });
}
