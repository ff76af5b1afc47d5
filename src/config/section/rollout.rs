//! `[rollout]`: batches, wanted versions, and the PromQL expressions that find the running versions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::super::problem::{Problem, Problems};
use super::super::similar::closest_match;
use super::values::not_empty;
use super::{Table, Text, report_duplicate_names};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::ClusterSpec;
use crate::domain::rollout::{Batch, QueriedPart, RolloutPolicy, WantedVersion};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Key V and `hubwatch rollout` show which versions run where. JupyterHub's version is in every answer of
# /hub/health. For the other versions each Prometheus is queried every five minutes with these expressions;
# {by} and {cluster_label} are as in [signals]. kubernetes needs the label kubelet_version, images the label
# image; restarts gives the restarts of the last hour by namespace.
[rollout]
kubernetes = 'count by ({cluster_label}, kubelet_version) (kube_node_info)'
images = 'count by ({by}, image) (kube_pod_container_info{container!="notebook",pod!~"jupyter-.*|dask-.*"})'
restarts = 'sum by ({by}) (max by ({by}, pod, container) (increase(kube_pod_container_status_restarts_total{pod!~"jupyter-.*|dask-.*"}[1h])))'
# Batches in the order in which they are upgraded: clusters, and single hubs of other batches' clusters.
# canary = true marks the batch that tries a release.
[[rollout.batch]]
name = "first"
clusters = ["leap"]
hubs = []
canary = true
# What should run: "jupyterhub", "kubernetes", or an image's name ("k8s-hub", with or without its registry path),
# everywhere unless clusters or hubs are given; the most specific entry counts. Without an entry, a version is
# behind if a newer one runs anywhere (for Kubernetes: at this provider).
[[rollout.wanted]]
what = "jupyterhub"
version = "5.4.4"
clusters = []
hubs = ["leap/prod"]
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRollout {
    pub kubernetes: Option<Text>,
    pub images: Option<Text>,
    pub restarts: Option<Text>,
    pub batch: Vec<Table<RawBatch>>,
    pub wanted: Vec<Table<RawWanted>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBatch {
    pub name: Text,
    #[serde(default)]
    pub clusters: Vec<Text>,
    #[serde(default)]
    pub hubs: Vec<Text>,
    #[serde(default)]
    pub canary: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWanted {
    pub what: Text,
    pub version: Text,
    #[serde(default)]
    pub clusters: Vec<Text>,
    #[serde(default)]
    pub hubs: Vec<Text>,
}

/// The configured expressions, which replace the built-in ones.
pub(super) fn expressions(
    raw: &RawRollout,
    problems: &mut Problems,
) -> BTreeMap<QueriedPart, String> {
    let given = [
        (QueriedPart::Kubernetes, &raw.kubernetes),
        (QueriedPart::Images, &raw.images),
        (QueriedPart::Restarts, &raw.restarts),
    ];
    let given = given.into_iter().filter_map(|(part, text)| {
        let text = text.as_ref()?;
        Some((part, problems.ok_or_add(not_empty(text))?))
    });
    given.collect()
}

/// The batches and the wanted versions.
pub(super) fn rollout(
    raw: &RawRollout,
    clusters: &[ClusterSpec],
    problems: &mut Problems,
) -> RolloutPolicy {
    report_duplicate_names(
        "batches",
        raw.batch.iter().map(|batch| &batch.name),
        problems,
    );
    let batches = raw.batch.iter();
    report_second_batch(batches.clone().flat_map(|batch| &batch.clusters), problems);
    report_second_batch(batches.clone().flat_map(|batch| &batch.hubs), problems);
    RolloutPolicy {
        batches: batches
            .filter_map(|raw| batch(raw, clusters, problems))
            .collect(),
        wanted: raw
            .wanted
            .iter()
            .filter_map(|raw| wanted(raw, clusters, problems))
            .collect(),
    }
}

fn batch(raw: &RawBatch, clusters: &[ClusterSpec], problems: &mut Problems) -> Option<Batch> {
    let found = known_clusters(&raw.clusters, clusters, problems);
    let hubs = known_hubs(&raw.hubs, clusters, problems);
    if raw.clusters.is_empty() && raw.hubs.is_empty() {
        let problem = Problem::new(raw.name.span(), "this batch has neither clusters nor hubs");
        problems.add(problem.with_hint("clusters = [\"leap\"], or hubs = [\"leap/prod\"]"));
    }
    Some(Batch {
        name: problems.ok_or_add(not_empty(&raw.name))?,
        clusters: found,
        hubs,
        is_canary: raw.canary,
    })
}

fn wanted(
    raw: &RawWanted,
    clusters: &[ClusterSpec],
    problems: &mut Problems,
) -> Option<WantedVersion> {
    let component = problems.ok_or_add(not_empty(&raw.what));
    let version = problems.ok_or_add(not_empty(&raw.version));
    let wanted = WantedVersion {
        clusters: known_clusters(&raw.clusters, clusters, problems),
        hubs: known_hubs(&raw.hubs, clusters, problems),
        component: component?,
        version: version?.trim().to_owned(),
    };
    Some(wanted)
}

fn report_second_batch<'a>(places: impl Iterator<Item = &'a Text>, problems: &mut Problems) {
    let mut seen = BTreeSet::new();
    for place in places {
        if !seen.insert(place.get_ref()) {
            let message = format!("{:?} is in a batch already", place.get_ref());
            problems.add(Problem::new(place.span(), message).with_hint("one place, one batch"));
        }
    }
}

fn known_clusters(
    texts: &[Text],
    clusters: &[ClusterSpec],
    problems: &mut Problems,
) -> Vec<ClusterName> {
    let names = texts.iter().filter_map(|text| {
        let name = text.get_ref().as_str();
        let is_known = clusters.iter().any(|known| known.name.as_str() == name);
        let known = clusters.iter().map(|known| known.name.as_str().to_owned());
        let found = match is_known {
            true => Ok(name.into()),
            false => Err(unknown(text, "[[cluster]]", known)),
        };
        problems.ok_or_add(found)
    });
    names.collect()
}

fn known_hubs(texts: &[Text], clusters: &[ClusterSpec], problems: &mut Problems) -> Vec<HubKey> {
    let keys = texts.iter().filter_map(|text| {
        let hubs = || clusters.iter().flat_map(|cluster| &cluster.hubs);
        let wanted = text.get_ref().parse::<HubKey>();
        let found = match wanted {
            Ok(key) if hubs().any(|hub| hub.key == key) => Ok(key),
            Ok(_) => Err(unknown(text, "hub", hubs().map(|hub| hub.key.to_string()))),
            Err(error) => {
                Err(Problem::new(text.span(), error.to_string()).with_hint("as in \"leap/prod\""))
            }
        };
        problems.ok_or_add(found)
    });
    keys.collect()
}

fn unknown(text: &Text, what: &str, known: impl Iterator<Item = String>) -> Problem {
    let name = text.get_ref();
    let known: Vec<String> = known.collect();
    let problem = Problem::new(text.span(), format!("there is no {what} {name:?}"));
    match closest_match(name, known.iter().map(String::as_str)) {
        Some(meant) => problem.with_hint(format!("did you mean \"{meant}\"?")),
        None => problem.with_hint("name it as its [[cluster]] does"),
    }
}
