//! The public status page through PagerDuty's API. What statuses, severities and impacts there are is
//! the page's own; posts name them by id.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::directory::business_id;
use super::guard::Site;
use super::paging::{params, single};
use super::problem::{Problem, Reply};
use crate::demo::clockwork::fine_stamp;
use crate::demo::serve::shared::json as answer;
use crate::demo::world::posts::{Post, PostStatus, SERVICES, ServiceImpact, Severity, Update};

/// The only page's id.
pub const PAGE_ID: &str = "PSPHUBS";
const API: &str = "https://api.pagerduty.com";

/// An entry of one of the page's lists: id, words, and which posts use it.
type Word = (&'static str, &'static str, &'static str);
const STATUSES: [Word; 6] = [
    ("PSTINV", "investigating", "incident"),
    ("PSTDET", "detected", "incident"),
    ("PSTRES", "resolved", "incident"),
    ("PSTSCH", "scheduled", "maintenance"),
    ("PSTPRO", "in progress", "maintenance"),
    ("PSTCOM", "completed", "maintenance"),
];
const SEVERITIES: [Word; 5] = [
    ("PSEGOOD", "all good", "incident"),
    ("PSEMIN", "minor", "incident"),
    ("PSEMAJ", "major", "incident"),
    ("PSEMGOOD", "all good", "maintenance"),
    ("PSEMMIN", "maintenance", "maintenance"),
];
const IMPACTS: [Word; 4] = [
    ("PIMOPE", "operational", "incident"),
    ("PIMPAR", "partial outage", "incident"),
    ("PIMOUT", "outage", "incident"),
    ("PIMMAI", "maintenance", "maintenance"),
];

/// The routes of status pages.
pub(super) fn router() -> Router<Site> {
    Router::new()
        .route("/status_pages", get(pages))
        .route("/status_pages/{page}/impacts", get(impacts))
        .route("/status_pages/{page}/severities", get(severities))
        .route("/status_pages/{page}/statuses", get(statuses))
        .route("/status_pages/{page}/services", get(services))
        .route("/status_pages/{page}/posts", get(posts))
        .route("/status_pages/{page}/posts/{post}", get(post))
        .route(
            "/status_pages/{page}/posts/{post}/post_updates",
            get(updates),
        )
        .route(
            "/status_pages/{page}/posts/{post}/post_updates/{update}",
            get(update),
        )
}

async fn pages(RawQuery(query): RawQuery, State(site): State<Site>) -> Reply {
    let params = params(query.as_deref(), &["status_page_type"])?;
    let published = site.shared.with(|world, _| fine_stamp(world.start));
    let page = json!({
        "id": PAGE_ID,
        "name": "Hubs",
        "published_at": published,
        "status_page_type": "public",
        "url": "https://status.hubs.example",
        "type": "status_page",
    });
    let shown = params.admits("status_page_type", "public");
    listed("status_pages", shown.then_some(page).into_iter().collect())
}

async fn impacts(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    words(
        &page,
        query.as_deref(),
        "impacts",
        "status_page_impact",
        &IMPACTS,
    )
}

async fn severities(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    words(
        &page,
        query.as_deref(),
        "severities",
        "status_page_severity",
        &SEVERITIES,
    )
}

async fn statuses(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    words(
        &page,
        query.as_deref(),
        "statuses",
        "status_page_status",
        &STATUSES,
    )
}

fn words(page: &str, query: Option<&str>, key: &str, kind: &str, all: &[Word]) -> Reply {
    is_ours(page)?;
    let params = params(query, &["post_type"])?;
    let listed_words = all
        .iter()
        .filter(|(_, _, of)| params.admits("post_type", of));
    let shaped = listed_words.map(|(id, words, of)| {
        json!({
            "id": id,
            "self": format!("{API}/status_pages/{PAGE_ID}/{key}/{id}"),
            "description": words,
            "post_type": of,
            "status_page": this_page(),
            "type": kind,
        })
    });
    listed(key, shaped.collect())
}

async fn services(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &[])?;
    let numbered = SERVICES.iter().zip(1_u32..);
    let shaped = numbered.map(|(name, number)| {
        let id = service_id(number);
        json!({
            "id": id,
            "self": format!("{API}/status_pages/{PAGE_ID}/services/{id}"),
            "name": name,
            "status_page": this_page(),
            "business_service": { "id": business_id(number), "type": "business_service" },
            "type": "status_page_service",
        })
    });
    listed("services", shaped.collect())
}

async fn posts(
    State(site): State<Site>,
    Path(page): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    let params = params(
        query.as_deref(),
        &["post_type", "reviewed_status", "status[]"],
    )?;
    site.shared.with(|world, _| {
        let found = world.posts.iter().rev().filter(|it| {
            let status = it.updates.last().map(|it| status_id(it.status));
            params.admits("post_type", kind(it))
                && params.admits("status[]", status.unwrap_or_default())
                && params.admits("reviewed_status", "approved")
        });
        listed("posts", found.map(post_shape).collect())
    })
}

async fn post(
    State(site): State<Site>,
    Path((page, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = find(&world.posts, &id)?;
        single(StatusCode::OK, "post", &post_shape(found))
    })
}

async fn updates(
    State(site): State<Site>,
    Path((page, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &["reviewed_status"])?;
    site.shared.with(|world, _| {
        let post = find(&world.posts, &id)?;
        let shaped = post.updates.iter().map(|it| update_shape(post, it));
        listed("post_updates", shaped.collect())
    })
}

async fn update(
    State(site): State<Site>,
    Path((page, id, update)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &[])?;
    site.shared.with(|world, _| {
        let post = find(&world.posts, &id)?;
        let found = post.updates.iter().find(|it| it.id == update);
        let found = found.ok_or_else(Problem::not_found)?;
        single(StatusCode::OK, "post_update", &update_shape(post, found))
    })
}

fn is_ours(page: &str) -> Result<(), Problem> {
    (page == PAGE_ID)
        .then_some(())
        .ok_or_else(Problem::not_found)
}

fn find<'a>(posts: &'a [Post], id: &str) -> Result<&'a Post, Problem> {
    let found = posts.iter().find(|it| it.id == id);
    found.ok_or_else(Problem::not_found)
}

/// These lists take no paging, though they show some.
fn listed(key: &str, all: Vec<Value>) -> Reply {
    let total = all.len();
    let body = json!({ "limit": 100, "offset": 0, "more": false, "total": total, key: all });
    Ok(answer(StatusCode::OK, &body))
}

fn this_page() -> Value {
    json!({ "id": PAGE_ID, "type": "status_page" })
}

fn kind(it: &Post) -> &'static str {
    if it.planned.is_some() {
        "maintenance"
    } else {
        "incident"
    }
}

fn post_shape(it: &Post) -> Value {
    let path = format!("{API}/status_pages/{PAGE_ID}/posts/{}", it.id);
    let updates = it.updates.iter().map(|update| {
        json!({
            "id": update.id,
            "self": format!("{path}/post_updates/{}", update.id),
            "type": "status_page_post_update",
        })
    });
    let linked = it.incident.as_ref();
    json!({
        "id": it.id,
        "self": path,
        "type": "status_page_post",
        "post_type": kind(it),
        "status_page": this_page(),
        "linked_resource": linked.map(|id| json!({ "id": id, "type": "incident" })),
        "postmortem": null,
        "title": it.title,
        "starts_at": it.planned.map(|(from, _)| fine_stamp(from)),
        "ends_at": it.planned.map(|(_, until)| fine_stamp(until)),
        "updates": updates.collect::<Vec<_>>(),
    })
}

fn update_shape(post: &Post, it: &Update) -> Value {
    let planned = post.planned.is_some();
    let impacted = it.impact.iter().filter_map(|(name, impact)| {
        let mut numbered = SERVICES.iter().zip(1_u32..);
        let (_, number) = numbered.find(|(service, _)| *service == name)?;
        Some(json!({
            "service": { "id": service_id(number), "type": "status_page_service" },
            "impact": { "id": impact_id(*impact, planned), "type": "status_page_impact" },
        }))
    });
    json!({
        "id": it.id,
        "self": format!("{API}/status_pages/{PAGE_ID}/posts/{}/post_updates/{}", post.id, it.id),
        "post": { "id": post.id, "type": "status_page_post" },
        "message": it.message,
        "reviewed_status": "approved",
        "status": { "id": status_id(it.status), "type": "status_page_status" },
        "severity": { "id": severity_id(it.severity, planned), "type": "status_page_severity" },
        "impacted_services": impacted.collect::<Vec<_>>(),
        "update_frequency_ms": null,
        "notify_subscribers": false,
        "reported_at": fine_stamp(it.at),
        "type": "status_page_post_update",
    })
}

fn service_id(number: u32) -> String {
    format!("PSS{number}")
}

fn status_id(status: PostStatus) -> &'static str {
    match status {
        PostStatus::Investigating => "PSTINV",
        PostStatus::Detected => "PSTDET",
        PostStatus::Resolved => "PSTRES",
        PostStatus::Scheduled => "PSTSCH",
        PostStatus::InProgress => "PSTPRO",
        PostStatus::Completed => "PSTCOM",
    }
}

fn severity_id(severity: Severity, planned: bool) -> &'static str {
    match (severity, planned) {
        (Severity::AllGood, false) => "PSEGOOD",
        (Severity::Minor, false) => "PSEMIN",
        (Severity::Major, false) => "PSEMAJ",
        (Severity::AllGood, true) => "PSEMGOOD",
        (Severity::Minor | Severity::Major, true) => "PSEMMIN",
    }
}

fn impact_id(impact: ServiceImpact, planned: bool) -> &'static str {
    match (impact, planned) {
        (_, true) => "PIMMAI",
        (ServiceImpact::Operational, false) => "PIMOPE",
        (ServiceImpact::Degraded, false) => "PIMPAR",
        (ServiceImpact::Outage, false) => "PIMOUT",
    }
}
