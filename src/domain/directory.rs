//! PagerDuty's users, policies, rota, priorities and planned maintenance.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::zone::Zone;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{PolicyId, PriorityName, ServiceId, UserId};
use super::incident::{Person, Reference};
use super::operation::Actor;
use super::policy::Policy;

/// A user of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub person: Person,
    /// The user's e-mail address. The configuration identifies people by it.
    pub email: Option<String>,
    /// The user's own time zone. `None` if the user has the account's time zone, or if the zone could not be read.
    #[serde(default)]
    pub zone: Option<Zone>,
}

/// One shift on the rota: a person, a level of a policy, and the time on call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OnCall {
    pub policy: PolicyId,
    /// The policy's level, counted from 1.
    pub level: u32,
    pub who: Person,
    /// `None` if the shift has no beginning.
    pub start: Option<DateTime<Utc>>,
    /// `None` if the shift has no end.
    pub end: Option<DateTime<Utc>>,
}

impl OnCall {
    /// Whether this shift covers `at`.
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }
}

/// How a level chooses the targets that it notifies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// All targets at once.
    #[default]
    Everyone,
    /// One target per incident. The targets take turns. The API does not say whose turn it is.
    RoundRobin,
}

/// A level of an escalation policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationLevel {
    /// The time until PagerDuty escalates to the next level.
    pub delay: Duration,
    pub strategy: Strategy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationPolicy {
    #[serde(rename = "named")]
    pub reference: Reference<PolicyId>,
    /// The number of times that the policy returns from its last level to the first.
    pub loops: u32,
    /// The levels, from level 1.
    pub levels: Vec<EscalationLevel>,
    /// The services that use the policy. If empty, the policy is not in use.
    pub services: Vec<ServiceId>,
}

/// A planned maintenance window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceWindow {
    pub id: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub services: Vec<Reference<ServiceId>>,
    pub description: String,
}

impl MaintenanceWindow {
    /// Whether the window covers `at`.
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.end
    }
}

/// The kind of a user. The configuration lists placeholders and bots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    Human,
    Placeholder,
    Bot,
}

/// The whole directory, from one poll.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    /// The account's priorities, most severe first. Empty if the account's plan has no priorities.
    pub priorities: Vec<PriorityName>,
    pub users: Vec<User>,
    pub policies: Vec<EscalationPolicy>,
    /// The services on which an incident can be opened, sorted by name. Empty if the services were not read, or if the
    /// key may not read them.
    pub services: Vec<Reference<ServiceId>>,
    /// The shifts since the oldest open assignment, including future ones.
    pub on_calls: Vec<OnCall>,
    /// The present and planned maintenance windows.
    pub maintenance: Vec<MaintenanceWindow>,
    /// The user of hubwatch: the owner of the API key, or the user in the configuration. `None` if both are unknown.
    pub me: Option<Person>,
}

impl Directory {
    /// The kind of a user, by the configured placeholders and bots.
    pub fn person_kind(&self, who: &Person, policy: &Policy) -> PersonKind {
        match who {
            who if self.is_among(who, &policy.placeholders) => PersonKind::Placeholder,
            who if self.is_among(who, &policy.bots) => PersonKind::Bot,
            _ => PersonKind::Human,
        }
    }

    /// The user's own time zone, if known.
    pub fn zone(&self, id: &UserId) -> Option<Zone> {
        let mut users = self.users.iter();
        users.find(|user| user.person.id == *id)?.zone
    }

    /// The user's e-mail address, if known.
    pub fn email(&self, id: &UserId) -> Option<&str> {
        self.users
            .iter()
            .find(|user| user.person.id == *id)
            .and_then(|user| user.email.as_deref())
    }

    /// Whether `listed` contains the user's address, name or id. The entries of `listed` are in lower case.
    pub fn is_among(&self, who: &Person, listed: &BTreeSet<String>) -> bool {
        let is_listed = |text: &str| listed.contains(&text.to_lowercase());
        !listed.is_empty()
            && (self.email(&who.id).is_some_and(is_listed)
                || is_listed(&who.name)
                || is_listed(who.id.as_str()))
    }

    /// The user in whose name hubwatch writes. `None` if neither PagerDuty nor the configuration names the user, or if
    /// the user's address is unknown.
    pub fn actor(&self) -> Option<Actor> {
        let who = self.me.clone()?;
        let email = self.email(&who.id)?.to_owned();
        Some(Actor { person: who, email })
    }

    pub fn policy(&self, id: &PolicyId) -> Option<&EscalationPolicy> {
        self.policies
            .iter()
            .find(|policy| policy.reference.id == *id)
    }

    /// The escalation policy for new incidents of a service.
    pub fn policy_for_service(&self, service: &ServiceId) -> Option<&EscalationPolicy> {
        let mut policies = self.policies.iter();
        policies.find(|policy| policy.services.contains(service))
    }

    /// The shifts of a policy's level that cover `at`, in the rota's order.
    pub fn on_call_at<'a>(
        &'a self,
        policy: &'a PolicyId,
        level: u32,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a OnCall> {
        self.on_calls.iter().filter(move |shift| {
            shift.policy == *policy && shift.level == level && shift.covers(at)
        })
    }

    /// The rank of a priority: 0 is the most severe. `None` if the account does not have it.
    pub fn rank(&self, name: &PriorityName) -> Option<usize> {
        self.priorities.iter().position(|known| known == name)
    }
}
