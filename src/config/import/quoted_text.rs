//! Finds strings and comments in the syntax of Jsonnet and Terraform.

/// The text without its comments. Comments are `//`, `#` and `/* */` outside of strings.
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

/// A string at the beginning of a text.
pub(super) struct QuotedText<'a> {
    /// The string with its quotes.
    pub whole: &'a str,
    /// The text between the quotes; `None` if the string does not end.
    pub content: Option<&'a str>,
    pub after: &'a str,
}

/// The string at the beginning of `text`, if there is one. A string without an end takes the rest of the text.
pub(super) fn string_at(text: &str) -> Option<QuotedText<'_>> {
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

/// The position of the first quote without a backslash before it.
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
