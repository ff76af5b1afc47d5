//! The verdict: one word that sums up the whole picture.

use serde::{Deserialize, Serialize};

/// The possible verdicts, worst first. If several apply, the first one counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum VerdictLevel {
    /// Somebody must act now.
    Critical,
    /// The state is unknown.
    Unknown,
    /// Something is wrong, but it can wait.
    Warning,
    /// Nothing is wrong, and the state is known.
    Ok,
}

impl VerdictLevel {
    /// The exit code of the monitoring-plugins convention.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }
}
