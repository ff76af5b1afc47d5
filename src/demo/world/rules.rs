//! The alerting rules of the demo's Prometheus servers, and the rules' alerts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::cluster::{Cluster, PodRestart};
use crate::demo::clockwork::{At, deserialize_duration};
use crate::domain::labels::Labels;
use crate::domain::now::time_after;

/// A rule. The placeholders `{cluster}` and `{provider}` in its texts are not replaced yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The rule's name in scripts.
    pub key: String,
    name: String,
    pub group: String,
    expr: String,
    /// How long the rule's expression must hold before the alert fires.
    #[serde(rename = "for", deserialize_with = "deserialize_duration")]
    pub hold: Duration,
    severity: String,
    summary: String,
    labels: Vec<String>,
    #[serde(default)]
    set: BTreeMap<String, String>,
    /// The namespace of the rule's alerts; `None` for the hub's namespace.
    namespace: Option<String>,
    pod: Option<String>,
    /// The key of the service that gets the rule's page.
    pub service: String,
    /// The priority of the incidents that the rule opens.
    pub priority: Option<String>,
}

/// All rules, in the order of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub rule: Vec<Arc<Rule>>,
}

impl Rules {
    /// The rule with this key, which scripts use.
    pub fn get(&self, key: &str) -> Option<&Arc<Rule>> {
        self.rule.iter().find(|rule| rule.key == key)
    }
}

/// An alert that is pending or firing.
#[derive(Clone, Debug)]
pub struct Firing {
    pub rule: Arc<Rule>,
    /// The cluster whose Prometheus has the alert.
    pub cluster: Arc<str>,
    /// The hub that the story connects with the alert.
    pub hub: Arc<str>,
    /// The alert's labels, with templates expanded.
    pub labels: Labels,
    /// The alert's annotations, with templates expanded.
    pub annotations: Labels,
    /// When the rule's expression first held.
    pub active_at: At,
}

impl Firing {
    /// Whether the alert fires at `now`. Before it fires, it is pending.
    pub fn fires_at(&self, now: At) -> bool {
        self.fires_since() <= now
    }

    /// The pod restart that the alert is about; `None` for other alerts.
    pub fn pod_restart(&self) -> Option<PodRestart> {
        let is_restart = self.rule.key.starts_with("restart-");
        let label = |name| self.labels.get(name).map(str::to_owned);
        Some(PodRestart {
            namespace: label("namespace")?,
            pod: label("pod")?,
            at: self.active_at,
        })
        .filter(|_| is_restart)
    }

    /// When the alert begins to fire.
    pub fn fires_since(&self) -> At {
        time_after(self.active_at, self.rule.hold)
    }
}

impl Rule {
    /// The rule's name on this cluster.
    pub fn name_on(&self, cluster: &Cluster) -> String {
        fill(&self.name, cluster)
    }

    pub fn expression(&self) -> &str {
        &self.expr
    }

    /// The rule's labels as `/rules` lists them, with unexpanded templates.
    pub fn label_templates(&self, cluster: &Cluster) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::from([
            ("cluster".to_owned(), cluster.name.to_string()),
            ("severity".to_owned(), self.severity.clone()),
        ]);
        for (name, value) in &self.set {
            labels.insert(name.clone(), fill(value, cluster));
        }
        labels
    }

    /// The rule's annotations as `/rules` lists them, with unexpanded templates.
    pub fn annotation_templates(&self, cluster: &Cluster) -> BTreeMap<String, String> {
        BTreeMap::from([("summary".to_owned(), fill(&self.summary, cluster))])
    }

    /// This rule's alert on a hub, active since `active_at`. `extra` makes several alerts on one hub differ.
    pub fn fire(
        self: &Arc<Self>,
        cluster: &Cluster,
        hub: &str,
        extra: &str,
        active_at: At,
    ) -> Firing {
        let mut labels = self.metric_labels(cluster, hub, extra);
        let metric = labels.clone();
        for (name, value) in self.label_templates(cluster) {
            labels.insert(name, expand(&value, &metric));
        }
        labels.insert("alertname".to_owned(), self.name_on(cluster));
        let annotations = self.annotation_templates(cluster);
        let annotations = annotations
            .iter()
            .map(|(name, value)| (name, expand(value, &metric)));
        Firing {
            rule: Arc::clone(self),
            cluster: cluster.name.clone(),
            hub: hub.into(),
            annotations: annotations.collect(),
            labels: labels.into_iter().collect(),
            active_at,
        }
    }

    fn metric_labels(&self, cluster: &Cluster, hub: &str, extra: &str) -> BTreeMap<String, String> {
        let namespace = self.namespace.as_deref().unwrap_or(hub);
        let value = |name: &str| match name {
            "namespace" => namespace.to_owned(),
            "pod" => format!("{}-{extra}", self.pod.as_deref().unwrap_or("pod")),
            "device" => "nvme1n1".to_owned(),
            "node" => format!("node-{extra}.{}.hubs.example", cluster.name),
            _ => String::new(),
        };
        let labels = self.labels.iter();
        labels.map(|name| (name.clone(), value(name))).collect()
    }
}

fn fill(template: &str, cluster: &Cluster) -> String {
    template
        .replace("{cluster}", &cluster.name)
        .replace("{provider}", &cluster.provider.to_string())
}

/// Expands the rule's templates. The rules use only `$labels.NAME`.
fn expand(template: &str, labels: &BTreeMap<String, String>) -> String {
    labels
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{ $labels.{name} }}}}"), value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::world::cluster::Provider;

    fn fire(key: &str) -> Firing {
        let rules: Rules = toml::from_str(include_str!("../../../assets/demo/rules.toml")).unwrap();
        let cluster = Cluster::new("canopy", Provider::Gcp);
        rules
            .get(key)
            .unwrap()
            .fire(&cluster, "prod", "x1", At::UNIX_EPOCH)
    }

    fn text(labels: &Labels) -> Vec<String> {
        let pairs = labels.iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn the_start_failure_rule_writes_names_into_values() {
        assert_eq!(
            text(&fire("starts").labels),
            [
                "alertname=At least two servers failed to start in the last 30m",
                "cluster=cluster=canopy",
                "namespace=hub=prod",
                "provider=provider=gcp",
                "severity=immediate action needed"
            ]
        );
    }

    #[test]
    fn templates_are_expanded_from_the_metrics_labels() {
        let firing = fire("restart-home-nfs");
        assert_eq!(firing.labels.get("pod"), Some("storage-quota-home-nfs-x1"));
        assert_eq!(
            firing.annotations.get("summary"),
            Some("jupyterhub-home-nfs has restarted on canopy:prod")
        );
        assert!(!firing.fires_at(At::UNIX_EPOCH));
        assert!(firing.fires_at(firing.fires_since()));
    }

    #[test]
    fn a_fixed_namespace_stands_for_the_hubs() {
        assert_eq!(
            fire("restart-grafana").labels.get("namespace"),
            Some("support")
        );
    }

    #[test]
    fn the_clusters_name_can_stand_in_the_alerts() {
        let name = fire("quota-denied");
        assert!(
            name.labels
                .get("alertname")
                .unwrap()
                .contains("in cluster canopy in")
        );
    }
}
