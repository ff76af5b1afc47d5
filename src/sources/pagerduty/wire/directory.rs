//! People, policies, the rota, priorities and maintenance windows.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{Ref, Time};
use crate::domain::directory::{
    EscalationPolicy, Level, MaintenanceWindow, OnCall, Strategy, User,
};
use crate::domain::ids::PriorityName;
use crate::sources::lenient::{Many, Maybe};

/// A user. Contact methods and the like have no field: they are never kept.
pub(in super::super) fn user(wire: &Ref) -> Option<User> {
    Some(User {
        person: wire.person()?,
        email: wire.email.clone().text(),
    })
}

/// A priority's name.
pub(in super::super) fn priority(wire: &Ref) -> Option<PriorityName> {
    wire.label().map(Into::into)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WirePolicy {
    #[serde(flatten)]
    named: Ref,
    num_loops: Maybe<u32>,
    escalation_rules: Many<WireRule>,
    services: Many<Ref>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireRule {
    escalation_delay_in_minutes: Maybe<u64>,
    escalation_rule_assignment_strategy: Value,
}

impl WirePolicy {
    /// The policy; none where it has no id.
    pub fn read(self) -> Option<EscalationPolicy> {
        let services = self.services.0.iter().filter_map(Ref::id);
        Some(EscalationPolicy {
            named: self.named.named()?,
            loops: self.num_loops.0.unwrap_or_default(),
            services: services.map(Into::into).collect(),
            levels: self
                .escalation_rules
                .0
                .into_iter()
                .map(WireRule::read)
                .collect(),
        })
    }
}

impl WireRule {
    fn read(self) -> Level {
        let minutes = self.escalation_delay_in_minutes.0.unwrap_or_default();
        Level {
            delay: Duration::from_secs(minutes.saturating_mul(60)),
            strategy: strategy(&self.escalation_rule_assignment_strategy),
        }
    }
}

// The schema says text, PagerDuty's own Terraform client reads an object around it.
fn strategy(value: &Value) -> Strategy {
    let word = value.as_str().or_else(|| value.get("type")?.as_str());
    match word {
        Some("round_robin") => Strategy::RoundRobin,
        _ => Strategy::Everyone,
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireOnCall {
    escalation_policy: Maybe<Ref>,
    user: Maybe<Ref>,
    escalation_level: Maybe<u32>,
    start: Time,
    end: Time,
}

impl WireOnCall {
    /// The shift; none where it does not say who, or for what. A level that is not said is the first.
    pub fn read(self) -> Option<OnCall> {
        Some(OnCall {
            policy: self.escalation_policy.0?.id()?.into(),
            level: self.escalation_level.0.unwrap_or(1).max(1),
            who: self.user.0?.person()?,
            start: self.start.0,
            end: self.end.0,
        })
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireWindow {
    id: Maybe<String>,
    start_time: Time,
    end_time: Time,
    description: Maybe<String>,
    summary: Maybe<String>,
    services: Many<Ref>,
}

impl WireWindow {
    /// The window; none where it has no id or bounds: one that says nothing excuses nothing.
    pub fn read(self) -> Option<MaintenanceWindow> {
        let description = self.description.text().or(self.summary.text());
        Some(MaintenanceWindow {
            id: self.id.text()?,
            start: self.start_time.0?,
            end: self.end_time.0?,
            services: self.services.0.iter().filter_map(Ref::named).collect(),
            description: description.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_policy_has_its_levels_and_strategies_in_either_form() {
        let wire: WirePolicy = serde_json::from_value(json!({
            "id": "PE1", "type": "escalation_policy", "name": "Nights", "num_loops": 2,
            "escalation_rules": [
                {"id": "1", "escalation_delay_in_minutes": 30, "escalation_rule_assignment_strategy": "round_robin", "targets": []},
                {"id": "2", "escalation_delay_in_minutes": 240, "escalation_rule_assignment_strategy": {"type": "round_robin"}},
                {"id": "3", "escalation_delay_in_minutes": 5, "escalation_rule_assignment_strategy": {"type": "assign_to_everyone"}},
                {"id": "4", "escalation_delay_in_minutes": null}],
            "services": [{"id": "PS1", "type": "service_reference"}, {"type": "service_reference"}],
        }))
        .unwrap();
        let policy = wire.read().unwrap();
        assert_eq!(&*policy.named.name, "Nights");
        let strategies: Vec<_> = policy.levels.iter().map(|level| level.strategy).collect();
        use Strategy::{Everyone, RoundRobin};
        assert_eq!(strategies, [RoundRobin, RoundRobin, Everyone, Everyone]);
        assert_eq!(policy.levels[1].delay, Duration::from_secs(4 * 3600));
        assert_eq!(policy.services, ["PS1".into()]);
    }

    #[test]
    fn a_shift_without_bounds_is_always() {
        let wire: WireOnCall = serde_json::from_value(json!({
            "user": {"id": "PU1", "type": "user_reference", "summary": "Bo"}, "schedule": null,
            "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference"},
            "escalation_level": 2, "start": null, "end": null,
        }))
        .unwrap();
        let shift = wire.read().unwrap();
        assert_eq!((shift.level, shift.start, shift.end), (2, None, None));
        assert_eq!(WireOnCall::default().read(), None);
    }

    #[test]
    fn a_window_without_bounds_excuses_nothing() {
        let read = |value| serde_json::from_value::<WireWindow>(value).unwrap().read();
        let whole = json!({"id": "PM1", "summary": "move", "start_time": "2026-03-02T09:00:00-05:00",
            "end_time": "2026-03-02T10:00:00-05:00", "services": [{"id": "PS1", "summary": "Disks"}]});
        assert_eq!(read(whole).unwrap().description, "move");
        assert_eq!(read(json!({"id": "PM1", "start_time": null})), None);
    }

    #[test]
    fn users_have_addresses_and_priorities_names() {
        let wire: Ref = serde_json::from_value(
            json!({"id": "PU1", "type": "user", "name": "Bo", "email": "bo@team.example"}),
        )
        .unwrap();
        assert_eq!(
            user(&wire).unwrap().email.as_deref(),
            Some("bo@team.example")
        );
        let wire: Ref = serde_json::from_value(json!({"id": "PP1", "summary": "P1"})).unwrap();
        assert_eq!(priority(&wire).unwrap().as_str(), "P1");
    }
}
