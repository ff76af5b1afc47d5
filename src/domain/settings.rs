//! The settings of each source: plain data that the configuration fills in and `sources` uses.
//!
//! This module opens no file and no connection. A secret is only a reference, and a file is only a path.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::hub::Signal;
use super::ids::{ClusterName, HubKey};
use super::labels::Labels;
use super::post::PageOwnership;
use super::rollout::QueriedPart;
use super::starts::StartFigure;
use super::tracker::{ReportFolder, Repository, TrackerRules};

/// The place of a secret; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretRef {
    /// An environment variable's name.
    Env(String),
    /// A file that contains the secret. The newline at its end is not part of the secret.
    File(PathBuf),
    /// A program and its arguments; never empty. The first line of the program's output is the secret.
    Command(Vec<String>),
}

/// How hubwatch authenticates to a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum AuthSettings {
    /// hubwatch does not authenticate.
    #[default]
    None,
    /// HTTP basic authentication.
    Basic {
        /// The user name, which contains no colon.
        username: String,
        password: SecretRef,
    },
    /// `Authorization: Bearer …`.
    Bearer(SecretRef),
}

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TerminalBackground {
    /// hubwatch queries the terminal.
    #[default]
    Auto,
    /// The background is nearly black. The terminal is not queried.
    Dark,
    /// The background is nearly white. The terminal is not queried.
    Light,
}

/// The proxy for requests. Requests to loopback addresses never use a proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// Requests use the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` give.
    #[default]
    System,
    /// Requests use no proxy.
    Direct,
    /// Requests use this proxy, an `http://` or `https://` address.
    Url(String),
}

/// The TLS settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TlsConfig {
    /// A file of PEM certificates to trust in addition to the system's own.
    pub ca_file: Option<PathBuf>,
}

/// The settings of an HTTP client, named as in Prometheus' `http_config`. Sources with equal settings share a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HttpClientConfig {
    pub tls: TlsConfig,
    pub proxy: Proxy,
    /// The longest time for one request, from connecting to the last byte.
    pub timeout: Duration,
}

/// The settings of an HTTP API that `[[prometheus]]` and `[[alertmanager]]` share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointSettings {
    /// The source's name in the configuration, unique among sources of its kind.
    pub name: String,
    /// The address before the API's path (`/api/v1`), without a slash at the end.
    pub url: String,
    pub auth: AuthSettings,
    /// Headers for each request, such as `X-Scope-OrgID`. They may contain secrets, so they are never logged.
    pub headers: BTreeMap<String, String>,
    pub http: HttpClientConfig,
    pub interval: Duration,
}

/// The clusters whose data a Prometheus or an Alertmanager has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClusterScope {
    /// The source has one cluster. Its series need no cluster label.
    One(ClusterName),
    /// The source has several clusters. This label distinguishes them.
    ByLabel(String),
}

/// A Prometheus, or a server with the same API.
#[derive(Clone, Debug, PartialEq)]
pub struct PrometheusSettings {
    /// The address, the credentials and the polling interval.
    pub endpoint: EndpointSettings,
    pub scope: ClusterScope,
    /// The labels that the Prometheus adds when it sends alerts to its Alertmanager, unless an alert already has them.
    pub external_labels: Labels,
    /// The YAML file with the routes of the Prometheus' Alertmanager.
    pub alertmanager_config: Option<PathBuf>,
    /// Whether this Prometheus evaluates the alerting rules itself.
    pub has_rules: bool,
    /// PromQL that replaces built-in expressions, with the placeholders `{cluster_label}` and `{by}`.
    pub signals: BTreeMap<Signal, String>,
    /// PromQL that replaces built-in expressions for starts. It may contain the placeholder `{range}` too.
    pub start_figures: BTreeMap<StartFigure, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertmanagerSettings {
    /// The address, the credentials and the polling interval.
    pub endpoint: EndpointSettings,
    /// The clusters that the Alertmanager serves. `None` if only the labels of its alerts name the cluster.
    pub scope: Option<ClusterScope>,
}

/// PagerDuty's REST API.
#[derive(Clone, Debug, PartialEq)]
pub struct PagerDutySettings {
    /// The API's address, without a slash at the end.
    pub url: String,
    pub token: SecretRef,
    /// Ids or names of services; empty means all.
    pub services: Vec<String>,
    /// Ids or names of teams; empty means all.
    pub teams: Vec<String>,
    /// The user's e-mail address, sent as `From` if the API key belongs to no user.
    pub email: Option<String>,
    pub http: HttpClientConfig,
    /// The time between two polls of the incidents and the log.
    pub interval: Duration,
    /// The time between two polls of the people, the policies and the rota.
    pub oncalls_interval: Duration,
}

/// The API through which a status page is read.
#[derive(Clone, Debug, PartialEq)]
pub enum StatusPageKind {
    /// PagerDuty's API.
    Pagerduty {
        /// The page's id.
        page: String,
        /// The API's address, without a slash at the end: the same as [`PagerDutySettings::url`].
        url: String,
        /// The API key.
        token: SecretRef,
    },
    /// Atlassian Statuspage's public JSON.
    Statuspage {
        /// The page's address, without a slash at the end.
        url: String,
    },
}

/// A public status page.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusPageSettings {
    /// The page's name in the configuration, unique among status pages.
    pub name: String,
    pub kind: StatusPageKind,
    pub ownership: PageOwnership,
    /// The meanings of the status and impact words on the page.
    pub keywords: StatusKeywords,
    pub http: HttpClientConfig,
    /// The time between two polls.
    pub interval: Duration,
}

/// The meanings of the words on a status page. On PagerDuty's pages these are free text, so keywords decide. A status
/// without a keyword counts as open. An impact without a keyword counts as not operational.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusKeywords {
    /// Words that mark a post as over, in its status.
    pub resolved: Vec<String>,
    /// Words that mark a service as working, in its impact.
    pub operational: Vec<String>,
}

impl Default for StatusKeywords {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            resolved: words(&[
                "resolved",
                "completed",
                "postmortem",
                "closed",
                "cancelled",
                "canceled",
            ]),
            operational: words(&["operational", "all good", "none", "no impact"]),
        }
    }
}

impl StatusKeywords {
    /// Whether a post with this status is over.
    pub fn is_resolved(&self, status: &str) -> bool {
        contains_any(status, &self.resolved)
    }

    /// Whether a service with this impact works.
    pub fn is_operational(&self, impact: &str) -> bool {
        contains_any(impact, &self.operational)
    }
}

// Matches only whole words: "unresolved" does not count as resolved.
fn contains_any(label: &str, keywords: &[String]) -> bool {
    let label = normalize_words(label);
    keywords
        .iter()
        .map(|keyword| normalize_words(keyword))
        .any(|keyword| !keyword.trim().is_empty() && contains_unnegated(&label, &keyword))
}

// Skips a keyword after a negation: "not operational" does not count as operational.
fn contains_unnegated(label: &str, keyword: &str) -> bool {
    label.match_indices(keyword).any(|(at, _)| {
        let before = label.get(..=at).unwrap_or_default();
        !NEGATIONS.iter().any(|word| before.ends_with(word))
    })
}

const NEGATIONS: [&str; 4] = [" not ", " non ", " not yet ", " no longer "];

fn normalize_words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// A hub's health address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeTarget {
    pub key: HubKey,
    pub url: String,
    /// The HTTP status of a good answer.
    pub expected_status: u16,
    /// Whether a good answer must have JupyterHub's version header.
    pub expects_hub_header: bool,
}

/// The hub probes as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeSettings {
    /// The hubs to probe; never empty.
    pub targets: Vec<ProbeTarget>,
    /// The time between two probes of a hub.
    pub interval: Duration,
    /// The shortest time from the first failure of a probe to a later failure that confirms it.
    pub confirm_after: Duration,
    /// The largest number of simultaneous probes, at least 1.
    pub concurrency: usize,
    pub http: HttpClientConfig,
}

/// The configured sources. Lists are in the configuration file's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcesConfig {
    pub prometheus: Vec<PrometheusSettings>,
    pub alertmanager: Vec<AlertmanagerSettings>,
    pub pagerduty: Option<PagerDutySettings>,
    pub status_pages: Vec<StatusPageSettings>,
    /// The hub probes; `None` if no hub has a health address.
    pub probes: Option<ProbeSettings>,
    /// The team's issue tracker.
    pub tracker: Option<TrackerSettings>,
    /// PromQL that replaces built-in expressions for versions. It is used for all Prometheuses.
    pub version_expressions: BTreeMap<QueriedPart, String>,
}

impl SourcesConfig {
    /// Keeps only the sources that may have one of these clusters, and only the probes of these hubs.
    pub fn retain_places(
        &mut self,
        has_cluster: impl Fn(&ClusterName) -> bool,
        has_hub: impl Fn(&HubKey) -> bool,
    ) {
        let is_within = |scope: &ClusterScope| match scope {
            ClusterScope::One(cluster) => has_cluster(cluster),
            ClusterScope::ByLabel(_) => true,
        };
        self.prometheus.retain(|one| is_within(&one.scope));
        self.alertmanager
            .retain(|one| one.scope.as_ref().is_none_or(is_within));
        let probes = self.probes.take().map(|mut probes| {
            probes.targets.retain(|target| has_hub(&target.key));
            probes
        });
        self.probes = probes.filter(|probes| !probes.targets.is_empty());
    }
}

/// The settings of a tracker: issues in a repository, read through GitHub's REST API.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackerSettings {
    /// The API's address, without a slash at the end.
    pub url: String,
    /// The address for browsers, without a slash at the end.
    pub web: String,
    pub repository: Repository,
    /// The token; `None` if the repository is public.
    pub token: Option<SecretRef>,
    pub http: HttpClientConfig,
    pub rules: TrackerRules,
    /// How far back hubwatch looks for outages.
    pub since: Duration,
    /// The folder of published reports. `None` if hubwatch does not look for reports.
    pub reports: Option<ReportFolder>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_whole_words_in_any_case() {
        let words = StatusKeywords::default();
        assert!(words.is_resolved("Resolved") && words.is_resolved("Issue resolved."));
        assert!(!words.is_resolved("unresolved") && !words.is_resolved("Investigating"));
        assert!(!words.is_operational("Not operational") && !words.is_resolved("not yet resolved"));
        assert!(
            words.is_operational("All-Good")
                && !words.is_operational("good")
                && !words.is_operational("major")
        );
    }

    #[test]
    fn an_empty_keyword_means_nothing() {
        let words = StatusKeywords {
            resolved: vec![String::new(), " ".into()],
            ..StatusKeywords::default()
        };
        assert!(!words.is_resolved("anything"));
    }
}
