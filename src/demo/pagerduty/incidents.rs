//! The endpoints that list incidents, their alerts and notes.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde_json::json;

use super::guard::PagerdutyState;
use super::incident_shape::{self as shape, Include};
use super::paging::{check_allowed, list_params, moment, params, single};
use super::problem::{Problem, Reply};
use crate::demo::account::Account;
use crate::demo::account::incident::{Incident, Status};
use crate::demo::clockwork::At;
use crate::demo::serve::shared::{Params, json_response};

const INCLUDES: [&str; 11] = [
    "acknowledgers",
    "agents",
    "assignees",
    "conference_bridge",
    "custom_fields",
    "escalation_policies",
    "first_trigger_log_entries",
    "priorities",
    "services",
    "teams",
    "users",
];
const FILTERS: [&str; 12] = [
    "date_range",
    "incident_key",
    "service_ids[]",
    "team_ids[]",
    "user_ids[]",
    "urgencies[]",
    "time_zone",
    "statuses[]",
    "sort_by",
    "include[]",
    "since",
    "until",
];
/// The longest range from `since` to `until`, and the default range if `since` is missing. Both are in days.
const MAX_DAYS: i64 = 184;
const DEFAULT_DAYS: i64 = 31;

/// `GET /incidents`.
pub(super) async fn list(State(site): State<PagerdutyState>, RawQuery(query): RawQuery) -> Reply {
    let (params, page) = list_params(query.as_deref(), &FILTERS)?;
    check_allowed(
        &params,
        "statuses[]",
        &["triggered", "acknowledged", "resolved"],
    )?;
    check_allowed(&params, "urgencies[]", &["high", "low"])?;
    check_allowed(&params, "date_range", &["all"])?;
    check_allowed(&params, "include[]", &INCLUDES)?;
    let include = include(&params);
    site.shared.with(|world, now| {
        let account = &world.account;
        let (since, until) = span(&params, now)?;
        // All past incidents are resolved.
        let past = params
            .admits("statuses[]", Status::Resolved.into())
            .then(|| account.past_incidents(since));
        let mut found: Vec<_> = past
            .into_iter()
            .flatten()
            .chain(&account.incidents)
            .filter(|it| since.is_none_or(|since| since <= it.created_at))
            .filter(|it| until.is_none_or(|until| it.created_at <= until))
            .filter(|it| fits(account, it, &params))
            .collect();
        sort(&mut found, &params)?;
        Ok(page.response("incidents", &found, |it| {
            shape::incident(account, it, include)
        }))
    })
}

/// `GET /incidents/{id}`, by id or number.
pub(super) async fn one(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    let params = params(query.as_deref(), &["include[]"])?;
    check_allowed(&params, "include[]", &INCLUDES)?;
    site.shared.with(|world, _| {
        let incident = world.account.incident(&id).ok_or_else(Problem::not_found)?;
        let shaped = shape::incident(&world.account, incident, include(&params));
        single(StatusCode::OK, "incident", &shaped)
    })
}

/// `GET /incidents/{id}/alerts`.
pub(super) async fn alerts(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    let known = ["alert_key", "statuses[]", "sort_by", "include[]"];
    let (params, page) = list_params(query.as_deref(), &known)?;
    check_allowed(&params, "statuses[]", &["triggered", "resolved"])?;
    site.shared.with(|world, _| {
        let incident = world.account.incident(&id).ok_or_else(Problem::not_found)?;
        let found = incident.alerts.iter().filter(|it| {
            let status = if it.resolved { "resolved" } else { "triggered" };
            params.admits("statuses[]", status) && params.admits("alert_key", &it.key)
        });
        let found: Vec<_> = found.collect();
        Ok(page.response("alerts", &found, |it| {
            shape::alert(&world.account, incident, it)
        }))
    })
}

/// `GET /incidents/{id}/notes`: all notes, newest first, without pagination.
pub(super) async fn notes(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    params(query.as_deref(), &[])?;
    site.shared.with(|world, _| {
        let incident = world.account.incident(&id).ok_or_else(Problem::not_found)?;
        let notes = incident.notes.iter().rev();
        let notes: Vec<_> = notes.map(|it| shape::note(&world.account, it)).collect();
        Ok(json_response(StatusCode::OK, &json!({ "notes": notes })))
    })
}

/// The references that `include[]` asks to replace with full objects.
fn include(params: &Params) -> Include {
    let asks = |name| params.all("include[]").any(|it| it == name);
    Include {
        people: asks("assignees") || asks("acknowledgers") || asks("users"),
        services: asks("services"),
        policies: asks("escalation_policies"),
    }
}

/// The range of creation times that the request asks for; `None` for `date_range=all`.
fn span(params: &Params, now: At) -> Result<(Option<At>, Option<At>), Problem> {
    let since = moment(params, "since", 2004)?;
    let until = moment(params, "until", 2005)?;
    if params.get("date_range") == Some("all") {
        return Ok((None, None));
    }
    let until = until.unwrap_or(now);
    let since = since.unwrap_or(until - chrono::TimeDelta::days(DEFAULT_DAYS));
    if until - since > chrono::TimeDelta::days(MAX_DAYS) {
        let words = "The time range may not be longer than 6 months";
        return Err(Problem::new(StatusCode::BAD_REQUEST, 2004, words));
    }
    Ok((Some(since), Some(until)))
}

fn fits(account: &Account, it: &Incident, params: &Params) -> bool {
    let all = &account.directory;
    let service = all.service(&it.service).map(|it| it.id());
    let urgency = if shape::is_high(it) { "high" } else { "low" };
    let holders = it.assigned.iter().filter_map(|(key, _)| all.user(key));
    let held = || {
        holders
            .clone()
            .any(|user| params.admits("user_ids[]", &user.id()))
    };
    let keys = it
        .alerts
        .iter()
        .map(|it| it.key.as_str())
        .chain(it.incident_key.as_deref());
    let keyed = || keys.clone().any(|key| params.admits("incident_key", key));
    params.admits("statuses[]", it.status.into())
        && params.admits("urgencies[]", urgency)
        && params.admits("service_ids[]", &service.unwrap_or_default())
        && (params.get("user_ids[]").is_none() || held())
        && (params.get("incident_key").is_none() || keyed())
        && params.get("team_ids[]").is_none()
}

/// Sorts by `sort_by`, or by time of creation if it is missing.
fn sort(found: &mut [&Incident], params: &Params) -> Result<(), Problem> {
    let orders = params.all("sort_by").flat_map(|it| it.split(','));
    let orders: Vec<_> = orders.collect();
    if orders.len() > 2 {
        return Err(Problem::invalid("sort_by takes two fields at most"));
    }
    found.sort_by_key(|it| it.number);
    for order in orders.iter().rev() {
        let (field, direction) = order.split_once(':').unwrap_or((order, "asc"));
        let compare = match field {
            "incident_number" => |a: &Incident, b: &Incident| a.number.cmp(&b.number),
            "created_at" => |a: &Incident, b: &Incident| a.created_at.cmp(&b.created_at),
            "resolved_at" => |a: &Incident, b: &Incident| a.resolved_at.cmp(&b.resolved_at),
            "urgency" => |a: &Incident, b: &Incident| shape::is_high(a).cmp(&shape::is_high(b)),
            _ => return Err(Problem::invalid(format!("sort_by cannot be {field}"))),
        };
        match direction {
            "asc" => found.sort_by(|a, b| compare(a, b)),
            "desc" => found.sort_by(|a, b| compare(b, a)),
            _ => return Err(Problem::invalid(format!("sort_by cannot go {direction}"))),
        }
    }
    Ok(())
}
