//! Blocks of text between brackets, in the files of Jsonnet and Terraform.
//!
//! Both are languages with variables and functions. An import needs one or two literals of them, so it looks for these
//! in their blocks, and takes what is not a literal for not readable.

/// A text without its comments: `//`, `#` and `/* */` outside of strings.
pub(super) fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(string) = string_at(rest) {
            kept.push_str(string.whole);
            rest = string.after;
        } else if rest.starts_with("//") || first == '#' {
            let end = rest.find('\n').unwrap_or(rest.len());
            rest = rest.get(end..).unwrap_or_default();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            kept.push(' ');
        } else {
            kept.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    kept
}

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

/// A string at the beginning of a text.
struct QuotedText<'a> {
    /// With its quotes.
    whole: &'a str,
    /// What is between them; `None` if the string does not end.
    content: Option<&'a str>,
    after: &'a str,
}

/// The string that a text begins with. One that does not end takes the rest of the text.
fn string_at(text: &str) -> Option<QuotedText<'_>> {
    let quote = ["|||", "\"", "'"]
        .into_iter()
        .find(|it| text.starts_with(it))?;
    let inside = text.get(quote.len()..)?;
    let end = match quote {
        "|||" => inside.find(quote),
        _ => unescaped(inside, quote),
    };
    let length = end.map_or(text.len(), |end| end + 2 * quote.len());
    let (whole, after) = text.split_at_checked(length)?;
    Some(QuotedText {
        whole,
        content: end.and_then(|end| inside.get(..end)),
        after,
    })
}

/// Where a quote stands that no backslash is before.
fn unescaped(text: &str, quote: &str) -> Option<usize> {
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        if sign == '\\' {
            signs.next();
        } else if quote.starts_with(sign) {
            return Some(at);
        }
    }
    None
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
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        let text = "a # b\n'// c' /* d\n */ \"#\\\"#\" // e";
        assert_eq!(without_comments(text), "a \n'// c'   \"#\\\"#\" ");
        assert_eq!(without_comments("/* never closed"), " ");
        assert_eq!(without_comments("'never closed # x"), "'never closed # x");
        assert_eq!(
            without_comments("||| it's # a text ||| # b"),
            "||| it's # a text ||| "
        );
    }

    #[test]
    fn a_block_is_found_by_what_begins_it_and_holds_only_its_own() {
        let text =
            "x: {version: '1'}, metadata +: { a: {version: '2'}, 'version': \"no\", version: '3' }";
        let found = block(text, &["metadata", "+", ":", "{"]).unwrap();
        assert_eq!(literal(&found, "version"), Some("3"));
        assert_eq!(block(text, &["meta", "{"]), None);
        assert_eq!(block("notmetadata {a}", &["metadata", "{"]), None);
        assert_eq!(
            block("metadata {never closed", &["metadata", "{"]).unwrap(),
            "never closed"
        );
    }

    #[test]
    fn what_is_no_literal_is_not_read() {
        for text in [
            "version: v",
            "version: '1.' + minor",
            "version: '1.'\n  + minor",
            "myversion: '1'",
            "version: '1",
            "",
            "version",
        ] {
            assert_eq!(literal(text, "version"), None, "{text}");
        }
        assert_eq!(
            literal("version = \"1.34\"\nx = 1", "version"),
            Some("1.34")
        );
        assert_eq!(literal("\"version\" : \"1.34\"", "version"), Some("1.34"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[-a-z{}()'\"\\\\:=#/* \né]{0,60}") {
            let text = without_comments(&text);
            let found = block(&text, &["a", "{"]);
            literal(found.as_deref().unwrap_or(&text), "a");
        }
    }
}
