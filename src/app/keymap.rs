//! Which key does what, and where. The shipped map is `assets/keymap.toml`, in the binary.

use std::collections::BTreeMap;
use std::str::FromStr;

use strum::IntoEnumIterator;

use super::action::{Action, Context};
use super::key::{Key, UnknownKey};

/// The shipped map's text.
const DEFAULT_KEYMAP: &str = include_str!("../../assets/keymap.toml");

/// Which key does what, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    actions: BTreeMap<(Context, Key), Action>,
    // In the order in which the map names them: the first key of an action is the one to show.
    keys: BTreeMap<(Context, Action), Vec<Key>>,
}

/// A key map that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeymapError {
    /// It is not valid TOML, or not of the expected shape.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A table that is none of the contexts.
    #[error(
        "`[{0}]` is no part of a key map: write global, panes, overlay, menu, choice, writing, confirm or filter"
    )]
    UnknownContext(String),
    /// A name that no action has.
    #[error("`{action}` in `[{context}]` is no action")]
    UnknownAction {
        context: Context,
        /// The name as written.
        action: String,
    },
    /// A text that no key has.
    #[error("`{action}` in `[{context}]`: {error}")]
    UnknownKey {
        context: Context,
        /// For which action.
        action: Action,
        /// What is wrong.
        error: UnknownKey,
    },
    /// One key for two actions.
    #[error("`{key}` in `[{context}]` is both {first} and {second}")]
    DuplicateKey {
        context: Context,
        key: Key,
        first: Action,
        /// The other.
        second: Action,
    },
    /// No key is bound to force_quit in `[global]`: the program could not be ended from everywhere.
    #[error("`[global]` gives no key to force_quit")]
    NoForceQuitKey,
}

impl FromStr for Keymap {
    type Err = KeymapError;

    fn from_str(text: &str) -> Result<Self, KeymapError> {
        let raw: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(text)?;
        let mut map = Self::empty();
        for (context, actions) in raw {
            let context =
                Context::from_str(&context).map_err(|_| KeymapError::UnknownContext(context))?;
            for (action, keys) in actions {
                map.bind_all(context, &action, &keys)?;
            }
        }
        match map.keys(Context::Global, Action::ForceQuit) {
            [] => Err(KeymapError::NoForceQuitKey),
            _ => Ok(map),
        }
    }
}

impl Default for Keymap {
    /// The shipped map; a test checks that it parses. If it did not, the map would be empty.
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

    fn bind_all(
        &mut self,
        context: Context,
        action: &str,
        keys: &[String],
    ) -> Result<(), KeymapError> {
        let action = Action::from_str(action).map_err(|_| KeymapError::UnknownAction {
            context,
            action: action.to_owned(),
        })?;
        keys.iter().try_for_each(|key| {
            let key = key.parse().map_err(|error| KeymapError::UnknownKey {
                context,
                action,
                error,
            })?;
            self.bind(context, key, action)
        })
    }

    fn bind(&mut self, context: Context, key: Key, action: Action) -> Result<(), KeymapError> {
        if let Some(first) = self.actions.insert((context, key), action) {
            return Err(KeymapError::DuplicateKey {
                context,
                key,
                first,
                second: action,
            });
        }
        self.keys.entry((context, action)).or_default().push(key);
        Ok(())
    }

    /// The action of `key` in `context`.
    pub fn action(&self, context: Context, key: Key) -> Option<Action> {
        let here = self.actions.get(&(context, key));
        let global = || self.actions.get(&(Context::Global, key));
        here.or_else(global).copied()
    }

    /// The keys of an action in a context, the one to show first.
    pub fn keys(&self, context: Context, action: Action) -> &[Key] {
        self.keys.get(&(context, action)).map_or(&[], Vec::as_slice)
    }

    /// The key to show for an action where `context` has the keys.
    pub fn key_for(&self, context: Context, action: Action) -> Option<Key> {
        let here = self.keys(context, action).first();
        here.or_else(|| self.keys(Context::Global, action).first())
            .copied()
    }

    /// The actions that `context` binds itself, with their keys, in the order of the actions.
    pub fn bindings(&self, context: Context) -> impl Iterator<Item = (Action, &[Key])> {
        Action::iter()
            .map(move |action| (action, self.keys(context, action)))
            .filter(|(_, keys)| !keys.is_empty())
    }
}

#[cfg(test)]
mod tests;
