//! Texts that expire, and the context that they are rendered in.

use std::time::Duration;

use crate::domain::zone::Zone;

use crate::domain::now::Now;

use super::symbols::Symbols;

/// The context that every text needs: the moment, the zone in which times are shown, the symbols.
#[derive(Clone, Copy, Debug)]
pub struct TextContext {
    /// The moment at which the text is rendered.
    pub now: Now,
    /// The zone in which times of day are shown.
    pub zone: Zone,
    /// Unicode or ASCII.
    pub symbols: &'static Symbols,
}

/// How much room a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextLength {
    /// A sentence.
    Long,
    /// A few words, for a column or a small pane.
    Short,
}

/// A text, and how long it stays true if nothing else happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiringText {
    pub text: String,
    /// How long the text stays true as time passes; `None`: until new data arrives.
    pub valid_for: Option<Duration>,
}

impl ExpiringText {
    /// A text that time does not change.
    pub fn fixed(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            valid_for: None,
        }
    }

    /// A text that stays true for `valid_for`.
    pub fn expiring_in(text: impl Into<String>, valid_for: Duration) -> Self {
        Self {
            text: text.into(),
            valid_for: Some(valid_for),
        }
    }

    /// This text within a larger sentence, which stays true for as long.
    pub fn map(self, words: impl FnOnce(String) -> String) -> Self {
        Self {
            text: words(self.text),
            valid_for: self.valid_for,
        }
    }

    /// Joins the texts with `between`. The result stays true as long as all of them do.
    pub fn join(parts: impl IntoIterator<Item = ExpiringText>, between: &str) -> Self {
        let mut all = Self::fixed("");
        for part in parts {
            if !all.text.is_empty() && !part.text.is_empty() {
                all.text.push_str(between);
            }
            all.text.push_str(&part.text);
            all.valid_for = sooner(all.valid_for, part.valid_for);
        }
        all
    }

    /// This text followed by `more`.
    pub fn append(self, more: ExpiringText) -> Self {
        Self::join([self, more], "")
    }
}

/// The earlier of two changes; `None` means never.
pub fn sooner(a: Option<Duration>, b: Option<Duration>) -> Option<Duration> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
