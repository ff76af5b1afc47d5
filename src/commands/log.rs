//! Writes the log to a file, if a file is named.

use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::Global;
use crate::config;
use crate::sources::blank::BlankingWriter;

/// Starts the log if the command line names a file. The log ends when the guard is dropped.
///
/// # Errors
/// The file cannot be opened.
pub fn start(global: &Global) -> io::Result<Option<WorkerGuard>> {
    global
        .log_file
        .as_deref()
        .map(|file| open(&config::expand_home(file), global.verbose))
        .transpose()
}

fn open(file: &Path, verbose: u8) -> io::Result<WorkerGuard> {
    // Without NONBLOCK, opening a FIFO that has no reader never returns.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .custom_flags(flags)
        .open(file)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let targets = match verbose {
        0 => Targets::new().with_target("hubwatch", LevelFilter::INFO),
        1 => Targets::new().with_target("hubwatch", LevelFilter::DEBUG),
        _ => Targets::new().with_default(LevelFilter::TRACE),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(move || BlankingWriter(writer.clone()))
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .init();
    Ok(guard)
}
