//! Why no configuration can be made of a fleet's files.

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A folder or file cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        path: String,
        /// The system's error.
        reason: String,
    },
    /// A file has the wrong form.
    #[error("{path}:{line}:{column}: {reason}")]
    Yaml {
        path: String,
        /// From 1; 0 if the line is not known.
        line: u64,
        /// From 1; 0 if the column is not known.
        column: u64,
        /// What is wrong.
        reason: String,
    },
    /// The folder has no `config/clusters/*/cluster.yaml`.
    #[error("there is no config/clusters/*/cluster.yaml here")]
    NoClusters,
    /// The configuration that was made breaks a rule, such as a hub that is listed twice.
    #[error("these files make a configuration that cannot be used:\n{0}")]
    Unusable(String),
}
