//! Alert matchers in a text: `alertname=~".*space left.*", cluster="leap"`, with or without braces.

use super::super::problem::Problem;
use super::super::raw::Text;
use crate::domain::matcher::{Matcher, MatcherError};

const EXAMPLE: &str =
    "as Alertmanager writes them: 'alertname=~\".*space left.*\", cluster=\"leap\"'";

/// The matchers, at least one; all must fit an alert.
pub(super) fn matchers(text: &Text) -> Result<Vec<Matcher>, Problem> {
    let inner = text.get_ref().trim();
    let inner = inner
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(inner);
    let parts = split_at_commas(inner);
    if parts.is_empty() {
        return Err(Problem::new(text.span(), "there is no matcher here").with_hint(EXAMPLE));
    }
    parts
        .iter()
        .map(|part| {
            part.parse::<Matcher>()
                .map_err(|error| matcher_problem(text, &error))
        })
        .collect()
}

fn matcher_problem(text: &Text, error: &MatcherError) -> Problem {
    let message = match error {
        MatcherError::NoOperator(part) => format!("{part:?} is not a matcher"),
        MatcherError::Regex(reason) => {
            let last = reason.lines().last().unwrap_or_default();
            format!(
                "the regular expression is wrong: {}",
                last.trim_start_matches("error: ")
            )
        }
    };
    Problem::new(text.span(), message).with_hint(EXAMPLE)
}

// At commas outside of quotes.
fn split_at_commas(text: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        if letter == ',' && !quoted {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(letter);
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_do_not_part() {
        let parts = split_at_commas(r#"a=~"x{1,2}", b="say \"c,d\"" , "#);
        assert_eq!(parts, [r#"a=~"x{1,2}""#, r#"b="say \"c,d\"""#]);
    }
}
