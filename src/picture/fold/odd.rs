//! The odd one out of a storm: where nearly all agree, the one that does not may tell why.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::scope::Reach;
use super::{Fleet, STORM, share};
use crate::domain::case::{Case, Place};
use crate::picture::model::{Agreed, Odd, Scope};

/// What began so long before all others came first.
const HEAD_START: TimeDelta = TimeDelta::minutes(5);

type Inside<'a> = [(usize, &'a Case)];

/// The first that there is: one that is elsewhere, the one place that is spared, one whose hub or label is
/// another, one that came well before the rest, one that alone is held or alone is not.
pub fn find(inside: &Inside<'_>, reach: &Reach, fleet: &Fleet<'_>) -> Option<Odd> {
    elsewhere(inside, reach, fleet)
        .or_else(|| spared(reach, fleet))
        .or_else(|| other_hub(inside))
        .or_else(|| other_label(inside))
        .or_else(|| first(inside))
        .or_else(|| by_owner(inside))
}

fn elsewhere(inside: &Inside<'_>, reach: &Reach, fleet: &Fleet<'_>) -> Option<Odd> {
    if matches!(reach.scope, Scope::Cluster(_)) {
        return None;
    }
    let cluster = |case: &Case| Some(only(case, |place| place.cluster.clone())?.to_string());
    let provider = |case: &Case| {
        let name = only(case, |place| place.cluster.clone())?;
        fleet.policy.cluster(&name)?.provider.clone()
    };
    let one = |agreed: fn(String) -> Agreed| {
        move |(case, value): (usize, String)| Odd::Differs {
            case,
            others: agreed(value),
        }
    };
    dissenter(inside, cluster)
        .map(one(Agreed::Cluster))
        .or_else(|| dissenter(inside, provider).map(one(Agreed::Provider)))
}

// That a place is spared is known only where its silence says something.
fn spared(reach: &Reach, fleet: &Fleet<'_>) -> Option<Odd> {
    let [only] = reach.spared.as_slice() else {
        return None;
    };
    let heard = only.cluster.as_ref().is_some_and(fleet.is_heard);
    (reach.affected >= STORM - 1 && heard).then(|| Odd::Spared(only.clone()))
}

fn other_hub(inside: &Inside<'_>) -> Option<Odd> {
    let hub = |case: &Case| Some(only(case, |place| place.hub.clone())?.to_string());
    let (case, name) = dissenter(inside, hub)?;
    Some(Odd::Differs {
        case,
        others: Agreed::Hub(name),
    })
}

fn other_label(inside: &Inside<'_>) -> Option<Odd> {
    let names: BTreeSet<&str> = inside
        .iter()
        .flat_map(|(_, case)| share::labels(case).into_keys())
        .collect();
    names.into_iter().find_map(|name| {
        let value = |case: &Case| {
            share::labels(case)
                .get(name)
                .map(|value| (*value).to_owned())
        };
        let (case, value) = dissenter(inside, value)?;
        Some(Odd::Differs {
            case,
            others: Agreed::Label(name.to_owned(), value),
        })
    })
}

fn first(inside: &Inside<'_>) -> Option<Odd> {
    let mut by_time: Vec<_> = inside.iter().map(|(at, case)| (case.since, *at)).collect();
    by_time.sort_unstable();
    let [(began, case), (next, _), _, ..] = by_time.as_slice() else {
        return None;
    };
    let before = *next - *began;
    (before >= HEAD_START).then_some(Odd::First {
        case: *case,
        before,
    })
}

fn by_owner(inside: &Inside<'_>) -> Option<Odd> {
    let is_unowned = |case: &Case| Some(case.unowned.to_string());
    let (case, others) = dissenter(inside, is_unowned)?;
    Some(if others == "false" {
        Odd::Unowned(case)
    } else {
        Odd::Held(case)
    })
}

fn only<T: PartialEq>(case: &Case, of: impl Fn(&Place) -> Option<T>) -> Option<T> {
    let mut values = case.places.iter().map(of);
    let first = values.next()??;
    values
        .all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

// The one case that says something else than all others, which agree, and what these say. Too few agree
// by chance.
fn dissenter(
    inside: &Inside<'_>,
    value: impl Fn(&Case) -> Option<String>,
) -> Option<(usize, String)> {
    let mut by_value: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, case) in inside {
        by_value.entry(value(case)?).or_default().push(*at);
    }
    let mut sides: Vec<_> = by_value.into_iter().collect();
    sides.sort_by_key(|(_, cases)| cases.len());
    match sides.as_slice() {
        [(_, one), (agreed, others)] if one.len() == 1 && others.len() >= STORM - 1 => {
            Some((*one.first()?, agreed.clone()))
        }
        _ => None,
    }
}
