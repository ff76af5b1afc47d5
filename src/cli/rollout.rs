//! The command `hubwatch rollout`, for upgrades.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::parse_duration;

/// `hubwatch rollout`
#[derive(Clone, Debug, Args)]
pub struct Rollout {
    /// Output format
    #[arg(long, short = 'o', value_enum, default_value_t)]
    pub format: RolloutFormat,
    /// Time limit for all sources together; a source that has not answered by then is unknown
    #[arg(long, value_name = "DURATION", default_value = "20s", value_parser = parse_duration)]
    pub timeout: Duration,
}

/// What `rollout` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RolloutFormat {
    /// Batches, then versions
    #[default]
    Table,
    /// Everything
    Json,
}
