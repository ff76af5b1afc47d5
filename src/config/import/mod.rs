//! A configuration from a fleet's own files: `config/clusters/NAME/cluster.yaml` and the Helm values of
//! its support chart, as 2i2c keeps them.
//!
//! [`import`] is pure; [`gather`] reads the files that it needs.

mod gather;
mod wire;
mod write;

use std::collections::BTreeMap;

use super::{Surroundings, parse};
use wire::{Cluster, SupportValues};

pub use gather::gather;

/// Files by their path below the fleet's folder, with `/` between parts.
pub type Files = BTreeMap<String, String>;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A folder or file cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// A file is not what it should be.
    #[error("{path}:{line}:{column}: {reason}")]
    Yaml {
        /// Which.
        path: String,
        /// From 1; 0 where it is not known.
        line: u64,
        /// From 1; 0 where it is not known.
        column: u64,
        /// What is wrong.
        reason: String,
    },
    /// There are no clusters there.
    #[error("there is no config/clusters/*/cluster.yaml here")]
    NoClusters,
    /// What comes out breaks a rule, such as a hub that stands twice.
    #[error("these files make a configuration that cannot be used:\n{0}")]
    Unusable(String),
}

/// A cluster and where its Prometheus is.
struct Found {
    cluster: Cluster,
    prometheus: Option<String>,
}

/// The text of a configuration that holds every cluster of the fleet.
///
/// # Errors
/// When a file is not what it should be, there are none, or the outcome breaks a rule.
pub fn import(files: &Files) -> Result<String, ImportError> {
    let found = files
        .iter()
        .filter_map(|(path, text)| Some((folder_of_cluster(path)?, path, text)))
        .map(|(folder, path, text)| find(folder, path, text, files))
        .collect::<Result<Vec<Found>, ImportError>>()?;
    if found.is_empty() {
        return Err(ImportError::NoClusters);
    }
    let text = write::configuration(&found);
    match parse(&text, &Surroundings::bare("(imported)")) {
        Ok(_) => Ok(text),
        Err(error) => Err(ImportError::Unusable(error.to_string())),
    }
}

// `templates` holds patterns for new clusters and is none itself.
fn folder_of_cluster(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/cluster.yaml")?;
    let name = folder.strip_prefix("config/clusters/")?;
    (!name.contains('/') && name != "templates").then_some(folder)
}

fn find(folder: &str, path: &str, text: &str, files: &Files) -> Result<Found, ImportError> {
    let cluster: Cluster = yaml(path, text)?;
    let prometheus = prometheus_host(folder, &cluster, files)?;
    Ok(Found {
        cluster,
        prometheus,
    })
}

// The first of the support chart's values that names a host.
fn prometheus_host(
    folder: &str,
    cluster: &Cluster,
    files: &Files,
) -> Result<Option<String>, ImportError> {
    for name in cluster.support.plain_files() {
        let path = format!("{folder}/{name}");
        let Some(text) = files.get(&path) else {
            continue;
        };
        let host = yaml::<SupportValues>(&path, text)?.host();
        if host.is_some() {
            return Ok(host);
        }
    }
    Ok(None)
}

fn yaml<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, ImportError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location();
        ImportError::Yaml {
            path: path.to_owned(),
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
            // The rest of it repeats the lines around.
            reason: error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    })
}

#[cfg(test)]
mod tests;
