//! Complete and broken summaries.

use serde_json::{Value, json};

use super::*;

fn sample() -> Value {
    json!({
        "page": {"id": "pg", "name": "Mars hubs"},
        "status": {"indicator": "minor", "description": "Partly broken"},
        "components": [
            {"id": "c1", "name": "Hub of mars", "status": "partial_outage", "group": false},
            {"id": "c2", "name": "Hub of venus", "status": "operational", "group": false},
            {"id": "g1", "name": "All hubs", "status": "partial_outage", "group": true, "components": ["c1", "c2"]},
            {"id": "c3", "name": "Hub of pluto", "status": "wobbling"},
            {"id": "c4", "name": "Hub of moon", "status": null}],
        "incidents": [{
            "id": "i1", "name": "Slow disks", "status": "monitoring", "impact": "minor",
            "created_at": "2026-03-02T10:00:00+01:00", "started_at": "2026-03-02T08:00:00Z", "shortlink": "https://stat.example/i1",
            "components": [{"name": "Hub of mars"}],
            "incident_updates": [
                {"id": "u2", "status": "monitoring", "body": "<p>Better &amp; better</p>", "display_at": "2026-03-02T09:30:00Z"},
                {"id": "u1", "status": "investigating", "body": "Hm", "display_at": "2026-03-02T09:00:00Z"}]},
            {"id": "i2", "name": "Odd", "status": "pondering", "incident_updates": null},
            {"id": "i3", "name": "Over", "status": "postmortem"}],
        "scheduled_maintenances": [{"id": "m1", "name": "Upgrade", "status": "in_progress",
            "scheduled_for": "2026-03-07T09:00:00Z", "scheduled_until": "2026-03-07T11:00:00Z"}],
    })
}

fn read_all(value: &Value) -> Result<(StatusPage, UnreadableItems), String> {
    let summary = Summary::deserialize(value).map_err(|e| e.to_string())?;
    let now = "2026-03-02T12:00:00Z".parse().unwrap();
    let words = StatusKeywords::default();
    parse(summary, &mut listed_posts(), "Mars", &words, now)
}

fn read_value(value: &Value) -> Result<StatusPage, String> {
    read_all(value).map(|(page, _)| page)
}

#[test]
fn a_summary_gives_open_posts_and_what_is_not_well() {
    let page = read_value(&sample()).unwrap();
    assert_eq!(page.headline.as_deref(), Some("Partly broken"));
    let impacted: Vec<_> = page
        .impacted
        .iter()
        .map(|(name, word)| (&**name, &**word))
        .collect();
    assert_eq!(
        impacted,
        [
            ("Hub of mars", "partial outage"),
            ("Hub of pluto", "wobbling"),
            ("Hub of moon", "unknown")
        ]
    );
    let ids: Vec<_> = page.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(
        ids,
        ["i1", "i2", "m1"],
        "an unknown status is open, a postmortem is not"
    );
    let post = &page.posts[0];
    assert_eq!(post.message, "Better & better");
    assert_eq!(
        post.since.unwrap().to_rfc3339(),
        "2026-03-02T09:00:00+00:00"
    );
    assert_eq!(
        post.updated.unwrap().to_rfc3339(),
        "2026-03-02T09:30:00+00:00"
    );
    assert_eq!(post.services, ["Hub of mars"]);
    assert!(page.posts[2].starts.is_some() && page.posts[0].starts.is_none());
}

#[test]
fn what_is_no_summary_is_never_a_quiet_page() {
    for list in ["components", "incidents", "scheduled_maintenances"] {
        let mut value = sample();
        for wrong in [Value::Null, json!({}), json!("none")] {
            value[list] = wrong;
            assert!(read_value(&value).unwrap_err().contains(list), "{list}");
        }
    }
    assert!(read_value(&json!({})).is_err());
}

#[test]
fn a_post_that_cannot_be_read_is_named_and_leaves_the_rest() {
    let mut value = sample();
    let good = read_value(&value).unwrap();
    for (list, item, expected) in [
        (
            "incidents",
            json!({"id": null, "name": "Hub down", "status": "investigating"}),
            (ItemKind::Post, Some("Hub down"), "it has no id"),
        ),
        (
            "scheduled_maintenances",
            json!(null),
            (ItemKind::MaintenancePost, None, "not an object"),
        ),
        (
            "incidents",
            json!({"id": "i9", "name": "Hub down", "status": null}),
            (
                ItemKind::Post,
                Some("Hub down"),
                "it has no readable status",
            ),
        ),
        (
            "components",
            json!("hub"),
            (ItemKind::Component, None, "not an object"),
        ),
    ] {
        value = sample();
        value[list].as_array_mut().unwrap().push(item);
        let (page, unreadable) = read_all(&value).unwrap();
        let items: Vec<_> = unreadable
            .iter()
            .map(|item| (item.kind, item.name.as_deref(), item.problem.as_str()))
            .collect();
        assert_eq!(items, [expected], "{list}");
        assert_eq!(page, good, "{list}");
    }
    value = sample();
    value["incidents"][0]["incident_updates"][0]["display_at"] = json!("2026-03-02T13:00:00Z");
    let (page, unreadable) = read_all(&value).unwrap();
    let post = &page.posts[0];
    assert_eq!(post.updated, post.since, "of a date ahead nothing is known");
    let named: Vec<_> = unreadable
        .iter()
        .map(|item| (item.kind, item.problem.as_str()))
        .collect();
    let problem = "the time of an update is in the future";
    assert_eq!(named, [(ItemKind::PostField, problem)]);
    let nothing =
        json!({"components": [], "incidents": [{"name": "x"}], "scheduled_maintenances": []});
    assert!(read_all(&nothing).unwrap_err().contains("it has no id"));
}

#[test]
fn words_are_cut() {
    let long = "x".repeat(2 << 20);
    let mut value = sample();
    value["status"]["description"] = json!(long);
    value["components"][0]["name"] = json!(long);
    let post = &mut value["incidents"][0];
    post["name"] = json!(long);
    post["status"] = json!(long);
    post["shortlink"] = json!(long);
    post["components"][0]["name"] = json!(long);
    post["incident_updates"][0]["body"] = json!(long);
    let page = read_value(&value).unwrap();
    let post = page
        .posts
        .iter()
        .find(|post| post.id.as_str() == "i1")
        .unwrap();
    let words = [
        page.headline.as_ref().unwrap(),
        &page.impacted[0].0,
        &post.title,
        &post.status,
        &post.services[0],
        &post.message,
    ];
    for text in words {
        assert!(
            text.len() <= 4 << 10 && text.ends_with("… (cut)"),
            "{}",
            text.len()
        );
    }
    assert_eq!(post.url, None);
}

#[test]
fn what_a_summary_lists_as_over_was_closed_when_it_was_resolved() {
    let mut value = sample();
    let page = read_value(&value).unwrap();
    let closed = |page: &StatusPage| -> Vec<_> {
        let closed = page.closed.iter();
        closed
            .map(|post| (post.id.to_string(), post.updated.map(|at| at.to_rfc3339())))
            .collect()
    };
    assert_eq!(closed(&page), [("i3".to_owned(), None)]);
    value["incidents"][2]["resolved_at"] = json!("2026-03-01T10:00:00Z");
    value["incidents"][2]["incident_updates"] = json!([{"id": "u9", "status": "postmortem", "body": "So", "display_at": "2026-03-02T10:00:00Z"}]);
    let dated = closed(&read_value(&value).unwrap());
    let resolved = Some("2026-03-01T10:00:00+00:00".to_owned());
    assert_eq!(dated, [("i3".to_owned(), resolved)]);
}
