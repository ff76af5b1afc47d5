//! Policies, priorities, services, people, maintenance, abilities, business services.

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::guard::{Caller, Site};
use super::paging::{list_params, params, single};
use super::problem::{Problem, Reply};
use super::{ME, refs};
use crate::demo::account::directory::{Level, Policy, Service, User};
use crate::demo::account::incident::Status;
use crate::demo::account::{Account, Window};
use crate::demo::clockwork::{At, hour_of, stamp};
use crate::demo::serve::shared::{Params, json as answer};
use crate::demo::world::posts::SERVICES;

const ABILITIES: [&str; 4] = [
    "coordinated_responding",
    "teams",
    "urgencies",
    "service_support_hours",
];

pub(super) async fn policies(State(site): State<Site>, RawQuery(query): RawQuery) -> Reply {
    let known = ["query", "user_ids[]", "team_ids[]", "include[]", "sort_by"];
    let (params, page) = list_params(query.as_deref(), &known)?;
    let strategy = asks_for_strategy(&params);
    site.shared.with(|world, _| {
        let all = world.account.directory.policies.iter();
        let found: Vec<_> = all.filter(|it| holds(&it.name, &params)).collect();
        let shape = |it: &&Policy| full_policy(&world.account, it, strategy);
        Ok(page.answer("escalation_policies", &found, shape))
    })
}

pub(super) async fn policy(
    State(site): State<Site>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    let params = params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = world.account.directory.policy_by_id(&id);
        let found = found.ok_or_else(Problem::not_found)?;
        let shaped = full_policy(&world.account, found, asks_for_strategy(&params));
        single(StatusCode::OK, "escalation_policy", &shaped)
    })
}

pub(super) async fn priorities(State(site): State<Site>, RawQuery(query): RawQuery) -> Reply {
    let (_, page) = list_params(query.as_deref(), &[])?;
    site.shared.with(|world, _| {
        let all = &world.account.directory.priorities;
        Ok(page.answer("priorities", all, refs::full_priority))
    })
}

pub(super) async fn services(State(site): State<Site>, RawQuery(query): RawQuery) -> Reply {
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
        Ok(page.answer("services", &found, |it| full_service(&world.account, it)))
    })
}

pub(super) async fn service(
    State(site): State<Site>,
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
            &full_service(&world.account, found),
        )
    })
}

pub(super) async fn users(State(site): State<Site>, RawQuery(query): RawQuery) -> Reply {
    let (params, page) = list_params(query.as_deref(), &["query", "team_ids[]", "include[]"])?;
    site.shared.with(|world, _| {
        let all = world.account.directory.users.iter();
        let found = all.filter(|it| holds(&it.name, &params) || holds(&it.email(), &params));
        let found: Vec<_> = found.collect();
        Ok(page.answer("users", &found, |it| full_user(it)))
    })
}

pub(super) async fn user(
    State(site): State<Site>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    params(query.as_deref(), &["include[]"])?;
    site.shared.with(|world, _| {
        let found = world.account.directory.user_by_id(&id);
        let found = found.ok_or_else(Problem::not_found)?;
        single(StatusCode::OK, "user", &full_user(found))
    })
}

/// `GET /users/me`: an account's key is nobody's.
pub(super) async fn me(
    State(site): State<Site>,
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
        single(StatusCode::OK, "user", &full_user(found))
    })
}

pub(super) async fn windows(State(site): State<Site>, RawQuery(query): RawQuery) -> Reply {
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
            is_meant(it, params.get("filter"), now) && params.admits("service_ids[]", &service)
        });
        let found: Vec<_> = found.collect();
        Ok(page.answer("maintenance_windows", &found, |it| window(account, it)))
    })
}

pub(super) async fn abilities(RawQuery(query): RawQuery) -> Reply {
    params(query.as_deref(), &[])?;
    Ok(answer(StatusCode::OK, &json!({ "abilities": ABILITIES })))
}

pub(super) async fn business_services(RawQuery(query): RawQuery) -> Reply {
    let (_, page) = list_params(query.as_deref(), &[])?;
    let all: Vec<_> = SERVICES.iter().zip(1_u32..).collect();
    Ok(page.answer("business_services", &all, |(name, number)| {
        let (kind, id) = ("business_service", business_id(*number));
        let base = refs::base(kind, &id, name, "business_services", None);
        let more =
            json!({ "name": name, "description": null, "point_of_contact": null, "team": null });
        refs::with(base, more)
    }))
}

/// `GET /business_services/impacts`: a P1 that is open impacts the service that it is about.
pub(super) async fn impacts(State(site): State<Site>, RawQuery(query): RawQuery) -> Reply {
    let params = params(query.as_deref(), &["additional_fields[]", "ids[]"])?;
    site.shared.with(|world, _| {
        let numbered = SERVICES.iter().zip(1_u32..);
        let listed = numbered.filter(|(_, number)| params.admits("ids[]", &business_id(*number)));
        let services: Vec<_> = listed
            .map(|(name, number)| {
                let hit = is_impacted(&world.account, name);
                json!({
                    "id": business_id(number),
                    "name": name,
                    "type": "business_service",
                    "status": if hit { "impacted" } else { "not_impacted" },
                    "additional_fields": {},
                })
            })
            .collect();
        let body = json!({ "limit": 100, "more": false, "services": services });
        Ok(answer(StatusCode::OK, &body))
    })
}

fn is_impacted(account: &Account, name: &str) -> bool {
    let mut p1 = account
        .incidents
        .iter()
        .filter(|it| it.status != Status::Resolved && it.priority.as_deref() == Some("P1"));
    let about = |service: &str| match service {
        "storage-outage" | "storage" => "Storage",
        "startup" => "User Server",
        _ => "Hub",
    };
    p1.any(|it| about(&it.service) == name)
}

/// The id of a business service by its place.
pub(super) fn business_id(number: u32) -> String {
    format!("PBS{number}")
}

fn asks_for_strategy(params: &Params) -> bool {
    let mut asked = params.all("include[]");
    asked.any(|it| it == "escalation_rule_assignment_strategies")
}

/// Whether a name holds the words of `query`.
fn holds(name: &str, params: &Params) -> bool {
    let words = params.get("query").unwrap_or_default().to_lowercase();
    name.to_lowercase().contains(&words)
}

pub(super) fn full_user(it: &User) -> Value {
    let base = refs::base("user", &it.id(), &it.name, "users", Some("users"));
    refs::with(
        base,
        json!({
            "name": it.name,
            "email": it.email(),
            "time_zone": "Etc/UTC",
            "color": "green",
            "role": "user",
            "avatar_url": null,
            "description": null,
            "invitation_sent": false,
            "job_title": it.job,
            "created_via_sso": false,
            "teams": [],
            "contact_methods": [],
            "notification_rules": [],
        }),
    )
}

pub(super) fn full_policy(account: &Account, it: &Policy, strategy: bool) -> Value {
    let page = "escalation_policies";
    let base = refs::base("escalation_policy", &it.id(), &it.name, page, Some(page));
    let levels = it.levels.iter().zip(1_usize..);
    let rules = levels.map(|(level, number)| {
        let rule = json!({
            "id": format!("{}R{number}", it.id()),
            "escalation_delay_in_minutes": level.after.as_secs() / 60,
            "targets": targets(account, level),
        });
        let more = json!({ "escalation_rule_assignment_strategy": "round_robin" });
        if strategy {
            refs::with(rule, more)
        } else {
            rule
        }
    });
    let services = account.directory.services.iter();
    let services = services
        .filter(|service| service.policy == it.key)
        .map(refs::service);
    refs::with(
        base,
        json!({
            "name": it.name,
            "description": null,
            "num_loops": it.loops,
            "on_call_handoff_notifications": "if_has_services",
            "escalation_rules": rules.collect::<Vec<_>>(),
            "services": services.collect::<Vec<_>>(),
            "teams": [],
        }),
    )
}

fn targets(account: &Account, level: &Level) -> Vec<Value> {
    let all = &account.directory;
    let rotas = level.schedules.iter().filter_map(|key| all.schedule(key));
    let people = level.users.iter().filter_map(|key| all.user(key));
    rotas
        .map(refs::schedule)
        .chain(people.map(refs::user))
        .collect()
}

pub(super) fn full_service(account: &Account, it: &Service) -> Value {
    let page = Some("service-directory");
    let base = refs::base("service", &it.id(), &it.name, "services", page);
    let mine = account
        .incidents
        .iter()
        .filter(|incident| incident.service == it.key);
    let last = mine.clone().map(|incident| incident.created_at).max();
    let open: Vec<_> = mine.filter(|incident| incident.is_open()).collect();
    let status = if open
        .iter()
        .any(|incident| incident.status == Status::Triggered)
    {
        "critical"
    } else if open.is_empty() {
        "active"
    } else {
        "warning"
    };
    let policy = account.directory.policy(&it.policy);
    refs::with(
        base,
        json!({
            "name": it.name,
            "description": null,
            "auto_resolve_timeout": it.auto_resolve_timeout.map(|span| span.as_secs()),
            "acknowledgement_timeout": it.acknowledgement_timeout.map(|span| span.as_secs()),
            "created_at": stamp(hour_of(At::UNIX_EPOCH)),
            "status": status,
            "last_incident_timestamp": last.map(stamp),
            "escalation_policy": policy.map(refs::policy),
            "teams": [],
            "integrations": [],
            "incident_urgency_rule": { "type": "constant", "urgency": "high" },
            "support_hours": null,
            "scheduled_actions": [],
            "addons": [],
            "alert_creation": "create_alerts_and_incidents",
        }),
    )
}

/// Whether a window is one of those that `filter` means.
fn is_meant(it: &Window, filter: Option<&str>, now: At) -> bool {
    match filter {
        Some("past") => it.end < now,
        Some("future") => now < it.start,
        Some("ongoing") => it.start <= now && now <= it.end,
        Some("open") => now <= it.end,
        _ => true,
    }
}

fn window(account: &Account, it: &Window) -> Value {
    let path = "maintenance_windows";
    let base = refs::base("maintenance_window", &it.id, &it.text, path, Some(path));
    refs::with(
        base,
        json!({
            "sequence_number": it.number,
            "start_time": stamp(it.start),
            "end_time": stamp(it.end),
            "description": it.text,
            "created_by": refs::user_of(&account.directory, "caro"),
            "services": [refs::service_of(&account.directory, &it.service)],
            "teams": [],
        }),
    )
}
