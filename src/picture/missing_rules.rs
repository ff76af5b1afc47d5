//! Alerting rules that most clusters have and one cluster lacks. The sources view and `doctor` list such rules. The
//! rules do not affect the verdict, since rollouts can differ for weeks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::answers::PrometheusData;
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::source::{Slot, SourceId};

/// The number of other clusters that must have a rule before its absence counts. A rule in a single cluster may be
/// meant for that cluster alone.
const MIN_OTHERS: usize = 2;

type RuleNames<'a> = BTreeSet<&'a Arc<str>>;

/// Returns the missing alerting rules of each Prometheus. A rule is missing in a Prometheus if at least two of the
/// other Prometheuses have the rule, and if these are more than half of the others. Compares only fresh Prometheuses
/// that watch one cluster and evaluate its rules.
pub fn find(
    slots: &[Slot<PrometheusData>],
    policy: &Policy,
    now: Now,
) -> BTreeMap<SourceId, Vec<Arc<str>>> {
    let compared: Vec<(&SourceId, RuleNames<'_>)> = slots
        .iter()
        .filter(|slot| answers_for_one_cluster(&slot.id, policy))
        .filter_map(|slot| Some((&slot.id, slot.fresh_body(now)?.rules.names.iter().collect())))
        .filter(|(_, names): &(_, RuleNames<'_>)| !names.is_empty())
        .collect();
    let mut counts: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for name in compared.iter().flat_map(|(_, names)| names) {
        *counts.entry(name).or_default() += 1;
    }
    let others = compared.len().saturating_sub(1);
    let missing = |names: &RuleNames<'_>| {
        let common = counts
            .iter()
            .filter(|(_, count)| **count >= MIN_OTHERS && **count * 2 > others);
        let lacked = common.filter(|(name, _)| !names.contains(*name));
        lacked.map(|(name, _)| Arc::clone(name)).collect()
    };
    let found = compared
        .iter()
        .map(|(id, names)| ((*id).clone(), missing(names)));
    found.collect()
}

fn answers_for_one_cluster(id: &SourceId, policy: &Policy) -> bool {
    let mut scopes = policy.prometheus_scopes.iter();
    scopes.any(|scope| scope.source == *id && scope.cluster.is_some() && scope.has_rules)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::answers::RulesHealth;
    use crate::domain::policy::PrometheusScope;
    use crate::domain::source::{Answer, SourceKind};

    fn id(cluster: &str) -> SourceId {
        SourceId::new(SourceKind::Prometheus, cluster)
    }

    fn slot(cluster: &str, rules: &[&str]) -> Slot<PrometheusData> {
        let names = rules.iter().map(|name| Arc::from(*name)).collect();
        let rules = RulesHealth {
            names,
            ..RulesHealth::default()
        };
        let body = PrometheusData {
            rules,
            ..PrometheusData::default()
        };
        let mut slot = Slot::waiting(id(cluster), Duration::from_secs(30));
        slot.succeed(Answer::new(now(), now(), None, body));
        slot
    }

    fn now() -> Now {
        Now {
            wall: chrono::DateTime::UNIX_EPOCH,
            mono: Duration::from_secs(1),
        }
    }

    fn policy(clusters: &[&str]) -> Policy {
        let scope = |cluster: &&str| PrometheusScope {
            source: id(cluster),
            cluster: Some((*cluster).into()),
            has_rules: true,
        };
        Policy {
            prometheus_scopes: clusters.iter().map(scope).collect(),
            ..Policy::default()
        }
    }

    fn missing_of(cluster: &str, slots: &[Slot<PrometheusData>], policy: &Policy) -> Vec<String> {
        let found = find(slots, policy, now());
        let names = found.get(&id(cluster)).into_iter().flatten();
        names.map(|name| name.to_string()).collect()
    }

    #[test]
    fn what_most_others_have_is_missing() {
        let policy = policy(&["a", "b", "c", "d"]);
        let slots = [
            slot("a", &["disk", "nodes"]),
            slot("b", &["disk", "nodes", "only here"]),
            slot("c", &["disk"]),
            slot("d", &["disk", "nodes", "twice"]),
        ];
        assert_eq!(missing_of("c", &slots, &policy), ["nodes"]);
        for whole in ["a", "b", "d"] {
            assert_eq!(missing_of(whole, &slots, &policy), [""; 0], "{whole}");
        }
    }

    #[test]
    fn one_other_says_nothing_and_a_server_without_rules_is_not_compared() {
        let two = policy(&["a", "b"]);
        let slots = [slot("a", &["disk"]), slot("b", &["nodes"])];
        assert_eq!(missing_of("a", &slots, &two), [""; 0]);
        let mut three = policy(&["a", "b", "c", "elsewhere"]);
        let slots = [
            slot("a", &["disk"]),
            slot("b", &["disk"]),
            slot("c", &[]),
            slot("elsewhere", &["x"]),
        ];
        assert_eq!(missing_of("c", &slots, &three), [""; 0]);
        assert_eq!(missing_of("elsewhere", &slots, &three), ["disk"]);
        for scope in &mut three.prometheus_scopes {
            scope.has_rules = scope.source != id("elsewhere");
        }
        assert_eq!(missing_of("elsewhere", &slots, &three), [""; 0]);
        let mut old = slot("old", &["x"]);
        old.answer = None;
        assert!(!find(&[old], &policy(&["old"]), now()).contains_key(&id("old")));
    }
}
