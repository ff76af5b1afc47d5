//! The reasons why an import fails.

use crate::domain::yaml::YamlError;

/// The reason why a fleet's files do not make a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A folder or file cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        path: String,
        /// The error of the operating system.
        reason: String,
    },
    /// A file is not valid YAML or has another structure.
    #[error("{path}{}: {error}", .error.position())]
    Yaml { path: String, error: YamlError },
    /// The folder has no `config/clusters/*/cluster.yaml`.
    #[error("there is no config/clusters/*/cluster.yaml here")]
    NoClusters,
    /// The imported configuration breaks a rule. For example, a hub is listed twice.
    #[error("these files make a configuration that cannot be used:\n{0}")]
    Unusable(String),
}
