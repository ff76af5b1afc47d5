//! `hubwatch notify`

use clap::{Args, Subcommand};

/// `hubwatch notify`
#[derive(Clone, Copy, Debug, Args)]
pub struct Notify {
    #[command(subcommand)]
    pub command: NotifyCommand,
}

/// What is done about what rings.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum NotifyCommand {
    /// Ring once by every way that is configured; say which of them work here
    Test,
}
