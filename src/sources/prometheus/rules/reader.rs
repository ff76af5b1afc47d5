//! Reads a page of rules, alert by alert.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AlertOrigin, GroupEvaluation, OVERDUE_GRACE, Rules};
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::ids::ClusterName;
use crate::domain::labels::{Interner, Labels};
use crate::domain::settings::ClusterScope;
use crate::domain::source::ItemKind;
use crate::domain::text_limit::cut_words;
use crate::sources::lenient::Field;
use crate::sources::prometheus::query_error::{QueryError, shorten};
use crate::sources::prometheus::wire::{Group, Rule, RuleAlert, RulesData};
use crate::sources::scalar::{Pairs, Scalar, TimeField};

/// A page of rules, and where the next page begins.
#[derive(Debug)]
pub(in crate::sources::prometheus) struct RulesPage {
    pub(in crate::sources::prometheus) rules: Rules,
    pub(in crate::sources::prometheus) groups: usize,
    pub(in crate::sources::prometheus) next: Option<String>,
}

/// Reads one page. Unreadable items are recorded, and the rest is used.
///
/// # Errors
/// The page lists no groups, or nothing in it can be read.
pub(in crate::sources::prometheus) fn read_page(
    data: &RulesData<'_>,
    origin: &AlertOrigin,
    words: &mut Interner,
) -> Result<RulesPage, QueryError> {
    let groups = &data.groups;
    if !groups.is_present {
        return Err(QueryError::garbled("the answer lists no rule groups"));
    }
    let mut reader = Reader {
        origin,
        interner: words,
        rules: Rules::default(),
        readable: 0,
    };
    let unreadable = &mut reader.rules.unreadable;
    unreadable.push_shapeless(ItemKind::RuleGroup, groups.unreadable);
    for group in &groups.items {
        reader.read_group(group);
    }
    reader.require_readable()?;
    Ok(RulesPage {
        rules: reader.rules,
        groups: groups.items.len() + groups.unreadable,
        next: data.group_next_token.text().map(str::to_owned),
    })
}

/// The label that usually names the cluster of rules and alerts.
const CLUSTER: &str = "cluster";

struct Reader<'a> {
    origin: &'a AlertOrigin,
    interner: &'a mut Interner,
    rules: Rules,
    /// The number of readable rules, including recording rules.
    readable: usize,
}

impl Reader<'_> {
    fn require_readable(&self) -> Result<(), QueryError> {
        match self.rules.unreadable.iter().next() {
            Some(first) if self.readable == 0 => Err(QueryError::garbled(format!(
                "no rule can be read: a {}: {}",
                first.kind, first.problem
            ))),
            _ => Ok(()),
        }
    }

    fn read_group(&mut self, group: &Group<'_>) {
        let name = self.intern(&group.name);
        if !group.rules.is_present {
            self.note(ItemKind::RuleGroup, &name, "it lists no rules");
            return;
        }
        let unreadable = &mut self.rules.unreadable;
        unreadable.push_shapeless(ItemKind::Rule, group.rules.unreadable);
        let mut is_alerting = false;
        for rule in &group.rules.items {
            match rule_kind(rule) {
                Ok(RuleKind::Alerting) => {
                    is_alerting = true;
                    self.read_rule(&name, rule);
                }
                Ok(RuleKind::Recording) => self.readable += 1,
                Err(problem) => {
                    let rule = self.intern(&rule.name);
                    self.note(ItemKind::Rule, &rule, problem);
                }
            }
        }
        if is_alerting {
            let clusters = self.clusters_of_group(group);
            let mut rules = group.rules.items.iter();
            let is_for_all = rules.any(|rule| self.named_cluster(rule).is_none());
            self.rules.evaluations.push(GroupEvaluation {
                interval: group.interval.seconds().unwrap_or(OVERDUE_GRACE),
                last_evaluation: last_evaluation(group),
                clusters,
                is_for_all,
                group: name,
            });
        }
    }

    fn read_rule(&mut self, group: &Arc<str>, rule: &Rule<'_>) {
        self.readable += 1;
        let name = self.intern(&rule.name);
        self.rules.rule_names.push(name.clone());
        self.note_cluster(rule.labels.as_ref().and_then(|labels| labels.get(CLUSTER)));
        self.note_cluster_of_rule(&name, rule);
        if rule.health.text() == Some("err") {
            let why = shorten(rule.last_error.text().unwrap_or("its evaluation fails"));
            self.rules.failing.push((name.clone(), why));
        }
        let never_ran = rule.last_evaluation.time() == TimeField::Never;
        if never_ran || rule.health.text() == Some("unknown") {
            self.rules.not_evaluated.push(name.clone());
        }
        if let Some(problem) = unlisted_alerts(rule) {
            self.note(ItemKind::Rule, &name, problem);
        }
        for _ in 0..rule.alerts.unreadable {
            self.note(ItemKind::Alert, &name, "not an object");
        }
        if rule.alerts.items.is_empty() {
            return;
        }
        let shared = Arc::new(AlertRule {
            name: name.clone(),
            group: group.clone(),
            expression: self.intern(&rule.query),
            hold: rule.duration.seconds().unwrap_or_default(),
        });
        for alert in &rule.alerts.items {
            self.note_cluster(alert.labels.as_ref().and_then(|labels| labels.get(CLUSTER)));
            match self.read_alert(&shared, alert) {
                Ok(Some(alert)) => {
                    if alert.active_at.is_none() {
                        self.note(ItemKind::Alert, &name, "its activeAt cannot be read");
                    }
                    self.rules.alerts.push(Arc::new(alert));
                }
                Ok(None) => {}
                Err(problem) => self.note(ItemKind::Alert, &name, problem),
            }
        }
    }

    // Records a cluster's name. A value with a template (`{{ … }}`) names no cluster.
    fn note_cluster(&mut self, named: Option<&str>) {
        let is_bound = matches!(self.origin.scope, ClusterScope::One(_));
        if let Some(named) = named.filter(|named| is_bound && !named.contains("{{")) {
            let named = self.interner.intern(named);
            self.rules.add_cluster(named);
        }
    }

    // Records a rule's cluster. An endpoint for many clusters may have one rule for all clusters, or one rule per
    // cluster with the cluster as a label.
    fn note_cluster_of_rule(&mut self, name: &Arc<str>, rule: &Rule<'_>) {
        if matches!(self.origin.scope, ClusterScope::ByLabel(_)) {
            let named = self.named_cluster(rule);
            self.rules.cluster_by_rule.push((name.clone(), named));
        }
    }

    fn clusters_of_group(&mut self, group: &Group<'_>) -> BTreeSet<ClusterName> {
        let rules = group.rules.items.iter();
        rules.filter_map(|rule| self.named_cluster(rule)).collect()
    }

    // The cluster that a rule's label names. A value with a template (`{{ … }}`) names no cluster.
    fn named_cluster(&mut self, rule: &Rule<'_>) -> Option<ClusterName> {
        let ClusterScope::ByLabel(label) = &self.origin.scope else {
            return None;
        };
        let named = rule.labels.as_ref()?.get(label)?;
        (!named.contains("{{")).then(|| ClusterName::from(self.interner.intern(named)))
    }

    fn note(&mut self, kind: ItemKind, name: &str, problem: impl Into<String>) {
        let name = Some(shorten(name)).filter(|name| !name.is_empty());
        let unreadable = &mut self.rules.unreadable;
        unreadable.push(kind, name.as_deref(), problem);
    }

    /// The alert; `None` if it is neither pending nor firing. VictoriaMetrics also lists resolved alerts.
    fn read_alert(
        &mut self,
        rule: &Arc<AlertRule>,
        alert: &RuleAlert<'_>,
    ) -> Result<Option<Alert>, String> {
        let state = match alert.state.text() {
            Some("firing") => AlertState::Firing,
            Some("pending") => AlertState::Pending,
            Some("inactive") => return Ok(None),
            Some(state) => return Err(format!("its state is '{}'", shorten(state))),
            None => return Err("it has no readable state".to_owned()),
        };
        let written = match &alert.labels {
            Field::Value(labels) => self.labels(labels),
            Field::Absent => return Err("it has no labels".to_owned()),
            Field::Unreadable => return Err("its labels are not an object".to_owned()),
        };
        let labels = written.with_defaults(&self.origin.external_labels);
        let annotations = alert.annotations.as_ref();
        Ok(Some(Alert {
            source: self.origin.source.clone(),
            cluster: self.cluster(&labels),
            annotations: annotations.map_or_else(Labels::default, |pairs| self.annotations(pairs)),
            fingerprint: labels.fingerprint(),
            state,
            active_at: alert.active_at.time().datetime(),
            firing_since: None,
            value: alert.value.number(),
            rule: rule.clone(),
            labels,
        }))
    }

    fn cluster(&mut self, labels: &Labels) -> Option<ClusterName> {
        match &self.origin.scope {
            ClusterScope::One(cluster) => Some(cluster.clone()),
            ClusterScope::ByLabel(label) => {
                let name = labels.get(label)?;
                Some(ClusterName::from(self.interner.intern(name)))
            }
        }
    }

    fn labels(&mut self, pairs: &Pairs<'_>) -> Labels {
        let pairs: Vec<_> = pairs.iter().collect();
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_ref()));
        self.interner.labels(pairs)
    }

    // Annotations are texts for people, so long annotations are cut.
    fn annotations(&mut self, pairs: &Pairs<'_>) -> Labels {
        Labels::new(pairs.iter().map(|(name, value)| {
            let name = self.interner.intern(&cut_words(name));
            (name, self.interner.intern(&cut_words(value)))
        }))
    }

    fn intern(&mut self, scalar: &Scalar<'_>) -> Arc<str> {
        self.interner.intern_key(&scalar.to_cow_str())
    }
}

enum RuleKind {
    Alerting,
    Recording,
}

/// The kind of a rule. Servers that ignore `type=alert` list recording rules too. A rule with a state but without a
/// type is an alerting rule.
fn rule_kind(rule: &Rule<'_>) -> Result<RuleKind, String> {
    match rule.r#type.text() {
        Some("alerting") => Ok(RuleKind::Alerting),
        Some("recording") => Ok(RuleKind::Recording),
        None if rule.state.text().is_some() => Ok(RuleKind::Alerting),
        Some(kind) => Err(format!("its type is '{}'", shorten(kind))),
        None => Err("it has no readable type".to_owned()),
    }
}

/// The problem of a rule without a list of alerts; `None` if the rule cannot have alerts.
fn unlisted_alerts(rule: &Rule<'_>) -> Option<&'static str> {
    let may_have_some = !matches!(rule.state.text(), Some("inactive" | "unknown"));
    (!rule.alerts.is_present && may_have_some).then_some("its alerts are not listed")
}

/// The latest evaluation that the group or any of its rules reports.
fn last_evaluation(group: &Group<'_>) -> TimeField {
    let rules = group.rules.items.iter();
    rules
        .map(|rule| rule.last_evaluation.time())
        .fold(group.last_evaluation.time(), later)
}

fn later(one: TimeField, other: TimeField) -> TimeField {
    match (one, other) {
        (TimeField::At(one), TimeField::At(other)) => TimeField::At(one.max(other)),
        (TimeField::At(at), _) | (_, TimeField::At(at)) => TimeField::At(at),
        (TimeField::Never, _) | (_, TimeField::Never) => TimeField::Never,
        (TimeField::Missing, TimeField::Missing) => TimeField::Missing,
    }
}
