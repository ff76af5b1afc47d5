//! Nobody awake: an open incident has no owner, or only placeholders. Or a policy in use has nobody on call at any
//! level, so PagerDuty would not even open an incident.

use super::{Mismatch, Rule, RuleInput};
use crate::domain::directory::EscalationPolicy;
use crate::domain::mismatch::MismatchKind;
use crate::domain::case::OwnerKind;
use crate::text::context::{ExpiringText, TextContext};

/// Where a person is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NobodyAwake {
    /// An open incident has no owner, or only placeholders.
    NoOwner {
        /// Whether a placeholder is an owner.
        placeholder: bool,
    },
    /// A policy in use has nobody on call at any level.
    EmptyPolicy(String),
}

impl Rule for NobodyAwake {
    const KIND: MismatchKind = MismatchKind::NobodyAwake;

    /// Finds nothing while PagerDuty is not fresh, since owners may have changed.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        let incidents = input
            .incidents()
            .filter(|(case, _)| case.unowned && case.owners_known && !case.snoozed)
            .map(|(case, _)| {
                let mut kinds = case.owners.iter().map(|owner| owner.kind);
                let placeholder = kinds.any(|kind| kind == OwnerKind::Placeholder);
                Mismatch {
                    since: case.owners.iter().filter_map(|owner| owner.since).min(),
                    ..Mismatch::about_case(case, Self::NoOwner { placeholder })
                }
            });
        let policies = input.context.directory.policies.iter();
        let policies = policies
            .filter(|_| input.context.rota_gap.is_none())
            .filter(|policy| !policy.services.is_empty() && has_nobody_on_call(input, policy))
            .map(|policy| {
                let name = policy.reference.name.to_string();
                Mismatch::about(&name, Self::EmptyPolicy(name.clone()))
            });
        incidents.chain(policies).collect()
    }

    fn sentence_of_many(&self, _: &Mismatch, who: &str) -> Option<String> {
        Some(match self {
            Self::NoOwner { placeholder: true } => format!("nobody awake owns {who}"),
            Self::NoOwner { placeholder: false } => format!("nobody owns {who}"),
            Self::EmptyPolicy(_) => format!(
                "{who} policies have nobody on call at any level: PagerDuty would open no incident"
            ),
        })
    }

    fn short(&self, _: &Mismatch) -> String {
        match self {
            Self::NoOwner { placeholder: true } => "nobody awake owns it".to_owned(),
            Self::NoOwner { placeholder: false } => "nobody owns it".to_owned(),
            Self::EmptyPolicy(policy) => format!("nobody on call: {policy}"),
        }
    }

    fn sentence(&self, mismatch: &Mismatch, _: &TextContext) -> ExpiringText {
        ExpiringText::fixed(match self {
            Self::NoOwner { .. } => format!("{}, and it is open", self.short(mismatch)),
            Self::EmptyPolicy(policy) => format!(
                "'{policy}' has nobody on call at any level: PagerDuty would open no incident"
            ),
        })
    }
}

fn has_nobody_on_call(input: &RuleInput<'_>, policy: &EscalationPolicy) -> bool {
    !input
        .context
        .directory
        .on_calls
        .iter()
        .any(|shift| shift.policy == policy.reference.id && shift.covers(input.context.now.wall))
}
