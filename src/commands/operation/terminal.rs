//! The terminal on which a person confirms. Prompts go to standard error, so that standard output holds only data.

use std::fs::File;
use std::io::{self, IsTerminal as _};

use rustix::termios::{QueueSelector, tcflush};
use tokio::net::unix::pipe::Receiver;

use super::super::out;
use crate::terminal::input::open_tty;

/// Longer than any answer.
const MAX_ANSWER_BYTES: usize = 256;

/// The terminal that a person answers on.
pub struct Terminal(File);

impl Terminal {
    /// The terminal on standard input; if standard input is read for something else, the controlling terminal. None
    /// if nobody could see the question or answer it.
    pub fn find(input_is_taken: bool) -> Option<Self> {
        let is_seen = io::stderr().is_terminal();
        let is_answered = io::stdin().is_terminal() || input_is_taken;
        let tty = (is_seen && is_answered).then(open_tty)?;
        tty.ok().map(Self)
    }

    /// Asks a question; any answer but `y` or `yes` is no. Input typed before the question is discarded.
    ///
    /// # Errors
    /// The terminal cannot be read.
    pub async fn confirm(&self, question: &str) -> io::Result<bool> {
        let _not_a_terminal_any_more = tcflush(&self.0, QueueSelector::IFlush);
        out::prompt(question);
        // Waits as the dashboard waits for keys. A terminal becomes readable once a whole line is typed.
        let input = Receiver::from_file_unchecked(self.0.try_clone()?)?;
        let mut answer = [0; MAX_ANSWER_BYTES];
        let length = loop {
            input.readable().await?;
            match input.try_read(&mut answer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => break read?,
            }
        };
        let answer = answer.get(..length).unwrap_or_default();
        let answer = String::from_utf8_lossy(answer).trim().to_lowercase();
        Ok(matches!(answer.as_str(), "y" | "yes"))
    }
}
