//! Length limits for texts from outside. A cut text ends with a mark.

use std::borrow::Cow;

/// The limit for texts that people read: titles, descriptions, names, messages.
pub const MAX_WORDS_BYTES: usize = 4 << 10;

/// The limit for texts that are compared: labels, keys, expressions. A cut text is longer than this limit, since the
/// mark is added behind the text. An uncut text is not longer, so a cut text never equals an uncut text.
pub const MAX_KEY_BYTES: usize = 64 << 10;

const CUT: &str = "… (cut)";

/// Cuts a text for people to at most [`MAX_WORDS_BYTES`], including the mark.
pub fn cut_words<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let text = text.into();
    match text.len() <= MAX_WORDS_BYTES {
        true => text,
        false => shorten(&text, MAX_WORDS_BYTES - CUT.len()).into(),
    }
}

/// Cuts a text that is compared. A text of at most [`MAX_KEY_BYTES`] is not cut.
pub fn cut_key<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let text = text.into();
    match text.len() <= MAX_KEY_BYTES {
        true => text,
        false => shorten(&text, MAX_KEY_BYTES).into(),
    }
}

/// Whether [`cut_key`] has cut this text.
pub fn is_cut_key(text: &str) -> bool {
    text.len() > MAX_KEY_BYTES
}

fn shorten(text: &str, bytes: usize) -> String {
    let end = text.floor_char_boundary(bytes);
    let kept = text.get(..end).unwrap_or_default();
    format!("{kept}{CUT}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        let words = "é".repeat(MAX_WORDS_BYTES / 2);
        assert!(matches!(cut_words(&words), Cow::Borrowed(same) if same == words));
        let key = "k".repeat(MAX_KEY_BYTES);
        assert!(matches!(cut_key(&key), Cow::Borrowed(same) if same == key));
        assert!(!is_cut_key(&key));
    }

    #[test]
    fn a_cut_shows_and_is_equal_to_nothing_that_was_whole() {
        let words = cut_words("x".repeat(MAX_WORDS_BYTES + 1));
        assert!(
            words.ends_with("… (cut)") && words.len() == MAX_WORDS_BYTES,
            "{}",
            words.len()
        );
        let key = cut_key("k".repeat(MAX_KEY_BYTES + 1));
        assert!(key.ends_with("… (cut)") && is_cut_key(&key));
    }

    proptest! {
        #[test]
        fn no_character_is_torn(width in 0..5_usize, more in 0..9_usize) {
            let text = "a".repeat(width) + &"日".repeat(MAX_WORDS_BYTES / 3 + more);
            let cut = cut_words(&text);
            prop_assert!(cut.len() <= MAX_WORDS_BYTES);
            prop_assert!(cut == text || text.starts_with(cut.strip_suffix("… (cut)").unwrap()));
        }
    }
}
