//! An imitation of PagerDuty (REST API v2, the status pages' API, Events v2), as strict as the documentation.
//!
//! This imitation is stricter than the real PagerDuty in two points, so that hubwatch's mistakes show. It answers 400
//! to a parameter that is not documented for the call, and to a write without `From`.

mod bodies;
mod business;
mod changes;
mod directory;
mod enqueue;
mod full_objects;
mod guard;
mod incident_shape;
mod incidents;
mod log;
mod oncalls;
mod page_options;
mod page_shape;
mod paging;
mod problem;
mod refs;
mod status_pages;
mod writes;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};

use super::serve::shared::Shared;
use guard::PagerdutyState;
pub use page_shape::PAGE_ID;

/// A user's API key. Every write with it is by Ada.
pub const USER_TOKEN: &str = "u+demo-token";
/// A user's API key that may only read.
pub const READ_ONLY_TOKEN: &str = "u+demo-read-only";
/// An API key of the account. The key belongs to no user, so `/users/me` fails. `From` names the acting user.
pub const ACCOUNT_TOKEN: &str = "demo-account-token";
/// The key of the user who owns [`USER_TOKEN`].
pub const ME: &str = "ada";

/// All routes.
pub fn router(shared: Shared) -> Router {
    let site = PagerdutyState::new(shared.clone());
    let rest = Router::new()
        .route(
            "/incidents",
            get(incidents::list).put(writes::bulk).post(writes::create),
        )
        .route(
            "/incidents/{id}",
            get(incidents::one).put(writes::single_change),
        )
        .route("/incidents/{id}/alerts", get(incidents::alerts))
        .route("/incidents/{id}/log_entries", get(log::for_incident))
        .route(
            "/incidents/{id}/notes",
            get(incidents::notes).post(writes::note),
        )
        .route("/incidents/{id}/snooze", post(writes::snooze))
        .route("/log_entries", get(log::all))
        .route("/oncalls", get(oncalls::list))
        .route("/escalation_policies", get(directory::policies))
        .route("/escalation_policies/{id}", get(directory::policy))
        .route("/priorities", get(directory::priorities))
        .route("/services", get(directory::services))
        .route("/services/{id}", get(directory::service))
        .route("/users", get(directory::users))
        .route("/users/me", get(directory::me))
        .route("/users/{id}", get(directory::user))
        .route("/maintenance_windows", get(directory::windows))
        .route("/abilities", get(directory::abilities))
        .route("/business_services", get(business::business_services))
        .route("/business_services/impacts", get(business::impacts))
        .merge(status_pages::router())
        .fallback(guard::route_not_found)
        .layer(from_fn_with_state(site.clone(), guard::guard))
        .with_state(site);
    let events = Router::new()
        .route(
            "/v2/enqueue",
            put(guard::method_not_allowed).post(enqueue::enqueue),
        )
        .with_state(shared);
    events.merge(rest)
}
