//! Copies text to a place from which the person can paste it. Reports only results that are certain.
//!
//! A program in a terminal has no access to the clipboard. Inside tmux, the text goes to tmux's buffer, and tmux
//! reports success. Elsewhere the text is sent as an escape sequence (OSC 52). Some terminals are known to accept this
//! sequence, and some to ignore it. GNU screen passes a sequence on only in pieces, each in an envelope (DCS).

use std::io;
use std::process::Stdio;
use std::time::Duration;

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use super::inbox::InboxSender;
use super::screen::Screen;
use super::tasks::Tasks;
use crate::app::msg::{CopyOutcome, CopyReason, CopyReport, Msg};

/// How long tmux may take to answer.
const TMUX_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest piece that GNU screen passes on.
const SCREEN_PIECE_BYTES: usize = 240;

/// `TERM` of terminals that accept OSC 52 without any setting.
const WILLING_TERMS: [&str; 8] = [
    "xterm-kitty",
    "xterm-ghostty",
    "alacritty",
    "alacritty-direct",
    "foot",
    "foot-extra",
    "wezterm",
    "contour",
];

/// The ways to a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    /// tmux's buffer, which tmux passes on to the terminal.
    Tmux,
    /// GNU screen, which passes the sequence on to the terminal around it.
    Screen,
    /// A terminal that is known to accept the sequence.
    Willing,
    /// A terminal that may accept the sequence.
    Unsure,
    /// A terminal that ignores the sequence.
    Unable,
}

impl Route {
    fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let value = |name| env(name).filter(|value| !value.is_empty());
        let term = value("TERM").unwrap_or_default();
        let program = value("TERM_PROGRAM").unwrap_or_default();
        if value("TMUX").is_some() {
            Self::Tmux
        } else if value("STY").is_some() {
            Self::Screen
        } else if term == "linux" || value("VTE_VERSION").is_some() || program == "Apple_Terminal" {
            Self::Unable
        } else if WILLING_TERMS.contains(&term.as_str()) || value("WT_SESSION").is_some() {
            Self::Willing
        } else {
            Self::Unsure
        }
    }
}

/// Copies text, and reports the result.
pub struct Clipboard {
    route: Route,
    inbox: InboxSender,
}

impl Clipboard {
    /// Chooses the route from the environment variables.
    pub fn from_env(inbox: InboxSender) -> Self {
        Self {
            route: Route::from_env(&|name| std::env::var(name).ok()),
            inbox,
        }
    }

    /// Copies `text`; the inbox receives the result.
    pub fn copy(&self, text: String, reason: CopyReason, tasks: &Tasks, screen: &mut Screen) {
        if self.route == Route::Tmux {
            let inbox = self.inbox.clone();
            tasks.spawn(async move {
                let outcome = fill_tmux_buffer(&text).await;
                send(&inbox, text, reason, outcome);
            });
            return;
        }
        let outcome = match escape_sequence(self.route, &text) {
            None => CopyOutcome::Failed("this terminal keeps its clipboard to itself".to_owned()),
            Some(sequence) => match screen.write_sequence(&sequence) {
                Ok(()) if self.route == Route::Willing => CopyOutcome::Copied(None),
                Ok(()) => CopyOutcome::Unconfirmed,
                Err(error) => CopyOutcome::Failed(error.to_string()),
            },
        };
        send(&self.inbox, text, reason, outcome);
    }
}

fn send(inbox: &InboxSender, text: String, reason: CopyReason, outcome: CopyOutcome) {
    inbox.send(Msg::Copied(CopyReport {
        text,
        reason,
        outcome,
    }));
}

async fn fill_tmux_buffer(text: &str) -> CopyOutcome {
    // `-w` also passes the text on to the terminal, but only in tmux 3.2 and later.
    let mut result = load_tmux_buffer(&["load-buffer", "-w", "-"], text).await;
    if result.is_err() {
        result = load_tmux_buffer(&["load-buffer", "-"], text).await;
    }
    match result {
        Ok(()) => CopyOutcome::Copied(Some("tmux's buffer")),
        Err(error) => CopyOutcome::Failed(format!("tmux: {error}")),
    }
}

async fn load_tmux_buffer(arguments: &[&str], text: &str) -> io::Result<()> {
    let mut child = Command::new("tmux")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let input = child.stdin.take();
    let ended = timeout(TMUX_TIMEOUT, async {
        if let Some(mut input) = input {
            input.write_all(text.as_bytes()).await?;
        }
        child.wait().await
    });
    match ended.await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(io::Error::other(status.to_string())),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(io::Error::other("no answer")),
    }
}

fn escape_sequence(route: Route, text: &str) -> Option<String> {
    match route {
        Route::Unable | Route::Tmux => None,
        Route::Willing | Route::Unsure => osc52(text),
        Route::Screen => osc52(text).map(|sequence| in_pieces(&sequence)),
    }
}

// Ends the sequence with BEL. Its usual end, ESC \, would also end a DCS envelope around it.
fn osc52(text: &str) -> Option<String> {
    let mut sequence = String::new();
    let copy = CopyToClipboard::to_clipboard_from(text);
    copy.write_ansi(&mut sequence).ok()?;
    Some(format!("{}\u{7}", sequence.strip_suffix("\u{1b}\\")?))
}

// `sequence` is ASCII, so it may be cut between any two bytes.
fn in_pieces(sequence: &str) -> String {
    let bytes = sequence.as_bytes().chunks(SCREEN_PIECE_BYTES);
    bytes
        .map(|piece| format!("\u{1b}P{}\u{1b}\\", String::from_utf8_lossy(piece)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(variables: &[(&str, &str)]) -> Route {
        Route::from_env(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_way_is_what_stands_nearest() {
        for (variables, expected) in [
            (
                &[("TMUX", "s,1,0"), ("TERM", "xterm-kitty")][..],
                Route::Tmux,
            ),
            (&[("STY", "1.tty"), ("TERM", "screen")], Route::Screen),
            (&[("TERM", "xterm-kitty")], Route::Willing),
            (
                &[("TERM", "xterm-256color"), ("WT_SESSION", "x")],
                Route::Willing,
            ),
            (&[("TERM", "xterm-256color")], Route::Unsure),
            (&[("TERM", "screen-256color")], Route::Unsure),
            (
                &[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")],
                Route::Unable,
            ),
            (&[("TERM", "linux")], Route::Unable),
        ] {
            assert_eq!(route(variables), expected, "{variables:?}");
        }
    }

    #[test]
    fn a_terminal_gets_one_sequence_and_screen_gets_it_in_pieces() {
        let plain = escape_sequence(Route::Unsure, "abc").unwrap();
        assert_eq!(plain, "\u{1b}]52;c;YWJj\u{7}");
        let long = "kubectl ".repeat(200);
        let pieces = escape_sequence(Route::Screen, &long).unwrap();
        let pieces: Vec<&str> = pieces
            .split("\u{1b}\\")
            .filter(|it| !it.is_empty())
            .collect();
        assert!(pieces.len() > 5);
        assert!(
            pieces
                .iter()
                .all(|piece| piece.len() <= SCREEN_PIECE_BYTES + 2)
        );
        let joined: String = pieces
            .iter()
            .map(|piece| piece.strip_prefix("\u{1b}P").unwrap())
            .collect();
        assert_eq!(Some(joined), osc52(&long));
    }

    #[test]
    fn a_terminal_without_a_clipboard_is_sent_nothing() {
        assert_eq!(escape_sequence(Route::Unable, "abc"), None);
    }
}
