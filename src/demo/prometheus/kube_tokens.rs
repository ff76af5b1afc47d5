//! Splits a PromQL expression into words, operators and quoted texts.

use super::recognize::Limit;

/// The part of an expression that is not parsed yet. A method that does not find its token leaves `rest` unchanged.
pub(super) struct Tokens<'a> {
    pub rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// Reads a comparison with a number.
    pub(super) fn limit(&mut self) -> Option<Limit> {
        let rest = self.rest.trim_start();
        let is_sign = |sign: char| matches!(sign, '<' | '>' | '=');
        let signs = rest.find(|sign| !is_sign(sign)).filter(|end| *end > 0)?;
        let number = rest.get(signs..)?.trim_start();
        let is_number = |sign: char| sign.is_ascii_digit() || matches!(sign, '.' | '-' | '+');
        let end = number.find(|sign| !is_number(sign)).unwrap_or(number.len());
        let (number, after) = number.split_at_checked(end)?;
        let limit = Limit::parse(&format!("x {} {number}", rest.get(..signs)?))?;
        self.rest = after;
        Some(limit)
    }

    /// Reads `word`, if the next word is exactly that.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let mut ahead = Tokens { rest: self.rest };
        let is_next = ahead.name() == Some(word);
        if is_next {
            self.rest = ahead.rest;
        }
        is_next
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let after = self.after(sign);
        if let Some(rest) = after {
            self.rest = rest;
        }
        after.is_some()
    }

    pub(super) fn after(&self, sign: &str) -> Option<&'a str> {
        self.rest.trim_start().strip_prefix(sign)
    }

    pub(super) fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == ':';
        let end = rest.find(|sign| !is_part(sign)).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        self.rest = after;
        (!name.is_empty()).then_some(name)
    }

    /// Reads a quoted text, and resolves its escapes.
    pub(super) fn text(&mut self) -> Option<String> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let mut text = String::new();
        let mut signs = rest.char_indices().skip(1);
        while let Some((at, sign)) = signs.next() {
            match sign {
                '\\' => text.push(signs.next()?.1),
                _ if sign == quote => {
                    self.rest = rest.get(at + 1..)?;
                    return Some(text);
                }
                _ => text.push(sign),
            }
        }
        None
    }
}
