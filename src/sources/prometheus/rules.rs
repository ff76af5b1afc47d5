//! Reads `/api/v1/rules?type=alert`: the alerts, and whether the rules do their work.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::envelope::{Fault, short};
use super::wire::{Group, Rule, RuleAlert, RulesData};
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::answer::RulesHealth;
use crate::domain::ids::ClusterName;
use crate::domain::labels::{Interner, Labels};
use crate::domain::now::elapsed;
use crate::domain::settings::Scope;
use crate::domain::source::SourceId;
use crate::sources::scalar::{Pairs, Scalar, Time};

/// Whose alerts these are.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) source: SourceId,
    pub(super) scope: Scope,
    pub(super) external_labels: Labels,
}

/// What the rules say, before a clock tells which of them are overdue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rules {
    pub(super) alerts: Vec<Arc<Alert>>,
    names: Vec<Arc<str>>,
    failing: Vec<(Arc<str>, String)>,
    evaluated: Vec<Evaluated>,
}

/// When a group was last evaluated.
#[derive(Clone, Debug, PartialEq)]
struct Evaluated {
    group: Arc<str>,
    interval: Duration,
    last: Time,
}

const GRACE: Duration = Duration::from_secs(60);

impl Rules {
    /// The rules' health at `now`, which is best the server's own clock: its times are by that one. A
    /// group that was never evaluated is overdue at once, since nothing of it can fire.
    pub(super) fn health(&self, now: DateTime<Utc>) -> RulesHealth {
        let overdue = self.evaluated.iter().filter(|group| match group.last {
            Time::Unsaid => false,
            Time::Never => true,
            Time::At(last) => {
                elapsed(now, last) > group.interval.saturating_mul(3).saturating_add(GRACE)
            }
        });
        RulesHealth {
            names: self.names.clone(),
            failing: self.failing.clone(),
            overdue: overdue
                .map(|group| (group.group.clone(), group.last.at()))
                .collect(),
        }
    }

    /// Adds what a further page says.
    pub(super) fn extend(&mut self, page: Rules) {
        self.alerts.extend(page.alerts);
        self.names.extend(page.names);
        self.failing.extend(page.failing);
        self.evaluated.extend(page.evaluated);
    }
}

/// A page of rules, and where the next begins.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rules: Rules,
    pub(super) groups: usize,
    pub(super) next: Option<String>,
}

/// Reads one page.
pub(super) fn read(
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
            .with_missing(&self.origin.external_labels);
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
            Scope::One(cluster) => Some(cluster.clone()),
            Scope::ByLabel(label) => {
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

#[cfg(test)]
mod tests;
