//! Lingering incident: an incident is open although all of its alerts have been gone for longer than the grace. The
//! Prometheuses that evaluate the alerts' rules must show that the alerts are gone.
//!
//! The rule finds an alert of the incident by its labels. For an incident without labels, the rule uses the title that
//! Alertmanager wrote. An incident never lingers if a person or an external check opened a part of it.
//!
//! No answer says when an alert ended: Prometheus does not list resolved alerts, and PagerDuty's alerts have no end. So
//! the grace begins when a poller last saw one of the alerts fire. If no poller has seen one fire, the grace begins at
//! the incident's last change.

use chrono::{DateTime, Utc};

use super::blind_spot::unreadable::hides_alert;
use super::{Mismatch, Rule, RuleInput};
use crate::domain::answers::PrometheusData;
use crate::domain::case::Case;
use crate::domain::ids::ClusterName;
use crate::domain::incident::{Incident, IncidentAlert};
use crate::domain::labels::Labels;
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::Policy;
use crate::domain::source::AnySlot;
use crate::picture::hubs::{stale_samples, prometheus_slot};
use crate::picture::join::title;
use crate::picture::places::{cluster_label, places_in_text, strip_label_prefix};
use crate::text::context::{ExpiringText, TextContext};
use crate::text::durations::age_since;

/// An open incident whose alerts no longer fire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LingeringIncident;

impl Rule for LingeringIncident {
    const KIND: MismatchKind = MismatchKind::LingeringIncident;

    /// Finds nothing while PagerDuty is not fresh. Skips an incident if one of its alerts is absent from Prometheus'
    /// data but may still fire. An absent alert may still fire if the data is stale or partial, if the alert's rule is
    /// not evaluated, or if the alerts of the rule cannot be read.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        input
            .incidents()
            .filter(|(_, incident)| incident.alerts_known)
            .filter(|(case, incident)| alerts_are_gone(input, case, incident))
            .filter(|(_, incident)| {
                let changed = last_change(incident);
                let fired = last_fired(input, incident);
                let alive = fired.map_or(changed, |fired| fired.max(changed));
                input.is_overdue(Self::KIND, alive)
            })
            .map(|(case, incident)| Mismatch {
                since: last_fired(input, incident),
                muted: case.muted_by.is_some() || case.snoozed,
                ..Mismatch::about_case(case, Self)
            })
            .collect()
    }

    fn sentence_of_many(&self, _: &Mismatch, who: &str) -> Option<String> {
        Some(format!("the alerts of {who} no longer fire, their incidents are still open"))
    }

    fn short(&self, _: &Mismatch) -> String {
        "its alerts no longer fire".to_owned()
    }

    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
        let gone = match mismatch.since {
            Some(since) => age_since(since, ctx.now)
                .map(|age| format!("its alerts stopped firing {age} ago")),
            None => ExpiringText::fixed("its alerts no longer fire"),
        };
        gone.map(|gone| format!("{gone}, the incident is still open"))
    }
}

fn alerts_are_gone(input: &RuleInput<'_>, case: &Case, incident: &Incident) -> bool {
    let sets: Vec<&Labels> = incident
        .alerts
        .iter()
        .flat_map(|alert| &alert.label_sets)
        .collect();
    if case.alerts.iter().any(|alert| alert.joined_by.is_exact()) {
        return false;
    }
    if sets.is_empty() {
        return case.alerts.is_empty() && title_is_gone(input, incident);
    }
    let from_elsewhere = |alert: &IncidentAlert| !alert.resolved && alert.label_sets.is_empty();
    !incident.alerts.iter().any(from_elsewhere)
        && sets.iter().all(|set| label_set_is_gone(input, set))
}

fn label_set_is_gone(input: &RuleInput<'_>, set: &Labels) -> bool {
    let Some(name) = set.get("alertname") else {
        return false;
    };
    let policy = input.context.policy;
    let Some(cluster) = cluster_label(set, policy) else {
        return false;
    };
    complete_data(input, &cluster).is_some_and(|says| {
        let mut alerts = says.alerts.iter();
        sees_alert(input, &cluster, name) && !alerts.any(|it| is_same_place(&it.labels, set, policy))
    })
}

// Whether `alert` has the name and the place of `set`, the labels of an incident's alert. Only name, cluster and
// namespace are compared, since PagerDuty keeps the labels of a group's first event only. So the group is not over
// while the alert fires for another pod in the same place. A prefix such as `cluster=` in a value is ignored.
fn is_same_place(alert: &Labels, set: &Labels, policy: &Policy) -> bool {
    let clusters = (cluster_label(set, policy), cluster_label(alert, policy));
    let is_other_cluster = matches!(&clusters, (Some(told), Some(own)) if told != own);
    !is_other_cluster
        && ["alertname", "namespace"].iter().all(|label| {
            let told = set.get(label).map(strip_label_prefix);
            let own = alert.get(label).map(strip_label_prefix);
            told.is_none() || own.is_none() || told == own
        })
}

// Whether the alert that the incident's title names is gone from the cluster that the title names. For incidents
// without labels.
fn title_is_gone(input: &RuleInput<'_>, incident: &Incident) -> bool {
    let Some(group_values) = title::group_values(&incident.title) else {
        return false;
    };
    let mut clusters = places_in_text(group_values, input.context.policy)
        .into_iter()
        .filter_map(|place| place.cluster);
    let (Some(cluster), None) = (clusters.next(), clusters.next()) else {
        return false;
    };
    complete_data(input, &cluster).is_some_and(|says| {
        let named = says.rules.names.iter().filter(|name| {
            group_values
                .strip_prefix(&***name)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        let mut named = named.peekable();
        named.peek().is_some()
            && named.all(|name| {
                sees_alert(input, &cluster, name)
                    && !says.alerts.iter().any(|alert| alert.name() == &**name)
            })
    })
}

// The data of the Prometheus that watches the cluster. `None` if the absence of an alert from this data proves nothing.
fn complete_data<'a>(input: &RuleInput<'a>, cluster: &ClusterName) -> Option<&'a PrometheusData> {
    let slot = prometheus_slot(input.context, cluster)?;
    let says = slot.fresh_body(input.context.now)?;
    let is_whole = says.warnings.is_empty() && says.rules.overdue.is_empty();
    let is_current = stale_samples(input.context, cluster).is_none();
    let is_own = !input.foreign.contains(&slot.id);
    (is_whole && is_current && is_own).then_some(says)
}

// Whether the cluster's Prometheus would show the alert if the alert fired. If this Prometheus lacks the rule, does not
// evaluate it or lists it unreadably, the absence of the alert proves nothing.
fn sees_alert(input: &RuleInput<'_>, cluster: &ClusterName, name: &str) -> bool {
    prometheus_slot(input.context, cluster).is_some_and(|slot| {
        let unreadable = slot.unreadable(input.context.now);
        let rules = slot.fresh_body(input.context.now).map(|says| &says.rules);
        let is_evaluated = rules.is_some_and(|rules| {
            rules.names.iter().any(|known| **known == *name)
                && !rules.failing.iter().any(|(rule, _)| **rule == *name)
                && !rules.not_evaluated.iter().any(|rule| **rule == *name)
                && rules.clusters_by_rule.get(name).is_none_or(|clusters| clusters.contains(cluster))
        });
        is_evaluated && !unreadable.iter().any(|item| hides_alert(item, name))
    })
}

fn last_change(incident: &Incident) -> DateTime<Utc> {
    let of_alerts = incident.alerts.iter().filter_map(|alert| alert.created_at);
    of_alerts
        .chain(incident.updated_at)
        .fold(incident.created_at, DateTime::max)
}

// The last time at which a poll saw an alert of the incident fire; `None` if no poll saw one fire.
fn last_fired(input: &RuleInput<'_>, incident: &Incident) -> Option<DateTime<Utc>> {
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    sets.filter_map(|set| {
        let policy = input.context.policy;
        let says = complete_data(input, &cluster_label(set, policy)?)?;
        let ceased = says
            .recently_resolved
            .iter()
            .filter(|it| is_same_place(&it.labels, set, policy));
        ceased.map(|it| it.last_firing).max()
    })
    .max()
}
