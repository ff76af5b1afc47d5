//! The public page in the manner of Atlassian's Statuspage, API v2: the same posts that PagerDuty's API
//! lists, in that product's words.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::clockwork::{At, format_timestamp_fraction};
use super::serve::shared::{Shared, json_response};
use super::world::World;
use super::world::posts::{Post, PostStatus, SERVICES, ServiceImpact, Severity, Update};

const PAGE_ID: &str = "demohubs0000";

/// The routes below `/statuspage`.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/api/v2/summary.json", get(summary))
        .route("/api/v2/status.json", get(status))
        .route("/api/v2/components.json", get(components))
        .route("/api/v2/incidents.json", get(incidents))
        .route("/api/v2/incidents/unresolved.json", get(unresolved))
        .route("/api/v2/scheduled-maintenances.json", get(maintenances))
        .route("/api/v2/scheduled-maintenances/active.json", get(active))
        .route(
            "/api/v2/scheduled-maintenances/upcoming.json",
            get(upcoming),
        )
        .with_state(shared)
}

fn page(world: &World, parts: Value) -> Response {
    let mut body = json!({ "page": {
        "id": PAGE_ID,
        "name": "Hubs",
        "url": "https://status.hubs.example",
        "time_zone": "Etc/UTC",
        "updated_at": format_timestamp_fraction(last_change(world)),
    }});
    if let (Some(body), Value::Object(parts)) = (body.as_object_mut(), parts) {
        body.extend(parts);
    }
    json_response(StatusCode::OK, &body)
}

async fn summary(State(shared): State<Shared>) -> Response {
    shared.with(|world, _| {
        let planned = posts(world, true, |it| it.is_open());
        page(
            world,
            json!({
                "status": overall(world),
                "components": all_components(world),
                "incidents": posts(world, false, Post::is_open),
                "scheduled_maintenances": planned,
            }),
        )
    })
}

async fn status(State(shared): State<Shared>) -> Response {
    shared.with(|world, _| page(world, json!({ "status": overall(world) })))
}

async fn components(State(shared): State<Shared>) -> Response {
    shared.with(|world, _| page(world, json!({ "components": all_components(world) })))
}

async fn incidents(State(shared): State<Shared>) -> Response {
    shared.with(|world, _| page(world, json!({ "incidents": posts(world, false, |_| true) })))
}

async fn unresolved(State(shared): State<Shared>) -> Response {
    shared.with(|world, _| {
        page(
            world,
            json!({ "incidents": posts(world, false, Post::is_open) }),
        )
    })
}

async fn maintenances(State(shared): State<Shared>) -> Response {
    scheduled(&shared, |_| true)
}

async fn active(State(shared): State<Shared>) -> Response {
    scheduled(&shared, |it| {
        last(it).is_some_and(|it| it.status == PostStatus::InProgress)
    })
}

async fn upcoming(State(shared): State<Shared>) -> Response {
    scheduled(&shared, |it| {
        last(it).is_some_and(|it| it.status == PostStatus::Scheduled)
    })
}

fn scheduled(shared: &Shared, which: fn(&Post) -> bool) -> Response {
    shared.with(|world, _| {
        let posts = posts(world, true, which);
        page(world, json!({ "scheduled_maintenances": posts }))
    })
}

/// Newest first, as that product lists them.
fn posts(world: &World, planned: bool, which: fn(&Post) -> bool) -> Vec<Value> {
    let all = world.posts.iter().rev();
    all.filter(|it| it.planned.is_some() == planned && which(it))
        .map(shape)
        .collect()
}

fn shape(post: &Post) -> Value {
    let created = post.since().map(format_timestamp_fraction);
    let at = |status| {
        let update = post.updates.iter().find(|it| it.status == status);
        update.map(|it| format_timestamp_fraction(it.at))
    };
    let updates: Vec<_> = post
        .updates
        .iter()
        .rev()
        .map(|it| update(post, it))
        .collect();
    let mut shape = json!({
        "id": post.id,
        "name": post.title,
        "status": last(post).map(|it| word(it.status)),
        "impact": impact(post),
        "created_at": created,
        "updated_at": last(post).map(|it| format_timestamp_fraction(it.at)),
        "started_at": created,
        "monitoring_at": null,
        "resolved_at": at(PostStatus::Resolved).or_else(|| at(PostStatus::Completed)),
        "shortlink": format!("https://status.hubs.example/p/{}", post.id),
        "page_id": PAGE_ID,
        "incident_updates": updates,
        "components": [],
    });
    if let (Some(shape), Some((from, until))) = (shape.as_object_mut(), post.planned) {
        shape.insert(
            "scheduled_for".to_owned(),
            format_timestamp_fraction(from).into(),
        );
        shape.insert(
            "scheduled_until".to_owned(),
            format_timestamp_fraction(until).into(),
        );
    }
    shape
}

fn update(post: &Post, update: &Update) -> Value {
    let told = format_timestamp_fraction(update.at);
    json!({
        "id": update.id,
        "status": word(update.status),
        "body": update.message,
        "incident_id": post.id,
        "created_at": told,
        "updated_at": told,
        "display_at": told,
        "affected_components": null,
    })
}

fn last(post: &Post) -> Option<&Update> {
    post.updates.last()
}

fn word(status: PostStatus) -> &'static str {
    match status {
        PostStatus::Investigating => "investigating",
        PostStatus::Detected => "identified",
        PostStatus::Resolved => "resolved",
        PostStatus::Scheduled => "scheduled",
        PostStatus::InProgress => "in_progress",
        PostStatus::Completed => "completed",
    }
}

fn impact(post: &Post) -> &'static str {
    match (post.planned.is_some(), last(post).map(|it| it.severity)) {
        (true, _) => "maintenance",
        (false, Some(Severity::Major)) => "major",
        (false, Some(Severity::Minor)) => "minor",
        (false, _) => "none",
    }
}

/// What the posts that are open say of a service: the gravest.
fn service_status(world: &World, service: &str) -> &'static str {
    let open = world
        .posts
        .iter()
        .filter(|it| it.is_open() && it.planned.is_none());
    let said = open.filter_map(|it| last(it)?.impact.as_ref());
    let said = said
        .filter(|(name, _)| name == service)
        .map(|(_, impact)| *impact);
    let said: Vec<_> = said.collect();
    if said.contains(&ServiceImpact::Outage) {
        "major_outage"
    } else if said.contains(&ServiceImpact::Degraded) {
        "degraded_performance"
    } else {
        "operational"
    }
}

fn all_components(world: &World) -> Vec<Value> {
    let numbered = SERVICES.iter().zip(1_u32..);
    let since = format_timestamp_fraction(At::UNIX_EPOCH);
    numbered
        .map(|(name, position)| {
            json!({
                "id": format!("demo{position:0>8}"),
                "name": name,
                "status": service_status(world, name),
                "created_at": since,
                "updated_at": since,
                "position": position,
                "description": null,
                "showcase": false,
                "start_date": null,
                "group_id": null,
                "page_id": PAGE_ID,
                "group": false,
                "only_show_if_degraded": false,
            })
        })
        .collect()
}

fn overall(world: &World) -> Value {
    let states: Vec<_> = SERVICES
        .iter()
        .map(|it| service_status(world, it))
        .collect();
    let (indicator, words) = if states.contains(&"major_outage") {
        ("major", "Partial System Outage")
    } else if states.contains(&"degraded_performance") {
        ("minor", "Partially Degraded Service")
    } else {
        ("none", "All Systems Operational")
    };
    json!({ "indicator": indicator, "description": words })
}

fn last_change(world: &World) -> At {
    let updates = world.posts.iter().flat_map(|it| &it.updates);
    updates.map(|it| it.at).max().unwrap_or(world.start)
}
