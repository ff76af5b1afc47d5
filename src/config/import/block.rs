//! Blocks of text between brackets, in the files of Jsonnet and Terraform.
//!
//! Both are languages with variables and functions. An import needs one or two literals of them, so it looks for these
//! in their blocks, and takes what is not a literal for not readable.

use super::quoted_text::string_at;

/// What stands between the brackets of the first block that `opening` begins, its own blocks left out. White space
/// between the words of `opening` does not count. `text` has no comments.
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

/// The string that a key has: `KEY: "VALUE"` or `KEY = 'VALUE'`. `None` if the key is not there or its value is no
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

/// The string that is all of a value: anything behind it makes it a part of an expression.
fn whole_string(value: &str) -> Option<&str> {
    let string = string_at(value.trim_start())?;
    let behind = string.after.trim_start();
    let space = string.after.len() - behind.len();
    let is_next_line = string.after.get(..space)?.contains('\n');
    let is_next_key = is_next_line && behind.starts_with(|sign| is_word(sign) || sign == '"');
    let is_whole = behind.is_empty() || behind.starts_with([',', '}', ')']) || is_next_key;
    string.content.filter(|_| is_whole)
}

/// What follows these words, if a text begins with them.
fn after_words<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().try_fold(text, |rest, word| {
        let after = rest.trim_start().strip_prefix(word)?;
        let is_name = word.ends_with(is_word);
        let goes_on = is_name && after.starts_with(is_word);
        (!goes_on).then_some(after)
    })
}

/// A text behind the word, the string or the sign that it begins with.
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

/// A block's text up to its closing bracket, with the blocks in it left empty.
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
