//! Public status pages with Atlassian Statuspage's API v2. The first page is the team's own; PagerDuty's API lists its
//! posts too. The second page is a vendor's.

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

/// One status page.
#[derive(Debug)]
pub struct Site {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    components: &'static [&'static str],
    posts: fn(&World) -> &[Post],
}

/// The team's own page.
pub const OWN: Site = Site {
    id: "demohubs0000",
    name: "Hubs",
    url: "https://status.hubs.example",
    components: &SERVICES,
    posts: |world| &world.posts,
};

/// The page of the vendor that provides the users' sign-in.
pub const VENDOR: Site = Site {
    id: "demosignon00",
    name: "SignOn",
    url: "https://status.signon.example",
    components: &["Sign-in", "Dashboard"],
    posts: |world| &world.vendor_posts,
};

#[derive(Clone)]
struct SiteState {
    shared: Shared,
    site: &'static Site,
}

/// The content of a page at a given time.
#[derive(Clone, Copy)]
struct Page<'a> {
    site: &'static Site,
    posts: &'a [Post],
    start: At,
}

impl SiteState {
    fn respond(&self, parts: impl FnOnce(Page<'_>) -> Value) -> Response {
        let site = self.site;
        self.shared.with(|world, _| {
            let page = Page {
                site,
                posts: (site.posts)(world),
                start: world.start,
            };
            respond(page, parts(page))
        })
    }
}

/// The routes of a page.
pub fn router(shared: Shared, site: &'static Site) -> Router {
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
        .with_state(SiteState { shared, site })
}

fn respond(page: Page<'_>, parts: Value) -> Response {
    let mut body = json!({ "page": {
        "id": page.site.id,
        "name": page.site.name,
        "url": page.site.url,
        "time_zone": "Etc/UTC",
        "updated_at": format_timestamp_fraction(last_change(page)),
    }});
    if let (Some(body), Value::Object(parts)) = (body.as_object_mut(), parts) {
        body.extend(parts);
    }
    json_response(StatusCode::OK, &body)
}

async fn summary(State(site): State<SiteState>) -> Response {
    site.respond(|page| {
        json!({
            "status": overall(page),
            "components": all_components(page),
            "incidents": posts(page, false, Post::is_open),
            "scheduled_maintenances": posts(page, true, Post::is_open),
        })
    })
}

async fn status(State(site): State<SiteState>) -> Response {
    site.respond(|page| json!({ "status": overall(page) }))
}

async fn components(State(site): State<SiteState>) -> Response {
    site.respond(|page| json!({ "components": all_components(page) }))
}

async fn incidents(State(site): State<SiteState>) -> Response {
    site.respond(|page| json!({ "incidents": posts(page, false, |_| true) }))
}

async fn unresolved(State(site): State<SiteState>) -> Response {
    site.respond(|page| json!({ "incidents": posts(page, false, Post::is_open) }))
}

async fn maintenances(State(site): State<SiteState>) -> Response {
    scheduled(&site, |_| true)
}

async fn active(State(site): State<SiteState>) -> Response {
    scheduled(&site, |it| {
        last(it).is_some_and(|it| it.status == PostStatus::InProgress)
    })
}

async fn upcoming(State(site): State<SiteState>) -> Response {
    scheduled(&site, |it| {
        last(it).is_some_and(|it| it.status == PostStatus::Scheduled)
    })
}

fn scheduled(site: &SiteState, which: fn(&Post) -> bool) -> Response {
    site.respond(|page| json!({ "scheduled_maintenances": posts(page, true, which) }))
}

/// Posts as JSON, newest first, as Statuspage lists them.
fn posts(page: Page<'_>, planned: bool, which: fn(&Post) -> bool) -> Vec<Value> {
    let all = page.posts.iter().rev();
    all.filter(|it| it.planned.is_some() == planned && which(it))
        .map(|it| shape(page.site, it))
        .collect()
}

fn shape(site: &Site, post: &Post) -> Value {
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
        "shortlink": format!("{}/p/{}", site.url, post.id),
        "page_id": site.id,
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

/// The worst status that an open post gives a service.
fn service_status(page: Page<'_>, service: &str) -> &'static str {
    let open = page
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

fn all_components(page: Page<'_>) -> Vec<Value> {
    let numbered = page.site.components.iter().zip(1_u32..);
    let since = format_timestamp_fraction(At::UNIX_EPOCH);
    numbered
        .map(|(name, position)| {
            json!({
                "id": format!("demo{position:0>8}"),
                "name": name,
                "status": service_status(page, name),
                "created_at": since,
                "updated_at": since,
                "position": position,
                "description": null,
                "showcase": false,
                "start_date": null,
                "group_id": null,
                "page_id": page.site.id,
                "group": false,
                "only_show_if_degraded": false,
            })
        })
        .collect()
}

fn overall(page: Page<'_>) -> Value {
    let states: Vec<_> = page
        .site
        .components
        .iter()
        .map(|it| service_status(page, it))
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

fn last_change(page: Page<'_>) -> At {
    let updates = page.posts.iter().flat_map(|it| &it.updates);
    updates.map(|it| it.at).max().unwrap_or(page.start)
}
