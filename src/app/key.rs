//! A key as a person names it: `q`, `ctrl-c`, `shift-tab`, `enter`.
//!
//! The type is our own, so that the model and the key map do not depend on a terminal library.

use std::fmt;
use std::str::FromStr;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCode {
    /// A key that types a character. If shift is held, `char` is the shifted character.
    Char(char),
    /// Enter or return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Deletes to the left.
    Backspace,
    /// Deletes to the right.
    Delete,
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    /// A function key, 1 to 20.
    F(u8),
}

/// The names of the space bar and of the keys that type no character.
const KEY_NAMES: [(&str, KeyCode); 15] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
];

/// The last function key that terminals can tell apart.
const LAST_FUNCTION_KEY: u8 = 20;

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The key itself.
    pub code: KeyCode,
    /// Control is held.
    pub ctrl: bool,
    /// Alt is held.
    pub alt: bool,
    /// Shift is held. The flag is never set for [`KeyCode::Char`], because the character itself is already shifted.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
            shift: false,
        }
    }

    /// A character without control or alt.
    pub const fn char(char: char) -> Self {
        Self::plain(KeyCode::Char(char))
    }

    /// A character with control held.
    pub const fn ctrl(char: char) -> Self {
        Self {
            ctrl: true,
            ..Self::char(char)
        }
    }

    /// The same key with alt held.
    pub const fn with_alt(self) -> Self {
        Self { alt: true, ..self }
    }

    /// The same key with shift held. A letter becomes its capital.
    pub fn with_shift(self) -> Self {
        match self.code {
            KeyCode::Char(char) => Self {
                code: KeyCode::Char(capital(char)),
                ..self
            },
            _ => Self {
                shift: true,
                ..self
            },
        }
    }

    /// The character that the key types into a text field; `None` if it types none.
    pub fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(char) if !self.ctrl && !self.alt => Some(char),
            _ => None,
        }
    }
}

/// The capital of a letter. If the capital has several characters, the letter itself.
fn capital(char: char) -> char {
    let mut capitals = char.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(one), None) => one,
        _ => char,
    }
}

impl fmt::Display for KeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = KEY_NAMES.iter().find(|(_, code)| code == self) {
            return f.write_str(name);
        }
        match self {
            Self::Char(char) => write!(f, "{char}"),
            Self::F(number) => write!(f, "f{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_pressed, name) in [
            (self.ctrl, "ctrl-"),
            (self.alt, "alt-"),
            (self.shift, "shift-"),
        ] {
            if is_pressed {
                f.write_str(name)?;
            }
        }
        self.code.fmt(f)
    }
}

/// The error for a text that is not the name of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key: write a character, or a name as in enter, esc, ctrl-c, shift-tab, f5")]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let unknown = || UnknownKey(text.to_owned());
        let (modifiers, name) = split_modifiers(text);
        let code = parse_code(name).ok_or_else(unknown)?;
        let key = Key {
            ctrl: modifiers.ctrl,
            alt: modifiers.alt,
            ..Key::plain(code)
        };
        Ok(if modifiers.shift {
            key.with_shift()
        } else {
            key
        })
    }
}

/// The modifiers in a key's name.
#[derive(Default)]
struct Modifiers {
    ctrl: bool,
    alt: bool,
    shift: bool,
}

/// Splits leading `ctrl-`, `alt-` and `shift-` off the name. The rest is never empty.
fn split_modifiers(text: &str) -> (Modifiers, &str) {
    let mut modifiers = Modifiers::default();
    let mut rest = text;
    loop {
        let next = [
            ("ctrl-", &mut modifiers.ctrl),
            ("alt-", &mut modifiers.alt),
            ("shift-", &mut modifiers.shift),
        ]
        .into_iter()
        .find_map(|(name, flag)| rest.strip_prefix(name).map(|after| (after, flag)));
        match next {
            Some((after, flag)) if !after.is_empty() => {
                *flag = true;
                rest = after;
            }
            _ => return (modifiers, rest),
        }
    }
}

/// The key with this name, or the key that types this character.
fn parse_code(name: &str) -> Option<KeyCode> {
    if let Some((_, code)) = KEY_NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let mut chars = name.chars();
    if let (Some(char), None) = (chars.next(), chars.next()) {
        return (!char.is_control()).then_some(KeyCode::Char(char));
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=LAST_FUNCTION_KEY)
        .contains(&number)
        .then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    #[test]
    fn names_mean_what_they_say() {
        assert_eq!(key("q"), Key::char('q'));
        assert_eq!(key("?"), Key::char('?'));
        assert_eq!(key("ctrl-c"), Key::ctrl('c'));
        assert_eq!(key("enter"), Key::plain(KeyCode::Enter));
        assert_eq!(key("f12"), Key::plain(KeyCode::F(12)));
        assert_eq!(key("shift-tab"), Key::plain(KeyCode::Tab).with_shift());
        assert_eq!(
            key("ctrl-alt-delete"),
            Key {
                ctrl: true,
                alt: true,
                ..Key::plain(KeyCode::Delete)
            }
        );
    }

    #[test]
    fn shift_and_a_letter_is_the_capital() {
        assert_eq!(key("shift-g"), Key::char('G'));
        assert_eq!(key("shift-g").to_string(), "G");
    }

    #[test]
    fn the_dash_is_a_key_too() {
        assert_eq!(key("-"), Key::char('-'));
        assert_eq!(key("ctrl--"), Key::ctrl('-'));
        assert_eq!(key("space").text(), Some(' '));
    }

    #[test]
    fn what_is_no_key_says_so() {
        for text in ["", "ctrl-", "f0", "f21", "hyper-x", "entr", "\t"] {
            assert_eq!(text.parse::<Key>(), Err(UnknownKey(text.to_owned())));
        }
    }

    #[test]
    fn only_bare_characters_are_text() {
        assert_eq!(key("ä").text(), Some('ä'));
        assert_eq!(key("ctrl-a").text(), None);
        assert_eq!(key("enter").text(), None);
    }

    fn any_code() -> impl Strategy<Value = KeyCode> {
        prop_oneof![
            any::<char>()
                .prop_filter("no control", |c| !c.is_control())
                .prop_map(KeyCode::Char),
            (1..=LAST_FUNCTION_KEY).prop_map(KeyCode::F),
            proptest::sample::select(KEY_NAMES.to_vec()).prop_map(|(_, code)| code),
        ]
    }

    proptest! {
        #[test]
        fn every_key_reads_back(code in any_code(), ctrl: bool, alt: bool, shift: bool) {
            let shift = shift && !matches!(code, KeyCode::Char(_));
            let key = Key { code, ctrl, alt, shift };
            prop_assert_eq!(key.to_string().parse(), Ok(key));
        }
    }
}
