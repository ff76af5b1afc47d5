//! The command `hubwatch notify`.

use clap::{Args, Subcommand};

/// `hubwatch notify`
#[derive(Clone, Copy, Debug, Args)]
pub struct Notify {
    #[command(subcommand)]
    pub command: NotifyCommand,
}

/// The commands about notifications.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum NotifyCommand {
    /// Send a test by each configured way, and say which of them work here
    Test,
}
