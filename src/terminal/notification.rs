//! The escape sequences that call the user: a notification of the terminal and the title of its window.
//!
//! There is no standard for notifications. iTerm2, kitty, WezTerm and Ghostty know OSC 9; rxvt-unicode, foot and the
//! VTE of some distributions know OSC 777. Other terminals ignore both. tmux passes a sequence on only inside an
//! envelope (DCS) and if `allow-passthrough` is on (tmux 3.3). GNU screen has its own kind of envelope. The Linux
//! console and terminals without OSC would print a sequence, so hubwatch sends them none.
//!
//! Sequences end with ST (`ESC \`), so that every BEL is a bell. Only inside screen's envelope, which ST would end, a
//! sequence ends with BEL. A BEL there does not ring.

/// A terminal multiplexer between hubwatch and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    Tmux,
    Screen,
}

/// An escape sequence for notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationSequence {
    Osc9,
    Osc777,
}

/// The configured choice of the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationChoice {
    /// The sequence that the environment suggests.
    Detect,
    Use(NotificationSequence),
    Off,
}

/// The sequences that hubwatch sends to the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSignals {
    pub multiplexer: Option<Multiplexer>,
    /// `None` if hubwatch sends no notifications to the terminal.
    pub notification: Option<NotificationSequence>,
    /// Whether hubwatch sets the window's title.
    pub has_title: bool,
}

/// BEL. The terminal sounds or flashes, and tmux marks the window.
pub const BELL: &str = "\u{7}";

/// Saves the window's title on the terminal's own stack (XTWINOPS).
pub const SAVE_TITLE: &[u8] = b"\x1b[22;2t";

/// Restores the saved title. A terminal that cannot save titles shows its own title again, or none.
pub const RESTORE_TITLE: &[u8] = b"\x1b]2;\x1b\\\x1b[23;2t";

/// The values of `TERM` for terminals that show the bytes of an OSC sequence as text, or may do so.
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

/// The longest text in a sequence. GNU screen drops longer strings.
const MAX_TEXT_BYTES: usize = 200;

impl TerminalSignals {
    /// Derives the sequences from the environment. `env` returns the value of a variable.
    pub fn detect(env: &dyn Fn(&str) -> Option<String>, choice: NotificationChoice) -> Self {
        let value = |name| env(name).filter(|value| !value.is_empty());
        let term = value("TERM").unwrap_or_default();
        let multiplexer = match (value("TMUX"), value("STY")) {
            (Some(_), _) => Some(Multiplexer::Tmux),
            (None, Some(_)) => Some(Multiplexer::Screen),
            (None, None) => None,
        };
        let has_osc = !WITHOUT_OSC.contains(&term.as_str());
        // Inside a multiplexer, `VTE_VERSION` may come from a terminal that was detached long ago.
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

    /// The bytes that make the terminal show a notification; `None` if hubwatch sends none.
    pub fn notification(&self, text: &str) -> Option<String> {
        let text = plain(text);
        // The text begins with a word: ConEmu and Windows Terminal take a number after `9;` for a command.
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

    /// The bytes that set the window's title; `None` if hubwatch does not set it.
    pub fn title(&self, text: &str) -> Option<String> {
        self.has_title
            .then(|| format!("\x1b]2;{}\x1b\\", plain(text)))
    }
}

// Removes control characters, so that the text can neither end the sequence nor begin another one.
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
