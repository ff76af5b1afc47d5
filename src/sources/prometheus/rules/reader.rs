//! Reads a page of rules, alert by alert.

use std::sync::Arc;

use super::{Evaluated, GRACE, Origin, Rules};
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::ids::ClusterName;
use crate::domain::labels::{Interner, Labels};
use crate::domain::settings::ClusterScope;
use crate::sources::prometheus::fault::{Fault, short};
use crate::sources::prometheus::wire::{Group, Rule, RuleAlert, RulesData};
use crate::sources::scalar::{Pairs, Scalar, Time};

/// A page of rules, and where the next begins.
#[derive(Debug)]
pub(in crate::sources::prometheus) struct Page {
    pub(in crate::sources::prometheus) rules: Rules,
    pub(in crate::sources::prometheus) groups: usize,
    pub(in crate::sources::prometheus) next: Option<String>,
}

/// Reads one page.
pub(in crate::sources::prometheus) fn read(
    data: &RulesData<'_>,
    origin: &Origin,
    words: &mut Interner,
) -> Result<Page, Fault> {
    let Some(groups) = &data.groups else {
        return Err(Fault::garbled("the answer lists no rule groups"));
    };
    let mut reader = Reader {
        origin,
        words,
        rules: Rules::default(),
    };
    for group in groups {
        reader.group(group)?;
    }
    Ok(Page {
        rules: reader.rules,
        groups: groups.len(),
        next: data.group_next_token.text().map(str::to_owned),
    })
}

struct Reader<'a> {
    origin: &'a Origin,
    words: &'a mut Interner,
    rules: Rules,
}

impl Reader<'_> {
    fn group(&mut self, group: &Group<'_>) -> Result<(), Fault> {
        let name = self.word(&group.name);
        let alerting = || {
            group
                .rules
                .iter()
                .flatten()
                .filter(|rule| is_alerting(rule))
        };
        for rule in alerting() {
            self.rule(&name, rule)?;
        }
        if alerting().next().is_some() {
            self.rules.evaluated.push(Evaluated {
                interval: group.interval.seconds().unwrap_or(GRACE),
                last: last_evaluation(group),
                group: name,
            });
        }
        Ok(())
    }

    fn rule(&mut self, group: &Arc<str>, rule: &Rule<'_>) -> Result<(), Fault> {
        let name = self.word(&rule.name);
        self.rules.names.push(name.clone());
        if rule.health.text() == Some("err") {
            let why = short(rule.last_error.text().unwrap_or("its evaluation fails"));
            self.rules.failing.push((name.clone(), why));
        }
        let alerts = alerts_of(rule)?;
        if alerts.is_empty() {
            return Ok(());
        }
        let rule = Arc::new(AlertRule {
            name,
            group: group.clone(),
            expression: self.word(&rule.query),
            hold: rule.duration.seconds().unwrap_or_default(),
        });
        for alert in alerts {
            if let Some(alert) = self.alert(&rule, alert) {
                self.rules.alerts.push(Arc::new(alert));
            }
        }
        Ok(())
    }

    /// None where the alert is neither pending nor firing: VictoriaMetrics lists what ended, too.
    fn alert(&mut self, rule: &Arc<AlertRule>, alert: &RuleAlert<'_>) -> Option<Alert> {
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
            active_at: alert.active_at.time().at(),
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
                Some(ClusterName::from(self.words.intern(name)))
            }
        }
    }

    fn labels(&mut self, pairs: &Pairs<'_>) -> Labels {
        Labels::new(
            pairs
                .iter()
                .map(|(name, value)| (self.words.intern(name), self.words.intern(&value))),
        )
    }

    fn word(&mut self, scalar: &Scalar<'_>) -> Arc<str> {
        self.words.intern(&scalar.written())
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
fn alerts_of<'r, 'a>(rule: &'r Rule<'a>) -> Result<&'r [RuleAlert<'a>], Fault> {
    match (&rule.alerts, rule.state.text()) {
        (Some(alerts), _) => Ok(alerts),
        (None, Some("firing" | "pending")) => Err(Fault::garbled(format!(
            "the rule '{}' has alerts, which are not listed",
            short(&rule.name.written())
        ))),
        (None, _) => Ok(&[]),
    }
}

/// The latest evaluation that the group or any of its rules speaks of.
fn last_evaluation(group: &Group<'_>) -> Time {
    let rules = group.rules.iter().flatten();
    rules
        .map(|rule| rule.last_evaluation.time())
        .fold(group.last_evaluation.time(), later_of)
}

fn later_of(one: Time, other: Time) -> Time {
    match (one, other) {
        (Time::At(one), Time::At(other)) => Time::At(one.max(other)),
        (Time::At(at), _) | (_, Time::At(at)) => Time::At(at),
        (Time::Never, _) | (_, Time::Never) => Time::Never,
        (Time::Unsaid, Time::Unsaid) => Time::Unsaid,
    }
}
