//! The parts of the fleet's files that hubwatch reads. All other keys are ignored.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct ClusterFile {
    pub name: String,
    pub provider: Option<String>,
    #[serde(default)]
    pub support: Support,
    #[serde(default)]
    pub hubs: Vec<HubEntry>,
    aws: Option<AwsCluster>,
    gcp: Option<GcpCluster>,
}

#[derive(Debug, Deserialize)]
struct AwsCluster {
    #[serde(rename = "clusterName")]
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct GcpCluster {
    cluster: Option<String>,
}

impl ClusterFile {
    /// Whether `name` is the cluster's name at its cloud provider.
    pub(super) fn is_named_at_its_provider(&self, name: &str) -> bool {
        let aws = self.aws.as_ref().and_then(|it| it.name.as_deref());
        let gcp = self.gcp.as_ref().and_then(|it| it.cluster.as_deref());
        [aws, gcp].contains(&Some(name))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Support {
    helm_chart_values_files: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HubEntry {
    pub name: String,
    pub domain: Option<String>,
    pub uptime_check: Option<UptimeCheck>,
    /// The chart that is deployed for the hub, one of the team's own charts.
    pub helm_chart: Option<String>,
    #[serde(default)]
    pub helm_chart_values_files: Vec<String>,
    /// A file that replaces the chart's `Chart.yaml`. A name without a slash is a file in the cluster's folder.
    pub chart_override: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct UptimeCheck {
    pub expected_status: Option<u16>,
}

/// The values of the support chart.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SupportValues {
    prometheus: Option<Prometheus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Prometheus {
    server: Option<Server>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Server {
    ingress: Option<Ingress>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ingress {
    enabled: Option<bool>,
    hosts: Option<Vec<String>>,
}

impl Support {
    /// The values files that are not encrypted.
    pub(super) fn unencrypted_files(&self) -> impl Iterator<Item = &str> {
        let names = self.helm_chart_values_files.iter().map(String::as_str);
        names.filter(|name| !is_encrypted(name))
    }
}

/// Whether the file is encrypted. The names of encrypted files begin with `enc-`.
pub(super) fn is_encrypted(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("enc-"))
}

impl SupportValues {
    /// The host at which Prometheus can be reached from outside the cluster.
    pub(super) fn prometheus_host(self) -> Option<String> {
        let ingress = self.prometheus?.server?.ingress?;
        let hosts = ingress.hosts.filter(|_| ingress.enabled != Some(false))?;
        hosts.into_iter().next()
    }
}
