//! Applies the changes in a request, in PagerDuty's order.

use axum::http::StatusCode;
use serde_json::Value;

use super::bodies::{Change, Reference};
use super::problem::Problem;
use crate::demo::account::Account;
use crate::demo::account::incident::{Agent, Status, Urgency};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::At;

/// Applies all changes. Stops at the first refused change and returns the reason.
pub(super) fn apply(
    account: &mut Account,
    id: &str,
    change: Change,
    by: &str,
    at: At,
) -> Result<(), Problem> {
    expect_type(&change.kind, "incident_reference")
        .or_else(|_| expect_type(&change.kind, "incident"))?;
    let agent = Agent::User(by.to_owned());
    let incident = account.incident(id).ok_or_else(Problem::not_found)?;
    let id = incident.id.clone();
    if let Some(priority) = change.priority {
        let name = priority_name(account, &priority)?;
        account.set_priority(&id, name.as_deref(), &agent, at)?;
    }
    if let Some(title) = &change.title {
        account.set_title(&id, title, at)?;
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

/// The name of a priority that is sent as a name or a reference; `None` if the request removes the priority.
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

pub(super) fn user_key(account: &Account, it: &Reference) -> Result<String, Problem> {
    expect_type(&it.kind, "user_reference").or_else(|_| expect_type(&it.kind, "user"))?;
    let user = account.directory.user_by_id(&it.id);
    Ok(user.ok_or(Refusal::AssigneeNotFound)?.key.clone())
}

pub(super) fn policy_key(account: &Account, it: &Reference) -> Result<String, Problem> {
    expect_type(&it.kind, "escalation_policy_reference")?;
    let policy = account.directory.policy_by_id(&it.id);
    Ok(policy.ok_or(Refusal::PolicyNotFound)?.key.clone())
}

pub(super) fn urgency(sent: Option<&str>) -> Result<Option<Urgency>, Problem> {
    let read = sent.map(str::parse::<Urgency>).transpose();
    read.map_err(|_| Problem::invalid("urgency must be high or low"))
}

pub(super) fn expect_type(sent: &str, expected: &str) -> Result<(), Problem> {
    let fits = sent == expected;
    fits.then_some(())
        .ok_or_else(|| Problem::invalid(format!("type must be {expected}, not {sent}")))
}
