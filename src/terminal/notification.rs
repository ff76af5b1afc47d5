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
mod tests {
    use super::*;

    fn signals(variables: &[(&str, &str)], choice: NotificationChoice) -> TerminalSignals {
        let env = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        TerminalSignals::detect(&env, choice)
    }

    fn sent(variables: &[(&str, &str)]) -> Option<String> {
        signals(variables, NotificationChoice::Detect).notification("leap/prod is down")
    }

    #[test]
    fn each_terminal_is_sent_what_it_knows_or_skips() {
        let osc9 = "\x1b]9;hubwatch: leap/prod is down\x1b\\";
        let osc777 = "\x1b]777;notify;hubwatch;leap/prod is down\x1b\\";
        for (variables, expected) in [
            (&[("TERM", "xterm-256color")][..], osc9),
            (&[("TERM", "xterm-kitty")], osc9),
            (&[("TERM", "foot")], osc777),
            (&[("TERM", "rxvt-unicode-256color")], osc777),
            (
                &[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")],
                osc777,
            ),
            (
                &[
                    ("TERM", "tmux-256color"),
                    ("TMUX", "s,1,0"),
                    ("VTE_VERSION", "7600"),
                ],
                "\x1bPtmux;\x1b\x1b]9;hubwatch: leap/prod is down\x1b\x1b\\\x1b\\",
            ),
            (
                &[("TERM", "screen"), ("STY", "1.tty")],
                "\x1bP\x1b]9;hubwatch: leap/prod is down\x07\x1b\\",
            ),
        ] {
            assert_eq!(sent(variables).as_deref(), Some(expected), "{variables:?}");
        }
    }

    #[test]
    fn a_terminal_without_such_sequences_is_sent_none() {
        for term in ["linux", "dumb", "vt100", ""] {
            let variables = [("TERM", term)];
            let found = signals(
                &variables,
                NotificationChoice::Use(NotificationSequence::Osc9),
            );
            assert_eq!(found.notification("x"), None, "{term}");
            assert_eq!(found.title("x"), None, "{term}");
        }
        assert_eq!(sent(&[]), None);
        let off = signals(&[("TERM", "xterm")], NotificationChoice::Off);
        assert_eq!(off.notification("x"), None);
        assert_eq!(off.title("x").as_deref(), Some("\x1b]2;x\x1b\\"));
    }

    #[test]
    fn words_from_outside_cannot_end_a_sequence() {
        let evil = "a\x07b\x1b]52;c;x\x1b\\\u{9c}\u{9d}\nc";
        let choice = NotificationChoice::Use(NotificationSequence::Osc777);
        for variables in [
            &[("TERM", "xterm")][..],
            &[("TERM", "screen"), ("STY", "1")],
            &[("TERM", "screen"), ("TMUX", "1")],
        ] {
            let found = signals(variables, choice);
            let all = [found.notification(evil), found.title(evil)];
            for text in all.into_iter().flatten() {
                assert!(text.contains("ab]52"), "{text:?}");
                assert!(
                    !text.contains("\x1b]52") && !text.contains('\u{9c}'),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn a_sequence_fits_into_screens_buffer() {
        let found = signals(
            &[("TERM", "screen"), ("STY", "1")],
            NotificationChoice::Detect,
        );
        let text = found.notification(&"é".repeat(4000)).unwrap();
        assert!(text.len() < 240, "{}", text.len());
    }
}
