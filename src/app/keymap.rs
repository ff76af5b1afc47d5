//! The key map: which key starts which action, in which context. The default map is `assets/keymap.toml`, embedded in
//! the binary.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;
use strum::IntoEnumIterator;
use toml::Spanned;

use super::action::{Action, Context};
use super::key::{Key, UnknownKey};

const DEFAULT_KEYMAP: &str = include_str!("../../assets/keymap.toml");

/// Which key starts which action, in which context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    actions: BTreeMap<(Context, Key), Action>,
    // The keys of an action are in the order of the map's file. The screen shows the first one.
    keys: BTreeMap<(Context, Action), Vec<Key>>,
}

/// Why a key map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeymapError {
    /// The map is not valid TOML, has the wrong shape, or has an unknown context, action or key. The error's text
    /// includes the line of the map.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// One key is bound to two actions.
    #[error("line {line}: `{key}` in `[{context}]` is both {first} and {second}")]
    DuplicateKey {
        /// The line of the second binding, from 1.
        line: usize,
        context: Context,
        key: Key,
        first: Action,
        second: Action,
    },
    /// No key in `[global]` is bound to force_quit. The program could then not be ended from every context.
    #[error("`[global]` gives no key to force_quit")]
    NoForceQuitKey,
}

// A word of the file that must be one of a fixed set. For any other word, the parser reports the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String", bound = "")]
struct Word<T: FromWord>(T);

trait FromWord: FromStr {
    /// The error text for a `word` that names no value of `Self`.
    fn problem(word: &str) -> String;
}

impl<T: FromWord> TryFrom<String> for Word<T> {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        word.parse().map(Self).map_err(|_| T::problem(&word))
    }
}

impl FromWord for Context {
    fn problem(word: &str) -> String {
        let all: Vec<String> = Context::iter().map(|it| it.to_string()).collect();
        format!(
            "`[{word}]` is not a section of a key map: write one of {}",
            all.join(", ")
        )
    }
}

impl FromWord for Action {
    fn problem(word: &str) -> String {
        format!("`{word}` is not an action")
    }
}

impl FromWord for Key {
    fn problem(word: &str) -> String {
        UnknownKey(word.to_owned()).to_string()
    }
}

type Bindings = BTreeMap<Word<Context>, BTreeMap<Word<Action>, Vec<Spanned<Word<Key>>>>>;

impl FromStr for Keymap {
    type Err = KeymapError;

    fn from_str(text: &str) -> Result<Self, KeymapError> {
        let bindings: Bindings = toml::from_str(text)?;
        let mut map = Self::empty();
        for (Word(context), actions) in bindings {
            for (Word(action), keys) in actions {
                for key in keys {
                    let before = text.get(..key.span().start).unwrap_or(text);
                    let line = before.matches('\n').count() + 1;
                    map.bind(context, key.get_ref().0, action, line)?;
                }
            }
        }
        match map.keys(Context::Global, Action::ForceQuit) {
            [] => Err(KeymapError::NoForceQuitKey),
            _ => Ok(map),
        }
    }
}

impl Default for Keymap {
    /// The embedded map. If it did not parse, the map would be empty; a test checks that it parses.
    fn default() -> Self {
        DEFAULT_KEYMAP.parse().unwrap_or_else(|_| Self::empty())
    }
}

impl Keymap {
    fn empty() -> Self {
        Self {
            actions: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    fn bind(
        &mut self,
        context: Context,
        key: Key,
        action: Action,
        line: usize,
    ) -> Result<(), KeymapError> {
        if let Some(first) = self.actions.insert((context, key), action) {
            return Err(KeymapError::DuplicateKey {
                line,
                context,
                key,
                first,
                second: action,
            });
        }
        self.keys.entry((context, action)).or_default().push(key);
        Ok(())
    }

    /// The action of `key` in `context`, or the key's global action if `context` does not bind the key.
    pub fn action(&self, context: Context, key: Key) -> Option<Action> {
        let here = self.actions.get(&(context, key));
        let global = || self.actions.get(&(Context::Global, key));
        here.or_else(global).copied()
    }

    /// The keys of an action in a context. The first one is shown on the screen.
    pub fn keys(&self, context: Context, action: Action) -> &[Key] {
        self.keys.get(&(context, action)).map_or(&[], Vec::as_slice)
    }

    /// The key that the screen shows for an action while `context` receives the keys.
    pub fn key_for(&self, context: Context, action: Action) -> Option<Key> {
        let here = self.keys(context, action).first();
        here.or_else(|| self.keys(Context::Global, action).first())
            .copied()
    }

    /// The actions that `context` itself binds, with their keys, in the order of the actions.
    pub fn bindings(&self, context: Context) -> impl Iterator<Item = (Action, &[Key])> {
        Action::iter()
            .map(move |action| (action, self.keys(context, action)))
            .filter(|(_, keys)| !keys.is_empty())
    }
}

#[cfg(test)]
mod tests;
