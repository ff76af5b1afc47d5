//! `line`: the verdict in one line, for tmux's status line or a prompt.

use crate::domain::verdict::VerdictLevel;
use crate::picture::Picture;
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::{clean, clean_ascii};
use crate::text::symbols::Symbols;
use crate::wording;

/// The program that shows the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// tmux's status line, with tmux's colour codes.
    Tmux,
    /// A program other than tmux. The line has no colour codes.
    Plain,
}

/// The line, without a line end.
pub fn line(picture: &Picture, format: Format, ctx: &TextContext) -> String {
    let sentence = wording::verdict::sentence(picture, ctx).text;
    styled(picture.verdict.level, &sentence, format, ctx.symbols)
}

/// The line after a failed poll. An empty status bar would look as if all were well.
pub fn unknown(why: &str, format: Format, symbols: &Symbols) -> String {
    let line = why.lines().next().unwrap_or_default();
    styled(VerdictLevel::Unknown, &clean(line), format, symbols)
}

fn styled(level: VerdictLevel, sentence: &str, format: Format, symbols: &Symbols) -> String {
    let word = wording::verdict::level_name(level, TextLength::Short);
    let symbol = wording::verdict::level_symbol(level, symbols);
    let text = format!("{symbol} {word} {sentence}");
    let text = if symbols.ascii_only {
        clean_ascii(&text).into_owned()
    } else {
        text
    };
    match format {
        Format::Plain => text,
        // tmux takes `#` for the start of a style mark, so it is doubled.
        Format::Tmux => format!("#[{}]{}#[default]", style(level), text.replace('#', "##")),
    }
}

fn style(level: VerdictLevel) -> &'static str {
    match level {
        VerdictLevel::Critical => "fg=white,bg=red,bold",
        VerdictLevel::Unknown => "fg=black,bg=magenta",
        VerdictLevel::Warning => "fg=black,bg=yellow",
        VerdictLevel::Ok => "fg=green",
    }
}
