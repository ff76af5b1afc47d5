//! The inventory and what is shown beside a case, as they are written.

use serde::Deserialize;
use toml::Spanned;

use super::{Table, Text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Cluster {
    pub name: Text,
    pub provider: Option<Text>,
    #[serde(default)]
    pub known_as: Vec<Text>,
    #[serde(default)]
    pub without: Vec<Text>,
    #[serde(default)]
    pub hubs: Vec<Table<Hub>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Hub {
    pub name: Text,
    pub domain: Option<Text>,
    pub tier: Option<Text>,
    pub health_url: Option<Text>,
    pub expect: Option<Spanned<i64>>,
    pub hub_header: Option<bool>,
    pub probe: Option<Spanned<bool>>,
    #[serde(default)]
    pub known_as: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Runbook {
    #[serde(rename = "match")]
    pub matchers: Text,
    pub url: Option<Text>,
    #[serde(default)]
    pub steps: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Link {
    pub name: Text,
    pub template: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct CannedText {
    pub name: Text,
    pub text: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Outage {
    pub steps: Vec<Text>,
    pub links: Vec<Table<Link>>,
    pub texts: Vec<Table<CannedText>>,
    pub effects: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct FollowUp {
    pub template: Text,
    pub title: Option<Text>,
    pub body: Option<Text>,
    #[serde(default)]
    pub labels: Vec<Text>,
}
