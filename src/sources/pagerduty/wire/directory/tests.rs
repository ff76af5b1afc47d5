//! People, policies, shifts and windows are parsed from PagerDuty's JSON.

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
    let policy = wire.into_policy().unwrap();
    assert_eq!(&*policy.reference.name, "Nights");
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
    let shift = wire.into_on_call().unwrap();
    assert_eq!((shift.level, shift.start, shift.end), (2, None, None));
    assert_eq!(WireOnCall::default().into_on_call(), None);
}

#[test]
fn a_window_without_bounds_excuses_nothing() {
    let read = |value| {
        serde_json::from_value::<WireMaintenanceWindow>(value)
            .unwrap()
            .into_window()
    };
    let whole = json!({"id": "PM1", "summary": "move", "start_time": "2026-03-02T09:00:00-05:00",
        "end_time": "2026-03-02T10:00:00-05:00", "services": [{"id": "PS1", "summary": "Disks"}]});
    assert_eq!(read(whole).unwrap().description, "move");
    assert_eq!(read(json!({"id": "PM1", "start_time": null})), None);
}

#[test]
fn users_have_addresses_and_priorities_names() {
    let wire: WireReference = serde_json::from_value(
        json!({"id": "PU1", "type": "user", "name": "Bo", "email": "bo@team.example"}),
    )
    .unwrap();
    assert_eq!(
        to_user(&wire).unwrap().email.as_deref(),
        Some("bo@team.example")
    );
    let wire: WireReference =
        serde_json::from_value(json!({"id": "PP1", "summary": "P1"})).unwrap();
    assert_eq!(to_priority_name(&wire).unwrap().as_str(), "P1");
}
