//! A real VictoriaMetrics with its vmagent, which scrapes, and its vmalert, which evaluates rules.

use std::net::SocketAddr;

use super::process::{Upstream, free_address};

/// A VictoriaMetrics on loopback. The servers end when this value is dropped.
pub struct VictoriaMetrics {
    storage: Upstream,
    _agent: Upstream,
    _rules: Option<Upstream>,
}

/// The rules that vmalert evaluates, and where it sends firing alerts.
pub struct VmAlert<'a> {
    pub rules: &'a str,
    /// The address of an Alertmanager.
    pub notifier: &'a str,
}

impl VictoriaMetrics {
    /// Starts a VictoriaMetrics, an agent with Prometheus' scrape configuration `scraping`, and a vmalert for
    /// `alerting`. Waits until all are ready. `None` if one of them is not installed; the test then says so.
    pub fn start(scraping: &str, alerting: Option<&VmAlert<'_>>) -> Option<Self> {
        let rules_at = alerting.map(|_| free_address());
        let storage = storage(rules_at)?;
        let agent = agent(scraping, &storage.url())?;
        let rules = match alerting.zip(rules_at) {
            Some((alerting, at)) => Some(vmalert(alerting, &storage.url(), at)?),
            None => None,
        };
        Some(Self {
            storage,
            _agent: agent,
            _rules: rules,
        })
    }

    /// The server's address, without a slash at the end.
    pub fn url(&self) -> String {
        self.storage.url()
    }
}

// Without `latencyOffset=0` VictoriaMetrics hides the samples of the last half a minute.
fn storage(rules_at: Option<SocketAddr>) -> Option<Upstream> {
    Upstream::start(&["victoria-metrics"], &[], |folder, address| {
        let own = [
            format!("-storageDataPath={}", folder.join("data").display()),
            format!("-httpListenAddr={address}"),
            "-search.latencyOffset=0s".to_owned(),
            "-memory.allowedBytes=64MB".to_owned(),
        ];
        let proxy = rules_at.map(|at| format!("-vmalert.proxyURL=http://{at}"));
        own.into_iter().chain(proxy).collect()
    })
}

fn agent(scraping: &str, storage: &str) -> Option<Upstream> {
    // The agent has no rules, and rejects an interval for their evaluation.
    let scraping = scraping.replace(", evaluation_interval: 1s", "");
    let files = [("scrape.yml", scraping.as_str())];
    Upstream::start(&["vmagent"], &files, |folder, address| {
        vec![
            format!("-promscrape.config={}", folder.join("scrape.yml").display()),
            format!("-remoteWrite.url={storage}/api/v1/write"),
            format!("-remoteWrite.tmpDataPath={}", folder.join("data").display()),
            format!("-httpListenAddr={address}"),
            "-memory.allowedBytes=64MB".to_owned(),
        ]
    })
}

fn vmalert(alerting: &VmAlert<'_>, storage: &str, at: SocketAddr) -> Option<Upstream> {
    let files = [("rules.yml", alerting.rules)];
    let notifier = alerting.notifier;
    Upstream::start_at(&["vmalert"], &files, [at], |folder, address| {
        vec![
            format!("-rule={}", folder.join("rules.yml").display()),
            format!("-datasource.url={storage}"),
            format!("-notifier.url={notifier}"),
            format!("-httpListenAddr={address}"),
        ]
    })
}
