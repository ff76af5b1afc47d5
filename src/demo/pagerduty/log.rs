//! The account's log entries, newest first.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::guard::PagerdutyState;
use super::paging::{Pagination, flag, list_params, moment};
use super::problem::{Problem, Reply};
use super::refs;
use crate::demo::account::Account;
use crate::demo::account::entry::{Entry, EntryKind};
use crate::demo::account::incident::{Agent, Pending};
use crate::demo::clockwork::{At, format_timestamp};
use crate::demo::serve::shared::Params;

const KNOWN: [&str; 5] = ["since", "until", "time_zone", "is_overview", "include[]"];

/// `GET /log_entries`.
pub(super) async fn all(State(site): State<PagerdutyState>, RawQuery(query): RawQuery) -> Reply {
    let known: Vec<_> = KNOWN.into_iter().chain(["team_ids[]"]).collect();
    let (params, page) = list_params(query.as_deref(), &known)?;
    site.shared.with(|world, _| {
        let (since, until) = span(&params)?;
        let entries = world.account.log_between(since, until);
        Ok(list_response(&world.account, entries, &params, page))
    })
}

/// `GET /incidents/{id}/log_entries`.
pub(super) async fn for_incident(
    State(site): State<PagerdutyState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    let (params, page) = list_params(query.as_deref(), &KNOWN)?;
    site.shared.with(|world, _| {
        let account = &world.account;
        let incident = account.incident(&id).ok_or_else(Problem::not_found)?;
        let (since, until) = span(&params)?;
        let entries = account.log_of(&incident.id);
        let entries = entries.filter(|it| since <= it.at && it.at <= until);
        Ok(list_response(account, entries, &params, page))
    })
}

/// The range from `since` to `until`, both included. A missing parameter does not limit the range.
fn span(params: &Params) -> Result<(At, At), Problem> {
    let since = moment(params, "since", 2004)?.unwrap_or(At::MIN_UTC);
    let until = moment(params, "until", 2005)?.unwrap_or(At::MAX_UTC);
    Ok((since, until))
}

fn list_response<'a>(
    account: &Account,
    entries: impl Iterator<Item = &'a Entry>,
    params: &Params,
    page: Pagination,
) -> Response {
    let overview = flag(params, "is_overview");
    let found = entries.filter(|it| !(overview && matches!(it.kind, EntryKind::Notify(_))));
    let found: Vec<_> = found.collect();
    page.response("log_entries", &found, |it| shape(account, it))
}

fn shape(account: &Account, it: &Entry) -> Value {
    let (kind, summary) = type_and_summary(account, it);
    let incident = account.incident(&it.incident);
    let base = refs::base(kind, &it.id, &summary, "log_entries", None);
    let service = incident.map(|it| refs::service_of(&account.directory, &it.service));
    let whole = refs::with(
        base,
        json!({
            "created_at": format_timestamp(it.at),
            "agent": incident.map(|of| refs::agent(account, of, &it.by)),
            "channel": { "type": it.channel },
            "service": service,
            "incident": incident.map(refs::incident),
            "teams": [],
            "contexts": [],
            "event_details": {},
        }),
    );
    refs::with(whole, entry_details(account, it))
}

/// A reference to a log entry.
pub(super) fn reference(account: &Account, it: &Entry) -> Value {
    let (kind, summary) = type_and_summary(account, it);
    let kind = format!("{kind}_reference");
    refs::base(&kind, &it.id, &summary, "log_entries", None)
}

/// The fields that only entries of this entry's kind have.
fn entry_details(account: &Account, entry: &Entry) -> Value {
    let people = |keys: &[String]| -> Vec<Value> {
        let people = keys.iter();
        people
            .map(|key| refs::user_of(&account.directory, key))
            .collect()
    };
    match &entry.kind {
        EntryKind::Assign(to) | EntryKind::Delegate(to) | EntryKind::Escalate(to) => {
            json!({ "assignees": people(to) })
        }
        EntryKind::Notify(who) => json!({ "user": refs::user_of(&account.directory, who) }),
        EntryKind::Acknowledge(seconds) => json!({ "acknowledgement_timeout": seconds }),
        EntryKind::Annotate(text) | EntryKind::Resolve(Some(text)) => json!({ "note": text }),
        EntryKind::Snooze(until) => {
            json!({ "changed_actions": [pending_action(Pending::Unacknowledge, *until)] })
        }
        EntryKind::PriorityChange(before, after) => {
            let priority = |name: &Option<String>| {
                let known = account.directory.priority(name.as_deref()?)?;
                Some(refs::priority(known))
            };
            json!({ "channel": {
                "type": entry.channel,
                "old_priority": priority(before),
                "new_priority": priority(after),
            } })
        }
        _ => json!({}),
    }
}

/// The entry's type, and a sentence about the entry.
fn type_and_summary(account: &Account, it: &Entry) -> (&'static str, String) {
    let names = |keys: &[String]| {
        let names = keys.iter().filter_map(|key| account.directory.user(key));
        names
            .map(|it| it.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let name = |key: &str| names(&[key.to_owned()]);
    let by = match &it.by {
        Agent::User(key) => format!(" by {}", name(key)),
        Agent::Service if it.channel == "timeout" => " by timeout".to_owned(),
        Agent::Service => " through the API".to_owned(),
    };
    match &it.kind {
        EntryKind::Trigger => ("trigger_log_entry", format!("Triggered{by}")),
        EntryKind::Assign(to) => ("assign_log_entry", format!("Assigned to {}{by}", names(to))),
        EntryKind::Delegate(to) => (
            "delegate_log_entry",
            format!("Delegated to {}{by}", names(to)),
        ),
        EntryKind::Escalate(to) => (
            "escalate_log_entry",
            format!("Escalated to {}{by}", names(to)),
        ),
        EntryKind::Notify(who) => ("notify_log_entry", format!("Notified {}", name(who))),
        EntryKind::Acknowledge(_) => ("acknowledge_log_entry", format!("Acknowledged{by}")),
        EntryKind::Unacknowledge => ("unacknowledge_log_entry", format!("Unacknowledged{by}")),
        EntryKind::Resolve(_) => ("resolve_log_entry", format!("Resolved{by}")),
        EntryKind::Annotate(_) => ("annotate_log_entry", format!("Note added{by}")),
        EntryKind::Snooze(_) => ("snooze_log_entry", format!("Snoozed{by}")),
        EntryKind::Repeat => (
            "repeat_escalation_path_log_entry",
            "The escalation policy begins again".to_owned(),
        ),
        EntryKind::Exhaust => (
            "exhaust_escalation_path_log_entry",
            "The escalation policy has no further level".to_owned(),
        ),
        EntryKind::UrgencyChange => ("urgency_change_log_entry", format!("Urgency changed{by}")),
        EntryKind::PriorityChange(before, after) => {
            let [before, after] = [before, after].map(|name| name.as_deref().unwrap_or_default());
            (
                "priority_change_log_entry",
                format!("Priority changed from \"{before}\" to \"{after}\""),
            )
        }
    }
}

/// A pending action: the action and its time.
pub(super) fn pending_action(kind: Pending, at: At) -> Value {
    let kind: &str = kind.into();
    json!({ "type": kind, "at": format_timestamp(at) })
}
