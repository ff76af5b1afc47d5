//! The reasons why an import fails.

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
    /// A file has the wrong structure.
    #[error("{path}:{line}:{column}: {reason}")]
    Yaml {
        path: String,
        /// The line, from 1; 0 if it is not known.
        line: u64,
        /// The column, from 1; 0 if it is not known.
        column: u64,
        /// The message from the parser.
        reason: String,
    },
    /// The folder has no `config/clusters/*/cluster.yaml`.
    #[error("there is no config/clusters/*/cluster.yaml here")]
    NoClusters,
    /// The imported configuration breaks a rule. For example, a hub is listed twice.
    #[error("these files make a configuration that cannot be used:\n{0}")]
    Unusable(String),
}
