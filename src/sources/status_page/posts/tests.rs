//! Posts, their updates, and the labels of a page.

use serde_json::{Value, json};

use super::*;

fn wire<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn vocabulary() -> PageLabels {
    PageLabels::new(
        &wire::<Vec<_>>(
            json!([{"id": "S1", "description": "investigating"}, {"id": "S2", "description": "Resolved"},
            {"id": "S3", "description": "maintenance under way"}]),
        ),
        &wire::<Vec<_>>(
            json!([{"id": "I1", "description": "operational"}, {"id": "I2", "description": "outage"}]),
        ),
        &wire::<Vec<_>>(
            json!([{"id": "V1", "name": "Hub of mars", "business_service": {"id": "B1"}}, {"id": "V2", "name": "Hub of venus"}]),
        ),
    )
}

fn update(status: &str, at: &str) -> Value {
    json!({"message": "<p>Hub is <b>down</b></p>", "status": {"id": status}, "severity": {"id": "X"}, "reported_at": at,
        "reviewed_status": "approved", "impacted_services": [
            {"service": {"id": "V1"}, "impact": {"id": "I2"}}, {"service": {"id": "V2"}, "impact": {"id": "I1"}},
            {"service": {"id": "V9"}, "impact": {"id": "I9"}}]})
}

fn read_post(post: Value, updates: Value) -> Option<ParsedPost> {
    let updates: Vec<WireUpdate> = wire(updates);
    parse_post(
        &wire(post),
        &updates,
        "Mars",
        &StatusKeywords::default(),
        &vocabulary(),
        "2026-03-02T12:00:00Z".parse().unwrap(),
    )
}

#[test]
fn the_latest_update_speaks_for_the_post() {
    let post = json!({"id": "P1", "post_type": "incident", "title": "Hub unavailable",
        "linked_resource": {"id": "Q1", "type": "incident"}, "updates": [{"id": "U1"}, {"id": "U2"}]});
    let updates = json!([
        update("S2", "2026-03-02T09:00:00.000Z"),
        update("S1", "2026-03-02T09:30:00.000Z")
    ]);
    let read = read_post(post, updates).unwrap();
    assert!(read.post.open);
    assert_eq!(read.post.status, "investigating");
    assert_eq!(read.post.message, "Hub is down");
    assert_eq!(read.post.linked.unwrap().as_str(), "Q1");
    assert_eq!(
        read.post.since.unwrap().to_rfc3339(),
        "2026-03-02T09:00:00+00:00"
    );
    assert_eq!(read.post.services, ["Hub of mars", "Hub of venus", "V9"]);
    let impacted: Vec<_> = read.impacted.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(impacted, [("Hub of mars", "outage"), ("V9", "unknown")]);
}

#[test]
fn an_unknown_status_is_open_and_a_resolved_one_is_not() {
    let open = |status: &str| {
        let updates = json!([update(status, "2026-03-02T09:00:00Z")]);
        read_post(json!({"id": "P1", "post_type": "incident"}), updates)
            .unwrap()
            .post
            .open
    };
    assert!(open("S1") && open("S7") && !open("S2"));
    assert!(
        read_post(json!({"id": "P1", "post_type": "incident"}), json!([]))
            .unwrap()
            .post
            .open
    );
}

#[test]
fn a_maintenance_that_the_page_still_lists_is_posted_past_its_end() {
    let over = json!({"id": "P1", "post_type": "maintenance", "starts_at": "2026-03-02T09:00:00Z",
        "ends_at": "2026-03-02T10:00:00Z"});
    let posted = read_post(over.clone(), json!([update("S1", "2026-03-02T09:00:00Z")])).unwrap();
    assert!(posted.post.open && posted.post.status_known);
    let unknown = read_post(over, json!([update("S7", "2026-03-02T09:00:00Z")])).unwrap();
    assert!(!unknown.post.open && !unknown.post.status_known);
}

#[test]
fn a_maintenance_to_come_impairs_nothing_yet() {
    let planned = |start: &str| {
        let post = json!({"id": "P1", "post_type": "maintenance", "starts_at": start,
            "ends_at": "2026-03-02T16:00:00Z"});
        let updates = json!([update("S1", "2026-03-02T09:00:00Z")]);
        read_post(post, updates).unwrap().impacted.len()
    };
    assert_eq!(planned("2026-03-02T14:00:00Z"), 0);
    assert_eq!(planned("2026-03-02T11:00:00Z"), 2);
}

#[test]
fn what_waits_for_review_was_told_to_nobody() {
    let mut draft = update("S1", "2026-03-02T10:00:00Z");
    draft["reviewed_status"] = json!("not_reviewed");
    assert_eq!(
        read_post(json!({"id": "P1", "post_type": "incident"}), json!([draft])),
        None
    );
    let both = json!([draft, update("S2", "2026-03-02T09:00:00Z")]);
    assert!(
        !read_post(json!({"id": "P1", "post_type": "incident"}), both)
            .unwrap()
            .post
            .open
    );
}

#[test]
fn a_link_to_something_else_is_no_incident() {
    let post = json!({"id": "P1", "post_type": "maintenance", "linked_resource": {"id": "X", "type": "maintenance_window"},
        "starts_at": "2026-03-07T09:00:00Z", "ends_at": "2026-03-07T10:00:00Z"});
    let read = read_post(post, json!([])).unwrap();
    assert_eq!(
        (read.post.linked, read.post.kind),
        (None, PostKind::Maintenance)
    );
    assert!(read.post.ends.is_some() && read.post.open);
    let over = json!({"id": "P1", "post_type": "maintenance", "ends_at": "2026-03-02T12:00:00Z"});
    assert!(!read_post(over, json!([])).unwrap().post.open);
}

#[test]
fn open_statuses_are_those_without_a_word_of_ending() {
    assert_eq!(
        vocabulary().open_status_ids(&StatusKeywords::default()),
        ["S1", "S3"]
    );
}

#[test]
fn impacts_that_linger_carry_the_pages_names() {
    let list = wire(
        json!([{"id": "B1", "name": "behind", "status": "impacted"}, {"id": "B2", "name": "fine", "status": "not_impacted"},
        {"id": "B3", "name": "odd", "status": null}]),
    );
    let pairs = impacted_business_services(list, &vocabulary());
    let pairs: Vec<_> = pairs.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(pairs, [("Hub of mars", "impacted"), ("odd", "unknown")]);
}

#[test]
fn a_post_of_no_known_type_may_be_anything() {
    let problem = |post: Value| {
        let post = wire::<WirePost>(post);
        assert!(post.problem().is_none() || !post.is_incident());
        post.problem()
    };
    assert_eq!(problem(json!({"id": "P1", "post_type": "incident"})), None);
    let odd = json!({"id": "P1", "post_type": "mystery"});
    assert_eq!(problem(odd.clone()).unwrap(), "its post_type is 'mystery'");
    assert_eq!(read_post(odd, json!([])), None);
    for missing in [json!({"id": "P1"}), json!({"id": "P1", "post_type": 7})] {
        assert_eq!(problem(missing).unwrap(), "it has no readable post_type");
    }
    let nameless = json!({"post_type": "incident"});
    assert_eq!(problem(nameless).unwrap(), "it has no id");
}

#[test]
fn a_date_ahead_is_not_known_and_named() {
    let post = || json!({"id": "P1", "post_type": "incident"});
    let ahead = update("S1", "2026-03-02T13:00:00Z");
    let alone = read_post(post(), json!([ahead])).unwrap();
    assert_eq!((alone.post.since, alone.post.updated), (None, None));
    let problem = Some("the time of an update is in the future");
    assert_eq!(alone.problem, problem);
    let both = json!([ahead, update("S1", "2026-03-02T09:00:00Z")]);
    let both = read_post(post(), both).unwrap();
    assert_eq!(both.post.since, both.post.updated);
    assert!(both.post.updated.is_some() && both.problem == problem);
    let minutes = json!([update("S1", "2026-03-02T12:04:00Z")]);
    let minutes = read_post(post(), minutes).unwrap();
    assert!(minutes.post.updated.is_some() && minutes.problem.is_none());
}

#[test]
fn an_update_without_a_status_is_named() {
    let mut odd = update("S1", "2026-03-02T09:00:00Z");
    odd["status"] = Value::Null;
    let read = read_post(json!({"id": "P1", "post_type": "incident"}), json!([odd])).unwrap();
    let problem = Some("its latest update has no readable status");
    assert_eq!(read.problem, problem);
}

#[test]
fn a_post_is_closed_since_the_first_update_that_says_so_for_good() {
    let closed = |updates: Value| {
        let read = read_post(json!({"id": "P1", "post_type": "incident"}), updates).unwrap();
        assert!(!read.post.open);
        read.post.updated.map(|at| at.to_rfc3339())
    };
    let updates = [
        update("S1", "2026-03-02T08:00:00Z"),
        update("S2", "2026-03-02T08:30:00Z"),
        update("S1", "2026-03-02T09:00:00Z"),
        update("S2", "2026-03-02T10:00:00Z"),
        update("S2", "2026-03-02T11:00:00Z"),
    ];
    let at_ten = Some("2026-03-02T10:00:00+00:00".to_owned());
    assert_eq!(closed(json!(updates)), at_ten);
    let mut undated = update("S2", "");
    undated["reported_at"] = Value::Null;
    let unknown = [updates.as_slice(), &[undated]].concat();
    assert_eq!(closed(json!(unknown)), None, "that one may have closed it");
}
