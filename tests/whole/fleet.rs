//! Hubs for a real Prometheus to scrape, as Kubernetes service discovery would present them.

use std::fmt::Write as _;

use crate::upstream::Metrics;

/// A hub that answers on `/metrics`, with the labels that its cluster's service discovery puts on it.
pub struct ScrapedHub {
    pub cluster: &'static str,
    pub name: &'static str,
    metrics: Metrics,
}

impl ScrapedHub {
    /// Serves the metrics of a hub whose home disk has `home_free_percent` left. At the n-th scrape, `failures(n)`
    /// server starts have failed.
    pub fn serve(
        cluster: &'static str,
        name: &'static str,
        home_free_percent: u32,
        failures: impl Fn(u64) -> u64 + Send + 'static,
    ) -> Self {
        let metrics = Metrics::serve(move |scrape| {
            let volume = r#"{persistentvolumeclaim="home-nfs",node="a"}"#;
            let starts = "jupyterhub_server_spawn_duration_seconds_count";
            format!(
                "kubelet_volume_stats_available_bytes{volume} {home_free_percent}\n\
                 kubelet_volume_stats_capacity_bytes{volume} 100\n\
                 {starts}{{status=\"failure\"}} {}\n\
                 {starts}{{status=\"success\"}} 7\n\
                 jupyterhub_running_servers 3\n",
                failures(scrape)
            )
        });
        Self {
            cluster,
            name,
            metrics,
        }
    }
}

/// A Prometheus configuration that scrapes these hubs each second. If `is_labelled` is set, the samples have the label
/// `cluster`.
pub fn scraping(hubs: &[&ScrapedHub], is_labelled: bool, more: &str) -> String {
    let mut config =
        "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n\
                      scrape_configs:\n\
                      - job_name: kubernetes-service-endpoints\n\
                      \x20 static_configs:\n"
            .to_owned();
    for hub in hubs {
        let cluster = match is_labelled {
            true => format!(", cluster: {}", hub.cluster),
            false => String::new(),
        };
        writeln!(
            config,
            "  - {{ targets: ['{}'], labels: {{ namespace: {}, service: hub{cluster} }} }}",
            hub.metrics.address(),
            hub.name
        )
        .expect("a string takes all");
    }
    config + more
}
