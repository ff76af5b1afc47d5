//! The endpoints that list policies, priorities, services, users, maintenance windows and abilities.

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde_json::json;

use super::guard::{Caller, PagerdutyState};
use super::paging::{list_params, params, single};
use super::problem::{Problem, Reply};
use super::{ME, full_objects, refs};
use crate::demo::account::Window;
use crate::demo::account::directory::{Policy, Service};
use crate::demo::clockwork::At;
use crate::demo::serve::shared::{Params, json_response};

const ABILITIES: [&str; 4] = [
    "coordinated_responding",
    "teams",
    "urgencies",
    "service_support_hours",
];

pub(super) async fn policies(
    State(site): State<PagerdutyState>,
    RawQuery(query): RawQuery,
) -> Reply {
    let known = ["query", "user_ids[]", "team_ids[]", "include[]", "sort_by"];
    let (params, page) = list_params(query.as_deref(), &known)?;
    let strategy = asks_for_strategy(&params);
    site.shared.with(|world, _| {
        let all = world.account.directory.policies.iter();
        let found: Vec<_> = all.filter(|it| holds(&it.name, &params)).collect();
        let shape = |it: &&Policy| full_objects::policy(&world.account, it, strategy);
        Ok(page.response("escalation_policies", &found, shape))
    })
}

pub(super) async fn policy(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    let params = params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = world.account.directory.policy_by_id(&id);
        let found = found.ok_or_else(Problem::not_found)?;
        let shaped = full_objects::policy(&world.account, found, asks_for_strategy(&params));
        single(StatusCode::OK, "escalation_policy", &shaped)
    })
}

pub(super) async fn priorities(
    State(site): State<PagerdutyState>,
    RawQuery(query): RawQuery,
) -> Reply {
    let (_, page) = list_params(query.as_deref(), &[])?;
    site.shared.with(|world, _| {
        let all = &world.account.directory.priorities;
        Ok(page.response("priorities", all, refs::full_priority))
    })
}

pub(super) async fn services(
    State(site): State<PagerdutyState>,
    RawQuery(query): RawQuery,
) -> Reply {
    let known = [
        "query",
        "team_ids[]",
        "time_zone",
        "sort_by",
        "include[]",
        "name",
    ];
    let (params, page) = list_params(query.as_deref(), &known)?;
    site.shared.with(|world, _| {
        let all = world.account.directory.services.iter();
        let found: Vec<_> = all.filter(|it| holds(&it.name, &params)).collect();
        Ok(page.response("services", &found, |it| {
            full_objects::service(&world.account, it)
        }))
    })
}

pub(super) async fn service(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = world.account.directory.service_by_id(&id);
        let found = found.ok_or_else(Problem::not_found)?;
        single(
            StatusCode::OK,
            "service",
            &full_objects::service(&world.account, found),
        )
    })
}

pub(super) async fn users(State(site): State<PagerdutyState>, RawQuery(query): RawQuery) -> Reply {
    let (params, page) = list_params(query.as_deref(), &["query", "team_ids[]", "include[]"])?;
    site.shared.with(|world, _| {
        let all = world.account.directory.users.iter();
        let found = all.filter(|it| holds(&it.name, &params) || holds(&it.email(), &params));
        let found: Vec<_> = found.collect();
        Ok(page.response("users", &found, |it| full_objects::user(it)))
    })
}

pub(super) async fn user(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = world.account.directory.user_by_id(&id);
        let found = found.ok_or_else(Problem::not_found)?;
        single(StatusCode::OK, "user", &full_objects::user(found))
    })
}

/// `GET /users/me`. Answers 400 to an account's key, which belongs to no user.
pub(super) async fn me(
    State(site): State<PagerdutyState>,
    Extension(caller): Extension<Option<Caller>>,
    RawQuery(query): RawQuery,
) -> Reply {
    params(query.as_deref(), &["include[]"])?;
    if caller == Some(Caller::Account) {
        return Err(Problem::invalid("This call needs a user's key"));
    }
    site.shared.with(|world, _| {
        let found = world
            .account
            .directory
            .user(ME)
            .ok_or_else(Problem::not_found)?;
        single(StatusCode::OK, "user", &full_objects::user(found))
    })
}

pub(super) async fn windows(
    State(site): State<PagerdutyState>,
    RawQuery(query): RawQuery,
) -> Reply {
    let known = [
        "query",
        "team_ids[]",
        "service_ids[]",
        "include[]",
        "filter",
    ];
    let (params, page) = list_params(query.as_deref(), &known)?;
    site.shared.with(|world, now| {
        let account = &world.account;
        let all = account.windows.iter();
        let found = all.filter(|it| {
            let service = account.directory.service(&it.service);
            let service = service.map(Service::id).unwrap_or_default();
            matches_filter(it, params.get("filter"), now)
                && params.admits("service_ids[]", &service)
        });
        let found: Vec<_> = found.collect();
        Ok(page.response("maintenance_windows", &found, |it| {
            full_objects::window(account, it)
        }))
    })
}

pub(super) async fn abilities(RawQuery(query): RawQuery) -> Reply {
    params(query.as_deref(), &[])?;
    Ok(json_response(
        StatusCode::OK,
        &json!({ "abilities": ABILITIES }),
    ))
}

fn asks_for_strategy(params: &Params) -> bool {
    let mut asked = params.all("include[]");
    asked.any(|it| it == "escalation_rule_assignment_strategies")
}

/// Whether `name` contains the text of the parameter `query`.
fn holds(name: &str, params: &Params) -> bool {
    let words = params.get("query").unwrap_or_default().to_lowercase();
    name.to_lowercase().contains(&words)
}

/// Whether `filter` selects a maintenance window.
fn matches_filter(it: &Window, filter: Option<&str>, now: At) -> bool {
    match filter {
        Some("past") => it.end < now,
        Some("future") => now < it.start,
        Some("ongoing") => it.start <= now && now <= it.end,
        Some("open") => now <= it.end,
        _ => true,
    }
}
