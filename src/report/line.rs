//! `line`: the verdict in one line, for tmux's status line or a prompt.

use crate::domain::verdict::Level;
use crate::picture::Picture;
use crate::say;
use crate::say::voice::{Form, Voice};

/// For whom the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// tmux's status line, with its colour marks.
    Tmux,
    /// Text alone.
    Plain,
}

/// The line, without a line end.
pub fn line(picture: &Picture, format: Format, voice: &Voice) -> String {
    let level = picture.verdict.level;
    let word = say::verdict::word(level, Form::Short);
    let symbol = say::verdict::symbol(level, voice);
    let sentence = say::verdict::sentence(picture, voice).text;
    match format {
        Format::Plain => format!("{symbol} {word} {sentence}"),
        Format::Tmux => {
            // `#` begins a mark of tmux's own.
            let text = format!("{symbol} {word} {sentence}").replace('#', "##");
            format!("#[{}]{text}#[default]", style(level))
        }
    }
}

fn style(level: Level) -> &'static str {
    match level {
        Level::Critical => "fg=white,bg=red,bold",
        Level::Unknown => "fg=black,bg=magenta",
        Level::Warning => "fg=black,bg=yellow",
        Level::Ok => "fg=green",
    }
}
