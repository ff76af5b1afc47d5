//! `[mismatch]`: how long a contradiction may stand, and which alerts should page.

use std::time::Duration;

use super::super::problem::Problems;
use super::super::raw::{self, Text};
use super::matchers::matchers;
use super::values::{all_not_empty, duration, value_or};
use crate::domain::policy::{MismatchPolicy, Policy};

/// The graces and the alerts that should page.
pub(super) fn mismatch(raw: &raw::Mismatch, problems: &mut Problems) -> MismatchPolicy {
    let default = MismatchPolicy::default();
    let pages = raw
        .pages
        .iter()
        .filter_map(|text| problems.ok_or_add(matchers(text)))
        .collect();
    let mut grace = |default: Duration, text: &Option<Text>| {
        value_or(default, text.as_ref(), duration, problems)
    };
    MismatchPolicy {
        page_missing_after: grace(default.page_missing_after, &raw.page_missing_after),
        public_not_told_after: grace(default.public_not_told_after, &raw.public_not_told_after),
        stale_post_after: grace(default.stale_post_after, &raw.stale_post_after),
        lingering_incident_after: grace(
            default.lingering_incident_after,
            &raw.lingering_incident_after,
        ),
        no_priority_after: grace(default.no_priority_after, &raw.no_priority_after),
        pages,
    }
}

/// The alerts that always fire while all is well.
pub(super) fn dead_man(raw: &raw::Mismatch, problems: &mut Problems) -> Vec<String> {
    match &raw.dead_man {
        Some(names) => all_not_empty(names, problems),
        None => Policy::default().dead_man,
    }
}
