//! The tables about what is polled and how it is reached, as they are written.

use serde::Deserialize;
use toml::Spanned;

use super::{Table, Text, TextMap};

/// Where a secret stands: exactly one of the three.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Secret {
    pub env: Option<Text>,
    pub file: Option<Text>,
    pub command: Option<Vec<Text>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Network {
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Probe {
    pub at_once: Option<Spanned<i64>>,
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
    pub timeout: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct PagerDuty {
    pub url: Option<Text>,
    pub token: Spanned<Table<Secret>>,
    #[serde(default)]
    pub services: Vec<Text>,
    #[serde(default)]
    pub teams: Vec<Text>,
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
    pub timeout: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct PageWords {
    pub resolved: Option<Vec<Text>>,
    pub well: Option<Vec<Text>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct StatusPage {
    pub name: Text,
    pub kind: Text,
    pub page: Option<Text>,
    pub url: Option<Text>,
    pub ours: Option<bool>,
    #[serde(default)]
    pub words: Table<PageWords>,
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
    pub timeout: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Prometheus {
    pub name: Text,
    pub url: Text,
    pub cluster: Option<Text>,
    pub cluster_label: Option<Text>,
    pub username: Option<Text>,
    pub password: Option<Spanned<Table<Secret>>>,
    pub bearer: Option<Spanned<Table<Secret>>>,
    #[serde(default)]
    pub headers: TextMap,
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
    pub timeout: Option<Text>,
    #[serde(default)]
    pub external_labels: TextMap,
    pub alertmanager_config: Option<Text>,
    #[serde(default = "yes")]
    pub rules: bool,
    #[serde(default)]
    pub signals: TextMap,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Alertmanager {
    pub name: Text,
    pub url: Text,
    pub cluster: Option<Text>,
    pub cluster_label: Option<Text>,
    pub username: Option<Text>,
    pub password: Option<Spanned<Table<Secret>>>,
    pub bearer: Option<Spanned<Table<Secret>>>,
    #[serde(default)]
    pub headers: TextMap,
    pub ca_file: Option<Text>,
    pub proxy: Option<Text>,
    pub timeout: Option<Text>,
}
