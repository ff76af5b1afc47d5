//! The Kubernetes version that a cluster's nodes should have, from the files of eksctl and Terraform.

use serde::Deserialize;

use super::block::{block, literal};
use super::quoted_text::without_comments;
use super::wire::ClusterFile;
use super::{FleetFiles, parse_yaml};

/// The version. The error is a sentence that names the file.
pub(super) type KubernetesVersion = Result<String, String>;

const EKSCTL: &str = "eksctl/";
const TERRAFORM: &str = "terraform/";
/// Terraform's variables for the versions of nodes, without the one for the control plane.
const NODE_KEYS: [&str; 3] = [
    "core_nodes_version",
    "notebook_nodes_version",
    "dask_nodes_version",
];

/// The version of a cluster's nodes; `None` if no file describes these nodes.
pub(super) fn version(cluster: &ClusterFile, files: &FleetFiles) -> Option<KubernetesVersion> {
    let mut found = files.texts().filter_map(|(path, text)| {
        if path.starts_with(EKSCTL) {
            eksctl_version(path, text, cluster)
        } else if path.starts_with(TERRAFORM) {
            terraform_version(path, text, cluster)
        } else {
            None
        }
    });
    let first = found.next()?;
    match found.next() {
        Some(_) => Some(Err("more than one file is about its nodes".to_owned())),
        None => Some(first),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EksctlFile {
    metadata: EksctlMetadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EksctlMetadata {
    name: Option<String>,
    version: Option<String>,
}

fn eksctl_version(path: &str, text: &str, cluster: &ClusterFile) -> Option<KubernetesVersion> {
    let metadata = if path.ends_with(".jsonnet") {
        jsonnet_metadata(text)
    } else {
        parse_yaml::<EksctlFile>(path, text).ok()?.metadata
    };
    let named = metadata.name.as_deref();
    let is_named = named.is_some_and(|name| cluster.is_named_at_its_provider(name));
    if !is_named && file_stem(path) != cluster.name {
        return None;
    }
    let unreadable = || format!("{path} names no version that can be read");
    Some(metadata.version.ok_or_else(unreadable))
}

fn jsonnet_metadata(text: &str) -> EksctlMetadata {
    let text = without_comments(text);
    let openings: [&[&str]; 3] = [
        &["makeCluster", "("],
        &["metadata", "+", ":", "{"],
        &["metadata", ":", "{"],
    ];
    let found = openings.iter().find_map(|opening| block(&text, opening));
    let found = found.unwrap_or_default();
    EksctlMetadata {
        name: literal(&found, "name").map(str::to_owned),
        version: literal(&found, "version").map(str::to_owned),
    }
}

fn terraform_version(path: &str, text: &str, cluster: &ClusterFile) -> Option<KubernetesVersion> {
    let text = without_comments(text);
    let prefix = literal(&text, "prefix");
    let is_named =
        prefix.is_some_and(|it| cluster.is_named_at_its_provider(&format!("{it}-cluster")));
    if !is_named && file_stem(path) != cluster.name {
        return None;
    }
    let block = block(&text, &["k8s_versions", "=", "{"])?;
    let mut versions = NODE_KEYS.iter().filter_map(|key| literal(&block, key));
    let Some(first) = versions.next().filter(|version| !version.is_empty()) else {
        return Some(Err(format!("{path} names no version that can be read")));
    };
    match versions.find(|other| *other != first) {
        None => Some(Ok(first.to_owned())),
        Some(other) => Some(Err(format!(
            "{path} has {first} for some nodes and {other} for others"
        ))),
    }
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}
