//! The hubs: their health, the health of their proxies, and metrics that a real Prometheus can scrape.
//!
//! All hubs share an address. Each hub has the path `/h/CLUSTER/HUB`.

mod exposition;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use super::serve::shared::{Shared, hang_up, json_response, text};
use super::world::hub::Outage;
use super::world::releases::Release;

const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The routes of all hubs.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/h/{cluster}/{hub}/hub/health", get(health))
        .route("/h/{cluster}/{hub}/hub/api/health", get(health))
        .route("/h/{cluster}/{hub}/hub/api", get(version))
        .route("/h/{cluster}/{hub}/hub/metrics", get(hub_metrics))
        .route("/h/{cluster}/{hub}/_chp_healthz", get(proxy))
        .route("/metrics/{cluster}", get(cluster_metrics))
        .with_state(shared)
}

/// The state of a hub.
enum HubState {
    /// The hub answers and runs this release.
    Up(Release),
    Failing(Outage),
    Unknown,
}

type HubPath = Path<(String, String)>;

fn hub_state(shared: &Shared, cluster: &str, hub: &str) -> HubState {
    shared.with(|world, now| match world.fleet.hub(cluster, hub) {
        None => HubState::Unknown,
        Some(hub) => match hub.outage(now) {
            None => HubState::Up(hub.release_at(now)),
            Some(outage) => HubState::Failing(outage),
        },
    })
}

async fn health(State(shared): State<Shared>, Path((cluster, hub)): HubPath) -> Response {
    match hub_state(&shared, &cluster, &hub) {
        HubState::Up(release) => (StatusCode::OK, jupyterhub_headers(release)).into_response(),
        HubState::Failing(outage) => outage_response(outage),
        HubState::Unknown => no_route(),
    }
}

async fn version(State(shared): State<Shared>, Path((cluster, hub)): HubPath) -> Response {
    match hub_state(&shared, &cluster, &hub) {
        HubState::Up(release) => {
            let version = json!({ "version": release.jupyterhub });
            let body = json_response(StatusCode::OK, &version);
            (jupyterhub_headers(release), body).into_response()
        }
        HubState::Failing(outage) => outage_response(outage),
        HubState::Unknown => no_route(),
    }
}

/// The health of a hub's proxy. The proxy may be healthy while the hub fails.
async fn proxy(State(shared): State<Shared>, Path((cluster, hub)): HubPath) -> Response {
    match hub_state(&shared, &cluster, &hub) {
        HubState::Up(_) | HubState::Failing(Outage::HubGone) => {
            json_response(StatusCode::OK, &json!({ "status": "OK" }))
        }
        HubState::Failing(outage) => outage_response(outage),
        HubState::Unknown => no_route(),
    }
}

async fn hub_metrics(State(shared): State<Shared>, Path((cluster, hub)): HubPath) -> Response {
    let metrics = shared.with(|world, now| {
        let hub = world.fleet.hub(&cluster, &hub)?;
        Some(exposition::hub_metrics(hub, now, world.drift()))
    });
    match (metrics, hub_state(&shared, &cluster, &hub)) {
        (Some(metrics), HubState::Up(release)) => {
            let metrics = text(StatusCode::OK, METRICS, metrics);
            (jupyterhub_headers(release), metrics).into_response()
        }
        (_, HubState::Failing(outage)) => outage_response(outage),
        (_, _) => no_route(),
    }
}

async fn cluster_metrics(State(shared): State<Shared>, Path(cluster): Path<String>) -> Response {
    let metrics = shared.with(|world, now| {
        let cluster = world.fleet.cluster(&cluster)?;
        Some(exposition::cluster_metrics(world, cluster, now))
    });
    metrics.map_or_else(no_route, |it| text(StatusCode::OK, METRICS, it))
}

fn jupyterhub_headers(release: Release) -> [(HeaderName, &'static str); 2] {
    let version = HeaderName::from_static("x-jupyterhub-version");
    [
        (version, release.jupyterhub),
        (header::CACHE_CONTROL, "no-cache"),
    ]
}

fn outage_response(outage: Outage) -> Response {
    match outage {
        Outage::HubGone => page(StatusCode::SERVICE_UNAVAILABLE, "503 : Service Unavailable"),
        Outage::ProxyGone => page(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        Outage::Silent => hang_up(),
    }
}

fn no_route() -> Response {
    page(StatusCode::NOT_FOUND, "404 : Not Found")
}

fn page(status: StatusCode, title: &str) -> Response {
    let html = format!("<!DOCTYPE html><html><body><h1>{title}</h1></body></html>\n");
    text(status, "text/html", html)
}
