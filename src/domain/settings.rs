//! The settings of each source: plain data that the configuration fills in and `sources` take.
//!
//! Nothing here is read, resolved or connected to: of a secret only its place is known, of a file only its path.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::hub::Signal;
use super::ids::{ClusterName, HubKey};
use super::labels::Labels;
use super::post::PageOwnership;
use super::rollout::QueriedPart;
use super::starts::StartFigure;
use super::tracker::TrackerSettings;

/// The place of a secret; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretRef {
    /// An environment variable's name.
    Env(String),
    /// A file whose content, without the line's end, is the secret.
    File(PathBuf),
    /// A program and its arguments, whose first line of output is the secret. Never empty.
    Command(Vec<String>),
}

/// How hubwatch authenticates to a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum AuthSettings {
    /// It does not ask.
    #[default]
    None,
    /// HTTP basic authentication.
    Basic {
        /// The user, without a colon.
        username: String,
        password: SecretRef,
    },
    /// `Authorization: Bearer …`.
    Bearer(SecretRef),
}

/// The terminal's background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TerminalBackground {
    /// The terminal is asked.
    #[default]
    Auto,
    /// Nearly black, whatever the terminal says.
    Dark,
    /// Nearly white.
    Light,
}

/// The proxy for requests. Loopback never goes through one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// As `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    #[default]
    System,
    /// Straight.
    Direct,
    /// Through this one, `http://` or `https://`.
    Url(String),
}

/// How TLS is spoken. A client certificate belongs here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TlsConfig {
    /// PEM certificates to trust beside the system's own.
    pub ca_file: Option<PathBuf>,
}

/// The settings of an HTTP client; sources with equal ones share a client. Named as in Prometheus' `http_config`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HttpClientConfig {
    pub tls: TlsConfig,
    /// The way out.
    pub proxy: Proxy,
    /// How long one request may take, from connecting to the last byte.
    pub timeout: Duration,
}

/// The settings of an HTTP API that `[[prometheus]]` and `[[alertmanager]]` have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointSettings {
    /// Its name in the configuration, unique among sources of its kind.
    pub name: String,
    /// Up to and without the API's path (`/api/v1`), without a slash at the end.
    pub url: String,
    /// The credentials.
    pub auth: AuthSettings,
    /// Sent with each request, as `X-Scope-OrgID`. May hold secrets: never logged.
    pub headers: BTreeMap<String, String>,
    pub http: HttpClientConfig,
    pub interval: Duration,
}

/// For which clusters a Prometheus or an Alertmanager answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClusterScope {
    /// For one; its series carry no cluster label.
    One(ClusterName),
    /// For many, distinguished by this label.
    ByLabel(String),
}

/// A Prometheus, or what answers as one.
#[derive(Clone, Debug, PartialEq)]
pub struct PrometheusSettings {
    /// Where and how it is asked.
    pub endpoint: EndpointSettings,
    /// For which clusters it answers.
    pub scope: ClusterScope,
    /// Labels that it adds to alerts on the way to its Alertmanager, where they are missing.
    pub external_labels: Labels,
    /// The YAML that holds the routes of its Alertmanager.
    pub alertmanager_config: Option<PathBuf>,
    /// Whether its alerting rules are evaluated by it, and not elsewhere.
    pub has_rules: bool,
    /// PromQL in place of the shipped expressions; `{cluster_label}` and `{by}` are to be filled in.
    pub signals: BTreeMap<Signal, String>,
    /// PromQL in place of the shipped expressions for starts; `{range}` is to be filled in too.
    pub start_figures: BTreeMap<StartFigure, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertmanagerSettings {
    /// Where and how it is asked.
    pub endpoint: EndpointSettings,
    /// The clusters that it answers for; `None`: its alerts' own labels tell, if they do.
    pub scope: Option<ClusterScope>,
}

/// PagerDuty's REST API.
#[derive(Clone, Debug, PartialEq)]
pub struct PagerDutySettings {
    /// Without a slash at the end.
    pub url: String,
    /// The API key.
    pub token: SecretRef,
    /// Ids or names of services; empty means all.
    pub services: Vec<String>,
    /// Ids or names of teams; empty means all.
    pub teams: Vec<String>,
    /// Our address, sent as `From`, for a key that belongs to no user.
    pub email: Option<String>,
    /// How it is reached.
    pub http: HttpClientConfig,
    /// How often incidents and the log are asked for.
    pub interval: Duration,
    /// How often people, policies and the rota are.
    pub oncalls_interval: Duration,
}

/// The API through which a status page is read.
#[derive(Clone, Debug, PartialEq)]
pub enum StatusPageKind {
    /// PagerDuty's API.
    Pagerduty {
        /// The page's id.
        page: String,
        /// The API, without a slash at the end: the same as [`PagerDutySettings::url`].
        url: String,
        /// The API key.
        token: SecretRef,
    },
    /// Atlassian Statuspage's public JSON.
    Statuspage {
        /// The page, without a slash at the end.
        url: String,
    },
}

/// A public status page.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusPageSettings {
    /// Its name in the configuration, unique among status pages.
    pub name: String,
    pub kind: StatusPageKind,
    /// Whose it is.
    pub ownership: PageOwnership,
    /// The meanings of its own labels.
    pub keywords: StatusKeywords,
    /// How it is reached.
    pub http: HttpClientConfig,
    /// How often it is asked.
    pub interval: Duration,
}

/// The meanings of a status page's labels. On PagerDuty's pages they are free text, so keywords decide; a label
/// without any of them counts as open and as not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusKeywords {
    /// In the status of a post that is over.
    pub resolved: Vec<String>,
    /// In the impact of a service that works.
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

// Whole words in a row, so that "unresolved" is not resolved.
fn contains_any(label: &str, keywords: &[String]) -> bool {
    let label = normalize_words(label);
    keywords
        .iter()
        .map(|keyword| normalize_words(keyword))
        .any(|keyword| !keyword.trim().is_empty() && contains_unnegated(&label, &keyword))
}

// "Not operational" does not say that it is.
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
    /// The status of a good answer.
    pub expected_status: u16,
    /// Whether a good answer carries JupyterHub's header.
    pub expects_hub_header: bool,
}

/// The hub probes as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeSettings {
    /// Never empty.
    pub targets: Vec<ProbeTarget>,
    /// How often each is asked.
    pub interval: Duration,
    /// How long after its first failure a second one makes a probe's word count.
    pub confirm_after: Duration,
    /// How many are asked at once, at least 1.
    pub concurrency: usize,
    /// How they are reached.
    pub http: HttpClientConfig,
}

/// The configured sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcesConfig {
    /// Prometheuses, in the file's order.
    pub prometheus: Vec<PrometheusSettings>,
    /// Alertmanagers, in the file's order.
    pub alertmanager: Vec<AlertmanagerSettings>,
    pub pagerduty: Option<PagerDutySettings>,
    /// Status pages, in the file's order.
    pub status_pages: Vec<StatusPageSettings>,
    /// The hub probes, where any hub has a health address.
    pub probes: Option<ProbeSettings>,
    /// The tracker of the team's follow-ups.
    pub tracker: Option<TrackerSettings>,
    /// PromQL for versions in place of the shipped expressions, for all Prometheuses.
    pub version_expressions: BTreeMap<QueriedPart, String>,
}

impl SourcesConfig {
    /// Drops the sources that answer for other clusters alone, and the probes of other hubs.
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
