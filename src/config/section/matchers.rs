//! Alert matchers in a text: `alertname=~".*space left.*", cluster="leap"`, with or without braces.

use super::super::problem::Problem;
use super::Text;
use crate::domain::matcher::{Matcher, MatcherError};

const EXAMPLE: &str =
    "as Alertmanager writes them: 'alertname=~\".*space left.*\", cluster=\"leap\"'";

/// The matchers, at least one. An alert must match all of them.
pub(super) fn matchers(text: &Text) -> Result<Vec<Matcher>, Problem> {
    let problem = |message: String| Problem::new(text.span(), message).with_hint(EXAMPLE);
    match Matcher::parse_list(text.get_ref()) {
        Ok(matchers) if matchers.is_empty() => Err(problem("there is no matcher here".to_owned())),
        Ok(matchers) => Ok(matchers),
        Err(MatcherError::Syntax(part)) => Err(problem(format!("{part:?} is not a matcher"))),
        Err(MatcherError::Pattern { reason, .. }) => Err(problem(format!(
            "the regular expression is wrong: {}",
            reason.trim_start_matches("error: ")
        ))),
    }
}
