//! Makes a configuration from a fleet's own files, in the layout that 2i2c uses. Each cluster comes from its
//! `config/clusters/NAME/cluster.yaml` and from the Helm values of its support chart. The wanted versions come from the
//! charts and from the files of eksctl and Terraform.
//!
//! [`import`] is pure. [`read_fleet_files`] reads the files for it.

mod block;
mod chart_values;
mod charts;
mod error;
mod fleet_files;
mod kubernetes;
mod notes;
mod quoted_text;
mod wanted;
mod wire;
mod write;

use super::{ParseContext, parse};
use crate::domain::yaml;
use charts::{HubChart, hub_chart};
use kubernetes::KubernetesVersion;
use notes::notes;
use wanted::wanted_text;
use wire::{ClusterFile, SupportValues};
use write::config_text;

pub use error::ImportError;
pub use fleet_files::{FleetFiles, read_fleet_files};

/// A cluster of the fleet, with its Prometheus and its wanted versions.
struct ImportedCluster {
    cluster: ClusterFile,
    prometheus: Option<String>,
    /// The charts and images that the hubs should run, in the order of the cluster's hubs.
    charts: Vec<HubChart>,
    /// `None` if no file describes the cluster's nodes.
    kubernetes: Option<KubernetesVersion>,
}

/// The text of a configuration with all clusters of the fleet.
///
/// # Errors
/// When a file has the wrong structure, there are no clusters, or the configuration breaks a rule.
pub fn import(files: &FleetFiles) -> Result<String, ImportError> {
    let found = files
        .texts()
        .filter_map(|(path, text)| Some((cluster_folder(path)?, path, text)))
        .map(|(folder, path, text)| read_cluster(folder, path, text, files))
        .collect::<Result<Vec<ImportedCluster>, ImportError>>()?;
    if found.is_empty() {
        return Err(ImportError::NoClusters);
    }
    let text = config_text(&found) + &wanted_text(&found) + &notes(&found);
    match parse(&text, &ParseContext::bare("(imported)")) {
        Ok(_) => Ok(text),
        Err(error) => Err(ImportError::Unusable(error.to_string())),
    }
}

// The cluster folder of a `cluster.yaml`. The folder `templates` is not a cluster: it holds patterns for new clusters.
fn cluster_folder(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/cluster.yaml")?;
    let name = folder.strip_prefix("config/clusters/")?;
    (!name.contains('/') && name != "templates").then_some(folder)
}

fn read_cluster(
    folder: &str,
    path: &str,
    text: &str,
    files: &FleetFiles,
) -> Result<ImportedCluster, ImportError> {
    let cluster: ClusterFile = parse_yaml(path, text)?;
    let prometheus = prometheus_host(folder, &cluster, files)?;
    let hubs = cluster.hubs.iter();
    Ok(ImportedCluster {
        prometheus,
        charts: hubs.map(|hub| hub_chart(folder, hub, files)).collect(),
        kubernetes: kubernetes::version(&cluster, files),
        cluster,
    })
}

// The first host that the values of the support chart name.
fn prometheus_host(
    folder: &str,
    cluster: &ClusterFile,
    files: &FleetFiles,
) -> Result<Option<String>, ImportError> {
    for name in cluster.support.unencrypted_files() {
        let path = format!("{folder}/{name}");
        let Ok(Some(text)) = files.text(&path) else {
            continue;
        };
        let host = parse_yaml::<SupportValues>(&path, text)?.prometheus_host();
        if host.is_some() {
            return Ok(host);
        }
    }
    Ok(None)
}

fn parse_yaml<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, ImportError> {
    yaml::parse(text).map_err(|error| ImportError::Yaml {
        path: path.to_owned(),
        error,
    })
}

#[cfg(test)]
mod tests;
