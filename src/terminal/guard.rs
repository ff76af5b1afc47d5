//! Takes the terminal over, and gives it back at the end, on drop, on a panic, for `^Z` and for `$EDITOR`.
//!
//! Errors while giving the terminal back are ignored, since a terminal that is gone needs no restoring.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::notification::{RESTORE_TITLE, SAVE_TITLE};
use super::output::{LastWrite, TerminalOutput};

/// Switches to the alternate screen, clears it, hides the cursor, and turns on bracketed paste and focus reports. The
/// mouse stays with the terminal, so that text can be selected. Begins by ending a synchronized update and resetting the
/// style: a frame that was written only in part may have left both, and the next frame assumes the default style.
const ENTER: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[?1049h\x1b[2J\x1b[H\x1b[?25l\x1b[?2004h\x1b[?1004h";

/// Undoes [`ENTER`]. Also ends a synchronized update and resets the style, in case a frame was written only in part.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";

/// The parts of the terminal that hubwatch has taken over.
struct Taken {
    /// Whether hubwatch has the terminal.
    terminal: AtomicBool,
    /// Whether the window's title is saved and restored together with the terminal.
    title: AtomicBool,
}

impl Taken {
    const fn nothing() -> Self {
        Self {
            terminal: AtomicBool::new(false),
            title: AtomicBool::new(false),
        }
    }
}

/// The state is global, since a process has one terminal and a panic hook gets no data of the program.
static TAKEN: Taken = Taken::nothing();

/// Switches raw mode. This is a trait, since raw mode is switched by system calls and not by bytes written to the
/// terminal.
pub trait RawMode {
    /// Turns raw mode on, and remembers the previous mode.
    ///
    /// # Errors
    /// When there is no terminal.
    fn enable_raw(&mut self) -> io::Result<()>;
    /// Restores the previous mode.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn restore(&mut self) -> io::Result<()>;
}

/// The process's own terminal.
pub struct ProcessTty;

impl RawMode for ProcessTty {
    fn enable_raw(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()
    }

    fn restore(&mut self) -> io::Result<()> {
        crossterm::terminal::disable_raw_mode()
    }
}

/// Keeps the terminal taken over until it is dropped.
pub struct Guard<W: LastWrite = TerminalOutput, L: RawMode = ProcessTty> {
    out: W,
    raw_mode: L,
    taken: &'static Taken,
}

impl Guard {
    /// Takes over the process's terminal, and with `has_title` also its window's title. Writes to `out`.
    ///
    /// # Errors
    /// If standard output is not a terminal or raw mode is refused. In that case nothing was taken over.
    pub fn enter(out: TerminalOutput, has_title: bool) -> io::Result<Self> {
        if !rustix::termios::isatty(rustix::stdio::stdout()) {
            let text = "standard output is not a terminal";
            return Err(io::Error::new(io::ErrorKind::NotConnected, text));
        }
        TAKEN.title.store(has_title, Ordering::SeqCst);
        Self::enter_on(out, ProcessTty, &TAKEN)
    }
}

impl<W: LastWrite, L: RawMode> Guard<W, L> {
    /// Takes over the terminal behind `out` and `line`, and records this in `taken`.
    fn enter_on(out: W, line: L, taken: &'static Taken) -> io::Result<Self> {
        let mut guard = Self {
            out,
            raw_mode: line,
            taken,
        };
        guard.acquire()?;
        Ok(guard)
    }

    fn acquire(&mut self) -> io::Result<()> {
        self.raw_mode.enable_raw()?;
        // If another process stopped hubwatch, the title is still on the terminal's stack, so it is not saved again.
        let has_saved = self.taken.terminal.swap(true, Ordering::SeqCst);
        let saves = self.taken.title.load(Ordering::SeqCst) && !has_saved;
        let entered = match saves {
            true => write(&mut self.out, SAVE_TITLE).and_then(|()| write(&mut self.out, ENTER)),
            false => write(&mut self.out, ENTER),
        };
        if entered.is_err() {
            self.leave();
        }
        entered
    }

    /// Gives the terminal back: at the end, for `$EDITOR` or for the shell. A second call does nothing.
    pub fn leave(&mut self) {
        release(&mut self.out, &mut self.raw_mode, self.taken);
    }

    /// Whether the terminal was given back and is not taken over again.
    pub fn has_left(&self) -> bool {
        !self.taken.terminal.load(Ordering::SeqCst)
    }

    /// Takes the terminal over again after [`Guard::leave`], or after another process stopped hubwatch and the shell
    /// changed the terminal's modes. The caller must then draw the whole screen and read the size again.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        // Turns raw mode off first, so that turning it on again remembers the modes that the shell has set.
        if self.taken.terminal.load(Ordering::SeqCst) {
            self.raw_mode.restore()?;
        }
        self.acquire()
    }
}

impl<W: LastWrite, L: RawMode> Drop for Guard<W, L> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Gives the process's terminal back without its guard. Only for the panic hook.
pub(super) fn restore_terminal() {
    // The guard's output cannot be reached from here. The rest of its frame is not written.
    match TerminalOutput::open() {
        Ok(mut out) => release(&mut out, &mut ProcessTty, &TAKEN),
        Err(_) => release(&mut io::stdout(), &mut ProcessTty, &TAKEN),
    }
}

fn release(out: &mut impl LastWrite, line: &mut impl RawMode, taken: &Taken) {
    if taken.terminal.swap(false, Ordering::SeqCst) {
        if taken.title.load(Ordering::SeqCst) {
            let _gone = out.write_last(RESTORE_TITLE);
        }
        let _gone = out.write_last(LEAVE);
        let _gone = line.restore();
    }
}

fn write(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// The calls to a fake terminal, in order, and whether the terminal has hung up.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<(Vec<String>, bool)>>);

    impl Log {
        fn note(&self, what: &str) -> io::Result<()> {
            let mut log = self.0.lock().unwrap();
            if log.1 {
                return Err(io::Error::from_raw_os_error(5));
            }
            log.0.push(what.to_owned());
            Ok(())
        }

        fn take(&self) -> Vec<String> {
            std::mem::take(&mut self.0.lock().unwrap().0)
        }

        fn hang_up(&self) {
            self.0.lock().unwrap().1 = true;
        }
    }

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let name = match bytes {
                ENTER => "enter",
                SAVE_TITLE => "save title",
                RESTORE_TITLE => "restore title",
                LEAVE => "leave",
                _ => "other",
            };
            self.note(name).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl LastWrite for Log {}

    impl RawMode for Log {
        fn enable_raw(&mut self) -> io::Result<()> {
            self.note("raw")
        }

        fn restore(&mut self) -> io::Result<()> {
            self.note("cooked")
        }
    }

    fn guard(log: &Log) -> io::Result<Guard<Log, Log>> {
        let taken = Box::leak(Box::new(Taken::nothing()));
        Guard::enter_on(log.clone(), log.clone(), taken)
    }

    #[test]
    fn the_terminal_is_given_back_once_however_often_it_is_left() {
        let log = Log::default();
        let mut guard = guard(&log).unwrap();
        assert_eq!(log.take(), ["raw", "enter"]);
        guard.leave();
        guard.leave();
        drop(guard);
        assert_eq!(log.take(), ["leave", "cooked"]);
    }

    #[test]
    fn the_title_is_saved_once_and_given_back_with_the_terminal() {
        let log = Log::default();
        let taken: &Taken = Box::leak(Box::new(Taken::nothing()));
        taken.title.store(true, Ordering::SeqCst);
        let mut guard = Guard::enter_on(log.clone(), log.clone(), taken).unwrap();
        assert_eq!(log.take(), ["raw", "save title", "enter"]);
        guard.resume().unwrap();
        assert_eq!(log.take(), ["cooked", "raw", "enter"]);
        guard.leave();
        assert_eq!(log.take(), ["restore title", "leave", "cooked"]);
        guard.resume().unwrap();
        assert_eq!(log.take(), ["raw", "save title", "enter"]);
        drop(guard);
        assert_eq!(log.take(), ["restore title", "leave", "cooked"]);
    }

    #[test]
    fn it_can_be_left_and_taken_again() {
        let log = Log::default();
        let mut guard = guard(&log).unwrap();
        guard.leave();
        log.take();
        guard.resume().unwrap();
        assert_eq!(log.take(), ["raw", "enter"]);
        drop(guard);
        assert_eq!(log.take(), ["leave", "cooked"]);
    }

    #[test]
    fn stopped_from_outside_it_learns_the_shells_modes_anew() {
        let log = Log::default();
        let mut guard = guard(&log).unwrap();
        log.take();
        guard.resume().unwrap();
        assert_eq!(log.take(), ["cooked", "raw", "enter"]);
    }

    #[test]
    fn a_terminal_that_is_gone_makes_no_fuss() {
        let log = Log::default();
        let mut guard = guard(&log).unwrap();
        log.hang_up();
        assert!(guard.resume().is_err());
        guard.leave();
        drop(guard);
    }

    #[test]
    fn what_cannot_be_taken_is_not_kept() {
        let log = Log::default();
        log.hang_up();
        assert!(guard(&log).is_err());
        assert_eq!(log.take(), Vec::<String>::new());
    }

    #[test]
    fn leaving_undoes_every_mode_that_entering_set() {
        let (enter, leave) = (
            String::from_utf8_lossy(ENTER),
            String::from_utf8_lossy(LEAVE),
        );
        for mode in ["?1049", "?2004", "?1004"] {
            assert!(enter.contains(&format!("\x1b[{mode}h")), "{mode}");
            assert!(leave.contains(&format!("\x1b[{mode}l")), "{mode}");
        }
        assert!(enter.contains("\x1b[?25l") && leave.contains("\x1b[?25h"));
        assert!(!enter.contains("?1000h") && !enter.contains("?1003h"));
    }
}
