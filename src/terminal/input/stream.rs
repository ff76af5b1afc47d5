//! The terminal as an async stream of inputs, without a thread of its own.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rustix::io::Errno;
use tokio::net::unix::pipe::Receiver;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, timeout_at};

use super::{Decoder, Input};
use crate::terminal::background::ANSWER_TIMEOUT;

/// How long a lone escape waits for the rest of a sequence. The wait is long enough for a slow connection, and too
/// short to be noticed.
const ESCAPE_TIMEOUT: Duration = Duration::from_millis(50);

/// How long a lone escape waits while an answer of the terminal is expected. The answer begins with an escape too. If
/// the rest of the answer comes late, that escape must not count as a key.
const ESCAPE_TIMEOUT_BEFORE_ANSWER: Duration = Duration::from_millis(200);

/// The largest number of bytes per read.
const READ_BYTES: usize = 4096;

/// The stream of the terminal's inputs. Must not be polled while `$EDITOR` runs, since the editor reads the keys then.
/// Call [`InputStream::reopen`] afterwards.
pub struct InputStream {
    tty: Receiver,
    resized: Signal,
    decoder: Decoder,
    /// The time until which incomplete bytes wait for the rest of their sequence. The time is a field of the stream, so
    /// that the wait does not start over when the future of `next` is dropped and created again.
    escape_deadline: Option<Instant>,
    /// The time until which the terminal may answer a query.
    answer_deadline: Option<Instant>,
    ready: VecDeque<Input>,
    closed: bool,
}

/// The reason why the stream woke up.
enum WakeReason {
    Resized,
    /// The bytes that were read; empty at the end of the input.
    Read(io::Result<Vec<u8>>),
    Paused,
}

impl InputStream {
    /// Opens the process's terminal, even if standard input is something else.
    ///
    /// # Errors
    /// If there is no terminal. Must be called inside the runtime.
    pub fn open() -> io::Result<Self> {
        Self::from_tty(open_tty()?)
    }

    /// Opens the terminal again after another program had it. Discards the keys that were typed for that program, and
    /// the terminal's answers to that program.
    ///
    /// # Errors
    /// If there is no terminal any more. Must be called inside the runtime.
    pub fn reopen() -> io::Result<Self> {
        let tty = open_tty()?;
        rustix::termios::tcflush(&tty, rustix::termios::QueueSelector::IFlush)?;
        Self::from_tty(tty)
    }

    /// Reads from `tty`, which must be non-blocking. tokio's pipe receiver can wait for any readable file, not only for
    /// pipes, and needs no unsafe code.
    fn from_tty(tty: File) -> io::Result<Self> {
        Ok(Self {
            tty: Receiver::from_file_unchecked(tty)?,
            resized: signal(SignalKind::window_change())?,
            decoder: Decoder::default(),
            escape_deadline: None,
            answer_deadline: None,
            ready: VecDeque::new(),
            closed: false,
        })
    }

    /// Records that a query was sent to the terminal. The answer will arrive among the keys.
    pub fn expect_answer(&mut self) {
        self.answer_deadline = Some(deadline(ANSWER_TIMEOUT));
    }

    /// Waits until an expected answer has come or its time is over. Called before another program gets the terminal,
    /// since that program would take the answer for typed text. Keys that are typed during the wait come from
    /// [`Self::next`] later.
    pub async fn drain_answer(&mut self) {
        let mut read = VecDeque::new();
        while let Some(end) = self.answer_deadline {
            match timeout_at(end, self.next()).await {
                Ok(Input::Closed) | Err(_) => self.answer_deadline = None,
                Ok(input) => read.push_back(input),
            }
        }
        read.append(&mut self.ready);
        self.ready = read;
    }

    /// Returns the next input, or always [`Input::Closed`] once the terminal is gone. Cancel-safe: no input is lost if
    /// the future is dropped early.
    pub async fn next(&mut self) -> Input {
        loop {
            if let Some(input) = self.ready.pop_front() {
                return input;
            }
            if self.closed {
                return Input::Closed;
            }
            match self.next_wake().await {
                WakeReason::Resized => return Input::Resized,
                WakeReason::Paused => {
                    self.escape_deadline = None;
                    self.ready.extend(self.decoder.flush());
                }
                WakeReason::Read(Ok(bytes)) if !bytes.is_empty() => {
                    let inputs = self.decoder.feed(&bytes);
                    if inputs.contains(&Input::TerminalIdentified) {
                        self.answer_deadline = None;
                    }
                    self.ready.extend(inputs);
                    let pending = self.decoder.has_pending();
                    self.escape_deadline = pending.then(|| deadline(self.escape_timeout()));
                }
                WakeReason::Read(..) => self.closed = true,
            }
        }
    }

    fn escape_timeout(&self) -> Duration {
        match self.answer_deadline {
            Some(end) if end > deadline(Duration::ZERO) => ESCAPE_TIMEOUT_BEFORE_ANSWER,
            _ => ESCAPE_TIMEOUT,
        }
    }

    async fn next_wake(&mut self) -> WakeReason {
        let read = async {
            let Some(end) = self.escape_deadline else {
                return read_tty(&self.tty).await;
            };
            let read = timeout_at(end, read_tty(&self.tty)).await;
            read.unwrap_or(WakeReason::Paused)
        };
        tokio::select! {
            biased;
            Some(()) = self.resized.recv() => WakeReason::Resized,
            woken = read => woken,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause within the runtime's own time, told to nobody"
)]
fn deadline(wait: Duration) -> Instant {
    Instant::now() + wait
}

async fn read_tty(tty: &Receiver) -> WakeReason {
    let mut bytes = vec![0; READ_BYTES];
    loop {
        let read = match tty.readable().await {
            Ok(()) => tty.try_read(&mut bytes),
            Err(error) => Err(error),
        };
        match read {
            Ok(count) => {
                bytes.truncate(count);
                return WakeReason::Read(Ok(bytes));
            }
            Err(error) if is_transient(&error) => {}
            Err(error) => return WakeReason::Read(Err(error)),
        }
    }
}

/// Whether a later read may succeed: there was nothing to read yet, or a signal interrupted the read.
fn is_transient(error: &io::Error) -> bool {
    let kind = error.kind();
    kind == io::ErrorKind::WouldBlock || kind == io::ErrorKind::Interrupted
}

/// Opens the terminal as a separate file. Standard input shares its file description with standard output, and also
/// with the shell. The non-blocking flag must not be set on standard input, since it would hold for all of them.
///
/// # Errors
/// If there is no terminal.
pub fn open_tty() -> io::Result<File> {
    let named = rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new()).ok();
    let named = named
        .as_ref()
        .map(|name| Path::new(std::ffi::OsStr::from_bytes(name.as_bytes())));
    let mut options = OpenOptions::new();
    options.read(true);
    match named.map(|name| open_nonblocking(&mut options, name)) {
        Some(Ok(file)) => Ok(file),
        // After `sudo -u`, the terminal belongs to another user and cannot be opened by name.
        _ => open_nonblocking(&mut options, Path::new("/dev/tty")),
    }
}

/// Opens a terminal as a separate, non-blocking file. The terminal does not become the controlling terminal.
///
/// # Errors
/// If the terminal cannot be opened. The error names the path.
pub fn open_nonblocking(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let opened = options.custom_flags(flags).open(path);
    opened.map_err(|error| match Errno::from_io_error(&error) {
        // The terminal has hung up. Its users recognise that by the number.
        Some(Errno::IO) => error,
        _ => {
            let text = format!("the terminal {} cannot be opened: {error}", path.display());
            io::Error::new(error.kind(), text)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rustix::fs::OFlags;
    use rustix::pipe::PipeFlags;
    use tokio::time::timeout;

    use super::*;
    use crate::app::key::Key;

    #[test]
    fn a_terminal_that_cannot_be_opened_is_named() {
        let mut options = OpenOptions::new();
        let opened = open_nonblocking(options.read(true), Path::new("/dev/no-terminal"));
        let text = opened.unwrap_err().to_string();
        assert!(
            text.starts_with("the terminal /dev/no-terminal cannot be opened: "),
            "{text}"
        );
    }

    fn pipe() -> (InputStream, File) {
        let (reader, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).unwrap();
        rustix::fs::fcntl_setfl(&reader, OFlags::NONBLOCK).unwrap();
        (
            InputStream::from_tty(File::from(reader)).unwrap(),
            File::from(writer),
        )
    }

    #[tokio::test]
    async fn keys_come_in_order_and_then_the_end() {
        let (mut stream, mut writer) = pipe();
        writer.write_all(b"a\x1b[200~b\x1b[201~c").unwrap();
        drop(writer);
        assert_eq!(stream.next().await, Input::Key(Key::char('a')));
        assert_eq!(stream.next().await, Input::Paste("b".to_owned()));
        assert_eq!(stream.next().await, Input::Key(Key::char('c')));
        assert_eq!(stream.next().await, Input::Closed);
        assert_eq!(stream.next().await, Input::Closed);
    }

    #[tokio::test]
    async fn a_lone_escape_comes_after_its_pause() {
        let (mut stream, mut writer) = pipe();
        writer.write_all(b"\x1b").unwrap();
        assert_eq!(stream.next().await, Input::Key("esc".parse().unwrap()));
        writer.write_all(b"q").unwrap();
        assert_eq!(stream.next().await, Input::Key(Key::char('q')));
    }

    #[tokio::test]
    async fn an_escape_comes_though_something_else_keeps_waking_the_loop() {
        let (mut stream, mut writer) = pipe();
        writer.write_all(b"\x1b").unwrap();
        let awaited = async {
            loop {
                if let Ok(input) = timeout(ESCAPE_TIMEOUT / 2, stream.next()).await {
                    return input;
                }
            }
        };
        let input = timeout(Duration::from_secs(10), awaited).await;
        assert_eq!(input, Ok(Input::Key("esc".parse().unwrap())));
    }

    const ANSWER: &[u8] = b"\x1b]11;rgb:0/0/0\x1b\\\x1b[?62c";

    #[tokio::test]
    async fn an_answer_that_is_due_never_reaches_the_next_program() {
        let (mut stream, mut writer) = pipe();
        stream.expect_answer();
        writer.write_all(b"j").unwrap();
        writer.write_all(ANSWER).unwrap();
        stream.drain_answer().await;
        writer.write_all(b"q").unwrap();
        assert_eq!(
            stream.next().await,
            Input::Key(Key::char('j')),
            "none is lost"
        );
        assert!(matches!(stream.next().await, Input::Background(_)));
        assert_eq!(stream.next().await, Input::TerminalIdentified);
        assert_eq!(stream.next().await, Input::Key(Key::char('q')));
    }

    #[tokio::test(start_paused = true)]
    async fn a_terminal_that_does_not_answer_is_waited_for_once_and_not_for_long() {
        let (mut stream, _writer) = pipe();
        let began = deadline(Duration::ZERO);
        stream.drain_answer().await;
        assert_eq!(deadline(Duration::ZERO), began, "nothing was asked");
        stream.expect_answer();
        stream.drain_answer().await;
        stream.drain_answer().await;
        assert_eq!(deadline(Duration::ZERO) - began, ANSWER_TIMEOUT);
    }

    #[tokio::test]
    async fn a_terminal_that_is_gone_is_not_waited_for() {
        let (mut stream, writer) = pipe();
        stream.expect_answer();
        drop(writer);
        stream.drain_answer().await;
        assert_eq!(stream.next().await, Input::Closed);
    }

    #[tokio::test]
    async fn an_answer_that_is_cut_behind_its_escape_presses_no_key() {
        let (mut stream, mut writer) = pipe();
        stream.expect_answer();
        writer.write_all(&ANSWER[..1]).unwrap();
        let early = timeout(ESCAPE_TIMEOUT * 2, stream.next()).await;
        assert!(early.is_err(), "{early:?}");
        writer.write_all(&ANSWER[1..]).unwrap();
        assert!(matches!(stream.next().await, Input::Background(_)));
        assert_eq!(stream.next().await, Input::TerminalIdentified);
    }
}
