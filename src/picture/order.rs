//! The order of cases. The order is stable, so that a row never jumps without a reason.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use crate::domain::case::{Case, Rank};
use crate::domain::hub::Tier;
use crate::domain::incident::Urgency;
use crate::domain::policy::Policy;

/// Compares by priority, then by owner (unowned first), then by clock, then by id. Right after the first priority come
/// unowned high-urgency incidents without priority, and prod hubs that only a probe shows as down. Cases that do not
/// count (in maintenance or silenced) come last.
pub fn compare(a: &Case, b: &Case, policy: &Policy) -> Ordering {
    sort_key(a, policy)
        .cmp(&sort_key(b, policy))
        .then_with(|| a.id.cmp(&b.id))
}

type Key = (bool, (usize, bool), bool, DateTime<Utc>);

fn sort_key(case: &Case, policy: &Policy) -> Key {
    let clock = case
        .clock
        .as_ref()
        .map_or(DateTime::<Utc>::MAX_UTC, |clock| clock.at);
    (
        case.muted_by.is_some(),
        priority_bucket(case, policy),
        !may_be_unowned(case),
        clock,
    )
}

fn priority_bucket(case: &Case, policy: &Policy) -> (usize, bool) {
    match case.rank {
        Rank::Priority(rank) => (rank, false),
        Rank::Unranked if is_unowned_page(case) || is_prod_hub_down(case, policy) => (0, true),
        Rank::Unranked => (usize::MAX, false),
    }
}

// If the owners are not known, the case may have no owner.
fn may_be_unowned(case: &Case) -> bool {
    case.unowned || !case.owners_known
}

fn is_unowned_page(case: &Case) -> bool {
    may_be_unowned(case)
        && case
            .incident
            .as_ref()
            .is_some_and(|incident| incident.urgency == Urgency::High)
}

fn is_prod_hub_down(case: &Case, policy: &Policy) -> bool {
    case.hub_down.as_ref().is_some_and(|(sort_key, _)| {
        policy
            .hubs()
            .any(|hub| hub.key == *sort_key && hub.tier == Tier::Prod)
    })
}
