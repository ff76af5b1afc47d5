//! Evaluates constant numbers in alerting rules: `0.8`, `-1e3`, `(15 / 100)`, `60 * 60 * 24`, `1h30m`.

use super::tokenizer::{Token, TokenKind};

/// The deepest nesting that is evaluated. Nobody writes deeper nesting by hand.
const MAX_DEPTH: usize = 32;

/// The value of the tokens. The tokens must be a finite number, or arithmetic (`+`, `-`, `*`, `/`) with a finite
/// result. Otherwise `None`.
pub(super) fn evaluate_constant(tokens: &[Token<'_>]) -> Option<f64> {
    let mut reader = ConstantParser { tokens, depth: 0 };
    let value = reader.sum()?;
    let is_all = reader.tokens.is_empty();
    (is_all && value.is_finite()).then_some(value)
}

struct ConstantParser<'t, 'a> {
    tokens: &'t [Token<'a>],
    depth: usize,
}

impl<'a> ConstantParser<'_, 'a> {
    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            value = match self.peek() {
                Some("+") => value + self.skip_token()?.product()?,
                Some("-") => value - self.skip_token()?.product()?,
                _ => return Some(value),
            };
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        loop {
            value = match self.peek() {
                Some("*") => value * self.skip_token()?.factor()?,
                Some("/") => value / self.skip_token()?.factor()?,
                _ => return Some(value),
            };
        }
    }

    fn factor(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let token = self.next()?;
        let value = match (token.kind, token.text) {
            (TokenKind::Number, text) => parse_number(text),
            (TokenKind::Other, "+") => self.factor(),
            (TokenKind::Other, "-") => self.factor().map(|value| -value),
            (TokenKind::Open, "(") => {
                let value = self.sum()?;
                (self.next()?.text == ")").then_some(value)
            }
            _ => None,
        };
        self.depth -= 1;
        value
    }

    fn peek(&self) -> Option<&'a str> {
        self.tokens.first().map(|token| token.text)
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    fn skip_token(&mut self) -> Option<&mut Self> {
        self.next()?;
        Some(self)
    }
}

fn parse_number(text: &str) -> Option<f64> {
    let text = text.replace('_', "");
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match hex {
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(f64::from),
        None => text.parse().ok().or_else(|| parse_duration(&text)),
    }
}

/// Parses a duration into seconds. Prometheus accepts durations in place of numbers.
fn parse_duration(text: &str) -> Option<f64> {
    let (mut rest, mut seconds) = (text, 0.0);
    while !rest.is_empty() {
        let (digits, tail) = rest.split_at(rest.find(|char: char| !char.is_ascii_digit())?);
        let end = tail.find(|char: char| char.is_ascii_digit());
        let (unit, tail) = tail.split_at(end.unwrap_or(tail.len()));
        let count: f64 = digits.parse().ok()?;
        seconds += count * seconds_per_unit(unit)?;
        rest = tail;
    }
    Some(seconds)
}

// The units of `model.ParseDuration` in Prometheus' common library.
fn seconds_per_unit(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        "y" => 31_536_000.0,
        _ => return None,
    })
}
