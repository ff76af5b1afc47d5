//! The terminal: taking it over, drawing to it, and always giving it back.
//!
//! [`guard`] takes the terminal and gives it back, [`backend`] writes only changes, [`output`] writes without waiting
//! for the terminal, [`input`] reads keys and notices the terminal's end, [`background`] asks for the background's
//! colour, [`job_control`] stops the program for `^Z`, [`mod@panic`] keeps a panic from wrecking the screen,
//! [`tty_watchdog`] discards output that nobody reads.

pub mod backend;
pub mod background;
pub mod capabilities;
pub mod guard;
pub mod input;
pub mod job_control;
pub mod notification;
pub mod output;
pub mod panic;
pub mod tty_watchdog;
