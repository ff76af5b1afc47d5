//! The fixed data of a PagerDuty account: people, on-call schedules, escalation policies, services, priorities.

use std::time::Duration;

use serde::Deserialize;

use crate::demo::clockwork::{deserialize_duration, deserialize_optional_duration};

/// The fixed data, as read from `assets/demo/account.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// The people of the team, and one mailbox.
    #[serde(rename = "user")]
    pub users: Vec<User>,
    #[serde(rename = "schedule")]
    pub schedules: Vec<Schedule>,
    #[serde(rename = "policy")]
    pub policies: Vec<Policy>,
    #[serde(rename = "service")]
    pub services: Vec<Service>,
    /// The priorities, the most severe first.
    #[serde(rename = "priority")]
    pub priorities: Vec<Priority>,
}

/// A person, or a mailbox that takes on-call turns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The name of the user in scripts and policies.
    pub key: String,
    pub name: String,
    pub job: String,
    pub zone: String,
}

/// An on-call schedule. Its people take turns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The name of the schedule in policies.
    pub key: String,
    pub name: String,
    /// The users in the order of their turns. The first user is on call when the story starts.
    pub users: Vec<String>,
    /// The length of a turn.
    #[serde(deserialize_with = "deserialize_duration")]
    pub shift: Duration,
}

/// An escalation policy. Each level is round robin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name of the policy in services.
    pub key: String,
    pub name: String,
    /// How many times the policy starts again after its last level.
    pub loops: usize,
    /// The levels in order, from level 1.
    pub levels: Vec<Level>,
}

/// One level of a policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// How long an incident stays at this level before it escalates.
    #[serde(deserialize_with = "deserialize_duration")]
    pub after: Duration,
    /// The keys of the schedules.
    pub schedules: Vec<String>,
    /// The keys of the users who are always on call at this level.
    pub users: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The name of the service in scripts and routing keys.
    pub key: String,
    pub name: String,
    /// The service's escalation policy, by key.
    pub policy: String,
    /// The time after which an acknowledgement expires; `None` for never.
    #[serde(default, deserialize_with = "deserialize_optional_duration")]
    pub acknowledgement_timeout: Option<Duration>,
    /// The time after which PagerDuty resolves an open incident; `None` for never.
    #[serde(default, deserialize_with = "deserialize_optional_duration")]
    pub auto_resolve_timeout: Option<Duration>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    pub name: String,
    /// The description that PagerDuty shows.
    pub description: String,
}

impl User {
    pub fn id(&self) -> String {
        id("PU", &self.key)
    }

    pub fn email(&self) -> String {
        format!("{}@example.org", self.key)
    }
}

impl Schedule {
    pub fn id(&self) -> String {
        id("PS", &self.key)
    }
}

impl Policy {
    pub fn id(&self) -> String {
        id("PE", &self.key)
    }
}

impl Service {
    pub fn id(&self) -> String {
        id("PV", &self.key)
    }

    /// The routing key of the service's Events v2 integration: 32 characters, as in real routing keys.
    pub fn routing_key(&self) -> String {
        format!("{:0>32}", self.key)
    }
}

impl Priority {
    pub fn id(&self) -> String {
        id("PP", &self.name)
    }
}

fn id(prefix: &str, key: &str) -> String {
    let letters = key.chars().filter(char::is_ascii_alphanumeric);
    format!("{prefix}{}", letters.collect::<String>().to_uppercase())
}

macro_rules! lookups {
    ($($(#[$doc:meta])* $by_key:ident, $by_id:ident: $list:ident -> $item:ident, $field:ident;)+) => {
        impl Directory {$(
            $(#[$doc])*
            /// Looks the object up by the key that scripts use.
            pub fn $by_key(&self, key: &str) -> Option<&$item> {
                self.$list.iter().find(|item| item.$field == key)
            }

            $(#[$doc])*
            /// Looks the object up by PagerDuty's id.
            pub fn $by_id(&self, id: &str) -> Option<&$item> {
                self.$list.iter().find(|item| item.id() == id)
            }
        )+}
    };
}

lookups! {
    /// A person.
    user, user_by_id: users -> User, key;
    /// An on-call schedule.
    schedule, schedule_by_id: schedules -> Schedule, key;
    /// An escalation policy.
    policy, policy_by_id: policies -> Policy, key;
    service, service_by_id: services -> Service, key;
    priority, priority_by_id: priorities -> Priority, name;
}

impl Directory {
    /// The user with this email address.
    pub fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.iter().find(|user| user.email() == email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_the_account_refers_to_is_there() {
        let all: Directory =
            toml::from_str(include_str!("../../../assets/demo/account.toml")).unwrap();
        assert!(
            all.services
                .iter()
                .all(|it| all.policy(&it.policy).is_some())
        );
        for schedule in &all.schedules {
            assert!(schedule.users.iter().all(|key| all.user(key).is_some()));
        }
        for level in all.policies.iter().flat_map(|policy| &policy.levels) {
            assert!(level.users.iter().all(|key| all.user(key).is_some()));
            assert!(
                level
                    .schedules
                    .iter()
                    .all(|key| all.schedule(key).is_some())
            );
        }
        assert_eq!(all.user("ada").unwrap().email(), "ada@example.org");
        assert_eq!(all.service("hub-url").unwrap().routing_key().len(), 32);
    }
}
