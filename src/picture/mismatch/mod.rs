//! Mismatches: contradictions between the sources. Each rule has a file with its condition, its words, and the
//! mismatches that it hides. A rule has a grace, and never relies on a probable join. A rule finds nothing while a
//! source that it needs is not fresh.

mod groups;
#[cfg(test)]
mod tests;

pub use groups::{MismatchGroup, MismatchGroups};

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::blind_spot::one_prometheus::another_cluster;
use crate::domain::case::{Case, Place};
use crate::domain::ids::CaseId;
use crate::domain::incident::Incident;
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::time_after;
use crate::domain::source::{SourceId, SourceKind};
use crate::domain::verdict::VerdictLevel;
use crate::picture::context::Context;
use crate::picture::maintenance::Maintenance;
use crate::picture::posts::PostJoins;
use crate::picture::views::ClusterView;
use crate::text::context::{ExpiringText, TextContext, TextLength};
use crate::text::durations::age_since;
use crate::text::sanitize::clean;

/// The input of the rules.
pub struct RuleInput<'a> {
    pub context: &'a Context<'a>,
    pub cases: &'a [Case],
    pub clusters: &'a [ClusterView],
    pub posts: &'a PostJoins,
    pub maintenance: &'a Maintenance,
    /// The Prometheuses that watch a cluster other than their configured one.
    pub foreign: BTreeSet<SourceId>,
}

/// The fresh Prometheuses that watch a cluster of the inventory other than their configured one.
pub fn foreign_sources(context: &Context<'_>) -> BTreeSet<SourceId> {
    let slots = context.answers.prometheus.iter();
    let foreign = slots.filter(|slot| {
        let says = slot.fresh_body(context.now);
        says.is_some_and(|says| another_cluster(context.policy, &slot.id, says).is_some())
    });
    foreign.map(|slot| slot.id.clone()).collect()
}

impl<'a> RuleInput<'a> {
    /// Whether PagerDuty's data is fresh.
    pub fn pagerduty_is_fresh(&self) -> bool {
        let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
        self.context.is_fresh(&pagerduty)
    }

    /// The open incidents, each with its case.
    pub fn incidents(&self) -> impl Iterator<Item = (&'a Case, &'a Incident)> + use<'a> {
        self.cases
            .iter()
            .filter_map(|case| Some((case, case.incident.as_deref()?)))
    }

    /// Whether a condition that began at `since` has lasted for longer than the rule's grace.
    pub fn is_overdue(&self, kind: MismatchKind, since: DateTime<Utc>) -> bool {
        self.context.has_lasted(since, self.grace(kind))
    }

    /// The time at which a condition that began at `since` has lasted for the rule's grace period.
    pub fn overdue_at(&self, kind: MismatchKind, since: DateTime<Utc>) -> DateTime<Utc> {
        time_after(since, self.grace(kind))
    }

    fn grace(&self, kind: MismatchKind) -> Duration {
        let graces = &self.context.policy.mismatch.graces;
        graces.get(&kind).copied().unwrap_or_default()
    }

    /// Whether the severity map contains this severity, even if the map gives the severity no priority.
    pub fn knows_severity(&self, severity: &str) -> bool {
        self.context.policy.severities.contains_key(severity)
    }
}

/// A contradiction between sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The rule that found the mismatch, with details.
    pub finding: Finding,
    /// The case that the mismatch is about, if any.
    pub case: Option<CaseId>,
    /// The policy, post, source or hub that the mismatch is about, if it is not about a case.
    pub subject: Option<String>,
    /// The places that the subject names, or that a rule of the subject is for, if any.
    pub places: Vec<Place>,
    /// Since when the mismatch has held, if known.
    pub since: Option<DateTime<Utc>>,
    /// Whether planned maintenance or a silence explains the mismatch. A muted mismatch is shown, but does not change
    /// the verdict.
    pub muted: bool,
    /// Whether the mismatch is uncertain. An uncertain mismatch is shown, but does not change the verdict.
    pub cannot_tell: bool,
}

/// A rule finds mismatches of one kind, and gives their texts. The texts use the fields of the implementing type.
pub trait Rule: Sized {
    /// The rule's name.
    const KIND: MismatchKind;
    /// The rule's effect on the verdict.
    const LEVEL: VerdictLevel = VerdictLevel::Warning;

    /// All mismatches of this rule.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch>;

    /// A few words, shown beside the thing that the mismatch is about.
    fn short(&self, mismatch: &Mismatch) -> String;

    /// A sentence that can be understood alone.
    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText;

    /// For a finding without a case: the one place that the finding is about, if any.
    fn place(&self) -> Option<Place> {
        None
    }

    /// The source that the finding is about, if any.
    fn source(&self) -> Option<&SourceId> {
        None
    }

    /// One sentence about several mismatches that a person fixes together. `who` names them: "93 hubs of commons".
    /// `None` if each mismatch has its own sentence.
    fn sentence_of_many(&self, _mismatch: &Mismatch, _who: &str) -> Option<String> {
        None
    }
}

macro_rules! rules {
    ($($module:ident::$rule:ident),+ $(,)?) => {
        $(pub mod $module; pub use $module::$rule;)+

        /// A finding of one of the rules.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Finding {
            $(#[doc = concat!("By [`", stringify!($rule), "`].")] $rule($rule),)+
        }

        $(impl From<$rule> for Finding {
            fn from(found: $rule) -> Self {
                Self::$rule(found)
            }
        })+

        impl Mismatch {
            /// The name of the rule that found the mismatch.
            pub fn kind(&self) -> MismatchKind {
                match &self.finding { $(Finding::$rule(_) => $rule::KIND,)+ }
            }

            /// The mismatch's effect on the verdict.
            pub fn level(&self) -> VerdictLevel {
                match &self.finding { $(Finding::$rule(_) => $rule::LEVEL,)+ }
            }

            /// For a mismatch without a case: the one place that the mismatch is about, if any.
            pub fn place(&self) -> Option<Place> {
                match &self.finding { $(Finding::$rule(it) => it.place(),)+ }
            }

            /// The source that the mismatch is about, if any.
            pub fn source(&self) -> Option<&SourceId> {
                match &self.finding { $(Finding::$rule(it) => it.source(),)+ }
            }

            fn sentence_of_many(&self, who: &str) -> Option<String> {
                match &self.finding { $(Finding::$rule(it) => it.sentence_of_many(self, who),)+ }
            }

            fn short(&self) -> String {
                match &self.finding { $(Finding::$rule(it) => it.short(self),)+ }
            }

            fn sentence(&self, ctx: &TextContext) -> ExpiringText {
                match &self.finding { $(Finding::$rule(it) => it.sentence(self, ctx),)+ }
            }
        }

        fn find_all(input: &RuleInput<'_>) -> Vec<Mismatch> {
            [$($rule::find(input)),+].concat()
        }
    };
}

rules! {
    blind_spot::BlindSpot,
    page_missing::PageMissing,
    nobody_awake::NobodyAwake,
    public_not_told::PublicNotTold,
    stale_post::StalePost,
    lingering_incident::LingeringIncident,
    one_incident_many_clusters::OneIncidentManyClusters,
    no_priority::NoPriority,
    unknown_severity::UnknownSeverity,
}

/// All mismatches, the worst kind first, in a stable order.
pub fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
    let mut found = find_all(input);
    found.sort_by(|a, b| (a.kind(), &a.case, &a.subject).cmp(&(b.kind(), &b.case, &b.subject)));
    found
}

impl Mismatch {
    /// A mismatch about a case. The mismatch is muted if the case is muted.
    pub fn about_case(case: &Case, finding: impl Into<Finding>) -> Self {
        Self {
            case: Some(case.id.clone()),
            muted: case.muted_by.is_some(),
            ..Self::new(finding)
        }
    }

    /// A mismatch about something that has no case.
    pub fn about(subject: impl ToString, finding: impl Into<Finding>) -> Self {
        Self {
            subject: Some(subject.to_string()),
            ..Self::new(finding)
        }
    }

    /// A mismatch without a case or subject.
    pub fn new(finding: impl Into<Finding>) -> Self {
        Self {
            finding: finding.into(),
            case: None,
            subject: None,
            places: Vec::new(),
            since: None,
            muted: false,
            cannot_tell: false,
        }
    }

    /// Whether the mismatch affects the verdict.
    pub fn counts(&self) -> bool {
        !self.muted && !self.cannot_tell
    }

    /// The mismatch in words. The long form can be understood alone. The short form is shown beside the thing that the
    /// mismatch is about.
    pub fn describe(&self, length: TextLength, ctx: &TextContext) -> ExpiringText {
        let text = match length {
            TextLength::Long => self.sentence(ctx),
            TextLength::Short => ExpiringText::fixed(self.short()),
        };
        text.map(|text| clean(&text).into_owned())
    }

    // The text, followed by the duration of the mismatch.
    fn with_age(&self, text: &str, ctx: &TextContext) -> ExpiringText {
        match self.since {
            Some(since) => age_since(since, ctx.now).map(|age| format!("{text}, {age}")),
            None => ExpiringText::fixed(text),
        }
    }
}
