//! The editor while it has the terminal. It is in our process group, as git's is: the keys that stop a
//! job stop both, and a hang-up is heard by both.

use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, waitpid};
use tokio::signal::unix::{Signal as News, SignalKind, signal};
use tokio::time::timeout;

use crate::runtime::signals::{Asked, Signals};
use crate::terminal::job_control;

/// So long an editor that is asked to end may take to save what it has.
const PATIENCE: Duration = Duration::from_secs(1);

/// Within this time a signal that another process had already is heard here too.
const LAG: Duration = Duration::from_millis(100);

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this exit code.
    Exit(i32),
    /// By this signal.
    Killed(i32),
    /// It did not: we are asked to end, and it did not do so in time.
    Stays,
}

/// What became of it, and whether we are asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// How it ended.
    pub end: End,
    /// False when we are to end.
    pub goes_on: bool,
}

/// Runs it in the foreground until it ends or we are asked to.
///
/// # Errors
/// When it cannot be started. Must be called inside the runtime.
pub async fn run(words: &[String], signals: &mut Signals) -> io::Result<Closed> {
    let mut news = signal(SignalKind::child())?;
    let pid = start(words)?;
    loop {
        match look(pid)? {
            Some(Seen::Ended(end)) => {
                signals.forget_interrupts(lag(end)).await;
                return Ok(Closed { end, goes_on: true });
            }
            Some(Seen::Stopped) => stand_still(pid, signals).await?,
            None => match heard(&mut news, signals).await {
                Some(Asked::End) => break,
                Some(Asked::Suspend) => stand_still(pid, signals).await?,
                // It was meant for the editor.
                Some(Asked::Interrupt | Asked::Continued) | None => {}
            },
        }
    }
    let end = ask_to_end(pid, &mut news).await?;
    Ok(Closed {
        end,
        goes_on: false,
    })
}

// The key that ended it was pressed for us too, and we may hear of its end before we hear of the key.
fn lag(end: End) -> Duration {
    let keys = [Signal::INT, Signal::QUIT].map(Signal::as_raw);
    match end {
        End::Killed(signal) if keys.contains(&signal) => LAG,
        End::Exit(code) if keys.contains(&(code - 128)) => LAG,
        _ => Duration::ZERO,
    }
}

fn start(words: &[String]) -> io::Result<Pid> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(program);
    command.args(arguments);
    // Keys come from the terminal, whatever our own standard input is.
    if !rustix::termios::isatty(rustix::stdio::stdin()) {
        command.stdin(Stdio::from(std::fs::File::open("/dev/tty")?));
    }
    // Not tokio's, which hears of ends only: a stop would leave us waiting for ever.
    Ok(Pid::from_child(&command.spawn()?))
}

enum Seen {
    Ended(End),
    Stopped,
}

fn look(pid: Pid) -> io::Result<Option<Seen>> {
    let seen = waitpid(Some(pid), WaitOptions::NOHANG | WaitOptions::UNTRACED)?;
    Ok(seen.and_then(|(_, status)| what(status)))
}

fn what(status: WaitStatus) -> Option<Seen> {
    if status.stopped() {
        return Some(Seen::Stopped);
    }
    let exit = status.exit_status().map(End::Exit);
    let end = exit.or_else(|| status.terminating_signal().map(End::Killed));
    end.map(Seen::Ended)
}

async fn heard(news: &mut News, signals: &mut Signals) -> Option<Asked> {
    tokio::select! {
        biased;
        asked = signals.next() => Some(asked),
        _ = news.recv() => None,
    }
}

// With the editor stopped the shell must get the terminal; where no shell could ever continue it, it
// goes on at once.
async fn stand_still(pid: Pid, signals: &mut Signals) -> io::Result<()> {
    if job_control::has_job_control_shell() {
        job_control::stop_process_group().await?;
        signals.forget_continued();
        signals.forget_stop();
    }
    let _ended = kill_process(pid, Signal::CONT);
    Ok(())
}

async fn ask_to_end(pid: Pid, news: &mut News) -> io::Result<End> {
    let _ended = kill_process(pid, Signal::TERM);
    let _ended = kill_process(pid, Signal::CONT);
    let end = async {
        loop {
            if let Some(Seen::Ended(end)) = look(pid)? {
                return Ok(end);
            }
            news.recv().await;
        }
    };
    timeout(PATIENCE, end).await.unwrap_or(Ok(End::Stays))
}
