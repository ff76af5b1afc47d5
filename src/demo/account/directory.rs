//! Who and what a PagerDuty account knows: people, rotas, escalation policies, services, priorities.

use std::time::Duration;

use serde::Deserialize;

use crate::demo::clockwork::{deserialize_duration, deserialize_optional_duration};

/// The account's standing data, as `assets/demo/account.toml` gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// People, and one mailbox.
    #[serde(rename = "user")]
    pub users: Vec<User>,
    /// Rotas.
    #[serde(rename = "schedule")]
    pub schedules: Vec<Schedule>,
    /// Escalation policies.
    #[serde(rename = "policy")]
    pub policies: Vec<Policy>,
    #[serde(rename = "service")]
    pub services: Vec<Service>,
    /// Most severe first.
    #[serde(rename = "priority")]
    pub priorities: Vec<Priority>,
}

/// A person, or a mailbox on the rota.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What scripts and policies call them.
    pub key: String,
    /// Their name.
    pub name: String,
    /// Their job title.
    pub job: String,
    /// Their time zone.
    pub zone: String,
}

/// A rota: its people take turns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What policies call it.
    pub key: String,
    pub name: String,
    /// In the order of their turns; the first holds it when the story starts.
    pub users: Vec<String>,
    /// How long a turn is.
    #[serde(deserialize_with = "deserialize_duration")]
    pub shift: Duration,
}

/// An escalation policy. Each level is round robin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What services call it.
    pub key: String,
    pub name: String,
    /// How often it begins again after its last level.
    pub loops: usize,
    /// Level 1 first.
    pub levels: Vec<Level>,
}

/// One level of a policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// How long an incident stays here before it goes on.
    #[serde(deserialize_with = "deserialize_duration")]
    pub after: Duration,
    /// Rotas, by key.
    pub schedules: Vec<String>,
    /// People who are always on call here, by key.
    pub users: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What scripts and routing keys call it.
    pub key: String,
    pub name: String,
    /// Its escalation policy, by key.
    pub policy: String,
    /// After which an acknowledgement expires.
    #[serde(default, deserialize_with = "deserialize_optional_duration")]
    pub acknowledgement_timeout: Option<Duration>,
    /// After which an open incident is resolved.
    #[serde(default, deserialize_with = "deserialize_optional_duration")]
    pub auto_resolve_timeout: Option<Duration>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    pub name: String,
    /// What it means.
    pub description: String,
}

impl User {
    /// Its PagerDuty id.
    pub fn id(&self) -> String {
        id("PU", &self.key)
    }

    /// Its address.
    pub fn email(&self) -> String {
        format!("{}@example.org", self.key)
    }
}

impl Schedule {
    /// Its PagerDuty id.
    pub fn id(&self) -> String {
        id("PS", &self.key)
    }
}

impl Policy {
    /// Its PagerDuty id.
    pub fn id(&self) -> String {
        id("PE", &self.key)
    }
}

impl Service {
    /// Its PagerDuty id.
    pub fn id(&self) -> String {
        id("PV", &self.key)
    }

    /// The routing key of its Events v2 integration: 32 signs, as real ones have.
    pub fn routing_key(&self) -> String {
        format!("{:0>32}", self.key)
    }
}

impl Priority {
    /// Its PagerDuty id.
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
            /// By the key that scripts use.
            pub fn $by_key(&self, key: &str) -> Option<&$item> {
                self.$list.iter().find(|item| item.$field == key)
            }

            $(#[$doc])*
            /// By PagerDuty's id.
            pub fn $by_id(&self, id: &str) -> Option<&$item> {
                self.$list.iter().find(|item| item.id() == id)
            }
        )+}
    };
}

lookups! {
    /// A person.
    user, user_by_id: users -> User, key;
    /// A rota.
    schedule, schedule_by_id: schedules -> Schedule, key;
    /// An escalation policy.
    policy, policy_by_id: policies -> Policy, key;
    service, service_by_id: services -> Service, key;
    priority, priority_by_id: priorities -> Priority, name;
}

impl Directory {
    /// The person of this address.
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
