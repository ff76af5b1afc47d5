//! The escape sequences that call somebody: a notification of the terminal, and the title of its window.
//!
//! There is no standard for notifications. iTerm2, kitty, WezTerm and Ghostty know OSC 9; rxvt-unicode, foot and the
//! VTE of some distributions know OSC 777. Other terminals skip both. tmux passes a sequence on only in an envelope
//! (DCS) and where `allow-passthrough` is on (tmux 3.3), GNU screen in an envelope of its own. The Linux console and
//! terminals without OSC would print a sequence, so they are sent none.
//!
//! Sequences end with ST (`ESC \`), so that a BEL is always a bell. Only inside screen's envelope, which ST ends, a BEL
//! ends them; it rings nothing there.

/// A program between hubwatch and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    Tmux,
    Screen,
}

/// A sequence for notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationSequence {
    Osc9,
    Osc777,
}

/// The wanted sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationChoice {
    /// By the environment.
    Detect,
    Use(NotificationSequence),
    Off,
}

/// Which sequences the terminal is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSignals {
    pub multiplexer: Option<Multiplexer>,
    /// None: no notification is sent.
    pub notification: Option<NotificationSequence>,
    /// Whether the window's title is set.
    pub has_title: bool,
}

/// BEL, which a terminal plays or shows, and by which tmux marks the window.
pub const BELL: &str = "\u{7}";

/// Remembers the window's title on the terminal's own stack (XTWINOPS).
pub const SAVE_TITLE: &[u8] = b"\x1b[22;2t";

/// Takes it back. A terminal without the stack shows its own title again, or none.
pub const RESTORE_TITLE: &[u8] = b"\x1b]2;\x1b\\\x1b[23;2t";

/// Terminals that would print an OSC sequence, or may.
const WITHOUT_OSC: [&str; 9] = [
    "",
    "dumb",
    "linux",
    "vt100",
    "vt102",
    "vt220",
    "cons25",
    "eterm",
    "eterm-color",
];

/// GNU screen drops a longer string.
const MAX_TEXT_BYTES: usize = 200;

impl TerminalSignals {
    /// The sequences by the environment; `env` gives a variable.
    pub fn detect(env: &dyn Fn(&str) -> Option<String>, choice: NotificationChoice) -> Self {
        let value = |name| env(name).filter(|value| !value.is_empty());
        let term = value("TERM").unwrap_or_default();
        let multiplexer = match (value("TMUX"), value("STY")) {
            (Some(_), _) => Some(Multiplexer::Tmux),
            (None, Some(_)) => Some(Multiplexer::Screen),
            (None, None) => None,
        };
        let has_osc = !WITHOUT_OSC.contains(&term.as_str());
        // Inside a multiplexer the other variables may be of a terminal that was left long ago.
        let is_vte = multiplexer.is_none() && value("VTE_VERSION").is_some();
        let knows_777 = is_vte || term.starts_with("rxvt") || term.starts_with("foot");
        let notification = match choice {
            NotificationChoice::Off => None,
            NotificationChoice::Use(sequence) => Some(sequence),
            NotificationChoice::Detect if knows_777 => Some(NotificationSequence::Osc777),
            NotificationChoice::Detect => Some(NotificationSequence::Osc9),
        };
        Self {
            multiplexer,
            notification: notification.filter(|_| has_osc),
            has_title: has_osc,
        }
    }

    /// The bytes that make the terminal show a notification; `None` where it is sent none.
    pub fn notification(&self, text: &str) -> Option<String> {
        let text = plain(text);
        // ConEmu and Windows Terminal take a number after `9;` for a command.
        let body = match self.notification? {
            NotificationSequence::Osc9 => format!("9;hubwatch: {text}"),
            NotificationSequence::Osc777 => {
                format!("777;notify;hubwatch;{}", text.replace(';', ","))
            }
        };
        Some(match self.multiplexer {
            None => format!("\x1b]{body}\x1b\\"),
            Some(Multiplexer::Tmux) => format!("\x1bPtmux;\x1b\x1b]{body}\x1b\x1b\\\x1b\\"),
            Some(Multiplexer::Screen) => format!("\x1bP\x1b]{body}\x07\x1b\\"),
        })
    }

    /// The bytes that set the window's title; `None` where it is not set.
    pub fn title(&self, text: &str) -> Option<String> {
        self.has_title
            .then(|| format!("\x1b]2;{}\x1b\\", plain(text)))
    }
}

// Nothing in it can end the sequence or begin another.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for char in text.chars().filter(|char| !char.is_control()) {
        if plain.len() + char.len_utf8() > MAX_TEXT_BYTES {
            break;
        }
        plain.push(char);
    }
    plain
}

#[cfg(test)]
mod tests;
