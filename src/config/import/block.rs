//! Finds blocks of text between brackets, in Jsonnet and Terraform files.
//!
//! Both languages have variables and functions. An import needs only one or two literals from such a file. An import
//! looks for literals in their blocks, and cannot read other values.

use super::quoted_text::string_at;

/// The text between the brackets of the first block that begins with `opening`. Leaves out the text of nested blocks.
/// Ignores white space between the words of `opening`. `text` must not contain comments.
pub(super) fn block(text: &str, opening: &[&str]) -> Option<String> {
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = after_words(rest, opening) {
            return Some(own_text(inside));
        }
        rest = after_word(rest);
    }
    None
}

/// The string value of a key: `KEY: "VALUE"` or `KEY = 'VALUE'`. `None` if the key is missing or its value is not a
/// literal.
pub(super) fn literal<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    let quoted = format!("\"{key}\"");
    let mut rest = block;
    while !rest.is_empty() {
        let found = [key, &quoted].into_iter().find_map(|key| {
            let value = after_words(rest, &[key, ":"]);
            value.or_else(|| after_words(rest, &[key, "="]))
        });
        match found {
            Some(value) => return whole_string(value),
            None => rest = after_word(rest),
        }
    }
    None
}

/// The string, if it is the whole value. `None` if more text follows, since the value is then an expression.
fn whole_string(value: &str) -> Option<&str> {
    let string = string_at(value.trim_start())?;
    let behind = string.after.trim_start();
    let space = string.after.len() - behind.len();
    let is_next_line = string.after.get(..space)?.contains('\n');
    let is_next_key = is_next_line && behind.starts_with(|sign| is_word(sign) || sign == '"');
    let is_whole = behind.is_empty() || behind.starts_with([',', '}', ')']) || is_next_key;
    string.content.filter(|_| is_whole)
}

/// The text after `words`, if `text` begins with them.
fn after_words<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().try_fold(text, |rest, word| {
        let after = rest.trim_start().strip_prefix(word)?;
        let is_name = word.ends_with(is_word);
        let goes_on = is_name && after.starts_with(is_word);
        (!goes_on).then_some(after)
    })
}

/// The text after the first word, string or character of `text`.
fn after_word(text: &str) -> &str {
    let behind_word = text.trim_start_matches(is_word);
    if let Some(string) = string_at(text) {
        return string.after;
    }
    if behind_word.len() < text.len() {
        return behind_word;
    }
    let mut signs = text.chars();
    signs.next();
    signs.as_str()
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '-')
}

/// A block's text up to its closing bracket. Nested blocks keep their brackets and lose their text.
fn own_text(inside: &str) -> String {
    let mut own = String::new();
    let mut depth = 0_usize;
    let mut rest = inside;
    while let Some(first) = rest.chars().next() {
        let string = string_at(rest);
        let (piece, after) = match string {
            Some(string) => (string.whole, string.after),
            None => rest
                .split_at_checked(first.len_utf8())
                .unwrap_or((rest, "")),
        };
        match first {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth == 0 => break,
            '}' | ')' | ']' => depth -= 1,
            _ if depth == 0 => own.push_str(piece),
            _ => {}
        }
        rest = after;
    }
    own
}

#[cfg(test)]
mod tests;
