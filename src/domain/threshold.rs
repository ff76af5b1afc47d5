//! Finds the threshold in an alert's expression: a comparison with a number at the top level. Any other expression has
//! no threshold. The code never guesses a threshold.
//!
//! PromQL's binary operators, from the loosest to the tightest: `or`; `and`, `unless`; the comparisons; arithmetic.
//! VictoriaMetrics' `default`, `if` and `ifnot` bind even looser than `or` (`binary_op.go` of metricsql). If none of
//! these words occurs outside of brackets, a single comparison is the top level of the expression.

mod constant;
mod tokenizer;

#[cfg(test)]
mod tests;

use tokenizer::{Token, TokenKind, tokenize};

use constant::evaluate_constant;

/// Operators that bind looser than a comparison.
const LOOSER_OPERATORS: [&str; 6] = ["and", "or", "unless", "default", "if", "ifnot"];

/// How a value compares with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompareOp {
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl CompareOp {
    /// The same comparison with its two sides swapped.
    fn mirrored(self) -> Self {
        match self {
            Self::AtMost => Self::AtLeast,
            Self::Below => Self::Above,
            Self::AtLeast => Self::AtMost,
            Self::Above => Self::Below,
            Self::Equal | Self::NotEqual => self,
        }
    }
}

/// The limit beyond which an alert's expression is true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The comparison of a value (left) with the limit (right).
    pub op: CompareOp,
    /// A finite number, in the expression's own unit.
    pub limit: f64,
}

impl Threshold {
    /// Whether the alert's expression is true for this value.
    pub fn holds(self, value: f64) -> bool {
        match self.op {
            CompareOp::AtMost => value <= self.limit,
            CompareOp::Below => value < self.limit,
            CompareOp::AtLeast => value >= self.limit,
            CompareOp::Above => value > self.limit,
            // Prometheus compares exactly, without a tolerance.
            CompareOp::Equal => value.total_cmp(&self.limit).is_eq(),
            CompareOp::NotEqual => value.total_cmp(&self.limit).is_ne(),
        }
    }
}

/// The two parts of an expression with a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComparisonParts<'a> {
    /// The side of the comparison that is compared with the limit. This PromQL has a value even while the alert does
    /// not fire.
    pub operand: &'a str,
    pub threshold: Threshold,
}

/// Splits an expression at its top-level comparison with a number. `None` if the top level has no such comparison, more
/// than one comparison, or an operator that binds looser than a comparison. Also `None` if the comparison has `bool`:
/// the comparison then returns 0 or 1, and the alert fires in both cases.
pub fn split_comparison(expression: &str) -> Option<ComparisonParts<'_>> {
    let tokens = tokenize(expression)?;
    let tokens = strip_brackets(&tokens);
    let (at, op) = find_comparison(tokens)?;
    let (left, right) = (tokens.get(..at)?, tokens.get(at.checked_add(1)?..)?);
    if right.first().is_some_and(|token| token.is_word("bool")) {
        return None;
    }
    let (value, limit, sign) = match (evaluate_constant(left), evaluate_constant(right)) {
        (None, Some(limit)) => (left, limit, op),
        (Some(limit), None) => (right, limit, op.mirrored()),
        _ => return None,
    };
    Some(ComparisonParts {
        operand: expression.get(value.first()?.start..value.last()?.end)?,
        threshold: Threshold { op: sign, limit },
    })
}

// Removes the brackets around the whole expression.
fn strip_brackets<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let [first, inner @ .., last] = tokens
        && first.kind == TokenKind::Open
        && first.text == "("
        && last.kind == TokenKind::Close
        && inner.iter().all(|token| token.depth > first.depth)
    {
        tokens = inner;
    }
    tokens
}

// Finds the only comparison outside of all brackets. `None` if there is no comparison there, or more than one. Also
// `None` if there is an operator that binds looser than a comparison.
fn find_comparison(tokens: &[Token<'_>]) -> Option<(usize, CompareOp)> {
    let outside = tokens.first()?.depth;
    let mut found = None;
    for (index, token) in tokens.iter().enumerate() {
        if token.depth != outside {
            continue;
        }
        if LOOSER_OPERATORS.iter().any(|it| token.is_word(it)) {
            return None;
        }
        if let TokenKind::Comparison(sign) = token.kind {
            if found.is_some() {
                return None;
            }
            found = Some((index, sign));
        }
    }
    found
}
