//! The file as it is written: every key that may stand in it, nothing judged yet.
//!
//! Unknown keys are refused, and what a rule may object to keeps its place in the text. Neither
//! `flatten` nor `untagged`: with them, places and messages are lost.

mod fleet;
mod mismatch;
mod signals;
mod sources;
mod table;
mod team;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) use fleet::{CannedText, Cluster, FollowUp, Hub, Link, Outage, Runbook};
pub(super) use mismatch::Mismatch;
pub(super) use signals::Signals;
pub(super) use sources::{
    Alertmanager, EndpointKeys, HttpClientKeys, Network, PageWords, PagerDuty, Probe, Prometheus,
    Secret, StatusPage,
};
pub(super) use table::Table;
pub(super) use team::{Display, Limits, Me, Poll, Team};

/// A text and its place.
pub(super) type Text = Spanned<String>;

/// A table whose keys are the person's own.
pub(super) type TextMap = BTreeMap<Text, Text>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub read_only: bool,
    pub me: Table<Me>,
    pub display: Table<Display>,
    pub team: Table<Team>,
    pub poll: Table<Poll>,
    pub network: Table<Network>,
    pub limits: Table<Limits>,
    pub mismatch: Table<Mismatch>,
    pub priorities: Option<TextMap>,
    pub time_box: TextMap,
    pub pagerduty: Option<Spanned<Table<PagerDuty>>>,
    pub status_page: Vec<Spanned<Table<StatusPage>>>,
    pub prometheus: Vec<Spanned<Table<Prometheus>>>,
    pub alertmanager: Vec<Spanned<Table<Alertmanager>>>,
    pub cluster: Vec<Table<Cluster>>,
    pub probe: Table<Probe>,
    pub signals: Signals,
    pub runbook: Vec<Table<Runbook>>,
    pub outage: Table<Outage>,
    pub link: Vec<Table<Link>>,
    pub follow_up: Option<Table<FollowUp>>,
}
