//! The endpoints that change one incident or several, create an incident, snooze an incident, or add a note.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::bodies::{Bulk, Creation, NoteBody, Single, SnoozeBody};
use super::changes::{apply, expect_type, policy_key, urgency, user_key};
use super::guard::{PagerdutyState, from_header};
use super::incident_shape as shape;
use super::paging::single;
use super::problem::{Problem, Reply};
use crate::demo::account::Account;
use crate::demo::account::incident::{Agent, Opening};
use crate::demo::account::refusal::Refusal;
use crate::demo::serve::shared::json_response;

/// The most incidents that one request may change.
const MAX_BULK: usize = 250;

/// `PUT /incidents`: makes all changes in the request, or none of them.
pub(super) async fn bulk(
    State(site): State<PagerdutyState>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: Bulk = parse_body(&body)?;
    if sent.incidents.len() > MAX_BULK {
        let (status, words) = (StatusCode::PAYLOAD_TOO_LARGE, "Too many incidents");
        return Err(Problem::new(status, 2001, words));
    }
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let mut tried = world.account.clone();
        let mut shaped = Vec::new();
        for change in sent.incidents {
            let id = change.id.clone();
            let id = id.ok_or_else(|| Problem::invalid("every incident needs an id"))?;
            apply(&mut tried, &id, change, &by, now)?;
            shaped.push(id);
        }
        world.account = tried;
        let account = &world.account;
        let changed = shaped.iter().filter_map(|id| account.incident(id));
        let changed: Vec<_> = changed
            .map(|it| shape::incident(account, it, shape::Include::default()))
            .collect();
        Ok(json_response(
            StatusCode::OK,
            &json!({ "incidents": changed }),
        ))
    })
}

/// `PUT /incidents/{id}`.
pub(super) async fn single_change(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: Single = parse_body(&body)?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let mut tried = world.account.clone();
        apply(&mut tried, &id, sent.incident, &by, now)?;
        world.account = tried;
        incident_response(&world.account, &id, StatusCode::OK)
    })
}

/// `POST /incidents`. If the new incident is assigned to the user in `From`, it is acknowledged at once.
pub(super) async fn create(
    State(site): State<PagerdutyState>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let Creation { incident: new } = parse_body(&body)?;
    expect_type(&new.kind, "incident")?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let all = &world.account.directory;
        let people = new.assignments.unwrap_or_default();
        let people = people
            .iter()
            .map(|it| user_key(&world.account, &it.assignee));
        let people = people.collect::<Result<Vec<_>, _>>()?;
        let service = all
            .service_by_id(&new.service.id)
            .ok_or_else(Problem::not_found)?;
        if let Some(key) = &new.incident_key {
            must_be_new(&world.account, &service.key, key)?;
        }
        let priority = new.priority.map(|it| {
            let priority = all.priority_by_id(&it.id).ok_or(Refusal::BadPriority)?;
            Ok::<_, Refusal>(priority.name.clone())
        });
        let policy = new
            .escalation_policy
            .map(|it| policy_key(&world.account, &it));
        if policy.is_some() && !people.is_empty() {
            return Err(Problem::invalid(
                "assignments and escalation_policy exclude each other",
            ));
        }
        let opening = Opening {
            title: new.title,
            service: service.key.clone(),
            priority: priority.transpose()?,
            urgency: urgency(new.urgency.as_deref())?.unwrap_or_default(),
            directly: !people.is_empty(),
            owner: people.first().cloned(),
            policy: policy.transpose()?,
            incident_key: new.incident_key,
            body: new.body.and_then(|it| it.details),
            channel: None,
        };
        let id = world.account.open(opening, &Agent::User(by.clone()), now)?;
        if people.contains(&by) {
            world.account.acknowledge(&id, &by, now)?;
        }
        incident_response(&world.account, &id, StatusCode::CREATED)
    })
}

/// Refuses an `incident_key` that an open incident of the same service already has, as documented.
fn must_be_new(account: &Account, service: &str, key: &str) -> Result<(), Problem> {
    let mut open = account.incidents.iter().filter(|it| it.is_open());
    if open.any(|it| it.service == service && it.incident_key.as_deref() == Some(key)) {
        return Err(Problem::invalid(
            "Open incident with matching dedup key already exists on this service",
        ));
    }
    Ok(())
}

/// `POST /incidents/{id}/snooze`.
pub(super) async fn snooze(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: SnoozeBody = parse_body(&body)?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let span = Duration::from_secs(sent.duration);
        world.account.snooze(&id, &by, span, now)?;
        incident_response(&world.account, &id, StatusCode::CREATED)
    })
}

/// `POST /incidents/{id}/notes`. The answer has status 200, not 201.
pub(super) async fn note(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: NoteBody = parse_body(&body)?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let note = world.account.note(&id, &by, &sent.note.content, now)?;
        single(StatusCode::OK, "note", &shape::note(&world.account, &note))
    })
}

fn parse_body<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::invalid(error.to_string()))
}

fn incident_response(account: &Account, id: &str, status: StatusCode) -> Reply {
    let incident = account.incident(id).ok_or_else(Problem::not_found)?;
    let shaped = shape::incident(account, incident, shape::Include::default());
    single(status, "incident", &shaped)
}

/// The key of the user whose email address is in `From`.
fn requester(account: &Account, headers: &HeaderMap) -> Result<String, Problem> {
    let user = account.directory.user_by_email(from_header(headers));
    Ok(user.ok_or(Refusal::RequesterNotFound)?.key.clone())
}
