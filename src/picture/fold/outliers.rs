//! The outlier of a storm: the one case that differs from nearly all other cases. This case may show the cause of the
//! storm.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::scope::StormReach;
use super::{FoldInput, MIN_PLACES, shared};
use crate::domain::case::{Case, Place};
use crate::domain::policy::Policy;
use crate::picture::storm::{MajorityValue, Outlier, StormScope};

/// A case is the outlier if it began at least this long before all others.
const MIN_LEAD: TimeDelta = TimeDelta::minutes(5);

type Members<'a> = [(usize, &'a Case)];

/// The first outlier of these kinds: a case in another cluster, the only spared place, a case with another hub or
/// label, a case that began well before the others, the only owned case, the only unowned case.
pub fn find_outlier(
    inside: &Members<'_>,
    reach: &StormReach,
    fleet: &FoldInput<'_>,
) -> Option<Outlier> {
    other_cluster(inside, reach, fleet)
        .or_else(|| spared_place(reach, fleet))
        .or_else(|| other_hub(inside))
        .or_else(|| other_label(inside, fleet.policy))
        .or_else(|| started_earlier(inside))
        .or_else(|| other_ownership(inside))
}

fn other_cluster(
    inside: &Members<'_>,
    reach: &StormReach,
    fleet: &FoldInput<'_>,
) -> Option<Outlier> {
    if matches!(reach.scope, StormScope::Cluster(_)) {
        return None;
    }
    let cluster =
        |case: &Case| Some(common_value(case, |place| place.cluster.clone())?.to_string());
    let provider = |case: &Case| {
        let name = common_value(case, |place| place.cluster.clone())?;
        fleet.policy.cluster(&name)?.provider.clone()
    };
    let one = |agreed: fn(String) -> MajorityValue| {
        move |(case, value): (usize, String)| Outlier::Differs {
            case,
            majority: agreed(value),
        }
    };
    dissenter(inside, cluster)
        .map(one(MajorityValue::Cluster))
        .or_else(|| dissenter(inside, provider).map(one(MajorityValue::Provider)))
}

// A place counts as spared only if its Prometheus has fresh alerts.
fn spared_place(reach: &StormReach, fleet: &FoldInput<'_>) -> Option<Outlier> {
    let [common_value] = reach.spared.as_slice() else {
        return None;
    };
    let heard = common_value
        .cluster
        .as_ref()
        .is_some_and(fleet.has_fresh_alerts);
    (reach.affected >= MIN_PLACES - 1 && heard).then(|| Outlier::Spared(common_value.clone()))
}

fn other_hub(inside: &Members<'_>) -> Option<Outlier> {
    let hub = |case: &Case| Some(common_value(case, |place| place.hub.clone())?.to_string());
    let (case, name) = dissenter(inside, hub)?;
    Some(Outlier::Differs {
        case,
        majority: MajorityValue::Hub(name),
    })
}

fn other_label(inside: &Members<'_>, policy: &Policy) -> Option<Outlier> {
    let names: BTreeSet<&str> = inside
        .iter()
        .flat_map(|(_, case)| shared::case_labels(case, policy).into_keys())
        .collect();
    names.into_iter().find_map(|name| {
        let value = |case: &Case| {
            shared::case_labels(case, policy)
                .get(name)
                .map(|value| (*value).to_owned())
        };
        let (case, value) = dissenter(inside, value)?;
        Some(Outlier::Differs {
            case,
            majority: MajorityValue::Label(name.to_owned(), value),
        })
    })
}

fn started_earlier(inside: &Members<'_>) -> Option<Outlier> {
    let mut by_time: Vec<_> = inside.iter().map(|(at, case)| (case.since, *at)).collect();
    by_time.sort_unstable();
    let [(began, case), (next, _), _, ..] = by_time.as_slice() else {
        return None;
    };
    let before = *next - *began;
    (before >= MIN_LEAD).then_some(Outlier::StartedEarlier {
        case: *case,
        lead: before,
    })
}

fn other_ownership(inside: &Members<'_>) -> Option<Outlier> {
    let is_unowned = |case: &Case| case.owners_known.then(|| case.unowned.to_string());
    let (case, others) = dissenter(inside, is_unowned)?;
    Some(if others == "false" {
        Outlier::Unowned(case)
    } else {
        Outlier::Owned(case)
    })
}

fn common_value<T: PartialEq>(case: &Case, of: impl Fn(&Place) -> Option<T>) -> Option<T> {
    let mut values = case.places.iter().map(of);
    let first = values.next()??;
    values
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

// The only case whose value differs, and the value of all other cases. At least MIN_PLACES - 1 other cases must share
// the value, since a few may share one by chance.
fn dissenter(
    inside: &Members<'_>,
    value: impl Fn(&Case) -> Option<String>,
) -> Option<(usize, String)> {
    let mut by_value: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, case) in inside {
        by_value.entry(value(case)?).or_default().push(*at);
    }
    let mut sides: Vec<_> = by_value.into_iter().collect();
    sides.sort_by_key(|(_, cases)| cases.len());
    match sides.as_slice() {
        [(_, one), (agreed, others)] if one.len() == 1 && others.len() >= MIN_PLACES - 1 => {
            Some((*one.first()?, agreed.clone()))
        }
        _ => None,
    }
}
