//! The public status page in PagerDuty's API. Each page has its own statuses, severities and impacts. Its posts refer
//! to them by id.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::business::business_id;
use super::guard::PagerdutyState;
use super::page_options::{IMPACTS, PageOption, SEVERITIES, STATUSES, service_id, status_id};
use super::page_shape::{self as shape, PAGE_ID, PAGES, kind, this_page};
use super::paging::{params, single};
use super::problem::{Problem, Reply};
use crate::demo::clockwork::format_timestamp_fraction;
use crate::demo::serve::shared::json_response;
use crate::demo::world::posts::{Post, SERVICES};

/// The routes of status pages.
pub(super) fn router() -> Router<PagerdutyState> {
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

async fn pages(RawQuery(query): RawQuery, State(site): State<PagerdutyState>) -> Reply {
    let params = params(query.as_deref(), &["status_page_type"])?;
    let published = site
        .shared
        .with(|world, _| format_timestamp_fraction(world.start));
    let page = json!({
        "id": PAGE_ID,
        "name": "Hubs",
        "published_at": published,
        "status_page_type": "public",
        "url": "https://status.hubs.example",
        "type": "status_page",
    });
    let shown = params.admits("status_page_type", "public");
    list_response("status_pages", shown.then_some(page).into_iter().collect())
}

async fn impacts(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    options(
        &page,
        query.as_deref(),
        "impacts",
        "status_page_impact",
        &IMPACTS,
    )
}

async fn severities(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    options(
        &page,
        query.as_deref(),
        "severities",
        "status_page_severity",
        &SEVERITIES,
    )
}

async fn statuses(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    options(
        &page,
        query.as_deref(),
        "statuses",
        "status_page_status",
        &STATUSES,
    )
}

fn options(page: &str, query: Option<&str>, key: &str, kind: &str, all: &[PageOption]) -> Reply {
    is_ours(page)?;
    let params = params(query, &["post_type"])?;
    let listed_words = all
        .iter()
        .filter(|(_, _, of)| params.admits("post_type", of));
    let shaped = listed_words.map(|(id, words, of)| {
        json!({
            "id": id,
            "self": format!("{PAGES}/{PAGE_ID}/{key}/{id}"),
            "description": words,
            "post_type": of,
            "status_page": this_page(),
            "type": kind,
        })
    });
    list_response(key, shaped.collect())
}

async fn services(Path(page): Path<String>, RawQuery(query): RawQuery) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &[])?;
    let numbered = SERVICES.iter().zip(1_u32..);
    let shaped = numbered.map(|(name, number)| {
        let id = service_id(number);
        json!({
            "id": id,
            "self": format!("{PAGES}/{PAGE_ID}/services/{id}"),
            "name": name,
            "status_page": this_page(),
            "business_service": { "id": business_id(number), "type": "business_service" },
            "type": "status_page_service",
        })
    });
    list_response("services", shaped.collect())
}

async fn posts(
    State(site): State<PagerdutyState>,
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
        list_response("posts", found.map(shape::post).collect())
    })
}

async fn post(
    State(site): State<PagerdutyState>,
    Path((page, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = find(&world.posts, &id)?;
        single(StatusCode::OK, "post", &shape::post(found))
    })
}

async fn updates(
    State(site): State<PagerdutyState>,
    Path((page, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &["reviewed_status"])?;
    site.shared.with(|world, _| {
        let post = find(&world.posts, &id)?;
        let shaped = post.updates.iter().map(|it| shape::update(post, it));
        list_response("post_updates", shaped.collect())
    })
}

async fn update(
    State(site): State<PagerdutyState>,
    Path((page, id, update)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Reply {
    is_ours(&page)?;
    params(query.as_deref(), &[])?;
    site.shared.with(|world, _| {
        let post = find(&world.posts, &id)?;
        let found = post.updates.iter().find(|it| it.id == update);
        let found = found.ok_or_else(Problem::not_found)?;
        single(StatusCode::OK, "post_update", &shape::update(post, found))
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

/// A response with a list. The request takes no pagination parameters, although the response has the fields of a page.
fn list_response(key: &str, all: Vec<Value>) -> Reply {
    let total = all.len();
    let body = json!({ "limit": 100, "offset": 0, "more": false, "total": total, key: all });
    Ok(json_response(StatusCode::OK, &body))
}
