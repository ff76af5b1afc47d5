//! Ends hubwatch if nobody reads its terminal's output and a write to the terminal blocks. The loop's own writes block
//! only if the terminal cannot be opened again (see [`crate::terminal::output`]). Messages to standard error may always
//! block.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::clock::sleep;
use super::tasks::Tasks;
use crate::terminal::tty_watchdog::drain_output;

/// The time from the signal until the output is drained for the first time. A program that is not blocked ends sooner.
const GRACE: Duration = Duration::from_secs(2);
/// How often the output is drained until the program has ended. Without the repetition, the rest of a frame would fill
/// the terminal again.
const DRAIN_INTERVAL: Duration = Duration::from_millis(100);

/// Starts to watch for SIGTERM and SIGHUP. If the program still runs some time after one of these signals, its unread
/// output is discarded until the program ends. Must be called inside the runtime.
///
/// # Errors
/// When the system refuses to register a handler.
pub fn start(tasks: &Tasks) -> io::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let mut hup = signal(SignalKind::hangup())?;
    tasks.spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = hup.recv() => {}
        }
        sleep(GRACE).await;
        while let Ok(()) = drain_output(io::stdout()) {
            sleep(DRAIN_INTERVAL).await;
        }
    });
    Ok(())
}
