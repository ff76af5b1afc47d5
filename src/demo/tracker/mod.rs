//! The team's issues and published reports, behind an API like GitHub's REST API. The API has lists by label with
//! pagination, entity tags for unchanged pages, a rate limit, and redirects for a renamed repository.

mod course;
mod file_shape;
mod issue;
mod issue_shape;
mod page;
mod stories;
mod team;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::clockwork::{At, format_timestamp};
use super::serve::shared::{Shared, json_response};
use crate::demo::serve::params::Params;
use issue::{Issue, ReportFile};
use issue_shape::issue_json;
use page::Page;

/// A token that may read issues and contents.
pub const TOKEN: &str = "github_pat_demo";

/// The repository of the issues, its former name, and the repository of the reports.
pub const REPOSITORY: &str = "hubs/infrastructure";
const OLD_REPOSITORY: &str = "hubs/infra";
pub const REPORTS_REPOSITORY: &str = "hubs/incident-reports";
pub const REPORTS_FOLDER: &str = "reports";
const REPOSITORY_ID: u64 = 4711;

/// The website on which people read these issues and reports.
pub const SITE: &str = "https://issues.hubs.example";

const LIMIT: u32 = 5_000;
const WINDOW_SECONDS: i64 = 3_600;

#[derive(Clone)]
struct TrackerState {
    shared: Shared,
    record: Arc<OnceLock<Record>>,
    budget: Arc<Mutex<(i64, u32)>>,
}

/// All issues, in the order of their numbers, and all files.
struct Record {
    issues: Vec<Issue>,
    files: Vec<ReportFile>,
}

/// The API of the tracker.
pub fn router(shared: Shared) -> Router {
    let state = TrackerState {
        shared,
        record: Arc::default(),
        budget: Arc::default(),
    };
    Router::new()
        .route("/repos/{owner}/{name}/issues", get(issues))
        .route("/repositories/{id}/issues", get(issues_by_id))
        .route("/repos/{owner}/{name}/contents/{*path}", get(contents))
        .fallback(|| async { not_found() })
        .with_state(state)
}

async fn issues(
    State(state): State<TrackerState>,
    Path((owner, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    state.answer(&headers, |state| match format!("{owner}/{name}").as_str() {
        REPOSITORY => state.list(&query, &headers),
        OLD_REPOSITORY => moved(&query, &headers),
        _ => not_found(),
    })
}

async fn issues_by_id(
    State(state): State<TrackerState>,
    Path(id): Path<u64>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    state.answer(&headers, |state| match id {
        REPOSITORY_ID => state.list(&query, &headers),
        _ => not_found(),
    })
}

async fn contents(
    State(state): State<TrackerState>,
    Path((owner, name, path)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    state.answer(&headers, |state| {
        let is_there = format!("{owner}/{name}") == REPORTS_REPOSITORY && path == REPORTS_FOLDER;
        match is_there {
            true => {
                let files = &state.record().files;
                let files: Vec<Value> = files.iter().map(file_shape::file_json).collect();
                tagged(&Value::Array(files), &headers)
            }
            false => not_found(),
        }
    })
}

impl TrackerState {
    fn record(&self) -> &Record {
        self.record
            .get_or_init(|| self.shared.with(|world, _| stories::record(world)))
    }

    // A response for an unchanged page does not count against the rate limit.
    fn answer(&self, headers: &HeaderMap, answer: impl FnOnce(&Self) -> Response) -> Response {
        let now = self.shared.with(|_, now| now);
        let sent = headers.get(header::AUTHORIZATION);
        let is_known = sent.is_some_and(|it| it.as_bytes() == format!("Bearer {TOKEN}").as_bytes());
        let window = now.timestamp().div_euclid(WINDOW_SECONDS);
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        if budget.0 != window {
            *budget = (window, 0);
        }
        let mut response = match (is_known, budget.1 < LIMIT) {
            (false, _) => problem(StatusCode::UNAUTHORIZED, "Bad credentials"),
            (true, false) => problem(StatusCode::FORBIDDEN, "API rate limit exceeded"),
            (true, true) => answer(self),
        };
        if response.status() != StatusCode::NOT_MODIFIED {
            budget.1 = budget.1.saturating_add(1).min(LIMIT);
        }
        let values = [
            ("x-ratelimit-limit", i64::from(LIMIT)),
            ("x-ratelimit-remaining", i64::from(LIMIT - budget.1)),
            ("x-ratelimit-used", i64::from(budget.1)),
            ("x-ratelimit-reset", (window + 1) * WINDOW_SECONDS),
        ];
        for (name, value) in values {
            response
                .headers_mut()
                .insert(name, HeaderValue::from(value));
        }
        response
    }

    fn list(&self, query: &str, headers: &HeaderMap) -> Response {
        let params = Params::parse(query);
        let Some(page) = Page::parse(&params) else {
            return problem(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed");
        };
        let mut found: Vec<&Issue> = self.record().issues.iter().collect();
        found.retain(|issue| page.admits(issue));
        found.sort_by_key(|issue| issue.created_at);
        if !page.is_ascending {
            found.reverse();
        }
        let first = (page.number - 1).saturating_mul(page.size);
        let shown = found.iter().skip(first).take(page.size);
        let body = Value::Array(shown.map(|issue| issue_json(issue)).collect());
        let mut response = tagged(&body, headers);
        if found.len() > first + page.size {
            let last = found.len().div_ceil(page.size);
            let next = page_address(headers, &params, page.number + 1);
            let last = page_address(headers, &params, last);
            let link = format!("<{next}>; rel=\"next\", <{last}>; rel=\"last\"");
            if let Ok(link) = link.parse() {
                response.headers_mut().insert(header::LINK, link);
            }
        }
        response
    }
}

// The address of the next page. GitHub's links name the repository by its id.
fn page_address(headers: &HeaderMap, params: &Params, page: usize) -> String {
    let names = ["labels", "state", "since", "sort", "direction", "per_page"];
    let given = names.iter().filter_map(|name| {
        let value = params.get(name)?.replace(':', "%3A");
        Some(format!("{name}={value}"))
    });
    let query: Vec<String> = given.chain([format!("page={page}")]).collect();
    format!("{}?{}", own_address(headers), query.join("&"))
}

fn own_address(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let host = host.unwrap_or_default();
    format!("http://{host}/repositories/{REPOSITORY_ID}/issues")
}

fn moved(query: &str, headers: &HeaderMap) -> Response {
    let address = format!("{}?{query}", own_address(headers));
    let body = json!({
        "message": "Moved Permanently",
        "url": address,
        "documentation_url": "https://docs.github.com/rest",
    });
    let mut response = json_response(StatusCode::MOVED_PERMANENTLY, &body);
    if let Ok(address) = address.parse() {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}

// The response with the body, or 304 if the client has the same body already.
fn tagged(body: &Value, headers: &HeaderMap) -> Response {
    let tag = format!("W/\"{}\"", file_shape::digest(&body.to_string()));
    let known = headers.get(header::IF_NONE_MATCH);
    let is_known = known.is_some_and(|it| it.as_bytes() == tag.as_bytes());
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => json_response(StatusCode::OK, body),
    };
    if let Ok(tag) = tag.parse() {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "Not Found")
}

fn problem(status: StatusCode, message: &str) -> Response {
    let body = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.as_str(),
    });
    json_response(status, &body)
}

fn timestamp(at: At) -> String {
    format_timestamp(at)
}
