//! Alert matchers, written as Alertmanager writes them: `alertname=~".*space left.*"`.

use std::fmt;
use std::str::FromStr;

use regex::Regex;

use super::labels::Labels;

#[derive(Clone, Debug)]
enum Condition {
    Equal(String),
    NotEqual(String),
    Regex(Regex),
    NotRegex(Regex),
}

/// One condition on one label. A missing label counts as empty; regular expressions are anchored.
#[derive(Clone, Debug)]
pub struct Matcher {
    name: String,
    condition: Condition,
    text: String,
}

/// Why a matcher cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// There is none of `=`, `!=`, `=~`, `!~`.
    #[error("'{0}' is not NAME=\"VALUE\", NAME!=…, NAME=~… or NAME!~…")]
    NoOperator(String),
    /// The regular expression is wrong.
    #[error("{0}")]
    Regex(String),
}

impl Matcher {
    /// Whether the labels fit.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.name).unwrap_or_default();
        match &self.condition {
            Condition::Equal(wanted) => value == wanted,
            Condition::NotEqual(unwanted) => value != unwanted,
            Condition::Regex(regex) => regex.is_match(value),
            Condition::NotRegex(regex) => !regex.is_match(value),
        }
    }
}

impl FromStr for Matcher {
    type Err = MatcherError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let no_operator = || MatcherError::NoOperator(text.to_owned());
        let at = text.find(['=', '!']).ok_or_else(no_operator)?;
        let (name, rest) = text.split_at(at);
        let (operator, value) = ["=~", "!~", "!=", "="]
            .iter()
            .find_map(|operator| rest.strip_prefix(operator).map(|value| (*operator, value)))
            .ok_or_else(no_operator)?;
        let value = unquote(value.trim());
        let test = match operator {
            "=" => Condition::Equal(value),
            "!=" => Condition::NotEqual(value),
            "=~" => Condition::Regex(anchored_regex(&value)?),
            _ => Condition::NotRegex(anchored_regex(&value)?),
        };
        Ok(Self {
            name: name.trim().to_owned(),
            condition: test,
            text: text.trim().to_owned(),
        })
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

fn anchored_regex(pattern: &str) -> Result<Regex, MatcherError> {
    Regex::new(&format!("^(?s:{pattern})$")).map_err(|error| MatcherError::Regex(error.to_string()))
}

fn unquote(value: &str) -> String {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map_or_else(
            || value.to_owned(),
            |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(matcher: &str, value: &str) -> bool {
        let labels: Labels = [("alertname", value)].into_iter().collect();
        matcher.parse::<Matcher>().unwrap().matches(&labels)
    }

    #[test]
    fn the_four_operators_are_alertmanagers() {
        assert!(fits("alertname=\"home-nfs\"", "home-nfs"));
        assert!(fits("alertname = home-nfs", "home-nfs"));
        assert!(fits("alertname!=\"x\"", "home-nfs"));
        assert!(fits(
            "alertname=~\".*space left.*\"",
            "home-nfs has 10% of space left"
        ));
        assert!(!fits(
            "alertname=~\"space\"",
            "home-nfs has 10% of space left"
        ));
        assert!(fits(
            "alertname!~\"space\"",
            "home-nfs has 10% of space left"
        ));
    }

    #[test]
    fn a_missing_label_is_empty() {
        assert!(
            "cluster=~\".*\""
                .parse::<Matcher>()
                .unwrap()
                .matches(&Labels::default())
        );
        assert!(
            !"cluster=~\".+\""
                .parse::<Matcher>()
                .unwrap()
                .matches(&Labels::default())
        );
    }

    #[test]
    fn what_is_no_matcher_says_so() {
        assert!("alertname".parse::<Matcher>().is_err());
        assert!("a=~\"(\"".parse::<Matcher>().is_err());
    }
}
