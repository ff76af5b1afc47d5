//! The poller of who is who: people, policies, the rota, priorities and planned maintenance.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;

use super::api_error::ApiError;
use super::api_request::ApiRequest;
use super::client::Client;
use super::wire::WireReference;
use super::wire::directory::{
    WireMaintenanceWindow, WireOnCall, WirePolicy, to_priority_name, to_user,
};
use crate::domain::directory::{Directory, EscalationPolicy, MaintenanceWindow, OnCall, User};
use crate::domain::ids::{PriorityName, ServiceId};
use crate::domain::incident::{Person, Reference};
use crate::domain::settings::PagerDutySettings;
use crate::sources::poll::PollReport;

/// The rota is read at least so far back, for the level at which something was assigned.
const ROTA_LOOKBACK: TimeDelta = TimeDelta::hours(24);
/// And so far ahead, for who is next.
const ROTA_LOOKAHEAD: TimeDelta = TimeDelta::days(7);
/// PagerDuty's rota spans no more in one question.
const MAX_ROTA_SPAN: TimeDelta = TimeDelta::days(90);

/// Polls PagerDuty's directory.
pub struct DirectoryPoller {
    client: Arc<Client>,
    email: Option<String>,
    reads_services: bool,
}

impl DirectoryPoller {
    /// A poller that finds who we are by the key, else by the configured address.
    pub fn new(client: Arc<Client>, settings: &PagerDutySettings) -> Self {
        Self {
            client,
            email: settings.email.clone(),
            reads_services: false,
        }
    }

    /// The same, which reads the services too: only who may open an incident needs them.
    pub fn with_services(self) -> Self {
        Self {
            reads_services: true,
            ..self
        }
    }

    /// Asks once. `oldest_assignment` is the earliest assignment of an open incident: the rota is read back
    /// to it, within what PagerDuty gives.
    pub async fn poll(
        &mut self,
        oldest_assignment: Option<DateTime<Utc>>,
    ) -> PollReport<Directory> {
        let asked = self.client.now();
        let body = self.fetch(asked.wall, oldest_assignment).await;
        self.client.poll_result(asked, body)
    }

    /// Whether a poll at `asked` that knew of no assignment read the rota back to this one all the same.
    pub fn default_span_covers(asked: DateTime<Utc>, assignment: DateTime<Utc>) -> bool {
        rota_span(asked, None).0 <= assignment
    }

    async fn fetch(
        &self,
        now: DateTime<Utc>,
        oldest: Option<DateTime<Utc>>,
    ) -> Result<Directory, ApiError> {
        let client = &*self.client;
        client.ensure_not_paused()?;
        let (priorities, users, policies, services, on_calls, maintenance, me) = tokio::try_join!(
            fetch_priorities(client),
            fetch_users(client),
            fetch_policies(client),
            self.fetch_services(),
            fetch_on_calls(client, now, oldest),
            fetch_maintenance(client),
            fetch_key_owner(client),
        )?;
        let me = me.or_else(|| find_by_email(&users, self.email.as_deref()?));
        Ok(Directory {
            priorities,
            users,
            policies,
            services,
            on_calls,
            maintenance,
            me,
        })
    }

    async fn fetch_services(&self) -> Result<Vec<Reference<ServiceId>>, ApiError> {
        if !self.reads_services {
            return Ok(Vec::new());
        }
        let ask = ApiRequest::new("services", "/services").param("sort_by", "name");
        let wire = fetch_all::<WireReference>(&self.client, ask, "services").await;
        let wire = empty_if_unavailable(wire)?;
        Ok(wire
            .iter()
            .filter_map(WireReference::to_reference)
            .collect())
    }
}

async fn fetch_all<T: DeserializeOwned>(
    client: &Client,
    ask: ApiRequest,
    key: &'static str,
) -> Result<Vec<T>, ApiError> {
    client.get_all_pages(&ask, key, |_| false).await
}

async fn fetch_priorities(client: &Client) -> Result<Vec<PriorityName>, ApiError> {
    let wire = fetch_all::<WireReference>(
        client,
        ApiRequest::new("priorities", "/priorities"),
        "priorities",
    )
    .await;
    let mut names: Vec<PriorityName> = Vec::new();
    for name in empty_if_unavailable(wire)?
        .iter()
        .filter_map(to_priority_name)
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

async fn fetch_users(client: &Client) -> Result<Vec<User>, ApiError> {
    let wire =
        fetch_all::<WireReference>(client, ApiRequest::new("users", "/users"), "users").await?;
    Ok(wire.iter().filter_map(to_user).collect())
}

async fn fetch_policies(client: &Client) -> Result<Vec<EscalationPolicy>, ApiError> {
    let ask = ApiRequest::new("escalation policies", "/escalation_policies")
        .list_param("include[]", ["escalation_rule_assignment_strategies"]);
    let wire = fetch_all::<WirePolicy>(client, ask, "escalation_policies").await?;
    Ok(wire
        .into_iter()
        .filter_map(WirePolicy::into_policy)
        .collect())
}

async fn fetch_on_calls(
    client: &Client,
    now: DateTime<Utc>,
    oldest: Option<DateTime<Utc>>,
) -> Result<Vec<OnCall>, ApiError> {
    let (since, until) = rota_span(now, oldest);
    let ask = ApiRequest::new("on-calls", "/oncalls")
        .time_param("since", since)
        .time_param("until", until);
    let wire = fetch_all::<WireOnCall>(client, ask, "oncalls").await?;
    let mut shifts: Vec<OnCall> = Vec::new();
    for shift in wire.into_iter().filter_map(WireOnCall::into_on_call) {
        if !shifts.contains(&shift) {
            shifts.push(shift);
        }
    }
    Ok(shifts)
}

fn rota_span(now: DateTime<Utc>, oldest: Option<DateTime<Utc>>) -> (DateTime<Utc>, DateTime<Utc>) {
    let until = now.checked_add_signed(ROTA_LOOKAHEAD).unwrap_or(now);
    let first = until.checked_sub_signed(MAX_ROTA_SPAN).unwrap_or(now);
    let usual = now.checked_sub_signed(ROTA_LOOKBACK).unwrap_or(now);
    (
        oldest.map_or(usual, |oldest| oldest.min(usual)).max(first),
        until,
    )
}

async fn fetch_maintenance(client: &Client) -> Result<Vec<MaintenanceWindow>, ApiError> {
    let ask =
        ApiRequest::new("maintenance windows", "/maintenance_windows").param("filter", "open");
    let wire = fetch_all::<WireMaintenanceWindow>(client, ask, "maintenance_windows").await;
    Ok(empty_if_unavailable(wire)?
        .into_iter()
        .filter_map(WireMaintenanceWindow::into_window)
        .collect())
}

// An account's key is nobody's, and PagerDuty answers that with a refusal.
async fn fetch_key_owner(client: &Client) -> Result<Option<Person>, ApiError> {
    let ask = ApiRequest::new("who the key is of", "/users/me");
    match client.get_object::<WireReference>(&ask, "user").await {
        Err(refusal) if matches!(refusal.status, Some(400 | 402 | 403 | 404)) => Ok(None),
        wire => Ok(wire?.to_person()),
    }
}

fn find_by_email(users: &[User], email: &str) -> Option<Person> {
    let is = |user: &&User| {
        let address = user.email.as_deref().unwrap_or_default();
        address.to_lowercase() == email.to_lowercase()
    };
    users.iter().find(is).map(|user| user.person.clone())
}

fn empty_if_unavailable<T>(heard: Result<Vec<T>, ApiError>) -> Result<Vec<T>, ApiError> {
    match heard {
        Err(refusal) if refusal.is_feature_unavailable() => Ok(Vec::new()),
        heard => heard,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_back_is_read_unasked() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(400);
        assert!(DirectoryPoller::default_span_covers(
            now,
            now - TimeDelta::hours(24)
        ));
        assert!(!DirectoryPoller::default_span_covers(
            now,
            now - TimeDelta::hours(25)
        ));
    }
}
