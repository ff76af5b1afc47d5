//! Converts HTML messages to plain text. Tags are removed and entities are decoded. The result contains nothing that a
//! terminal would interpret.

use crate::domain::text_limit::cut_words;

/// Elements that do not separate words. All other elements do.
const INLINE_TAGS: [&str; 9] = ["a", "b", "code", "em", "i", "s", "span", "strong", "u"];
/// Elements whose content is not text for people.
const HIDDEN_TAGS: [&str; 2] = ["script", "style"];

/// The longest entity that is parsed, such as `#x10ffff`. The parser searches no further than this for an entity's
/// semicolon, so a text full of ampersands takes no longer than any other text.
const MAX_ENTITY_BYTES: usize = 10;

/// The text of `html` on one line. Each run of blanks, line breaks and tags of block elements becomes one space.
pub(super) fn from_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = skip_tag(after, &mut text);
    }
    text.push_str(rest);
    cut_words(collapse_whitespace(&decode_entities(&text))).into_owned()
}

// Skips a tag and returns the text behind it. `after` is the text after the tag's `<`. A `<` that begins no tag is
// added to `text`.
fn skip_tag<'a>(after: &'a str, text: &mut String) -> &'a str {
    let opens = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
    if !after.starts_with(opens) {
        text.push('<');
        return after;
    }
    if let Some(comment) = after.strip_prefix("!--") {
        return comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    let (tag, rest) = after.split_once('>').unwrap_or((after, ""));
    let name = tag.trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    if !INLINE_TAGS.contains(&name.as_str()) {
        text.push(' ');
    }
    if HIDDEN_TAGS.contains(&name.as_str()) && !tag.starts_with('/') {
        return rest.find("</").and_then(|at| rest.get(at..)).unwrap_or("");
    }
    rest
}

fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let near = after.get(..after.floor_char_boundary(MAX_ENTITY_BYTES + 1));
        let end = near.and_then(|near| near.find(';'));
        let parts = end.and_then(|end| after.split_at_checked(end));
        match parts.and_then(|(name, rest)| Some((entity(name)?, rest.strip_prefix(';')?))) {
            Some((c, behind)) => {
                decoded.push(c);
                rest = behind;
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded + rest
}

fn entity(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    let hex = number.and_then(|number| number.strip_prefix(['x', 'X']));
    if let Some(hex) = hex {
        return char::from_u32(u32::from_str_radix(hex, 16).ok()?);
    }
    if let Some(number) = number {
        return char::from_u32(number.parse().ok()?);
    }
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "hellip" => Some('…'),
        "lsquo" => Some('‘'),
        "rsquo" => Some('’'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        _ => None,
    }
}

fn collapse_whitespace(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests;
