//! The poller of who is who: people, policies, the rota, priorities and planned maintenance.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;

use super::ask::Ask;
use super::client::Client;
use super::refusal::Refusal;
use super::wire::Ref;
use super::wire::directory::{WireOnCall, WirePolicy, WireWindow, priority, user};
use crate::domain::directory::{Directory, EscalationPolicy, MaintenanceWindow, OnCall, User};
use crate::domain::ids::{PriorityName, ServiceId};
use crate::domain::incident::{Person, Reference};
use crate::domain::settings::PagerDutySettings;
use crate::sources::poll::PollReport;

/// The rota is read at least so far back, for the level at which something was assigned.
const ROTA_BACK: TimeDelta = TimeDelta::hours(24);
/// And so far ahead, for who is next.
const ROTA_AHEAD: TimeDelta = TimeDelta::days(7);
/// PagerDuty's rota spans no more in one question.
const ROTA_SPAN: TimeDelta = TimeDelta::days(90);

/// Polls PagerDuty's directory.
pub struct DirectoryPoll {
    client: Arc<Client>,
    email: Option<String>,
    reads_services: bool,
}

impl DirectoryPoll {
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
        let body = self.read(asked.wall, oldest_assignment).await;
        self.client.polled(asked, body)
    }

    /// Whether a poll at `asked` that knew of no assignment read the rota back to this one all the same.
    pub fn reaches(asked: DateTime<Utc>, assignment: DateTime<Utc>) -> bool {
        rota_span(asked, None).0 <= assignment
    }

    async fn read(
        &self,
        now: DateTime<Utc>,
        oldest: Option<DateTime<Utc>>,
    ) -> Result<Directory, Refusal> {
        let client = &*self.client;
        client.may_ask()?;
        let (priorities, users, policies, services, on_calls, maintenance, me) = tokio::try_join!(
            priorities(client),
            users(client),
            policies(client),
            self.services(),
            on_calls(client, now, oldest),
            maintenance(client),
            key_owner(client),
        )?;
        let me = me.or_else(|| by_email(&users, self.email.as_deref()?));
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

    async fn services(&self) -> Result<Vec<Reference<ServiceId>>, Refusal> {
        if !self.reads_services {
            return Ok(Vec::new());
        }
        let ask = Ask::new("services", "/services").with("sort_by", "name");
        let wire = list::<Ref>(&self.client, ask, "services").await;
        let wire = unless_absent(wire)?;
        Ok(wire.iter().filter_map(Ref::named).collect())
    }
}

async fn list<T: DeserializeOwned>(
    client: &Client,
    ask: Ask,
    key: &'static str,
) -> Result<Vec<T>, Refusal> {
    client.pages(&ask, key, |_| false).await
}

async fn priorities(client: &Client) -> Result<Vec<PriorityName>, Refusal> {
    let wire = list::<Ref>(client, Ask::new("priorities", "/priorities"), "priorities").await;
    let mut names: Vec<PriorityName> = Vec::new();
    for name in unless_absent(wire)?.iter().filter_map(priority) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

async fn users(client: &Client) -> Result<Vec<User>, Refusal> {
    let wire = list::<Ref>(client, Ask::new("users", "/users"), "users").await?;
    Ok(wire.iter().filter_map(user).collect())
}

async fn policies(client: &Client) -> Result<Vec<EscalationPolicy>, Refusal> {
    let ask = Ask::new("escalation policies", "/escalation_policies")
        .any("include[]", ["escalation_rule_assignment_strategies"]);
    let wire = list::<WirePolicy>(client, ask, "escalation_policies").await?;
    Ok(wire.into_iter().filter_map(WirePolicy::read).collect())
}

async fn on_calls(
    client: &Client,
    now: DateTime<Utc>,
    oldest: Option<DateTime<Utc>>,
) -> Result<Vec<OnCall>, Refusal> {
    let (since, until) = rota_span(now, oldest);
    let ask = Ask::new("on-calls", "/oncalls")
        .at("since", since)
        .at("until", until);
    let wire = list::<WireOnCall>(client, ask, "oncalls").await?;
    let mut shifts: Vec<OnCall> = Vec::new();
    for shift in wire.into_iter().filter_map(WireOnCall::read) {
        if !shifts.contains(&shift) {
            shifts.push(shift);
        }
    }
    Ok(shifts)
}

fn rota_span(now: DateTime<Utc>, oldest: Option<DateTime<Utc>>) -> (DateTime<Utc>, DateTime<Utc>) {
    let until = now.checked_add_signed(ROTA_AHEAD).unwrap_or(now);
    let first = until.checked_sub_signed(ROTA_SPAN).unwrap_or(now);
    let usual = now.checked_sub_signed(ROTA_BACK).unwrap_or(now);
    (
        oldest.map_or(usual, |oldest| oldest.min(usual)).max(first),
        until,
    )
}

async fn maintenance(client: &Client) -> Result<Vec<MaintenanceWindow>, Refusal> {
    let ask = Ask::new("maintenance windows", "/maintenance_windows").with("filter", "open");
    let wire = list::<WireWindow>(client, ask, "maintenance_windows").await;
    Ok(unless_absent(wire)?
        .into_iter()
        .filter_map(WireWindow::read)
        .collect())
}

// An account's key is nobody's, and PagerDuty answers that with a refusal.
async fn key_owner(client: &Client) -> Result<Option<Person>, Refusal> {
    let ask = Ask::new("who the key is of", "/users/me");
    match client.one::<Ref>(&ask, "user").await {
        Err(refusal) if matches!(refusal.status, Some(400 | 402 | 403 | 404)) => Ok(None),
        wire => Ok(wire?.person()),
    }
}

fn by_email(users: &[User], email: &str) -> Option<Person> {
    let is = |user: &&User| {
        let address = user.email.as_deref().unwrap_or_default();
        address.to_lowercase() == email.to_lowercase()
    };
    users.iter().find(is).map(|user| user.person.clone())
}

fn unless_absent<T>(heard: Result<Vec<T>, Refusal>) -> Result<Vec<T>, Refusal> {
    match heard {
        Err(refusal) if refusal.is_absence() => Ok(Vec::new()),
        heard => heard,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_back_is_read_unasked() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(400);
        assert!(DirectoryPoll::reaches(now, now - TimeDelta::hours(24)));
        assert!(!DirectoryPoll::reaches(now, now - TimeDelta::hours(25)));
    }
}
