//! Real Prometheus and real Alertmanager, as Debian ships them, for tests that trust no imitation. Where they are not
//! installed, these tests are skipped and print that.

#[cfg(test)]
mod history;
mod http;
mod metrics;
mod process;
pub mod rules;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tests;
mod victoria_metrics;

use serde_json::Value;

pub use metrics::Metrics;
use process::Upstream;
pub use victoria_metrics::{VictoriaMetrics, VmAlert};

/// A real Prometheus on loopback. Dropping it ends it.
pub struct Prometheus(Upstream);

impl Prometheus {
    /// Starts a Prometheus with a configuration and with rule files, given by name and text, and waits until it is
    /// ready. Adds `rule_files` to the configuration if it is missing. If Prometheus is not installed, returns `None`
    /// and prints that the test is skipped.
    pub fn start(config: &str, rules: &[(&str, &str)]) -> Option<Self> {
        Self::start_with(config, rules, &[])
    }

    /// Does the same as [`Self::start`], with more arguments, such as `--web.config.file`. An argument may name a file
    /// that is passed in `rules`: it is in the folder `rules` of Prometheus' working directory.
    pub fn start_with(config: &str, rules: &[(&str, &str)], more: &[&str]) -> Option<Self> {
        let names: Vec<String> = rules
            .iter()
            .map(|(name, _)| format!("rules/{name}"))
            .collect();
        let config = match config.contains("rule_files:") || rules.is_empty() {
            true => config.to_owned(),
            false => format!("{config}\nrule_files: ['rules/*.yml']\n"),
        };
        let texts = rules.iter().map(|(_, text)| *text);
        let mut files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts).collect();
        files.push(("prometheus.yml", &config));
        let upstream = Upstream::start(&["prometheus"], &files, |folder, address| {
            let own = [
                format!("--config.file={}", folder.join("prometheus.yml").display()),
                format!("--storage.tsdb.path={}", folder.join("data").display()),
                format!("--web.listen-address={address}"),
                "--rules.alert.resend-delay=1s".to_owned(),
                "--log.level=warn".to_owned(),
            ];
            own.into_iter()
                .chain(more.iter().map(|argument| (*argument).to_owned()))
                .collect()
        });
        upstream.map(Self)
    }

    /// Prometheus' address, without a slash at the end.
    pub fn url(&self) -> String {
        self.0.url()
    }

    pub fn log(&self) -> String {
        self.0.log()
    }

    /// The JSON that Prometheus answers for a path; `None` if the status is not 200.
    pub fn get(&self, path: &str) -> Option<Value> {
        http::get_json(self.0.address(), path)
    }

    /// `data.result` of an instant query; empty if it fails.
    pub fn query(&self, promql: &str) -> Vec<Value> {
        let answer = self.get(&format!("/api/v1/query?query={}", http::encoded(promql)));
        list(answer.as_ref(), "/data/result")
    }

    /// The alerts that Prometheus holds, pending and firing.
    pub fn alerts(&self) -> Vec<Value> {
        list(self.get("/api/v1/alerts").as_ref(), "/data/alerts")
    }
}

/// A real Alertmanager on loopback, without peers. Dropping it ends it.
pub struct Alertmanager(Upstream);

impl Alertmanager {
    /// Starts an Alertmanager with a configuration and waits until it is ready. If Alertmanager is not installed,
    /// returns `None` and prints that the test is skipped.
    pub fn start(config: &str) -> Option<Self> {
        let names = ["alertmanager", "prometheus-alertmanager"];
        let upstream = Upstream::start(
            &names,
            &[("alertmanager.yml", config)],
            |folder, address| {
                vec![
                    format!(
                        "--config.file={}",
                        folder.join("alertmanager.yml").display()
                    ),
                    format!("--storage.path={}", folder.join("data").display()),
                    format!("--web.listen-address={address}"),
                    "--cluster.listen-address=".to_owned(),
                    "--log.level=warn".to_owned(),
                ]
            },
        );
        upstream.map(Self)
    }

    /// The Alertmanager's address, without a slash at the end.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Alertmanager's address as a Prometheus target, `127.0.0.1:PORT`.
    pub fn target(&self) -> String {
        self.0.address().to_string()
    }

    pub fn log(&self) -> String {
        self.0.log()
    }

    /// The JSON that Alertmanager answers for a path; `None` if the status is not 200.
    pub fn get(&self, path: &str) -> Option<Value> {
        http::get_json(self.0.address(), path)
    }

    /// The alerts that Alertmanager holds.
    pub fn alerts(&self) -> Vec<Value> {
        list(self.get("/api/v2/alerts").as_ref(), "")
    }
}

fn list(answer: Option<&Value>, pointer: &str) -> Vec<Value> {
    let list = answer.and_then(|answer| answer.pointer(pointer)?.as_array());
    list.cloned().unwrap_or_default()
}
