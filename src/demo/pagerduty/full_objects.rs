//! Full JSON objects for users, policies, services and maintenance windows.

use serde_json::{Value, json};

use super::refs;
use crate::demo::account::directory::{Level, Policy, Service, User};
use crate::demo::account::incident::Status;
use crate::demo::account::{Account, Window};
use crate::demo::clockwork::{At, format_timestamp, truncate_to_hour};

pub(super) fn user(it: &User) -> Value {
    let base = refs::base("user", &it.id(), &it.name, "users", Some("users"));
    refs::with(
        base,
        json!({
            "name": it.name,
            "email": it.email(),
            "time_zone": it.zone,
            "color": "green",
            "role": "user",
            "avatar_url": null,
            "description": null,
            "invitation_sent": false,
            "job_title": it.job,
            "created_via_sso": false,
            "teams": [],
            "contact_methods": [],
            "notification_rules": [],
        }),
    )
}

pub(super) fn policy(account: &Account, it: &Policy, strategy: bool) -> Value {
    let page = "escalation_policies";
    let base = refs::base("escalation_policy", &it.id(), &it.name, page, Some(page));
    let levels = it.levels.iter().zip(1_usize..);
    let rules = levels.map(|(level, number)| {
        let rule = json!({
            "id": format!("{}R{number}", it.id()),
            "escalation_delay_in_minutes": level.after.as_secs() / 60,
            "targets": targets(account, level),
        });
        let more = json!({ "escalation_rule_assignment_strategy": "round_robin" });
        if strategy {
            refs::with(rule, more)
        } else {
            rule
        }
    });
    let services = account.directory.services.iter();
    let services = services
        .filter(|service| service.policy == it.key)
        .map(refs::service);
    refs::with(
        base,
        json!({
            "name": it.name,
            "description": null,
            "num_loops": it.loops,
            "on_call_handoff_notifications": "if_has_services",
            "escalation_rules": rules.collect::<Vec<_>>(),
            "services": services.collect::<Vec<_>>(),
            "teams": [],
        }),
    )
}

fn targets(account: &Account, level: &Level) -> Vec<Value> {
    let all = &account.directory;
    let rotas = level.schedules.iter().filter_map(|key| all.schedule(key));
    let people = level.users.iter().filter_map(|key| all.user(key));
    rotas
        .map(refs::schedule)
        .chain(people.map(refs::user))
        .collect()
}

pub(super) fn service(account: &Account, it: &Service) -> Value {
    let page = Some("service-directory");
    let base = refs::base("service", &it.id(), &it.name, "services", page);
    let mine = account
        .incidents
        .iter()
        .filter(|incident| incident.service == it.key);
    let last = mine.clone().map(|incident| incident.created_at).max();
    let open: Vec<_> = mine.filter(|incident| incident.is_open()).collect();
    let status = if open
        .iter()
        .any(|incident| incident.status == Status::Triggered)
    {
        "critical"
    } else if open.is_empty() {
        "active"
    } else {
        "warning"
    };
    let policy = account.directory.policy(&it.policy);
    refs::with(
        base,
        json!({
            "name": it.name,
            "description": null,
            "auto_resolve_timeout": it.auto_resolve_timeout.map(|span| span.as_secs()),
            "acknowledgement_timeout": it.acknowledgement_timeout.map(|span| span.as_secs()),
            "created_at": format_timestamp(truncate_to_hour(At::UNIX_EPOCH)),
            "status": status,
            "last_incident_timestamp": last.map(format_timestamp),
            "escalation_policy": policy.map(refs::policy),
            "teams": [],
            "integrations": [],
            "incident_urgency_rule": { "type": "constant", "urgency": "high" },
            "support_hours": null,
            "scheduled_actions": [],
            "addons": [],
            "alert_creation": "create_alerts_and_incidents",
        }),
    )
}

pub(super) fn window(account: &Account, it: &Window) -> Value {
    let path = "maintenance_windows";
    let base = refs::base("maintenance_window", &it.id, &it.text, path, Some(path));
    refs::with(
        base,
        json!({
            "sequence_number": it.number,
            "start_time": format_timestamp(it.start),
            "end_time": format_timestamp(it.end),
            "description": it.text,
            "created_by": refs::user_of(&account.directory, "caro"),
            "services": [refs::service_of(&account.directory, &it.service)],
            "teams": [],
        }),
    )
}
