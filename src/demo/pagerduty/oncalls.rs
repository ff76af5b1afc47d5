//! The endpoint that lists who is on call.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use super::guard::PagerdutyState;
use super::paging::{flag, list_params, moment};
use super::problem::{Problem, Reply};
use super::{full_objects, refs};
use crate::demo::account::Account;
use crate::demo::account::rota::OnCall;
use crate::demo::clockwork::format_timestamp;
use crate::demo::serve::shared::Params;

const KNOWN: [&str; 8] = [
    "time_zone",
    "include[]",
    "user_ids[]",
    "escalation_policy_ids[]",
    "schedule_ids[]",
    "since",
    "until",
    "earliest",
];
/// The longest range from `since` to `until`, in days.
const MAX_DAYS: i64 = 90;

/// `GET /oncalls`.
pub(super) async fn list(State(site): State<PagerdutyState>, RawQuery(query): RawQuery) -> Reply {
    let (params, page) = list_params(query.as_deref(), &KNOWN)?;
    let since = moment(&params, "since", 2004)?;
    let until = moment(&params, "until", 2005)?;
    site.shared.with(|world, now| {
        let since = since.unwrap_or(now);
        let until = until.unwrap_or(since);
        if until < since || until - since > chrono::TimeDelta::days(MAX_DAYS) {
            return Err(Problem::invalid("until must be within 90 days after since"));
        }
        let account = &world.account;
        let mut found = account.rota.on_calls(&account.directory, since, until);
        found.retain(|it| fits(it, &params));
        if flag(&params, "earliest") {
            let mut seen = BTreeSet::new();
            found.retain(|it| seen.insert((it.policy.id(), it.level, it.user.id())));
        }
        Ok(page.response("oncalls", &found, |it| shape(account, it, &params)))
    })
}

fn fits(it: &OnCall, params: &Params) -> bool {
    // A user who is always on call has no schedule. The parameter `schedule_ids[]` selects such users by `null`.
    let rota = it.turn.as_ref();
    let rota = rota.map_or_else(|| "null".to_owned(), |(schedule, _)| schedule.id());
    params.admits("escalation_policy_ids[]", &it.policy.id())
        && params.admits("user_ids[]", &it.user.id())
        && params.admits("schedule_ids[]", &rota)
}

fn shape(account: &Account, it: &OnCall, params: &Params) -> Value {
    let asks = |name| params.all("include[]").any(|it| it == name);
    let user = match asks("users") {
        true => full_objects::user(it.user),
        false => refs::user(it.user),
    };
    let policy = match asks("escalation_policies") {
        true => full_objects::policy(account, it.policy, false),
        false => refs::policy(it.policy),
    };
    let turn = it.turn.as_ref();
    json!({
        "escalation_policy": policy,
        "escalation_level": it.level,
        "schedule": turn.map(|(schedule, _)| refs::schedule(schedule)),
        "user": user,
        "start": turn.map(|(_, shift)| format_timestamp(shift.start)),
        "end": turn.map(|(_, shift)| format_timestamp(shift.end)),
    })
}
