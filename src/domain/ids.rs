//! Identifiers. Each kind has its own type, so that ids of different kinds cannot be confused.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<Arc<str>> for $name {
            fn from(text: Arc<str>) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

names! {
    /// A Kubernetes cluster, as the configuration names it.
    ClusterName;
    /// A hub within its cluster: the Kubernetes namespace in its metrics. Hubs in different clusters may have the same
    /// name.
    HubName;
    /// A PagerDuty incident's id, such as `Q1LEAP01`.
    IncidentId;
    /// A PagerDuty user's id.
    UserId;
    /// A PagerDuty escalation policy's id.
    PolicyId;
    /// A PagerDuty service's id.
    ServiceId;
    /// A status page post's id.
    PostId;
    /// A priority as the account names it, such as `P1`.
    PriorityName;
}

/// A hub's key. Hub names repeat across clusters, so only cluster and name together identify a hub.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HubKey {
    /// The hub's cluster.
    pub cluster: ClusterName,
    /// The hub's namespace in its cluster.
    pub hub: HubName,
}

impl HubKey {
    /// The key of `hub` in `cluster`.
    pub fn new(cluster: impl Into<ClusterName>, hub: impl Into<HubName>) -> Self {
        Self {
            cluster: cluster.into(),
            hub: hub.into(),
        }
    }
}

impl fmt::Display for HubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.hub)
    }
}

/// The error for a text that is not `CLUSTER/HUB`.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not CLUSTER/HUB")]
pub struct ParseHubKeyError(String);

impl FromStr for HubKey {
    type Err = ParseHubKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((cluster, hub)) if !cluster.is_empty() && !hub.is_empty() => {
                Ok(Self::new(cluster, hub))
            }
            _ => Err(ParseHubKeyError(text.to_owned())),
        }
    }
}

// Serialized as text, so that a hub key can be a key of a JSON object or a TOML table.
impl Serialize for HubKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HubKey {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// An alert's fingerprint, as Alertmanager computes it from the alert's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The id of a case. Ids of one kind are ordered by their text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseId {
    /// A case with an incident: `pd:ID`.
    Incident(IncidentId),
    /// A case of a firing alert without an incident: `alert:FINGERPRINT`.
    Alert(Fingerprint),
    /// A case of a down hub that has neither an alert nor an incident: `hub:CLUSTER/NAME`.
    Hub(HubKey),
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(id) => write!(f, "pd:{id}"),
            Self::Alert(id) => write!(f, "alert:{id}"),
            Self::Hub(key) => write!(f, "hub:{key}"),
        }
    }
}

/// The error for a text that is not a case's id.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a case id: pd:ID, alert:FINGERPRINT or hub:CLUSTER/NAME")]
pub struct ParseCaseIdError(String);

impl FromStr for CaseId {
    type Err = ParseCaseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = match text.split_once(':') {
            Some(("pd", id)) if !id.is_empty() => Some(Self::Incident(id.into())),
            Some(("alert", print)) => print.parse().ok().map(Self::Alert),
            Some(("hub", key)) => key.parse().ok().map(Self::Hub),
            _ => None,
        };
        id.ok_or_else(|| ParseCaseIdError(text.to_owned()))
    }
}

impl Serialize for CaseId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CaseId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_key_reads_back_what_it_writes() {
        let key = HubKey::new("leap", "prod");
        assert_eq!(key.to_string().parse::<HubKey>().unwrap(), key);
        assert!("leap".parse::<HubKey>().is_err());
        assert!("/prod".parse::<HubKey>().is_err());
    }

    #[test]
    fn a_cases_id_reads_back_what_it_writes() {
        let ids = [
            CaseId::Incident("Q1".into()),
            CaseId::Alert(Fingerprint(0xab)),
            CaseId::Hub(HubKey::new("leap", "prod")),
        ];
        for id in ids {
            assert_eq!(id.to_string().parse::<CaseId>().unwrap(), id);
        }
        for text in ["", "Q1", "pd:", "alert:x", "hub:leap", "post:P1"] {
            assert!(text.parse::<CaseId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_fingerprint_has_sixteen_digits() {
        assert_eq!(Fingerprint(0xab).to_string(), "00000000000000ab");
    }
}
