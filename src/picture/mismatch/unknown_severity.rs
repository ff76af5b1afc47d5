//! Unknown severity: an alert fires with a severity label that is not in the map, so its urgency is unknown. A label
//! that is in the map counts as known even if the map gives it no priority.

use std::collections::BTreeMap;

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::Case;
use crate::domain::mismatch::MismatchKind;
use crate::text::context::{ExpiringText, TextContext};

/// The value of a severity label that is not in the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSeverity(pub String);

impl Rule for UnknownSeverity {
    const KIND: MismatchKind = MismatchKind::UnknownSeverity;

    /// Finds nothing if the team has no map of severities. Skips alerts whose own source is not fresh. A dead man's
    /// switch is never found, since it makes no case.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if input.context.policy.severities.is_empty() {
            return Vec::new();
        }
        let cases = input.cases.iter();
        cases
            .flat_map(|case| {
                let severities = unknown_severities(input, case).into_iter();
                severities.map(move |(severity, muted)| Mismatch {
                    muted: muted || case.muted_by.is_some(),
                    ..Mismatch::about_case(case, Self(severity.to_owned()))
                })
            })
            .collect()
    }

    fn sentence_of_many(&self, _: &Mismatch, who: &str) -> Option<String> {
        let severity = &self.0;
        Some(format!("{who} have the severity '{severity}', which is not in the map of priorities"))
    }

    fn short(&self, _: &Mismatch) -> String {
        format!("unknown severity: {}", self.0)
    }

    fn sentence(&self, _: &Mismatch, _: &TextContext) -> ExpiringText {
        let severity = &self.0;
        ExpiringText::fixed(format!(
            "the severity '{severity}' is not in the map of priorities"
        ))
    }
}

// Each unknown severity, and whether all of its alerts are suppressed.
fn unknown_severities<'a>(input: &RuleInput<'_>, case: &'a Case) -> BTreeMap<&'a str, bool> {
    let mut found = BTreeMap::new();
    let fresh = case
        .alerts
        .iter()
        .filter(|alert| input.context.is_fresh(&alert.alert.source));
    for alert in fresh {
        let severity = alert.alert.labels.get("severity");
        let Some(severity) = severity.filter(|label| !input.knows_severity(label)) else {
            continue;
        };
        let is_suppressed = alert.suppressed.is_some();
        found
            .entry(severity)
            .and_modify(|all| *all &= is_suppressed)
            .or_insert(is_suppressed);
    }
    found
}
