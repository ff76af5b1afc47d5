//! Texts that expire, and the context for rendering them.

use std::time::Duration;

use crate::domain::zone::Zone;

use crate::domain::now::Now;

use super::symbols::Symbols;

/// The context that every text needs: the present moment, the time zone, the symbols.
#[derive(Clone, Copy, Debug)]
pub struct TextContext {
    /// The moment at which the text is rendered.
    pub now: Now,
    /// The zone in which times of day are shown.
    pub zone: Zone,
    /// The symbols, in Unicode or in ASCII.
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
    /// How long the text stays true if no new data arrives; `None` means until new data arrives.
    pub valid_for: Option<Duration>,
}

impl ExpiringText {
    /// A text that stays true until new data arrives.
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

    /// Wraps this text in a larger sentence. The sentence stays true as long as the text does.
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

    /// This text followed directly by `more`.
    pub fn append(self, more: ExpiringText) -> Self {
        Self::join([self, more], "")
    }
}

/// The shorter of two times until a change; `None` means that no change comes.
pub fn sooner(a: Option<Duration>, b: Option<Duration>) -> Option<Duration> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
