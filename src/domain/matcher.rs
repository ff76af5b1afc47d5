//! Label matchers, parsed, applied and printed as in Alertmanager (`pkg/labels`). Alertmanager's routes contain
//! matchers, and their printed form is part of the group key. hubwatch's configuration contains matchers too.

mod go_classes;

use std::fmt;

use regex::Regex;

use self::go_classes::with_ascii_classes;

use super::go_quote::quote_like_go;
use super::labels::Labels;

/// The operators, in the order in which Alertmanager sorts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Operator {
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

const OPERATORS: [(&str, Operator); 4] = [
    ("=~", Operator::Regex),
    ("!~", Operator::NotRegex),
    ("!=", Operator::NotEqual),
    ("=", Operator::Equal),
];

/// A condition on one label. A missing label counts as empty. Regular expressions are anchored. In a regular
/// expression, `.` matches a newline only if the expression begins with `(?s)`.
#[derive(Clone, Debug)]
pub struct Matcher {
    name: String,
    operator: Operator,
    value: String,
    pattern: Option<Regex>,
}

/// The reason why a matcher cannot be parsed.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// The text does not have the form of a matcher.
    #[error("{0:?} is not NAME=\"VALUE\", NAME!=…, NAME=~… or NAME!~…")]
    Syntax(String),
    /// The regular expression is invalid, or uses syntax that the `regex` crate does not support.
    #[error("{pattern:?} cannot be used as a regular expression: {reason}")]
    Pattern { pattern: String, reason: String },
}

impl Matcher {
    /// The matcher of an entry in the old form `match`: the label has this value.
    pub fn equal(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            operator: Operator::Equal,
            value: value.to_owned(),
            pattern: None,
        }
    }

    /// The matcher of an entry in the old form `match_re`. Like Alertmanager, writes the anchors `^(?:` and `)$` into
    /// the pattern, since the pattern with its anchors is part of the group key.
    pub fn regex(name: &str, pattern: &str) -> Result<Self, MatcherError> {
        let anchored = format!("^(?:{pattern})$");
        Self::new(name.to_owned(), Operator::Regex, anchored).map_err(|error| match error {
            // The error shows the pattern as it was written.
            MatcherError::Pattern { reason, .. } => MatcherError::Pattern {
                pattern: pattern.to_owned(),
                reason,
            },
            other @ MatcherError::Syntax(_) => other,
        })
    }

    fn new(name: String, operator: Operator, value: String) -> Result<Self, MatcherError> {
        let pattern = match operator {
            Operator::Equal | Operator::NotEqual => None,
            Operator::Regex | Operator::NotRegex => Some(anchored_regex(&value)?),
        };
        Ok(Self {
            name,
            operator,
            value,
            pattern,
        })
    }

    /// The label that the matcher tests.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the labels match.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.name).unwrap_or_default();
        let holds = match &self.pattern {
            Some(pattern) => pattern.is_match(value),
            None => value == self.value,
        };
        match self.operator {
            Operator::Equal | Operator::Regex => holds,
            Operator::NotEqual | Operator::NotRegex => !holds,
        }
    }

    /// Whether the matcher matches every alert, as `cluster=~".*"` does.
    pub fn takes_everything(&self) -> bool {
        self.operator == Operator::Regex && [".*", "^(?:.*)$"].contains(&self.value.as_str())
    }

    /// The name of the label, if the matcher fixes the label to one non-empty value. `None` if other values or a
    /// missing label match too.
    pub fn fixed_label(&self) -> Option<&str> {
        let fixes = self.operator == Operator::Equal && !self.value.is_empty();
        fixes.then_some(&self.name)
    }

    /// The key by which matchers are sorted in a group key: name, value, operator.
    pub fn sort_key(&self) -> (&str, &str, impl Ord + use<>) {
        (&self.name, &self.value, self.operator)
    }

    /// Parses a list such as `alertname=~"a.*", cluster="b"`, with or without braces around it.
    ///
    /// # Errors
    /// If a matcher in the list cannot be parsed.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, MatcherError> {
        let parts = split_at_commas(without_braces(text.trim()));
        let last = parts.len().saturating_sub(1);
        let parts = parts.into_iter().enumerate();
        parts
            .filter(|(nth, part)| *nth != last || !part.trim().is_empty())
            .map(|(_, part)| parse_matcher(part.trim()))
            .collect()
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operator = OPERATORS.iter().find(|(_, known)| *known == self.operator);
        let operator = operator.map_or("", |(sign, _)| sign);
        if self.name.contains(is_reserved) {
            write!(
                f,
                "{}{operator}{}",
                quote_like_go(&self.name),
                quote_like_go(&self.value)
            )
        } else {
            write!(f, "{}{operator}\"{}\"", self.name, escape(&self.value))
        }
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.value, self.operator) == (&other.name, &other.value, other.operator)
    }
}

fn anchored_regex(value: &str) -> Result<Regex, MatcherError> {
    Regex::new(&format!("^(?:{})$", with_ascii_classes(value))).map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        MatcherError::Pattern {
            pattern: value.to_owned(),
            reason: reason.strip_prefix("error: ").unwrap_or(reason).to_owned(),
        }
    })
}

// Removes the braces around a list. As in Alertmanager, either brace may be missing. A closing brace that belongs to a
// regular expression (`x{2}`) is kept.
fn without_braces(text: &str) -> &str {
    let inner = text.strip_prefix('{').unwrap_or(text);
    let count = |brace| inner.matches(brace).count();
    match count('}') > count('{') {
        true => inner.strip_suffix('}').unwrap_or(inner),
        false => inner,
    }
}

// Splits at commas outside of quotes.
fn split_at_commas(text: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut is_quoted, mut is_escaped) = (false, false);
    for c in text.chars() {
        match c {
            ',' if !is_quoted => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            '"' if !is_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
        part.push(c);
    }
    parts.push(part);
    parts
}

fn parse_matcher(text: &str) -> Result<Matcher, MatcherError> {
    let wrong = || MatcherError::Syntax(text.to_owned());
    let (name, rest) = parse_name(text).ok_or_else(wrong)?;
    let (operator, value) = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, rest.strip_prefix(sign)?)))
        .ok_or_else(wrong)?;
    let raw = value.trim();
    let Some(value) = unescape(raw) else {
        // If the regular expression is wrong too, its error is reported, not the error of the quotes.
        Matcher::new(name, operator, raw.to_owned())?;
        return Err(wrong());
    };
    Matcher::new(name, operator, value)
}

// The name may be quoted, as in Alertmanager 0.27 and later.
fn parse_name(text: &str) -> Option<(String, &str)> {
    let (name, rest) = match text.strip_prefix('"') {
        Some(inner) => {
            let (name, rest) = inner.split_once('"')?;
            (name, rest)
        }
        None => text.split_at(text.find(['=', '!'])?),
    };
    let name = name.trim();
    (!name.is_empty()).then(|| (name.to_owned(), rest.trim_start()))
}

// `\"`, `\n` and `\\` are escapes; any other backslash is literal. `None` if a quote is unpaired.
fn unescape(raw: &str) -> Option<String> {
    let inner = match raw.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"')?,
        None => raw,
    };
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => return None,
            '\\' => match rest.next() {
                Some('n') => value.push('\n'),
                Some(c @ ('"' | '\\')) => value.push(c),
                Some(c) => value.extend(['\\', c]),
                // The backslash is the last character, so it escaped the closing quote and the quote is unpaired.
                None if inner.len() < raw.len() => return None,
                None => value.push('\\'),
            },
            c => value.push(c),
        }
    }
    Some(value)
}

fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('"', "\\\"")
}

fn is_reserved(c: char) -> bool {
    c.is_whitespace() || "{}!=~,\\\"'`".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> Vec<String> {
        let list = Matcher::parse_list(text).unwrap_or_else(|error| panic!("{error}"));
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn perl_classes_are_ascii_as_in_go() {
        let matches = |pattern: &str, value: &str| {
            let matcher = Matcher::new("a".to_owned(), Operator::Regex, pattern.to_owned());
            let pattern = matcher.unwrap_or_else(|error| panic!("{error}")).pattern;
            pattern.unwrap().is_match(value)
        };
        assert!(matches(r"\w+", "zurich_1") && !matches(r"\w+", "zürich"));
        assert!(matches(r"z\Wrich", "zürich") && !matches(r"z\Wrich", "zurich"));
        assert!(matches(r"\d", "7") && !matches(r"\d", "٧") && matches(r"\D", "٧"));
        assert!(matches(r"[\w.-]+", "a.b-c") && !matches(r"[^\d]", "7"));
        assert!(
            matches(r"a\sb", "a b")
                && !matches(r"a\sb", "a\u{a0}b")
                && matches(r"a\Sb", "a\u{a0}b")
        );
        assert!(matches(r".*\bprod\b.*", "üprodü") && !matches(r".*\bprod\b.*", "aprod"));
        assert!(
            matches(r"\\d", r"\d")
                && matches("(?i)KÖLN.*", "köln-1")
                && matches("z.rich", "zürich")
        );
    }

    #[test]
    fn what_is_written_in_many_ways_is_printed_in_one() {
        for text in [
            "cluster =~ .*",
            "cluster=~\".*\"",
            " { cluster=~.* } ",
            "cluster=~ \".*\" ,",
        ] {
            assert_eq!(printed(text), [r#"cluster=~".*""#], "{text}");
        }
        assert_eq!(
            printed(r#"{foo = "bar", dings != "bums", }"#),
            [r#"foo="bar""#, r#"dings!="bums""#]
        );
        assert_eq!(
            printed(r#"quote="She said: \"Hi, ladies!\"""#),
            [r#"quote="She said: \"Hi, ladies!\"""#]
        );
        assert_eq!(printed(r#"statuscode=~"5..""#), [r#"statuscode=~"5..""#]);
        for text in ["a=~x{2}", "{a=~x{2}}", "a=~x{2}}", "{a=~x{2}"] {
            assert_eq!(printed(text), [r#"a=~"x{2}""#], "{text}");
        }
        assert_eq!(printed("a="), [r#"a="""#]);
        assert_eq!(printed(r"path=~\d+\.x"), [r#"path=~"\\d+\\.x""#]);
        assert_eq!(printed(r#"path="a\qb\\c""#), [r#"path="a\\qb\\c""#]);
    }

    #[test]
    fn names_in_quotes_are_printed_in_quotes_where_they_must_be() {
        assert_eq!(printed(r#""team name"="a""#), [r#""team name"="a""#]);
        assert_eq!(printed(r#""team"="a""#), [r#"team="a""#]);
    }

    #[test]
    fn what_is_none_says_so() {
        for text in ["alertname", "=x", "a=\"b", "a=b\"c", "a=~\"(\"", ",a=b"] {
            assert!(Matcher::parse_list(text).is_err(), "{text}");
        }
    }

    #[test]
    fn patterns_are_anchored_and_a_missing_label_is_empty() {
        let fits = |matcher: &str, value: &str| {
            let labels: Labels = [("a", value)].into_iter().collect();
            Matcher::parse_list(matcher).unwrap()[0].matches(&labels)
        };
        assert!(fits(
            "a=~.*pod has restarted",
            "cloudbank: pod has restarted"
        ));
        assert!(!fits("a=~.*pod has restarted", "pod has restarted twice"));
        assert!(fits("a=~(?i)WATCHDOG", "Watchdog"));
        assert!(!fits("a=~a.b", "a\nb") && fits("a=~(?s)a.b", "a\nb"));
        assert!(fits("b=~.*", "x") && fits("b=", "x") && !fits("b=~.+", "x"));
        assert!(fits("b!=c", "x") && fits("b!~c", "x") && !fits("a!~x|y", "y"));
    }
}
