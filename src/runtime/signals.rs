//! The signals that a terminal program handles.

use std::io;
use std::time::Duration;

use futures_util::FutureExt as _;
use rustix::process::{self, kill_current_process_group};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

/// What a signal requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalRequest {
    /// End the program. The signal was SIGTERM or SIGHUP.
    Terminate,
    /// End the program. The signal was SIGINT or SIGQUIT, from `^C` or `^\` while the terminal is not in raw mode. All
    /// processes in the foreground get such a signal, so it may be meant for another process, such as an editor.
    Interrupt,
    /// Give the terminal back and stop. The signal was SIGTSTP.
    Suspend,
    /// Another process stopped hubwatch, and hubwatch was continued. The signal was SIGCONT.
    Resume,
}

pub struct Signals {
    termination: [Signal; 4],
    stop: Signal,
    resume: Signal,
}

impl Signals {
    /// Starts to listen for the signals. Must be called inside the runtime.
    ///
    /// # Errors
    /// When the system refuses to register a handler.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            termination: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::quit())?,
            ],
            stop: signal(SignalKind::from_raw(process::Signal::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(process::Signal::CONT.as_raw()))?,
        })
    }

    /// Stops this process and its group (a wrapper script, a pipe). Returns once the process is continued.
    ///
    /// # Errors
    /// If the signal is refused.
    pub async fn stop_process_group(&mut self) -> io::Result<()> {
        let _of_an_earlier_stop = self.resume.recv().now_or_never();
        kill_current_process_group(process::Signal::STOP)?;
        // Another thread may receive the signal first. The present thread would then run on for a moment, and take over
        // the terminal before the shell has it. To prevent this, the present thread waits until the process is
        // continued. A second listener would not do: this one could receive the same SIGCONT later, and the loop would
        // take it for the end of a stop by another process.
        self.resumed().await;
        Ok(())
    }

    /// Waits until hubwatch is continued with SIGCONT. Cancel-safe.
    pub async fn resumed(&mut self) {
        self.resume.recv().await;
    }

    /// Discards a SIGTSTP that belongs to a stop that hubwatch already knows of: one that is pending, or one that
    /// arrives within `within`.
    pub async fn discard_suspend(&mut self, within: Duration) {
        let _or_none_came = timeout(within, self.stop.recv()).await;
    }

    /// Discards SIGINT and SIGQUIT that were meant for another process in the foreground: those that are pending, and
    /// one that arrives within `within`.
    pub async fn discard_interrupts(&mut self, within: Duration) {
        let [_, _, int, quit] = &mut self.termination;
        let one = async {
            tokio::select! {
                _ = int.recv() => {}
                _ = quit.recv() => {}
            }
        };
        let _or_none_came = timeout(within, one).await;
        for signal in [int, quit] {
            let _or_none_came = signal.recv().now_or_never();
        }
    }

    pub async fn next(&mut self) -> SignalRequest {
        let [term, hup, int, quit] = &mut self.termination;
        tokio::select! {
            biased;
            _ = term.recv() => SignalRequest::Terminate,
            _ = hup.recv() => SignalRequest::Terminate,
            _ = int.recv() => SignalRequest::Interrupt,
            _ = quit.recv() => SignalRequest::Interrupt,
            _ = self.stop.recv() => SignalRequest::Suspend,
            _ = self.resume.recv() => SignalRequest::Resume,
        }
    }
}

/// Receives only the signals that end a program. Stop and continue keep the system's default behaviour.
pub struct TerminationSignals([Signal; 4]);

impl TerminationSignals {
    /// Starts to listen for the signals. Must be called inside the runtime.
    ///
    /// # Errors
    /// When the system refuses to register a handler.
    pub fn listen() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::quit())?,
        ]))
    }

    /// Waits for any of these signals.
    pub async fn next(&mut self) {
        let [term, hup, int, quit] = &mut self.0;
        tokio::select! {
            _ = term.recv() => {}
            _ = hup.recv() => {}
            _ = int.recv() => {}
            _ = quit.recv() => {}
        }
    }
}
