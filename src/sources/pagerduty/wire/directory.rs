//! People, policies, the rota, priorities and maintenance windows.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{WireReference, WireTime};
use crate::domain::directory::{
    EscalationLevel, EscalationPolicy, MaintenanceWindow, OnCall, Strategy, User,
};
use crate::domain::ids::PriorityName;
use crate::domain::text_limit::cut_words;
use crate::sources::lenient::{Field, List};

/// A user. Contact methods and other personal data have no field here, so they are never kept.
pub(in super::super) fn to_user(wire: &WireReference) -> Option<User> {
    Some(User {
        person: wire.to_person()?,
        email: wire.email.clone().text(),
        zone: wire.time_zone.as_deref().and_then(|name| name.parse().ok()),
    })
}

/// A priority's name.
pub(in super::super) fn to_priority_name(wire: &WireReference) -> Option<PriorityName> {
    wire.priority_name()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WirePolicy {
    #[serde(flatten)]
    reference: WireReference,
    num_loops: Field<u32>,
    escalation_rules: List<WireEscalationRule>,
    services: List<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireEscalationRule {
    escalation_delay_in_minutes: Field<u64>,
    escalation_rule_assignment_strategy: Value,
}

impl WirePolicy {
    /// The policy. `None` if it has no id, or if its levels or services cannot be read. A policy without levels would
    /// call nobody, and a policy without services would not be in use.
    pub fn into_policy(self) -> Option<EscalationPolicy> {
        if !(self.escalation_rules.is_whole() && self.services.is_whole()) {
            return None;
        }
        let services = self.services.items.iter().filter_map(WireReference::id);
        Some(EscalationPolicy {
            reference: self.reference.to_reference()?,
            loops: self.num_loops.value().unwrap_or_default(),
            services: services.map(Into::into).collect(),
            levels: self
                .escalation_rules
                .items
                .into_iter()
                .map(WireEscalationRule::into_level)
                .collect(),
        })
    }
}

impl WireEscalationRule {
    fn into_level(self) -> EscalationLevel {
        let minutes = self.escalation_delay_in_minutes.value().unwrap_or_default();
        EscalationLevel {
            delay: Duration::from_secs(minutes.saturating_mul(60)),
            strategy: parse_strategy(&self.escalation_rule_assignment_strategy),
        }
    }
}

// The strategy. PagerDuty's schema has a text here, PagerDuty's Terraform client an object with a `type`.
fn parse_strategy(value: &Value) -> Strategy {
    let word = value.as_str().or_else(|| value.get("type")?.as_str());
    match word {
        Some("round_robin") => Strategy::RoundRobin,
        _ => Strategy::Everyone,
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireOnCall {
    escalation_policy: Field<WireReference>,
    user: Field<WireReference>,
    escalation_level: Field<u32>,
    start: WireTime,
    end: WireTime,
}

impl WireOnCall {
    /// The shift. `None` if it has no user, policy or level, or if its start or end cannot be read. A shift without
    /// start and end lasts for ever.
    pub fn into_on_call(self) -> Option<OnCall> {
        if self.start.is_unreadable() || self.end.is_unreadable() {
            return None;
        }
        Some(OnCall {
            policy: self.escalation_policy.value()?.id()?.into(),
            level: self.escalation_level.value().filter(|level| *level > 0)?,
            who: self.user.value()?.to_person()?,
            start: self.start.value(),
            end: self.end.value(),
        })
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireMaintenanceWindow {
    id: Field<String>,
    start_time: WireTime,
    end_time: WireTime,
    description: Field<String>,
    summary: Field<String>,
    services: List<WireReference>,
}

impl WireMaintenanceWindow {
    /// The window; `None` if it has no id, start or end, since it then mutes nothing.
    pub fn into_window(self) -> Option<MaintenanceWindow> {
        let description = self.description.text().or(self.summary.text());
        Some(MaintenanceWindow {
            id: self.id.text()?,
            start: self.start_time.value()?,
            end: self.end_time.value()?,
            services: self
                .services
                .items
                .iter()
                .filter_map(WireReference::to_reference)
                .collect(),
            description: cut_words(description.unwrap_or_default()).into_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
