//! Alerts, as a Prometheus evaluates them and an Alertmanager silences them.

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
    /// The expression holds, not yet for the rule's `for`.
    Pending,
    /// It fires.
    Firing,
}

/// The rule an alert comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// The rule's name, spaces and all.
    pub name: Arc<str>,
    pub group: Arc<str>,
    /// Its expression, as Prometheus prints it.
    pub expression: Arc<str>,
    /// The rule's `for`.
    #[serde(rename = "for")]
    pub hold: Duration,
}

/// An alert instance: pending or firing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The source that listed it.
    pub source: SourceId,
    /// The cluster that this source watches, where it watches only one.
    pub cluster: Option<ClusterName>,
    /// Labels as an Alertmanager would see them: the source's external labels added.
    pub labels: Labels,
    /// Annotations, expanded.
    pub annotations: Labels,
    /// Of `labels`.
    pub fingerprint: Fingerprint,
    /// Pending or firing.
    pub state: AlertState,
    /// When the expression first held. Not an Alertmanager's `startsAt`.
    pub active_at: Option<DateTime<Utc>>,
    /// Since when it fires, if earlier polls or a changed rule give a better time than `active_at`.
    #[serde(default)]
    pub firing_since: Option<DateTime<Utc>>,
    /// The expression's value, where it is a number.
    pub value: Option<f64>,
    /// The rule it comes from.
    pub rule: Arc<AlertRule>,
}

impl Alert {
    /// The `alertname`, else the rule's name.
    pub fn name(&self) -> &str {
        self.labels.get("alertname").unwrap_or(&self.rule.name)
    }

    /// When it began to fire, as far as that is known: `activeAt` plus the rule's `for`. None while pending.
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

/// An alert that fired before and no longer fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedAlert {
    /// Its labels, as those of an [`Alert`].
    pub labels: Labels,
    /// When it was last seen to fire.
    #[serde(rename = "last")]
    pub last_firing: DateTime<Utc>,
}

/// Why an Alertmanager keeps an alert from paging.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// A silence, with who made it and until when, where known.
    Silenced {
        /// The author of the silence.
        by: Option<String>,
        comment: Option<String>,
        /// When it ends.
        until: Option<DateTime<Utc>>,
    },
    /// Another alert inhibits it.
    Inhibited,
    /// A time interval mutes its route.
    Muted,
    /// Its route leads to a receiver without any integration.
    RoutedToNobody,
}

/// The state of one alert in an Alertmanager.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertmanagerAlert {
    /// The fingerprint as the Alertmanager gives it.
    pub fingerprint: Fingerprint,
    pub labels: Labels,
    /// When it began to fire.
    pub starts_at: Option<DateTime<Utc>>,
    /// Why it does not page; none if it does.
    pub suppressed: Option<Suppression>,
    /// The receivers its routes name.
    pub receivers: Vec<String>,
    /// It is new to the Alertmanager, which has not asked its silences yet.
    #[serde(default)]
    pub unprocessed: bool,
}
