//! Unknown severity: an alert fires with a severity label that the map does not know, so that nothing
//! tells how urgent it is. One that the map knows to carry no priority is known.

use std::collections::BTreeMap;

use super::RuleInput;
use crate::domain::case::Case;
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};

/// Of alerts whose own source is fresh; a dead man's switch never makes a case. Without a map no
/// severity is expected to mean anything.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    if seen.context.policy.severities.is_empty() {
        return Vec::new();
    }
    seen.cases
        .iter()
        .flat_map(|case| {
            unknown_severities(seen, case)
                .into_iter()
                .map(move |(severity, muted)| Mismatch {
                    kind: MismatchKind::UnknownSeverity,
                    case: Some(case.id.clone()),
                    subject: None,
                    since: None,
                    detail: MismatchDetail::UnknownSeverity {
                        severity: severity.to_owned(),
                    },
                    muted: muted || case.muted_by.is_some(),
                })
        })
        .collect()
}

// Each once, and whether something keeps all alerts that carry it from paging.
fn unknown_severities<'a>(seen: &RuleInput<'_>, case: &'a Case) -> BTreeMap<&'a str, bool> {
    let mut found = BTreeMap::new();
    let fresh = case
        .alerts
        .iter()
        .filter(|alert| seen.context.is_fresh(&alert.alert.source));
    for alert in fresh {
        let severity = alert.alert.labels.get("severity");
        let Some(severity) = severity.filter(|label| !seen.knows_severity(label)) else {
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
