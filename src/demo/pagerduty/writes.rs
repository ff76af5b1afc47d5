//! Changing incidents: singly, in bulk, new ones, snoozes and notes.
//!
//! Fields that the documentation does not name are refused, so that a misspelling shows.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::guard::{Site, from};
use super::incident_shape as shape;
use super::paging::single;
use super::problem::{Problem, Reply};
use crate::demo::account::Account;
use crate::demo::account::incident::{Agent, Opening, Status, Urgency};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::At;
use crate::demo::serve::shared::json as answer;

/// How many incidents one call may change.
const MAX_BULK: usize = 250;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bulk {
    incidents: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Single {
    incident: Change,
}

/// What is to become of an incident.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    status: Option<String>,
    resolution: Option<String>,
    title: Option<String>,
    priority: Option<Value>,
    escalation_level: Option<usize>,
    assignments: Option<Vec<Assignment>>,
    escalation_policy: Option<Reference>,
    urgency: Option<String>,
    conference_bridge: Option<Bridge>,
}

#[derive(Deserialize)]
struct Assignment {
    assignee: Reference,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bridge {
    conference_number: Option<String>,
    conference_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Creation {
    incident: NewIncident,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewIncident {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    service: Reference,
    priority: Option<Reference>,
    urgency: Option<String>,
    body: Option<NewBody>,
    incident_key: Option<String>,
    assignments: Option<Vec<Assignment>>,
    escalation_policy: Option<Reference>,
}

#[derive(Deserialize)]
struct NewBody {
    details: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SnoozeBody {
    duration: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    note: NoteText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteText {
    content: String,
}

/// `PUT /incidents`: all or none.
pub(super) async fn bulk(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Reply {
    let sent: Bulk = read(&body)?;
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
        Ok(answer(StatusCode::OK, &json!({ "incidents": changed })))
    })
}

/// `PUT /incidents/{id}`.
pub(super) async fn single_change(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: Single = read(&body)?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let mut tried = world.account.clone();
        apply(&mut tried, &id, sent.incident, &by, now)?;
        world.account = tried;
        shown(&world.account, &id, StatusCode::OK)
    })
}

/// `POST /incidents`. One that is assigned to whom it comes from is acknowledged at once.
pub(super) async fn create(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Reply {
    let Creation { incident: new } = read(&body)?;
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
        };
        let id = world.account.open(opening, &Agent::User(by.clone()), now)?;
        if people.contains(&by) {
            world.account.acknowledge(&id, &by, now)?;
        }
        shown(&world.account, &id, StatusCode::CREATED)
    })
}

/// `POST /incidents/{id}/snooze`.
pub(super) async fn snooze(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: SnoozeBody = read(&body)?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let span = Duration::from_secs(sent.duration);
        world.account.snooze(&id, &by, span, now)?;
        shown(&world.account, &id, StatusCode::CREATED)
    })
}

/// `POST /incidents/{id}/notes`: 200, not 201.
pub(super) async fn note(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let sent: NoteBody = read(&body)?;
    site.shared.with(|world, now| {
        let by = requester(&world.account, &headers)?;
        let note = world.account.note(&id, &by, &sent.note.content, now)?;
        single(StatusCode::OK, "note", &shape::note(&world.account, &note))
    })
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::invalid(error.to_string()))
}

fn shown(account: &Account, id: &str, status: StatusCode) -> Reply {
    let incident = account.incident(id).ok_or_else(Problem::not_found)?;
    let shaped = shape::incident(account, incident, shape::Include::default());
    single(status, "incident", &shaped)
}

/// The person in `From`, by key.
fn requester(account: &Account, headers: &HeaderMap) -> Result<String, Problem> {
    let user = account.directory.user_by_email(from(headers));
    Ok(user.ok_or(Refusal::RequesterNotFound)?.key.clone())
}

/// Makes every change that is asked for, or says which cannot be.
fn apply(account: &mut Account, id: &str, change: Change, by: &str, at: At) -> Result<(), Problem> {
    expect_type(&change.kind, "incident_reference")
        .or_else(|_| expect_type(&change.kind, "incident"))?;
    let agent = Agent::User(by.to_owned());
    let incident = account.incident(id).ok_or_else(Problem::not_found)?;
    let id = incident.id.clone();
    if let Some(priority) = change.priority {
        let name = priority_name(account, &priority)?;
        account.prioritise(&id, name.as_deref(), &agent, at)?;
    }
    if let Some(title) = &change.title {
        account.retitle(&id, title, at)?;
    }
    if let Some(urgency) = urgency(change.urgency.as_deref())? {
        account.set_urgency(&id, urgency, &agent, at)?;
    }
    if let Some(policy) = &change.escalation_policy {
        let policy = policy_key(account, policy)?;
        account.delegate(&id, &policy, &agent, at)?;
    }
    if let Some(people) = &change.assignments {
        let people = people.iter().map(|it| user_key(account, &it.assignee));
        let people = people.collect::<Result<Vec<_>, _>>()?;
        account.reassign(&id, &people, &agent, at)?;
    }
    if let Some(level) = change.escalation_level {
        account.escalate(&id, level, &agent, at)?;
    }
    if let Some(bridge) = change.conference_bridge
        && let Some(incident) = account.incident_mut(&id)
    {
        let call = bridge.conference_number.unwrap_or_default();
        incident.conference = Some((call, bridge.conference_url.unwrap_or_default()));
    }
    match change.status.as_deref() {
        Some(status) => set_status(account, &id, status, change.resolution, by, at),
        None if change.resolution.is_some() => Err(Problem::invalid(
            "resolution goes with status resolved only",
        )),
        None => Ok(()),
    }
}

fn set_status(
    account: &mut Account,
    id: &str,
    status: &str,
    resolution: Option<String>,
    by: &str,
    at: At,
) -> Result<(), Problem> {
    let agent = Agent::User(by.to_owned());
    let status = status
        .parse()
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, 1003, "Invalid Status Provided"))?;
    match status {
        Status::Acknowledged => account.acknowledge(id, by, at)?,
        Status::Resolved => account.resolve(id, &agent, resolution, at)?,
        Status::Triggered => account.trigger(id, &agent, at)?,
    }
    Ok(())
}

/// A priority by reference or by name; none where it is taken away.
fn priority_name(account: &Account, sent: &Value) -> Result<Option<String>, Problem> {
    let all = &account.directory;
    let found = match sent {
        Value::Null => return Ok(None),
        Value::String(name) => all.priority(name),
        other => {
            let id = other.get("id").and_then(Value::as_str);
            id.and_then(|id| all.priority_by_id(id))
        }
    };
    Ok(Some(found.ok_or(Refusal::BadPriority)?.name.clone()))
}

fn user_key(account: &Account, it: &Reference) -> Result<String, Problem> {
    expect_type(&it.kind, "user_reference").or_else(|_| expect_type(&it.kind, "user"))?;
    let user = account.directory.user_by_id(&it.id);
    Ok(user.ok_or(Refusal::AssigneeNotFound)?.key.clone())
}

fn policy_key(account: &Account, it: &Reference) -> Result<String, Problem> {
    expect_type(&it.kind, "escalation_policy_reference")?;
    let policy = account.directory.policy_by_id(&it.id);
    Ok(policy.ok_or(Refusal::PolicyNotFound)?.key.clone())
}

fn urgency(sent: Option<&str>) -> Result<Option<Urgency>, Problem> {
    let read = sent.map(str::parse::<Urgency>).transpose();
    read.map_err(|_| Problem::invalid("urgency must be high or low"))
}

fn expect_type(sent: &str, expected: &str) -> Result<(), Problem> {
    let fits = sent == expected;
    fits.then_some(())
        .ok_or_else(|| Problem::invalid(format!("type must be {expected}, not {sent}")))
}
