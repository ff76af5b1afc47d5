//! One cluster: where it runs, and how its Prometheus behaves.

use std::sync::Arc;

use serde::Deserialize;

/// Where a cluster runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Provider {
    /// Amazon's.
    Aws,
    /// Google's.
    Gcp,
    /// Somebody's own, reached by a kubeconfig.
    Kubeconfig,
}

/// How a Prometheus behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrometheusMode {
    /// It answers.
    #[default]
    Answering,
    /// It closes every connection without an answer.
    Dropping,
    /// It answers 503 in plain text, as one that replays its log.
    Unavailable,
    /// It refuses the password.
    Unauthorized,
    /// It answers half a JSON.
    Garbled,
}

/// A cluster and how its Prometheus does.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub name: Arc<str>,
    /// Where it runs.
    pub provider: Provider,
    /// How its Prometheus behaves at present.
    pub prometheus: PrometheusMode,
}
