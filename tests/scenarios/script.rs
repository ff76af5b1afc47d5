//! The shape of a file of situations: what each source said, in few words. Times are seconds from the
//! situation's own moment; what is not said is well: each configured source answered just now.

use std::collections::BTreeMap;

use hubwatch::domain::incident::IncidentField;
use hubwatch::domain::source::PartName;
use serde::Deserialize;
use serde_json::Value;

/// Names or labels to words.
pub type Words = BTreeMap<String, String>;

/// A file: what its situations share, and they.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The configuration, unless a situation has its own.
    pub config: String,
    /// The directory, unless a situation has its own.
    pub directory: Option<Directory>,
    pub situation: Vec<Situation>,
}

/// One moment, the answers until then, and what is to be seen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    pub name: String,
    pub config: Option<String>,
    /// Added at the end of the configuration.
    #[serde(default)]
    pub and: String,
    /// Files that the configuration names, with their texts.
    #[serde(default)]
    pub files: Words,
    /// Only these clusters are looked at; empty: all.
    #[serde(default)]
    pub only: Vec<String>,
    /// The moment: a Wednesday noon if it is not written.
    pub now: Option<String>,
    #[serde(default)]
    pub prometheus: Vec<Prometheus>,
    #[serde(default)]
    pub alertmanager: Vec<Alertmanager>,
    #[serde(default)]
    pub pagerduty: Heard,
    /// Parts of the answer about incidents that are not as the rest.
    #[serde(default)]
    pub incident_parts: BTreeMap<PartName, DirectoryPart>,
    /// How many open incidents are listed that cannot be read.
    #[serde(default)]
    pub unreadable_incidents: usize,
    #[serde(default)]
    pub incident: Vec<Incident>,
    #[serde(default)]
    pub log: Vec<Entry>,
    pub directory: Option<Directory>,
    #[serde(default)]
    pub page: BTreeMap<String, Heard>,
    #[serde(default)]
    pub post: Vec<Post>,
    /// By page: posts that it closed before are not all known.
    #[serde(default)]
    pub closed_unknown: BTreeMap<String, i64>,
    /// Titles of posts of the first page that cannot be read.
    #[serde(default)]
    pub unreadable_posts: Vec<String>,
    /// Services of the first page that PagerDuty calls impacted, and since when.
    #[serde(default)]
    pub impacted: BTreeMap<String, i64>,
    #[serde(default)]
    pub probes: Heard,
    #[serde(default)]
    pub probe: Vec<Probe>,
    #[serde(default)]
    pub own_box: Vec<OwnBox>,
    pub expect: Value,
}

/// A time-box that was started by hand for a case without an incident.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnBox {
    pub case: String,
    pub at: i64,
    pub length: u64,
}

/// When a source was asked and what went wrong since.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heard {
    /// How old its answer is.
    pub age: Option<u64>,
    /// It never answered.
    pub never: bool,
    /// How many seconds its clock is ahead of ours.
    pub ahead: Option<i64>,
    pub fail: Option<Fail>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    pub kind: hubwatch::domain::source::FailureKind,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub since: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prometheus {
    pub name: String,
    pub heard: Heard,
    pub alerts: Vec<Alert>,
    /// Alerts that have resolved; `since` is when they were last seen to fire.
    pub ceased: Vec<Alert>,
    /// In place of what a hub that is well tells, by hub, as `leap/prod`.
    pub signals: BTreeMap<String, BTreeMap<String, f64>>,
    /// Expected signals that these hubs have not had for a while; with `+` before it, one that it had before.
    pub missing: BTreeMap<String, Vec<String>>,
    /// Hubs without any series.
    pub gone: Vec<String>,
    /// Newest samples, by cluster.
    pub newest: BTreeMap<String, i64>,
    /// The names of its alerting rules; one of no interest where none is named.
    pub rules: Vec<String>,
    /// The clusters that its rules name by the label `cluster`.
    pub rule_clusters: Vec<String>,
    /// The clusters that its series name, where it is bound to one.
    pub series_clusters: Vec<String>,
    /// The clusters that it had series of within two weeks, where it answers for many.
    pub clusters_had: Option<Vec<String>>,
    /// Clusters without any sample.
    pub unsampled: Vec<String>,
    /// It has no alerting rules at all.
    pub no_rules: bool,
    pub failing: Words,
    /// Rules of an endpoint for many clusters that are for these clusters only.
    pub clusters_by_rule: BTreeMap<String, Vec<String>>,
    /// Rules that were not evaluated since the server started.
    pub not_evaluated: Vec<String>,
    /// Rules that are evaluated and whose alerts cannot be read, with the problem.
    pub unreadable: Words,
    pub overdue: BTreeMap<String, i64>,
    pub warnings: Vec<String>,
    pub broken: Words,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alert {
    pub name: String,
    pub hub: Option<String>,
    pub severity: Option<String>,
    pub labels: Words,
    pub pending: bool,
    /// When it began to fire.
    pub since: i64,
    #[serde(rename = "for")]
    pub hold: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alertmanager {
    pub name: String,
    pub heard: Heard,
    /// Alerts by name, or by `name@prometheus`, that it keeps from paging, and how: silenced, inhibited, muted;
    /// or that it has not processed yet.
    pub suppressed: Words,
    /// Where every alert that it has is sent to.
    pub receivers: Vec<String>,
    /// Its own configuration.
    pub routes: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Incident {
    pub id: String,
    pub title: String,
    pub status: Option<hubwatch::domain::incident::IncidentStatus>,
    pub low: bool,
    pub priority: Option<String>,
    pub created: Option<i64>,
    /// When anything of it last changed.
    pub updated: Option<i64>,
    pub service: Option<String>,
    pub policy: Option<String>,
    pub assigned: Vec<String>,
    pub assigned_at: Option<i64>,
    pub direct: bool,
    /// The acknowledgements by person, with their times.
    pub acks: BTreeMap<String, i64>,
    pub pending: BTreeMap<String, i64>,
    /// Fields of it that could not be read.
    pub unread_fields: Vec<IncidentField>,
    pub alerts: Vec<IncidentAlert>,
    /// The group key, spelt out, whose hash is the key that opened it.
    pub group: Option<String>,
    /// The alert of this name, or the hub's case (`hub:leap/prod`), that hubwatch declared it for.
    pub declared_for: Option<String>,
    /// Its alerts have not been read.
    pub unread: bool,
    /// Its log has not been read.
    pub log_unread: bool,
    pub resolved: Option<i64>,
    pub resolved_by: Option<String>,
}

/// The details of one of its alerts.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncidentAlert {
    /// The fingerprint of the Prometheus's alert of this name.
    pub print_of: Option<String>,
    /// The labels of the Prometheus's alert of this name.
    pub labels_of: Option<String>,
    /// Labels beside those, or alone.
    pub labels: Words,
    /// The group key, spelt out, whose hash is its own key.
    pub group: Option<String>,
    /// When it came.
    pub since: Option<i64>,
    pub resolved: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub incident: String,
    pub at: i64,
    pub kind: String,
    pub by: Option<String>,
    #[serde(default)]
    pub to: Vec<String>,
    pub text: Option<String>,
    pub until: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Directory {
    pub heard: Heard,
    /// Parts of it that are not as the rest.
    pub parts: BTreeMap<PartName, DirectoryPart>,
    pub priorities: Vec<String>,
    /// Addresses by name.
    pub users: Words,
    pub policies: BTreeMap<String, Policy>,
    pub maintenance: Vec<Window>,
    pub me: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryPart {
    /// How old it is; without, it was never read.
    pub age: Option<u64>,
    pub fail: Option<Fail>,
    /// The account has no such thing.
    pub absent: bool,
    /// PagerDuty lists only a part.
    pub partial: bool,
    /// Of how many incidents it is read, of how many it is needed, and how many seconds the rest takes.
    pub reading: Option<(usize, usize, u64)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    pub loops: u32,
    /// The delay of each level.
    pub levels: Vec<u64>,
    pub round_robin: bool,
    /// It has no service: nobody uses it.
    pub unused: bool,
    /// It stands on the rota and not in the listing of policies.
    pub unlisted: bool,
    pub on_call: Vec<Shift>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    pub level: u32,
    pub who: String,
    pub from: Option<i64>,
    pub until: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Window {
    pub from: i64,
    pub until: i64,
    pub services: Vec<String>,
    pub text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Post {
    pub id: String,
    pub page: Option<String>,
    pub title: String,
    pub maintenance: bool,
    pub closed: bool,
    /// Its updates cannot be read.
    pub unread: bool,
    /// No update of it has a date.
    pub undated: bool,
    pub since: Option<i64>,
    pub updated: Option<i64>,
    pub starts: Option<i64>,
    pub ends: Option<i64>,
    pub services: Vec<String>,
    pub linked: Option<String>,
    pub message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Probe {
    /// As `leap/prod`.
    pub hub: String,
    pub status: Option<u16>,
    pub proxy: Option<hubwatch::domain::probe::ProxyState>,
    /// A 200 without JupyterHub's header; true: from a hub that sent it of late.
    pub not_from_hub: Option<bool>,
    /// The `Server` header of a wrong answer that is not the hub's own.
    pub server: Option<String>,
    /// The issuer of a certificate that is refused.
    pub issuer: Option<String>,
    /// No answer, and how.
    pub silent: Option<hubwatch::domain::probe::ProbeFailure>,
    pub tries: Option<u32>,
    pub first: Option<i64>,
    pub latest: Option<i64>,
    pub latency_ms: Option<u64>,
    /// Confirmed runs of failures that ended.
    pub ended: Vec<EndedRun>,
    /// When the certificate ends, in days.
    pub certificate_days: Option<i64>,
    /// It has not run yet.
    pub not_yet: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndedRun {
    pub first: i64,
    pub until: i64,
    /// No answer came, as from a network of ours that fails.
    pub silent: bool,
}
