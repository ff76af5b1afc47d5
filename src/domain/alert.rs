//! Alerts: how a Prometheus evaluates them, and how an Alertmanager suppresses them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{ClusterName, Fingerprint};
use super::labels::Labels;
use super::now::time_after;
use super::source::SourceId;

/// The state of an alert. Inactive alerts are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// The expression has been true for less time than the rule's `for`.
    Pending,
    Firing,
}

/// The rule that an alert comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// The rule's name, which may contain spaces.
    pub name: Arc<str>,
    pub group: Arc<str>,
    /// The rule's expression, as Prometheus prints it.
    pub expression: Arc<str>,
    /// The rule's `for`.
    #[serde(rename = "for")]
    pub hold: Duration,
}

/// An alert instance: pending or firing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The source that listed the alert.
    pub source: SourceId,
    /// The cluster that the source watches, if it watches only one.
    pub cluster: Option<ClusterName>,
    /// The labels as an Alertmanager would receive them: the source's external labels are added.
    pub labels: Labels,
    /// The annotations, with their templates expanded.
    pub annotations: Labels,
    /// The fingerprint of `labels`.
    pub fingerprint: Fingerprint,
    pub state: AlertState,
    /// The time since which the expression is true (`activeAt`). This is not an Alertmanager's `startsAt`.
    pub active_at: Option<DateTime<Utc>>,
    /// The time since which the alert fires, if earlier polls or a changed rule give a better time than `active_at`.
    #[serde(default)]
    pub firing_since: Option<DateTime<Utc>>,
    /// The expression's value, if it is a number.
    pub value: Option<f64>,
    pub rule: Arc<AlertRule>,
}

impl Alert {
    /// The `alertname`, else the rule's name.
    pub fn name(&self) -> &str {
        self.labels.get("alertname").unwrap_or(&self.rule.name)
    }

    /// The time since which the alert fires: `firing_since`, else `activeAt` plus the rule's `for`. `None` while the
    /// alert is pending, or if both times are unknown.
    pub fn fires_since(&self) -> Option<DateTime<Utc>> {
        match self.state {
            AlertState::Pending => None,
            AlertState::Firing => self.firing_since.or_else(|| self.end_of_hold()),
        }
    }

    /// `activeAt` plus the rule's `for`.
    pub fn end_of_hold(&self) -> Option<DateTime<Utc>> {
        self.active_at.map(|at| time_after(at, self.rule.hold))
    }
}

/// An alert that no longer fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedAlert {
    /// The labels, as in [`Alert`].
    pub labels: Labels,
    /// The time of the last poll that saw the alert fire.
    #[serde(rename = "last")]
    pub last_firing: DateTime<Utc>,
}

/// The reason why an Alertmanager does not page for an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// A silence matches the alert.
    Silenced {
        /// The author of the silence.
        by: Option<String>,
        comment: Option<String>,
        /// The end of the silence.
        until: Option<DateTime<Utc>>,
    },
    /// Another alert inhibits this alert.
    Inhibited,
    /// A time interval mutes the alert's route.
    Muted,
    /// The alert's route leads to a receiver without any integration.
    RoutedToNobody,
}

/// The state of one alert in an Alertmanager.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertmanagerAlert {
    /// The fingerprint in the Alertmanager's answer.
    pub fingerprint: Fingerprint,
    pub labels: Labels,
    /// The time at which the alert began to fire.
    pub starts_at: Option<DateTime<Utc>>,
    /// The reason why the alert does not page. `None` if it does page.
    pub suppressed: Option<Suppression>,
    /// The receivers that the alert's routes name.
    pub receivers: Vec<String>,
    /// Whether the alert is so new that the Alertmanager has not yet checked its silences for it.
    #[serde(default)]
    pub unprocessed: bool,
}
