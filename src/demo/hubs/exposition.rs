//! The metrics of a JupyterHub and of a whole cluster, in Prometheus' text format. Counters only rise. The values match
//! those of the demo's own Prometheus.

use std::fmt::Write as _;

use crate::demo::clockwork::At;
use crate::demo::world::World;
use crate::demo::world::cluster::Cluster;
use crate::demo::world::hub::{Drift, Hub, Reading};
use crate::demo::world::kube_series::KubeSeries;
use crate::demo::world::kube_state;
use crate::demo::world::starts::{BOUNDS, share_within};

/// The size of every disk, in bytes.
const DISK_BYTES: f64 = 1_099_511_627_776.0;
/// The time after which JupyterHub gives up a start, in seconds.
const GIVEN_UP_SECONDS: f64 = 600.0;

/// The metrics at a hub's own `/hub/metrics`, without a label for the hub.
pub(super) fn hub_metrics(hub: &Hub, at: At, drift: Drift) -> String {
    let mut page = MetricsText::default();
    page.hubs(&[hub], at, drift, false);
    page.text
}

/// The metrics of a cluster, with the label `namespace`. The metrics cover all disks, and the hubs that are up. With
/// kube-state-metrics, the nodes and pods are covered too.
pub(super) fn cluster_metrics(world: &World, cluster: &Cluster, at: At) -> String {
    let hubs: Vec<&Hub> = world.fleet.hubs_of(&cluster.name).collect();
    let drift = world.drift();
    let up: Vec<_> = hubs
        .iter()
        .copied()
        .filter(|hub| hub.outage(at).is_none())
        .collect();
    let mut page = MetricsText::default();
    page.hubs(&up, at, drift, true);
    page.disks(&hubs, at, drift);
    for (name, kind, help) in kube_state::METRICS {
        page.head(name, kind, help);
        for series in world.kube_series(cluster, name) {
            if let Some(value) = series.at(at) {
                page.line(name, &kube_labels(&series), value);
            }
        }
    }
    page.text
}

#[derive(Default)]
struct MetricsText {
    text: String,
}

impl MetricsText {
    fn hubs(&mut self, hubs: &[&Hub], at: At, drift: Drift, named: bool) {
        let reading = |hub: &Hub, what| hub.reading(what, at, drift).unwrap_or(0.0);
        let of = |hub: &Hub, more: &str| labels(named.then_some(&*hub.name), more);

        self.head("jupyterhub_running_servers", "gauge", "Servers that run");
        for hub in hubs {
            let value = reading(hub, Reading::RunningServers);
            self.line("jupyterhub_running_servers", &of(hub, ""), value);
        }
        self.head("jupyterhub_total_users", "gauge", "Users that are known");
        for hub in hubs {
            let users = reading(hub, Reading::ActiveUsers) * 9.0;
            self.line("jupyterhub_total_users", &of(hub, ""), users);
        }
        self.head(
            "jupyterhub_active_users",
            "gauge",
            "Users active in a period",
        );
        for hub in hubs {
            let day = reading(hub, Reading::ActiveUsers);
            for (period, times) in [("24h", 1.0), ("7d", 2.5), ("30d", 4.0)] {
                let labels = of(hub, &format!("period=\"{period}\""));
                self.line("jupyterhub_active_users", &labels, (day * times).round());
            }
        }
        let name = "jupyterhub_server_spawn_duration_seconds";
        self.head(
            name,
            "histogram",
            "Seconds until a server has started, or has not",
        );
        for hub in hubs {
            let started = hub.total_starts(at, drift);
            let within = |bound: f64| (started * share_within(bound, hub.p95_at(at))).floor();
            self.histogram(name, &|more| of(hub, more), "success", started, &within);
            let failed = hub.total_failed_starts(at);
            let late = |bound: f64| {
                if bound < GIVEN_UP_SECONDS {
                    0.0
                } else {
                    failed
                }
            };
            self.histogram(name, &|more| of(hub, more), "failure", failed, &late);
        }
    }

    fn disks(&mut self, hubs: &[&Hub], at: At, drift: Drift) {
        let claims = [
            ("home-nfs", Reading::HomeFreePercent),
            ("hub-db-dir", Reading::DbFreePercent),
        ];
        for (name, is_capacity) in [
            ("kubelet_volume_stats_available_bytes", false),
            ("kubelet_volume_stats_capacity_bytes", true),
        ] {
            self.head(name, "gauge", "Bytes of a volume");
            for hub in hubs {
                for (claim, what) in claims {
                    let free = hub.reading(what, at, drift).unwrap_or(0.0) / 100.0;
                    let share = if is_capacity { 1.0 } else { free };
                    let more = format!("persistentvolumeclaim=\"{claim}\"");
                    let labels = labels(Some(&hub.name), &more);
                    self.line(name, &labels, (DISK_BYTES * share).round());
                }
            }
        }
    }

    fn histogram(
        &mut self,
        name: &str,
        labels: &dyn Fn(&str) -> String,
        status: &str,
        count: f64,
        within: &dyn Fn(f64) -> f64,
    ) {
        let mut sum = 0.0;
        let mut below = 0.0;
        for bound in BOUNDS {
            let so_far = within(bound);
            sum += (so_far - below) * bound;
            below = so_far;
            let labels = labels(&format!("status=\"{status}\",le=\"{bound:?}\""));
            self.line(&format!("{name}_bucket"), &labels, so_far);
        }
        let last = labels(&format!("status=\"{status}\",le=\"+Inf\""));
        self.line(&format!("{name}_bucket"), &last, count);
        let plain = labels(&format!("status=\"{status}\""));
        self.line(&format!("{name}_sum"), &plain, sum);
        self.line(&format!("{name}_count"), &plain, count);
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _infallible = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: f64) {
        let _infallible = writeln!(self.text, "{name}{labels} {value}");
    }
}

fn kube_labels(series: &KubeSeries) -> String {
    let labels = series.labels.iter();
    let labels = labels.map(|(name, value)| format!("{name}=\"{value}\""));
    format!("{{{}}}", labels.collect::<Vec<_>>().join(","))
}

fn labels(namespace: Option<&str>, more: &str) -> String {
    let namespace = namespace.map(|name| format!("namespace=\"{name}\""));
    let more = (!more.is_empty()).then(|| more.to_owned());
    let all: Vec<_> = namespace.into_iter().chain(more).collect();
    match all.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", all.join(",")),
    }
}
