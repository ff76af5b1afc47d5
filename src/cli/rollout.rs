//! The command for upgrades.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::parse_duration;

/// `hubwatch rollout`
#[derive(Clone, Debug, Args)]
pub struct Rollout {
    /// What is printed
    #[arg(long, short = 'o', value_enum, default_value_t)]
    pub format: RolloutFormat,
    /// The time for all sources together; one that has not answered by then is not known
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
