//! The tables about people, times and limits, as they are written.

use serde::Deserialize;
use toml::Spanned;

use super::Text;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Me {
    pub email: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Display {
    pub zone: Option<Text>,
    pub background: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Team {
    pub zone: Option<Text>,
    pub working_hours: Option<Text>,
    pub working_days: Option<Vec<Text>>,
    pub sprint_start: Option<Text>,
    pub sprint_length: Option<Text>,
    pub placeholders: Vec<Text>,
    pub bots: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Poll {
    pub prometheus: Option<Text>,
    pub alertmanager: Option<Text>,
    pub pagerduty: Option<Text>,
    pub oncalls: Option<Text>,
    pub status_page: Option<Text>,
    pub probe: Option<Text>,
    pub probe_confirm: Option<Text>,
    pub timeout: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Limits {
    pub failed_starts: Option<Spanned<f64>>,
    pub disk_free_percent: Option<Spanned<f64>>,
    pub certificate_days: Option<Spanned<i64>>,
    pub probe_slow: Option<Text>,
}
