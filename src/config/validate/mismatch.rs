//! `[mismatch]`: how long a contradiction may stand, and which alerts should page.

use super::super::problem::Problems;
use super::super::raw;
use super::matchers::matchers;
use super::values::{all_not_empty, duration};
use crate::domain::policy::{MismatchPolicy, Policy};

/// The graces and the alerts that should page.
pub(super) fn mismatch(raw: &raw::Mismatch, problems: &mut Problems) -> MismatchPolicy {
    let pages = raw
        .pages
        .iter()
        .filter_map(|text| problems.ok_or_add(matchers(text)))
        .collect();
    let graces = raw.graces.iter();
    let graces = graces.filter_map(|(kind, text)| {
        let grace = problems.ok_or_add(duration(text))?;
        Some((*kind, grace))
    });
    let mut policy = MismatchPolicy {
        pages,
        ..MismatchPolicy::default()
    };
    policy.graces.extend(graces);
    policy
}

/// The alerts that always fire while all is well.
pub(super) fn dead_man(raw: &raw::Mismatch, problems: &mut Problems) -> Vec<String> {
    match &raw.dead_man {
        Some(names) => all_not_empty(names, problems),
        None => Policy::default().dead_man,
    }
}
