//! A second reading requests only new data, and trusts only complete files of its own account.

use std::collections::BTreeSet;

use super::*;
use crate::domain::ids::PriorityName;

fn year() -> (Rows, Rows) {
    let at = |n: u32| day(f64::from(n) * 0.9);
    let incidents = (0..400_u32).map(|n| incident(u64::from(n), at(n)));
    let log = (0..400_u32).map(|n| entry(n as usize, u64::from(n), "trigger", at(n)));
    (incidents.collect(), log.collect())
}

async fn world_of_a_year() -> World {
    let (incidents, log) = year();
    World::new(incidents, log).await
}

fn priority_change(id: usize, of: u64, at: DateTime<Utc>) -> (DateTime<Utc>, Value) {
    let mut change = entry(id, of, "priority_change", at);
    change.1["channel"] = json!({
        "type": "web",
        "old_priority": {"id": "PR1", "type": "priority", "name": "P1", "summary": "P1"},
        "new_priority": null,
    });
    change
}

#[tokio::test]
async fn a_second_reading_asks_for_the_present_month_and_the_new_log_only() {
    let world = world_of_a_year().await;
    let first = world.read(0.0..360.0, 360.0).await.unwrap();
    assert_eq!(world.take_asked().len(), 12 + 13);
    let second = world.read(0.0..360.0, 360.0).await.unwrap();
    assert_eq!(second, first);
    let asked = world.take_asked();
    assert_eq!(asked.len(), 2, "{asked:#?}");
    let third = world.read(0.0..360.2, 360.2).await.unwrap();
    assert_eq!(third, first);
    assert_eq!(world.take_asked().len(), 2);
}

#[tokio::test]
async fn what_happens_to_an_old_incident_is_there_after_one_refresh() {
    let world = world_of_a_year().await;
    world.change(|account| {
        account.incidents[7].1["priority"] = json!({"id": "PR1", "name": "P1", "summary": "P1"});
    });
    let first = world.read(0.0..360.0, 360.0).await.unwrap();
    let p1 = PriorityName::from("P1");
    assert_eq!(first.records[7].incident.priority, Some(p1));
    world.take_asked();
    world.change(|account| account.incidents[7].1["priority"] = Value::Null);
    let change = priority_change(900, 7, day(361.0));
    world.add(vec![incident(500, day(360.5))], vec![change]);
    let second = world.read(0.0..362.0, 362.0).await.unwrap();
    assert_eq!(second.records.len(), 401);
    let changed = &second.records[7];
    assert_eq!(changed.incident.priority, None);
    assert_eq!(changed.log.len(), 2);
    assert!(changed.incident.log_known);
    let asked = world.take_asked();
    assert_eq!(
        asked.len(),
        3,
        "a listing, the log, the incident: {asked:#?}"
    );
    assert_eq!(asked[2], "/incidents/Q7?");
}

#[tokio::test]
async fn an_incident_that_is_gone_or_counts_no_more_leaves() {
    let world = world_of_a_year().await;
    world.read(0.0..360.0, 360.0).await.unwrap();
    world.change(|account| account.incidents.retain(|(_, row)| row["id"] != "Q7"));
    world.add(Vec::new(), vec![entry(900, 7, "annotate", day(361.0))]);
    let read = world.read(0.0..362.0, 362.0).await.unwrap();
    assert_eq!(read.records.len(), 399);
}

#[tokio::test]
async fn an_open_incident_is_asked_for_again_until_it_is_over() {
    let mut open = incident(1, day(1.0));
    open.1["status"] = "triggered".into();
    open.1["resolved_at"] = Value::Null;
    let world = World::new(vec![open], vec![entry(1, 1, "trigger", day(1.0))]).await;
    let first = world.read(0.0..5.0, 5.0).await.unwrap();
    assert!(first.records[0].incident.is_open());
    world.change(|account| account.incidents = vec![incident(1, day(1.0))]);
    let second = world.read(0.0..6.0, 6.0).await.unwrap();
    assert!(!second.records[0].incident.is_open());
    world.take_asked();
    world.read(0.0..7.0, 7.0).await.unwrap();
    assert_eq!(world.take_asked().len(), 2);
}

#[tokio::test]
async fn a_reading_that_is_interrupted_goes_on_where_it_was() {
    let world = world_of_a_year().await;
    world.change(|account| account.answers = Some(12 + 6));
    world.read(0.0..360.0, 360.0).await.unwrap_err();
    let asked = world.take_asked();
    assert_eq!(asked.len(), 18);
    world.change(|account| account.answers = None);
    let read = world.read(0.0..360.0, 360.0).await.unwrap();
    assert!(read.records.iter().all(|it| it.incident.log_known));
    assert_eq!(read.records.len(), 400);
    // The listing continues in the present month. The log continues from the last window that was read.
    assert_eq!(world.take_asked().len(), 1 + 7);
}

#[tokio::test]
async fn a_file_that_is_cut_old_or_of_another_is_read_anew_and_never_mixed() {
    let world = world_of_a_year().await;
    let first = world.read(0.0..360.0, 360.0).await.unwrap();
    let files = world.kept.0.lock().unwrap().clone();
    let march = files
        .keys()
        .find(|name| name.ends_with("2021-03.json"))
        .unwrap();
    let april = files
        .keys()
        .find(|name| name.ends_with("2021-04.json"))
        .unwrap();
    let text = String::from_utf8(files[march].clone()).unwrap();
    let spoilt = [
        text.chars().take(text.len() / 2).collect(),
        text.replacen("\"version\":1", "\"version\":0", 1),
        text.replacen("\"account\":\"", "\"account\":\"x", 1),
        text.replacen("\"log_until\":\"2021", "\"log_until\":\"2031", 1),
        text.replacen("\"log_until\":\"2021", "\"log_until\":\"0021", 1),
        String::from_utf8(files[april].clone()).unwrap(),
        "[]".to_owned(),
    ];
    for bytes in spoilt {
        assert_ne!(bytes, text);
        world.take_asked();
        world
            .kept
            .0
            .lock()
            .unwrap()
            .insert(march.clone(), bytes.into());
        let read = world.read(0.0..360.0, 360.0).await.unwrap();
        assert_eq!(read, first);
        let asked = world.take_asked();
        assert_eq!(
            asked.len(),
            2 + 11,
            "two months, and the log since March: {asked:#?}"
        );
    }
}

#[tokio::test]
async fn another_key_or_other_filters_have_their_own_files() {
    let kept = Kept::default();
    let world = World::new(Vec::new(), Vec::new()).await;
    let mut names = BTreeSet::new();
    let mut settings = world.settings();
    for (token, services, teams) in [
        ("key", vec![], vec![]),
        ("other", vec![], vec![]),
        ("key", vec!["a"], vec![]),
        ("key", vec![], vec!["a"]),
        ("key", vec!["a", "b"], vec![]),
        ("key", vec!["a"], vec!["b"]),
    ] {
        settings.services = services.into_iter().map(str::to_owned).collect();
        settings.teams = teams.into_iter().map(str::to_owned).collect();
        names.insert(
            RecordFiles::for_account(&kept, &settings, token)
                .account()
                .to_owned(),
        );
    }
    assert_eq!(names.len(), 6);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_asked_for_again_in_its_incidents_log() {
    let mut broken = entry(3, 2, "acknowledge", day(2.01));
    broken.1["created_at"] = json!("yesterday");
    let incidents = vec![incident(1, day(1.0)), incident(2, day(2.0))];
    let log = vec![
        entry(1, 1, "trigger", day(1.0)),
        entry(2, 2, "trigger", day(2.0)),
        broken,
    ];
    let world = World::new(incidents, log).await;
    let first = world.read(0.0..10.0, 10.0).await.unwrap();
    assert_eq!(known_logs(&first), [true, false]);
    world.take_asked();
    let second = world.read(0.0..12.0, 12.0).await.unwrap();
    assert_eq!(known_logs(&second), [true, false]);
    let asked = world.take_asked();
    assert_eq!(asked.len(), 3, "{asked:#?}");
    world.change(|account| {
        let rows = account.log.iter_mut().map(|(_, row)| row);
        for row in rows.filter(|row| row["created_at"] == "yesterday") {
            row["created_at"] = json!(day(2.01));
        }
    });
    let third = world.read(0.0..13.0, 13.0).await.unwrap();
    assert_eq!(known_logs(&third), [true, true]);
    assert_eq!(third.records[1].log.len(), 2);
}

#[tokio::test]
async fn while_pagerduty_fails_the_kept_months_are_there_with_their_date() {
    let world = world_of_a_year().await;
    let now = day(360.0);
    let load = |days: Range<f64>| {
        let files = world.files();
        async move { load_past_incidents(&(day(days.start)..day(days.end)), now, &files).await }
    };
    assert!(load(0.0..360.0).await.is_none());
    let read = world.read(100.0..300.0, 360.0).await.unwrap();
    let kept = load(100.0..300.0).await.unwrap();
    assert_eq!(kept.past, read);
    assert!(now - kept.as_of < TimeDelta::hours(1));
    let kept = load(0.0..360.0).await.unwrap();
    let months = kept.past.unread.iter().map(|span| span.start);
    assert_eq!(
        months.count(),
        3 + 1 + 1,
        "before April, November and December"
    );
}

#[tokio::test]
async fn a_year_of_two_thousand_incidents_takes_a_page_for_each_hundred_rows_and_then_three() {
    let at = |n: u32| day(f64::from(n) * 0.1825);
    let incidents = (0..2_000_u32).map(|n| incident(u64::from(n), at(n)));
    let log = (0..30_000_u32).map(|n| {
        let kind = if n.is_multiple_of(15) {
            "trigger"
        } else {
            "notify"
        };
        let of = u64::from(n / 15);
        entry(
            n as usize,
            of,
            kind,
            at(n / 15) + TimeDelta::minutes(i64::from(n % 15)),
        )
    });
    let world = World::new(incidents.collect(), log.collect()).await;
    let first = world.read(0.0..365.0, 365.0).await.unwrap();
    let asked = world.take_asked();
    assert_eq!(first.records.len(), 2_000);
    assert!(first.records.iter().all(|it| it.log.len() == 15));
    // 20 pages of incidents and 300 pages of the log, and at most one more page per window.
    assert!(asked.len() <= 20 + 12 + 300 + 13, "{}", asked.len());
    let second = world.read(0.0..365.0, 365.0).await.unwrap();
    assert_eq!(second.records.len(), 2_000);
    let asked = world.take_asked();
    assert!(asked.len() <= 3, "{asked:#?}");
}

#[tokio::test]
async fn a_request_that_is_refused_for_the_limit_is_sent_again_after_the_pause() {
    let world = world_of_a_year().await;
    world.change(|account| account.refusals = 1);
    let read = world.read(0.0..360.0, 360.0).await.unwrap();
    assert_eq!(read.records.len(), 400);
    assert_eq!(world.take_asked().len(), 12 + 13);
    assert!((12..20).contains(&world.waited()), "{}", world.waited());
    world.change(|account| account.refusals = 50);
    let refused = world.read(0.0..361.0, 361.0).await.unwrap_err();
    assert_eq!(refused.status, Some(429));
}
