//! The workloads of a cluster, and the images that most clusters run.

/// The namespace of the support chart's pods.
pub(super) const SUPPORT: &str = "support";
/// The name of an invented image registry.
pub(super) const REGISTRY: &str = "registry.example";

/// A workload. The names of its pods end in random letters.
#[derive(Clone, Copy)]
pub(super) struct Workload {
    pub name: &'static str,
    pub container: &'static str,
    pub image: &'static str,
}

/// The workloads of the support chart, with the image tags that most clusters have.
pub(super) const SUPPORT_WORKLOADS: [(Workload, &str); 7] = [
    (
        workload(
            "support-prometheus-server",
            "prometheus-server",
            "prometheus/prometheus",
        ),
        "v3.5.0",
    ),
    (
        workload("support-grafana", "grafana", "grafana/grafana"),
        "12.1.1",
    ),
    (
        workload(
            "support-kube-state-metrics",
            "kube-state-metrics",
            "kube-state-metrics/kube-state-metrics",
        ),
        "v2.17.0",
    ),
    (
        workload(
            "support-ingress-nginx-controller",
            "controller",
            "ingress-nginx/controller",
        ),
        "v1.13.3",
    ),
    (
        workload(
            "support-cluster-autoscaler",
            "cluster-autoscaler",
            "autoscaling/cluster-autoscaler",
        ),
        "v1.33.0",
    ),
    (
        workload(
            "jupyterhub-cost-monitoring",
            "cost-monitoring",
            "jupyterhub/cost-monitoring",
        ),
        "0.6.2",
    ),
    (
        workload(
            "jupyterhub-groups-exporter",
            "groups-exporter",
            "jupyterhub/groups-exporter",
        ),
        "0.4.1",
    ),
];

pub(super) const fn workload(
    name: &'static str,
    container: &'static str,
    image: &'static str,
) -> Workload {
    Workload {
        name,
        container,
        image,
    }
}
