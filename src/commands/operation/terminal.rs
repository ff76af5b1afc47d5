//! The terminal on which a person confirms. Prompts go to standard error, so that standard output has only data.

use std::fs::File;
use std::io::{self, IsTerminal as _};

use rustix::termios::{QueueSelector, tcflush};
use tokio::net::unix::pipe::Receiver;

use super::super::out;
use crate::terminal::input::open_tty;

/// The buffer size for an answer. Answers are shorter.
const MAX_ANSWER_BYTES: usize = 256;

/// The terminal that shows the question and takes the answer.
pub struct Terminal(File);

impl Terminal {
    /// Finds the terminal: standard input, or the controlling terminal if standard input is used for data. `None` if
    /// nobody could see the question or answer it.
    pub fn find(input_is_taken: bool) -> Option<Self> {
        let is_seen = io::stderr().is_terminal();
        let is_answered = io::stdin().is_terminal() || input_is_taken;
        let tty = (is_seen && is_answered).then(open_tty)?;
        tty.ok().map(Self)
    }

    /// Asks a question. Any answer other than `y` or `yes` means no. Input that was typed before the question is
    /// discarded.
    ///
    /// # Errors
    /// The terminal cannot be read.
    pub async fn confirm(&self, question: &str) -> io::Result<bool> {
        let _not_a_terminal_any_more = tcflush(&self.0, QueueSelector::IFlush);
        out::prompt(question);
        // Waits without blocking a thread, as the dashboard does. A terminal becomes readable when a whole line has
        // been typed.
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
