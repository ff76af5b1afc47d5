//! Runs a program on a pty, types, reads the screen, and hangs up.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;

use crate::until::until;

/// How long [`Pty::wait_until`] waits for output in each step.
const STEP: Duration = Duration::from_millis(100);
/// [`Pty::wait_until`] fails after this many steps without output. The steps need not follow each other.
const STEPS: usize = 300;

/// A program and the terminal on which it runs.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    // The test keeps this end open, so that it can still read the modes after the program has ended.
    slave: Box<dyn SlavePty + Send>,
    input: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    gate: Arc<Mutex<()>>,
    child: Running,
    parser: vt100::Parser,
    /// All that was written to the terminal so far.
    bytes: Vec<u8>,
}

/// A program that may outlive its terminal, but not its test.
pub struct Running {
    child: Box<dyn Child + Send + Sync>,
}

impl Running {
    /// Waits until the program is gone; gives its exit code.
    pub fn wait_for_exit(&mut self) -> u32 {
        let look = || self.child.try_wait().unwrap();
        until(super::PATIENCE, "the program's end", look).exit_code()
    }

    /// The program's process id.
    pub fn pid(&self) -> Pid {
        pid(self.child.process_id().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
    }
}

impl Pty {
    /// Starts a program on a terminal of this size. Also returns the terminal's modes from before the start.
    pub fn start(command: CommandBuilder, cols: u16, rows: u16) -> (Self, String) {
        let pair = native_pty_system().openpty(size(cols, rows)).unwrap();
        let modes = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let gate = Arc::default();
        let pty = Self {
            slave: pair.slave,
            input: pair.master.take_writer().unwrap(),
            master: pair.master,
            output: listen(reader, Arc::clone(&gate)),
            gate,
            child: Running { child },
            parser: vt100::Parser::new(cells(rows), cells(cols), 0),
            bytes: Vec::new(),
        };
        (pty, modes)
    }

    /// While this is locked, nobody reads the terminal, as with a lost connection.
    pub fn gate(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.gate)
    }

    /// Makes the program draw whole frames until the terminal takes no more bytes and the program has a frame that it
    /// cannot write. [`Self::gate`] must be locked.
    pub fn fill(&mut self) {
        let (mut frames, mut full) = (0, 0);
        until(super::PATIENCE, "a full terminal", || {
            frames += 1;
            self.resize(200 + frames % 2, 50);
            // Although the gate is locked, the reading thread takes one more piece. This leaves room for a moment. A full
            // terminal still takes a few bytes, so the program is blocked only by a further frame.
            full = if self.is_full() { full + 1 } else { 0 };
            (full > 30).then_some(())
        });
    }

    /// Whether the terminal takes no more bytes.
    pub fn is_full(&self) -> bool {
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let name = self.master.tty_name().unwrap();
        let terminal = rustix::fs::open(name, flags, Mode::empty()).unwrap();
        let mut polled = [PollFd::new(&terminal, PollFlags::OUT)];
        poll(&mut polled, Some(&Timespec::default())).unwrap() == 0
    }

    /// The terminal's modes, for comparing.
    pub fn modes(&self) -> String {
        format!("{:?}", self.master.get_termios())
    }

    /// The process in the terminal's foreground.
    pub fn foreground(&self) -> Pid {
        pid(self.master.process_group_leader().unwrap())
    }

    /// Types `bytes` on the terminal.
    pub fn send(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).unwrap();
        self.input.flush().unwrap();
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.master.resize(size(cols, rows)).unwrap();
        self.parser.screen_mut().set_size(cells(rows), cells(cols));
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// All that was written to the terminal so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Whether the program has switched this private mode off, and not on again.
    pub fn switched_off(&self, mode: &str) -> bool {
        let text = self.text();
        text.rfind(&format!("\x1b[{mode}l")) > text.rfind(&format!("\x1b[{mode}h"))
    }

    /// Waits until this text is on the screen.
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |pty| pty.screen().contents().contains(text));
    }

    /// Waits until the program is gone and all that it wrote is read; gives its exit code.
    pub fn wait_for_exit(&mut self) -> u32 {
        let code = self.child.wait_for_exit();
        self.read_for(STEP);
        code
    }

    /// Waits until the program is gone. Output that was not read before stays unread.
    pub fn wait_until_gone(&mut self) {
        self.child.wait_for_exit();
    }

    /// Reads the terminal until no output has come for `silence`.
    pub fn read_for(&mut self, silence: Duration) {
        while let Ok(bytes) = self.output.recv_timeout(silence) {
            self.take(&bytes);
        }
    }

    /// Closes the terminal. Returns the program, which may still run.
    pub fn close(mut self) -> Running {
        drop((self.slave, self.master));
        // The thread that reads the terminal keeps the terminal open. When `output` is dropped, the thread can no
        // longer pass on what it reads. So the echo of a typed character ends the thread.
        drop(self.output);
        let _gone = self.input.write_all(b"x");
        self.child
    }

    /// Waits until the screen is as `done` wants it.
    pub fn wait_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let mut silent = 0;
        while !done(self) {
            match self.output.recv_timeout(STEP) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) if silent < STEPS => silent += 1,
                Err(_) => panic!("no `{what}` in:\n{}", self.screen().contents()),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.bytes.extend(bytes);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pty can only be read by blocking"
)]
fn listen(mut reader: Box<dyn Read + Send>, gate: Arc<Mutex<()>>) -> Receiver<Vec<u8>> {
    let (tell, output) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            if tell.send(bytes[..count].to_vec()).is_err() {
                return;
            }
            let _open = gate.lock();
        }
    });
    output
}

fn pid(number: impl TryInto<i32>) -> Pid {
    let number = number.try_into().ok().expect("a process number");
    Pid::from_raw(number).expect("a process")
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}
