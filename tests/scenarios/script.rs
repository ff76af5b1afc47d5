//! The form of a file of situations, which says in few words what each source answered. Times are seconds relative to
//! the situation's own moment. All is well unless the situation says otherwise: each configured source answered just
//! now.

use std::collections::BTreeMap;

use hubwatch::domain::incident::IncidentField;
use hubwatch::domain::source::PartName;
use serde::Deserialize;
use serde_json::Value;

/// Texts by name or by label.
pub type Words = BTreeMap<String, String>;

/// A file: its situations, and what they share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The configuration, unless a situation has its own.
    pub config: String,
    /// The directory, unless a situation has its own.
    pub directory: Option<Directory>,
    pub situation: Vec<Situation>,
}

/// A moment, the answers until then, and the expected values of the picture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    pub name: String,
    pub config: Option<String>,
    /// Text that is added at the end of the configuration.
    #[serde(default)]
    pub and: String,
    /// Files that the configuration names, with their texts.
    #[serde(default)]
    pub files: Words,
    /// The picture is limited to these clusters. Empty means all clusters.
    #[serde(default)]
    pub only: Vec<String>,
    /// The moment of the situation; a Wednesday noon by default.
    pub now: Option<String>,
    #[serde(default)]
    pub prometheus: Vec<Prometheus>,
    #[serde(default)]
    pub alertmanager: Vec<Alertmanager>,
    #[serde(default)]
    pub pagerduty: Heard,
    /// Parts of PagerDuty's answer about incidents. All other parts are fresh and complete.
    #[serde(default)]
    pub incident_parts: BTreeMap<PartName, DirectoryPart>,
    /// The number of open incidents in the listing that cannot be read.
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
    /// For each page, the time before which a closed post may be unknown.
    #[serde(default)]
    pub closed_unknown: BTreeMap<String, i64>,
    /// Titles of posts that cannot be read. The posts are on the first page.
    #[serde(default)]
    pub unreadable_posts: Vec<String>,
    /// Services of the first page that PagerDuty calls impacted, each with the time when the impact began.
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

/// When a source last answered, and its failure since then.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heard {
    /// The age of the source's answer in seconds.
    pub age: Option<u64>,
    /// The source never answered.
    pub never: bool,
    /// How many seconds the source's clock is ahead of ours.
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
    /// Resolved alerts. Their `since` is the time when they were last seen to fire.
    pub ceased: Vec<Alert>,
    /// Signals by hub (such as `leap/prod`). They replace the signals of a healthy hub.
    pub signals: BTreeMap<String, BTreeMap<String, f64>>,
    /// Expected signals that have been missing for a while, by hub. A `+` before the name means that the hub had the
    /// signal before.
    pub missing: BTreeMap<String, Vec<String>>,
    /// Hubs without any series.
    pub gone: Vec<String>,
    /// The time of the newest sample, by cluster.
    pub newest: BTreeMap<String, i64>,
    /// The names of the server's alerting rules. By default the server has one rule, which does not matter here.
    pub rules: Vec<String>,
    /// The clusters that the rules name in their label `cluster`.
    pub rule_clusters: Vec<String>,
    /// For a Prometheus of one cluster: the clusters that its series name.
    pub series_clusters: Vec<String>,
    /// For a Prometheus of several clusters: the clusters that have had series in the last two weeks.
    pub clusters_had: Option<Vec<String>>,
    /// Clusters without any sample.
    pub unsampled: Vec<String>,
    /// The server has no alerting rules at all.
    pub no_rules: bool,
    pub failing: Words,
    /// For a Prometheus of several clusters: rules that are only for some clusters, with these clusters.
    pub clusters_by_rule: BTreeMap<String, Vec<String>>,
    /// Rules that were not evaluated since the server started.
    pub not_evaluated: Vec<String>,
    /// Rules that are evaluated but whose alerts cannot be read, each with the problem.
    pub unreadable: Words,
    pub overdue: BTreeMap<String, i64>,
    /// The groups in `overdue` that are only for some clusters, with these clusters.
    pub clusters_by_group: BTreeMap<String, Vec<String>>,
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
    /// When the alert began to fire.
    pub since: i64,
    #[serde(rename = "for")]
    pub hold: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alertmanager {
    pub name: String,
    pub heard: Heard,
    /// Alerts that do not page, by name or by `name@prometheus`. The value is `silenced`, `inhibited`, `muted`, or
    /// `unprocessed` if the Alertmanager has not processed the alert yet.
    pub suppressed: Words,
    /// Alerts that the Alertmanager does not list, as `name@prometheus`.
    pub unlisted: Vec<String>,
    /// The receivers of every alert.
    pub receivers: Vec<String>,
    /// The Alertmanager's configuration, which contains its routes.
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
    /// When the incident last changed.
    pub updated: Option<i64>,
    pub service: Option<String>,
    pub policy: Option<String>,
    pub assigned: Vec<String>,
    pub assigned_at: Option<i64>,
    pub direct: bool,
    /// The acknowledgements by person, with their times.
    pub acks: BTreeMap<String, i64>,
    pub pending: BTreeMap<String, i64>,
    /// Fields of the incident that could not be read.
    pub unread_fields: Vec<IncidentField>,
    pub alerts: Vec<IncidentAlert>,
    /// The group key as text. Its hash is the incident's dedup key.
    pub group: Option<String>,
    /// Set if hubwatch declared the incident. The value is the name of the alert or the id of the hub's case
    /// (`hub:leap/prod`) that it was declared for.
    pub declared_for: Option<String>,
    /// The incident's alerts have not been read.
    pub unread: bool,
    /// The incident's log has not been read.
    pub log_unread: bool,
    pub resolved: Option<i64>,
    pub resolved_by: Option<String>,
}

/// An alert of an incident, with its details.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncidentAlert {
    /// The name of the Prometheus's alert whose fingerprint the details contain.
    pub print_of: Option<String>,
    /// The name of the Prometheus's alert whose labels the details contain.
    pub labels_of: Option<String>,
    /// Labels in the details besides those of `labels_of`.
    pub labels: Words,
    /// The group key as text. Its hash is the alert's own key.
    pub group: Option<String>,
    /// When PagerDuty received the alert.
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
    /// Parts of PagerDuty's answer about the directory. All other parts are fresh and complete.
    pub parts: BTreeMap<PartName, DirectoryPart>,
    pub priorities: Vec<String>,
    /// E-mail addresses by the user's name.
    pub users: Words,
    pub policies: BTreeMap<String, Policy>,
    pub maintenance: Vec<Window>,
    pub me: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryPart {
    /// The part's age in seconds. Without an age, the part was never read.
    pub age: Option<u64>,
    pub fail: Option<Fail>,
    /// The account's plan does not include this part.
    pub absent: bool,
    /// PagerDuty lists only some items of this part.
    pub partial: bool,
    /// How far the reading of this part has come: the number of incidents that are read, the number of incidents that
    /// need the part, and the seconds that the reading will still take.
    pub reading: Option<(usize, usize, u64)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    pub loops: u32,
    /// The delay of each level in seconds.
    pub levels: Vec<u64>,
    pub round_robin: bool,
    /// No service uses the policy.
    pub unused: bool,
    /// The policy is on the rota, but not in the listing of policies.
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
    /// The post's updates cannot be read.
    pub unread: bool,
    /// No update of the post has a date.
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
    /// The hub, such as `leap/prod`.
    pub hub: String,
    pub status: Option<u16>,
    pub proxy: Option<hubwatch::domain::probe::ProxyState>,
    /// The answer is a 200 without JupyterHub's header. `true` if the hub sent the header recently.
    pub not_from_hub: Option<bool>,
    /// The `Server` header of a wrong answer that is not the hub's own.
    pub server: Option<String>,
    /// The issuer of a certificate that is refused.
    pub issuer: Option<String>,
    /// The kind of failure, if the hub did not answer.
    pub silent: Option<hubwatch::domain::probe::ProbeFailure>,
    pub tries: Option<u32>,
    pub first: Option<i64>,
    pub latest: Option<i64>,
    pub latency_ms: Option<u64>,
    /// Runs of confirmed failures that have ended.
    pub ended: Vec<EndedRun>,
    /// The number of days until the certificate ends.
    pub certificate_days: Option<i64>,
    /// The hub has not been probed yet.
    pub not_yet: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndedRun {
    pub first: i64,
    pub until: i64,
    /// The hub did not answer, so our own network may have failed.
    pub silent: bool,
}
