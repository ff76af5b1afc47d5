//! The signals that a terminal program answers to.

use std::io;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalRequest {
    /// To end: SIGTERM, SIGHUP.
    Terminate,
    /// To end, by a key of a terminal that is not raw: SIGINT, SIGQUIT. Whoever else is in the foreground
    /// gets it too, and may be the one that was meant.
    Interrupt,
    /// To give the terminal back and stop: SIGTSTP.
    Suspend,
    /// It was stopped by someone else and goes on: SIGCONT.
    Resume,
}

/// Listens for them.
pub struct Signals {
    termination: [Signal; 4],
    stop: Signal,
    resume: Signal,
}

impl Signals {
    /// Listens from now on; must be called inside the runtime.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            termination: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::quit())?,
            ],
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// Takes a SIGCONT that is already there: the end of our own stop.
    pub fn discard_resume(&mut self) {
        let _already_known = self.resume.recv().now_or_never();
    }

    /// Discards a pending SIGTSTP: it belongs to the stop that has just ended.
    pub fn discard_suspend(&mut self) {
        let _already_known = self.stop.recv().now_or_never();
    }

    /// Takes the interrupts that are there or come `within` this time: they meant somebody else who was in
    /// the foreground.
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

/// Listens for the end alone: what stops and continues a program is left to the system.
pub struct TerminationSignals([Signal; 4]);

impl TerminationSignals {
    /// Listens from now on; must be called inside the runtime.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::quit())?,
        ]))
    }

    /// Waits until the program is to end.
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
