//! Writes to the terminal without waiting for it. Bytes that the terminal does not take yet are kept, and are written
//! before all later bytes.
//!
//! A terminal takes no bytes while nobody reads its other end, such as after an SSH connection broke. A blocking write
//! would then stop the thread that makes it.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::future;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::net::unix::pipe::Sender;
use tokio::time::timeout;

use super::input::open_nonblocking;
use super::tty_watchdog::drain_output;

/// How long [`TerminalOutput::settle`] waits for the terminal.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the last bytes wait for a terminal that takes none.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_millis(400);

/// How long the last bytes wait after the terminal's unread output was discarded. The terminal then has room.
const DRAINED_WRITE_TIMEOUT: Duration = Duration::from_millis(100);

/// The most bytes that may wait for the terminal when another escape sequence is added. Larger than a frame.
const MAX_UNWRITTEN_BYTES: usize = 256 * 1024;

/// Writes the last bytes before hubwatch gives the terminal away.
pub trait LastWrite: Write {
    /// Writes `bytes` behind all earlier ones.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn write_last(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.flush()
    }
}

impl LastWrite for io::Stdout {}

/// The output to the terminal. All clones write to the same terminal, and keep the order of the bytes.
#[derive(Clone)]
pub struct TerminalOutput {
    tty: Rc<File>,
    /// The bytes that the terminal has not taken yet.
    unwritten: Rc<Cell<Vec<u8>>>,
    /// Whether a wait of [`Self::settle`] was in vain, and the terminal has taken no byte since.
    is_stuck: Rc<Cell<bool>>,
}

impl TerminalOutput {
    /// Opens the terminal on standard output again, as a non-blocking file. If that is impossible, writes to standard
    /// output itself, and waits in each write.
    ///
    /// The non-blocking flag belongs to the open file description, which standard output shares with the shell and
    /// with other programs. They would fail if the flag were set there.
    ///
    /// # Errors
    /// If standard output cannot be duplicated.
    pub fn open() -> io::Result<Self> {
        let tty = match reopen_stdout() {
            Ok(tty) => tty,
            Err(error) => {
                tracing::warn!(%error, "the terminal cannot be opened again: writes may block");
                File::from(io::stdout().as_fd().try_clone_to_owned()?)
            }
        };
        Ok(Self::to_tty(tty))
    }

    fn to_tty(tty: File) -> Self {
        Self {
            tty: Rc::new(tty),
            unwritten: Rc::default(),
            is_stuck: Rc::default(),
        }
    }

    /// Whether bytes wait for the terminal.
    pub fn is_blocked(&self) -> bool {
        self.unwritten_bytes() > 0
    }

    fn unwritten_bytes(&self) -> usize {
        let unwritten = self.unwritten.take();
        let count = unwritten.len();
        self.unwritten.set(unwritten);
        count
    }

    /// Writes as many of the waiting bytes as the terminal takes now.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn write_unwritten(&self) -> io::Result<()> {
        let mut unwritten = self.unwritten.take();
        let written = write_some(&self.tty, &unwritten)?;
        unwritten.drain(..written);
        self.unwritten.set(unwritten);
        if written > 0 {
            self.is_stuck.set(false);
        }
        Ok(())
    }

    /// Forgets the bytes that wait for the terminal.
    pub fn discard_unwritten(&self) {
        self.is_stuck.set(false);
        self.unwritten.take();
    }

    /// Writes an escape sequence behind all earlier bytes.
    ///
    /// # Errors
    /// When the terminal is gone, or too many bytes wait for it already.
    pub fn write_sequence(&mut self, sequence: &[u8]) -> io::Result<()> {
        let waiting = self.unwritten_bytes();
        if waiting > 0 && waiting.saturating_add(sequence.len()) > MAX_UNWRITTEN_BYTES {
            return Err(io::Error::other("the terminal takes no output"));
        }
        self.write_all(sequence)
    }

    /// Waits until the terminal takes more of the waiting bytes. Never returns if no bytes wait. Cancel-safe.
    ///
    /// # Errors
    /// If the system cannot wait for this terminal. Must be called inside the runtime.
    pub async fn writable(&self) -> io::Result<()> {
        if !self.is_blocked() {
            return future::pending().await;
        }
        // tokio's pipe sender can wait for any writable file, as its receiver does for the input. A new sender is
        // made for each wait, so that the runtime is not woken while no bytes wait.
        Sender::from_file_unchecked(self.tty.try_clone()?)?
            .writable()
            .await
    }

    /// Waits a short time until the terminal has taken all bytes. Returns whether it has. After a wait in vain, the next
    /// call only waits if the terminal has taken some bytes since: each of many keys would otherwise stop the program
    /// for a second.
    ///
    /// # Errors
    /// When the terminal is gone. Must be called inside the runtime.
    pub async fn settle(&self) -> io::Result<bool> {
        self.write_unwritten()?;
        if self.is_stuck.get() && self.is_blocked() {
            return Ok(false);
        }
        let all_written = async {
            while self.is_blocked() {
                self.writable().await?;
                self.write_unwritten()?;
            }
            Ok(true)
        };
        let settled = timeout(SETTLE_TIMEOUT, all_written).await;
        self.is_stuck.set(settled.is_err());
        settled.unwrap_or(Ok(false))
    }

    // Blocks until the terminal has taken all bytes, but at most this long. Returns whether it has.
    fn wait_until_written(&self, limit: Duration) -> io::Result<bool> {
        let started = now();
        loop {
            self.write_unwritten()?;
            if !self.is_blocked() {
                return Ok(true);
            }
            let left = limit.saturating_sub(now().duration_since(started));
            if left.is_zero() {
                return Ok(false);
            }
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&*self.tty, PollFlags::OUT)], Some(&left)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Write for TerminalOutput {
    /// Accepts all bytes. Those that the terminal does not take now wait behind the earlier ones.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_unwritten()?;
        let mut unwritten = self.unwritten.take();
        let written = match unwritten.is_empty() {
            true => write_some(&self.tty, bytes)?,
            false => 0,
        };
        unwritten.extend(bytes.iter().skip(written));
        self.unwritten.set(unwritten);
        Ok(bytes.len())
    }

    /// Does nothing: the bytes that are not written yet wait for the terminal, and not for a flush.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl LastWrite for TerminalOutput {
    /// Waits a short time until the terminal has taken all bytes. If the terminal is still full, discards all earlier
    /// output that nobody has read. The terminal then has room for `bytes`, which are written again.
    fn write_last(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        if self.wait_until_written(LAST_WRITE_TIMEOUT)? {
            return Ok(());
        }
        self.discard_unwritten();
        let _not_a_terminal = drain_output(&*self.tty);
        self.write_all(bytes)?;
        if !self.wait_until_written(DRAINED_WRITE_TIMEOUT)? {
            self.discard_unwritten();
        }
        Ok(())
    }
}

// Writes until the terminal takes no more. Returns the number of bytes that it took.
fn write_some(mut tty: &File, bytes: &[u8]) -> io::Result<usize> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match tty.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes.len() - rest.len())
}

fn reopen_stdout() -> io::Result<File> {
    let stdout = rustix::stdio::stdout();
    let mut options = OpenOptions::new();
    options.write(true);
    let by_name = match rustix::termios::ttyname(stdout, Vec::new()) {
        Ok(name) => {
            let name = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
            open_nonblocking(&mut options, name)
        }
        Err(error) => Err(error.into()),
    };
    match by_name {
        // After `sudo -u`, the terminal belongs to another user and cannot be opened by its name. Inside a container,
        // the terminal may have no name. `/dev/tty` opens the controlling terminal, which standard output need not be.
        Err(_) if is_controlling_terminal(stdout) => {
            open_nonblocking(&mut options, Path::new("/dev/tty"))
        }
        opened => opened,
    }
}

fn is_controlling_terminal(terminal: impl AsFd) -> bool {
    // The foreground process group is known only for the controlling terminal. It has the number 0, which rustix
    // rejects as unsupported, if it is outside of this process's container.
    let group = rustix::termios::tcgetpgrp(terminal);
    matches!(group, Ok(_) | Err(Errno::OPNOTSUPP))
}

#[expect(
    clippy::disallowed_methods,
    reason = "limits a wait that blocks, at the program's end and after a panic"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
