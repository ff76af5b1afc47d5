//! An imitation of Prometheus' HTTP API v1, for one cluster or for all clusters.

mod kube_expression;
mod kube_parser;
mod kube_query;
mod kube_tokens;
mod query;
mod recognize;
mod responses;
mod restricted_query;
mod series;
mod window;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;

use super::serve::shared::{Params, Shared, hang_up, has_credentials, text};
use super::world::cluster::PrometheusMode;

/// The only user who may send queries.
pub const USER: &str = "hubwatch";
/// The password of [`USER`].
pub const PASSWORD: &str = "demo-password";
/// The tenant that the Prometheus for all clusters requires.
pub const TENANT: &str = "demo";

/// The clusters that a Prometheus watches.
#[derive(Clone, Debug)]
pub enum ServedClusters {
    Cluster(Arc<str>),
    /// All clusters. Their series have the label `cluster`.
    All,
}

/// The state that the handlers of one Prometheus share.
#[derive(Clone)]
pub(super) struct PrometheusState {
    pub(super) shared: Shared,
    pub(super) watches: ServedClusters,
}

/// The routes of a Prometheus.
pub fn router(shared: Shared, watches: ServedClusters) -> Router {
    let site = PrometheusState { shared, watches };
    Router::new()
        .route(
            "/-/healthy",
            get(|| fixed_text("Prometheus Server is Healthy.\n")),
        )
        .route(
            "/-/ready",
            get(|| fixed_text("Prometheus Server is Ready.\n")),
        )
        .route("/api/v1/rules", get(rules))
        .route("/api/v1/alerts", get(alerts))
        .route("/api/v1/query", get(query_get).post(query_post))
        .route("/api/v1/query_range", get(range_get).post(range_post))
        .route("/api/v1/status/buildinfo", get(build))
        .route("/api/v1/status/runtimeinfo", get(runtime))
        .layer(from_fn_with_state(site.clone(), guard))
        .with_state(site)
}

async fn fixed_text(words: &'static str) -> Response {
    text(StatusCode::OK, "text/plain; charset=utf-8", words)
}

/// Runs before every response: checks the server's mode, the password and the tenant.
async fn guard(State(site): State<PrometheusState>, request: Request, next: Next) -> Response {
    let refuse = |words| text(StatusCode::UNAUTHORIZED, "text/plain; charset=utf-8", words);
    match site.mode() {
        PrometheusMode::Answering => {}
        PrometheusMode::Dropping => return hang_up(),
        PrometheusMode::Unauthorized => return refuse("Unauthorized\n"),
        PrometheusMode::Unavailable => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return text(status, "text/plain; charset=utf-8", "Service Unavailable\n");
        }
        PrometheusMode::Garbled => {
            return text(
                StatusCode::OK,
                "application/json",
                "{\"status\":\"success\",\"da",
            );
        }
    }
    if !has_credentials(request.headers(), USER, PASSWORD) {
        return refuse("Unauthorized\n");
    }
    if !site.has_right_tenant(request.headers()) {
        return refuse("no org id\n");
    }
    next.run(request).await
}

impl PrometheusState {
    fn mode(&self) -> PrometheusMode {
        match &self.watches {
            ServedClusters::Cluster(name) => {
                self.shared.with(|world, _| world.prometheus_mode(name))
            }
            ServedClusters::All => PrometheusMode::Answering,
        }
    }

    /// Whether the request names the right tenant. Mimir and Cortex refuse requests without a tenant.
    fn has_right_tenant(&self, headers: &HeaderMap) -> bool {
        match self.watches {
            ServedClusters::Cluster(_) => true,
            ServedClusters::All => headers.get("X-Scope-OrgID").is_some_and(|it| it == TENANT),
        }
    }
}

async fn rules(State(site): State<PrometheusState>, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(&query.unwrap_or_default());
    responses::rules(&site, &params)
}

async fn alerts(State(site): State<PrometheusState>) -> Response {
    responses::alerts(&site)
}

async fn build() -> Response {
    responses::build_info()
}

async fn runtime(State(site): State<PrometheusState>) -> Response {
    responses::runtime_info(&site)
}

async fn query_get(State(site): State<PrometheusState>, RawQuery(query): RawQuery) -> Response {
    query::instant(&site, &Params::parse(&query.unwrap_or_default()))
}

async fn query_post(
    State(site): State<PrometheusState>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    query::instant(&site, &query_and_form_params(query, &body))
}

async fn range_get(State(site): State<PrometheusState>, RawQuery(query): RawQuery) -> Response {
    query::range(&site, &Params::parse(&query.unwrap_or_default()))
}

async fn range_post(
    State(site): State<PrometheusState>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    query::range(&site, &query_and_form_params(query, &body))
}

fn query_and_form_params(query: Option<String>, body: &Bytes) -> Params {
    let form = Params::parse(&String::from_utf8_lossy(body));
    form.and(Params::parse(&query.unwrap_or_default()))
}
