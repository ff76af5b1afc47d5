//! The data of `/api/v1/rules?type=alert`: the alerts, and whether the rules are evaluated.

mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::alert::{Alert, AlertRule};
use crate::domain::answers::RulesHealth;
use crate::domain::ids::ClusterName;
use crate::domain::labels::Labels;
use crate::domain::now::{duration_since, is_in_future};
use crate::domain::settings::ClusterScope;
use crate::domain::source::{ItemKind, SourceId, UnreadableItems};
use crate::sources::scalar::TimeField;

pub(super) use self::reader::{RulesPage, read_page};

/// The source of the alerts, and the clusters that it answers for.
#[derive(Clone, Debug)]
pub(super) struct AlertOrigin {
    pub(super) source: SourceId,
    pub(super) scope: ClusterScope,
    pub(super) external_labels: Labels,
}

/// The data of the rules. [`Self::health`] decides which groups are overdue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rules {
    pub(super) alerts: Vec<Arc<Alert>>,
    rule_names: Vec<Arc<str>>,
    clusters: Vec<Arc<str>>,
    failing: Vec<(Arc<str>, String)>,
    not_evaluated: Vec<Arc<str>>,
    /// The rules of an endpoint for many clusters, each with the cluster that its label names.
    cluster_by_rule: Vec<(Arc<str>, Option<ClusterName>)>,
    evaluations: Vec<GroupEvaluation>,
    /// Groups, rules and alerts that cannot be read.
    pub(super) unreadable: UnreadableItems,
}

/// When a group was last evaluated.
#[derive(Clone, Debug, PartialEq)]
struct GroupEvaluation {
    group: Arc<str>,
    /// The clusters that the group's rules name. Only for an endpoint that answers for many clusters.
    clusters: BTreeSet<ClusterName>,
    /// Whether some rule of the group names no cluster, so the group may be for all clusters.
    is_for_all: bool,
    interval: Duration,
    last_evaluation: TimeField,
}

impl GroupEvaluation {
    // The group's name, with its clusters. Several groups may have the same name, each for its own cluster.
    fn shown_name(&self) -> Arc<str> {
        let clusters: Vec<&str> = self.clusters.iter().map(ClusterName::as_str).collect();
        match clusters.as_slice() {
            [] => Arc::clone(&self.group),
            named => format!("{} ({})", self.group, named.join(", ")).into(),
        }
    }

    fn is_overdue(&self, now: DateTime<Utc>, loaded: Option<DateTime<Utc>>) -> bool {
        match self.last_evaluation {
            TimeField::Missing => false,
            TimeField::Never => {
                loaded.is_none_or(|loaded| duration_since(now, loaded) > self.interval)
            }
            TimeField::At(last) => {
                let intervals = self.interval.saturating_mul(3);
                duration_since(now, last) > intervals.saturating_add(OVERDUE_GRACE)
            }
        }
    }
}

/// The most cluster names that are collected from the labels of a one-cluster Prometheus. Normally the labels contain
/// only the configured cluster's name. A mistake in the configuration may lead to other names.
const MAX_CLUSTERS: usize = 8;

const OVERDUE_GRACE: Duration = Duration::from_secs(60);

impl Rules {
    /// Whether some group has not been evaluated since its server loaded it.
    pub(super) fn has_group_never_evaluated(&self) -> bool {
        let mut groups = self.evaluations.iter();
        groups.any(|group| group.last_evaluation == TimeField::Never)
    }

    /// Whether an alert of this rule certainly does not fire if it is not listed. This requires that the rule is listed
    /// and evaluated without an error, and that everything that is listed can be read.
    pub(super) fn is_evaluated(&self, rule: &AlertRule) -> bool {
        let groups = self.evaluations.iter();
        let mut own = groups.filter(|it| it.group == rule.group);
        let mut failing = self.failing.iter();
        self.unreadable.is_empty()
            && self.rule_names.contains(&rule.name)
            && own.all(|it| it.last_evaluation != TimeField::Never)
            && failing.all(|(name, _)| *name != rule.name)
            && !self.not_evaluated.contains(&rule.name)
    }

    /// The groups whose last evaluation is not known, since its time is missing or after `now`. It cannot be judged
    /// whether these groups are overdue.
    pub(super) fn evaluated_at_unknown_time(&self, now: DateTime<Utc>) -> UnreadableItems {
        let mut found = UnreadableItems::default();
        for group in &self.evaluations {
            let problem = match group.last_evaluation {
                TimeField::At(at) if is_in_future(at, now) => {
                    "the time of its last evaluation is in the future"
                }
                TimeField::Missing => "the time of its last evaluation cannot be read",
                TimeField::At(_) | TimeField::Never => continue,
            };
            found.push(ItemKind::RuleGroup, Some(&group.group), problem);
        }
        found
    }

    /// The rules' health at `now`. `now` should be the server's clock, since the evaluation times are by that clock. A
    /// group that was never evaluated is overdue one interval after the server loaded it. If the time of loading is not
    /// known, the group is overdue at once, since none of its alerts can fire.
    pub(super) fn health(&self, now: DateTime<Utc>, loaded: Option<DateTime<Utc>>) -> RulesHealth {
        let groups = self.evaluations.iter();
        let overdue: Vec<&GroupEvaluation> = groups
            .filter(|group| group.is_overdue(now, loaded))
            .collect();
        RulesHealth {
            names: self.rule_names.clone(),
            clusters: self.clusters.clone(),
            failing: self.failing.clone(),
            not_evaluated: self.not_evaluated.clone(),
            clusters_by_rule: self.clusters_by_rule(),
            clusters_by_group: clusters_by_group(&overdue),
            overdue: overdue
                .iter()
                .map(|group| (group.shown_name(), group.last_evaluation.datetime()))
                .collect(),
        }
    }

    // The clusters that the rules of each name are for. A rule without a cluster is for all clusters, so its name is
    // left out.
    fn clusters_by_rule(&self) -> BTreeMap<Arc<str>, BTreeSet<ClusterName>> {
        let mut found: BTreeMap<Arc<str>, BTreeSet<ClusterName>> = BTreeMap::new();
        for (rule, cluster) in &self.cluster_by_rule {
            found
                .entry(rule.clone())
                .or_default()
                .extend(cluster.clone());
        }
        for (rule, cluster) in &self.cluster_by_rule {
            if cluster.is_none() {
                found.remove(rule);
            }
        }
        found
    }

    fn add_cluster(&mut self, name: Arc<str>) {
        if self.clusters.len() < MAX_CLUSTERS && !self.clusters.contains(&name) {
            self.clusters.push(name);
        }
    }

    /// Adds another page.
    pub(super) fn extend(&mut self, page: Rules) {
        self.alerts.extend(page.alerts);
        self.rule_names.extend(page.rule_names);
        page.clusters
            .into_iter()
            .for_each(|name| self.add_cluster(name));
        self.failing.extend(page.failing);
        self.not_evaluated.extend(page.not_evaluated);
        self.cluster_by_rule.extend(page.cluster_by_rule);
        self.evaluations.extend(page.evaluations);
        self.unreadable.extend(page.unreadable);
    }
}

// The clusters of the groups, by the groups' shown names. A group that may be for all clusters is left out, with all
// groups that have its name.
fn clusters_by_group(groups: &[&GroupEvaluation]) -> BTreeMap<Arc<str>, BTreeSet<ClusterName>> {
    let for_all = groups.iter().filter(|group| group.is_for_all);
    let for_all: BTreeSet<Arc<str>> = for_all.map(|group| group.shown_name()).collect();
    let named = groups
        .iter()
        .map(|group| (group.shown_name(), group.clusters.clone()));
    named.filter(|(name, _)| !for_all.contains(name)).collect()
}

#[cfg(test)]
mod tests;
