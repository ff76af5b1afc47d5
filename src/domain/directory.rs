//! Who is who in PagerDuty: people, policies, the rota, priorities and planned maintenance.

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
    /// Id and name.
    pub person: Person,
    /// Their address, by which the configuration names people.
    pub email: Option<String>,
    /// Their own time zone; `None` where it is the account's, or cannot be read.
    #[serde(default)]
    pub zone: Option<Zone>,
}

/// One shift on the rota: who is on call for a level of a policy, from when until when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OnCall {
    pub policy: PolicyId,
    /// Its level, from 1.
    pub level: u32,
    pub who: Person,
    /// None: always.
    pub start: Option<DateTime<Utc>>,
    /// None: always.
    pub end: Option<DateTime<Utc>>,
}

impl OnCall {
    /// Whether this shift covers `at`.
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }
}

/// How a level picks among its targets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// All of them at once.
    #[default]
    Everyone,
    /// One after the other, an incident each. Whose turn it is the API does not say.
    RoundRobin,
}

/// A level of an escalation policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationLevel {
    /// How long before it goes to the next.
    pub delay: Duration,
    /// How it picks.
    pub strategy: Strategy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationPolicy {
    /// Id and name.
    #[serde(rename = "named")]
    pub reference: Reference<PolicyId>,
    /// How often it begins again after the last level.
    pub loops: u32,
    /// Its levels, the first is level 1.
    pub levels: Vec<EscalationLevel>,
    /// The services that use it. None do: it is not in use.
    pub services: Vec<ServiceId>,
}

/// A planned maintenance window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceWindow {
    pub id: String,
    /// From when.
    pub start: DateTime<Utc>,
    /// Until when.
    pub end: DateTime<Utc>,
    pub services: Vec<Reference<ServiceId>>,
    /// The purpose.
    pub description: String,
}

impl MaintenanceWindow {
    /// Whether it covers `at`.
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.end
    }
}

/// The kind of a user, as far as the configuration tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    Human,
    Placeholder,
    Bot,
}

/// The whole directory, as of one poll.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    /// The account's priorities, most severe first. None: the plan has none.
    pub priorities: Vec<PriorityName>,
    pub users: Vec<User>,
    pub policies: Vec<EscalationPolicy>,
    /// Services that an incident can be opened on, by name. `None` if they were not read, or may not be.
    pub services: Vec<Reference<ServiceId>>,
    /// Shifts, past ones since the oldest open assignment and coming ones.
    pub on_calls: Vec<OnCall>,
    /// Maintenance windows that are on or to come.
    pub maintenance: Vec<MaintenanceWindow>,
    /// The user of the API key or of the configuration; `None` if neither is known.
    pub me: Option<Person>,
}

impl Directory {
    /// What a person is by the addresses of the configuration.
    pub fn person_kind(&self, who: &Person, policy: &Policy) -> PersonKind {
        match who {
            who if self.is_among(who, &policy.placeholders) => PersonKind::Placeholder,
            who if self.is_among(who, &policy.bots) => PersonKind::Bot,
            _ => PersonKind::Human,
        }
    }

    /// A user's own time zone, where known.
    pub fn zone(&self, id: &UserId) -> Option<Zone> {
        let mut users = self.users.iter();
        users.find(|user| user.person.id == *id)?.zone
    }

    /// The e-mail address of a user, where known.
    pub fn email(&self, id: &UserId) -> Option<&str> {
        self.users
            .iter()
            .find(|user| user.person.id == *id)
            .and_then(|user| user.email.as_deref())
    }

    /// Whether the configuration names a user in `listed`: by address, or by name or id where the address is not known.
    /// `listed` is in lower case.
    pub fn is_among(&self, who: &Person, listed: &BTreeSet<String>) -> bool {
        let is_listed = |text: &str| listed.contains(&text.to_lowercase());
        !listed.is_empty()
            && (self.email(&who.id).is_some_and(is_listed)
                || is_listed(&who.name)
                || is_listed(who.id.as_str()))
    }

    /// The user for writes; `None` if neither PagerDuty nor the configuration names one.
    pub fn actor(&self) -> Option<Actor> {
        let who = self.me.clone()?;
        let email = self.email(&who.id)?.to_owned();
        Some(Actor { person: who, email })
    }

    /// A policy by its id.
    pub fn policy(&self, id: &PolicyId) -> Option<&EscalationPolicy> {
        self.policies
            .iter()
            .find(|policy| policy.reference.id == *id)
    }

    /// The policy that a new incident of a service goes by.
    pub fn policy_for_service(&self, service: &ServiceId) -> Option<&EscalationPolicy> {
        let mut policies = self.policies.iter();
        policies.find(|policy| policy.services.contains(service))
    }

    /// Who is on call for a level of a policy at a moment, in the rota's order.
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
