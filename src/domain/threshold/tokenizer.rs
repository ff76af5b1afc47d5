//! A tokenizer for PromQL. It knows just enough of the grammar to find the text outside of brackets and strings.

use super::CompareOp;

/// The longest expression that is tokenized. A longer expression counts as having no threshold.
const MAX_BYTES: usize = 16 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A number, or a duration such as `5m`.
    Number,
    /// A string.
    Text,
    Comparison(CompareOp),
    /// An opening bracket of any kind.
    Open,
    /// A closing bracket.
    Close,
    /// Any other token.
    Other,
}

/// A token, with its position in the text in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of brackets around the token. A bracket does not count itself.
    pub(super) depth: usize,
}

impl Token<'_> {
    /// Whether the token is this keyword. PromQL ignores the case of keywords.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// Splits a text into tokens. `None` if the text is too long, if brackets do not match, or if a string has no end.
pub(super) fn tokenize(text: &str) -> Option<Vec<Token<'_>>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let (mut tokens, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = blank_length(rest);
        if blank > 0 {
            at += blank;
            continue;
        }
        let (kind, length) = next_token(rest)?;
        let text = rest.get(..length)?;
        if kind == TokenKind::Close && open.pop() != Some(text) {
            return None;
        }
        tokens.push(Token {
            kind,
            text,
            start: at,
            end: at + length,
            depth: open.len(),
        });
        if kind == TokenKind::Open {
            open.push(closing_bracket(text));
        }
        at += length;
    }
    open.is_empty().then_some(tokens)
}

fn closing_bracket(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

// The length in bytes of white space, or of a comment up to the end of its line.
fn blank_length(rest: &str) -> usize {
    if rest.starts_with('#') {
        return rest.find('\n').unwrap_or(rest.len());
    }
    rest.len() - rest.trim_start().len()
}

// The first token of the text, and its length in bytes.
fn next_token(rest: &str) -> Option<(TokenKind, usize)> {
    const OPERATORS: [(&str, TokenKind); 8] = [
        ("<=", TokenKind::Comparison(CompareOp::AtMost)),
        (">=", TokenKind::Comparison(CompareOp::AtLeast)),
        ("==", TokenKind::Comparison(CompareOp::Equal)),
        ("!=", TokenKind::Comparison(CompareOp::NotEqual)),
        ("=~", TokenKind::Other),
        ("!~", TokenKind::Other),
        ("<", TokenKind::Comparison(CompareOp::Below)),
        (">", TokenKind::Comparison(CompareOp::Above)),
    ];
    if let Some((sign, kind)) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign)) {
        return Some((*kind, sign.len()));
    }
    let first = rest.chars().next()?;
    Some(match first {
        '(' | '[' | '{' => (TokenKind::Open, 1),
        ')' | ']' | '}' => (TokenKind::Close, 1),
        '"' | '\'' => (TokenKind::Text, quoted_length(rest, first)?),
        '`' => (TokenKind::Text, rest.get(1..)?.find('`')?.checked_add(2)?),
        'a'..='z' | 'A'..='Z' | '_' | ':' => (TokenKind::Word, run_length(rest, is_in_word)),
        '0'..='9' | '.' => (TokenKind::Number, number_length(rest)),
        other => (TokenKind::Other, other.len_utf8()),
    })
}

fn quoted_length(rest: &str, quote: char) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => {
                chars.next()?;
            }
            char if char == quote => return at.checked_add(1),
            _ => {}
        }
    }
    None
}

fn is_in_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == ':'
}

fn run_length(rest: &str, belongs: fn(char) -> bool) -> usize {
    rest.find(|char| !belongs(char)).unwrap_or(rest.len())
}

// The length in bytes of a number. A sign after an exponent's letter belongs to the number.
fn number_length(rest: &str) -> usize {
    let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    for (at, char) in rest.char_indices() {
        let is_exponent = !is_hex && matches!(before, 'e' | 'E') && matches!(char, '+' | '-');
        if !(char.is_ascii_alphanumeric() || matches!(char, '.' | '_') || is_exponent) {
            return at;
        }
        before = char;
    }
    rest.len()
}
