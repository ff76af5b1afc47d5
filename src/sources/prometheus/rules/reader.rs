//! Reads a page of rules, alert by alert.

use std::sync::Arc;

use super::{AlertOrigin, GroupEvaluation, OVERDUE_GRACE, Rules};
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::ids::ClusterName;
use crate::domain::labels::{Interner, Labels};
use crate::domain::settings::ClusterScope;
use crate::sources::prometheus::query_error::{QueryError, shorten};
use crate::sources::prometheus::wire::{Group, Rule, RuleAlert, RulesData};
use crate::sources::scalar::{Pairs, Scalar, TimeField};

/// A page of rules, and where the next begins.
#[derive(Debug)]
pub(in crate::sources::prometheus) struct RulesPage {
    pub(in crate::sources::prometheus) rules: Rules,
    pub(in crate::sources::prometheus) groups: usize,
    pub(in crate::sources::prometheus) next: Option<String>,
}

/// Reads one page.
pub(in crate::sources::prometheus) fn read_page(
    data: &RulesData<'_>,
    origin: &AlertOrigin,
    words: &mut Interner,
) -> Result<RulesPage, QueryError> {
    let Some(groups) = &data.groups else {
        return Err(QueryError::garbled("the answer lists no rule groups"));
    };
    let mut reader = Reader {
        origin,
        interner: words,
        rules: Rules::default(),
    };
    for group in groups {
        reader.read_group(group)?;
    }
    Ok(RulesPage {
        rules: reader.rules,
        groups: groups.len(),
        next: data.group_next_token.text().map(str::to_owned),
    })
}

struct Reader<'a> {
    origin: &'a AlertOrigin,
    interner: &'a mut Interner,
    rules: Rules,
}

impl Reader<'_> {
    fn read_group(&mut self, group: &Group<'_>) -> Result<(), QueryError> {
        let name = self.intern(&group.name);
        let alerting = || {
            group
                .rules
                .iter()
                .flatten()
                .filter(|rule| is_alerting(rule))
        };
        for rule in alerting() {
            self.read_rule(&name, rule)?;
        }
        if alerting().next().is_some() {
            self.rules.evaluations.push(GroupEvaluation {
                interval: group.interval.seconds().unwrap_or(OVERDUE_GRACE),
                last_evaluation: last_evaluation(group),
                group: name,
            });
        }
        Ok(())
    }

    fn read_rule(&mut self, group: &Arc<str>, rule: &Rule<'_>) -> Result<(), QueryError> {
        let name = self.intern(&rule.name);
        self.rules.rule_names.push(name.clone());
        if rule.health.text() == Some("err") {
            let why = shorten(rule.last_error.text().unwrap_or("its evaluation fails"));
            self.rules.failing.push((name.clone(), why));
        }
        let alerts = listed_alerts(rule)?;
        if alerts.is_empty() {
            return Ok(());
        }
        let rule = Arc::new(AlertRule {
            name,
            group: group.clone(),
            expression: self.intern(&rule.query),
            hold: rule.duration.seconds().unwrap_or_default(),
        });
        for alert in alerts {
            if let Some(alert) = self.read_alert(&rule, alert) {
                self.rules.alerts.push(Arc::new(alert));
            }
        }
        Ok(())
    }

    /// None where the alert is neither pending nor firing: VictoriaMetrics lists what ended, too.
    fn read_alert(&mut self, rule: &Arc<AlertRule>, alert: &RuleAlert<'_>) -> Option<Alert> {
        let state = match alert.state.text()? {
            "firing" => AlertState::Firing,
            "pending" => AlertState::Pending,
            _ => return None,
        };
        let labels = self
            .labels(&alert.labels)
            .with_defaults(&self.origin.external_labels);
        Some(Alert {
            source: self.origin.source.clone(),
            cluster: self.cluster(&labels),
            annotations: self.labels(&alert.annotations),
            fingerprint: labels.fingerprint(),
            state,
            active_at: alert.active_at.time().datetime(),
            value: alert.value.number(),
            rule: rule.clone(),
            labels,
        })
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
        Labels::new(
            pairs
                .iter()
                .map(|(name, value)| (self.interner.intern(name), self.interner.intern(&value))),
        )
    }

    fn intern(&mut self, scalar: &Scalar<'_>) -> Arc<str> {
        self.interner.intern(&scalar.to_cow_str())
    }
}

/// Whether it is a rule that alerts: `type=alert` is not honoured everywhere.
fn is_alerting(rule: &Rule<'_>) -> bool {
    match rule.r#type.text() {
        Some(kind) => kind == "alerting",
        None => rule.state.text().is_some(),
    }
}

/// A rule that fires lists its alerts; where the list is missing, an answer without alerts would look
/// as if all were well.
fn listed_alerts<'r, 'a>(rule: &'r Rule<'a>) -> Result<&'r [RuleAlert<'a>], QueryError> {
    match (&rule.alerts, rule.state.text()) {
        (Some(alerts), _) => Ok(alerts),
        (None, Some("firing" | "pending")) => Err(QueryError::garbled(format!(
            "the rule '{}' has alerts, which are not listed",
            shorten(&rule.name.to_cow_str())
        ))),
        (None, _) => Ok(&[]),
    }
}

/// The latest evaluation that the group or any of its rules speaks of.
fn last_evaluation(group: &Group<'_>) -> TimeField {
    let rules = group.rules.iter().flatten();
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
