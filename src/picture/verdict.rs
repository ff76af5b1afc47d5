//! The verdict: critical, unknown, warning or OK. The first of these that has a reason is the verdict; all reasons are
//! listed.

use std::sync::Arc;

use super::context::Context;
use super::mismatch::Mismatch;
use super::p1::is_staging_alone;
use super::views::{ClusterView, HubView, PartView, Reason, ReasonKind, SourceView, Verdict};
use crate::domain::case::{Case, Rank};
use crate::domain::clock::ClockKind;
use crate::domain::hub::{Health, Tier};
use crate::domain::incident::{IncidentStatus, Urgency};
use crate::domain::mismatch::MismatchKind;
use crate::domain::verdict::VerdictLevel;

/// The parts of a picture that are judged.
pub struct VerdictInput<'a> {
    pub context: &'a Context<'a>,
    pub sources: &'a [SourceView],
    pub clusters: &'a [ClusterView],
    pub cases: &'a [Arc<Case>],
    pub mismatches: &'a [Mismatch],
}

/// Judges the verdict. Its reasons are sorted, the worst first.
pub fn judge(judged: &VerdictInput<'_>) -> Verdict {
    let mut reasons: Vec<Reason> = hub_reasons(judged)
        .chain(
            judged
                .cases
                .iter()
                .filter_map(|case| case_reason(judged, case)),
        )
        .chain(source_reasons(judged))
        .chain(mismatch_reasons(judged))
        .map(|(level, kind)| Reason { level, kind })
        .collect();
    reasons.sort_by_key(|reason| (reason.level, reason_rank(&reason.kind)));
    Verdict {
        level: reasons
            .first()
            .map_or(VerdictLevel::Ok, |reason| reason.level),
        complete: !judged.sources.is_empty() && judged.sources.iter().all(is_complete),
        reasons,
    }
}

fn is_complete(source: &SourceView) -> bool {
    source.state.is_fresh() && source.missing_parts().next().is_none()
}

// The order of reasons within a level. A reason that users of the hubs notice comes before a reason that they do not
// notice.
fn reason_rank(kind: &ReasonKind) -> u8 {
    match kind {
        ReasonKind::NoSources | ReasonKind::HubDown(..) => 0,
        ReasonKind::OpenP1(_) => 1,
        ReasonKind::UnownedInWorkingTime(_) => 2,
        ReasonKind::Overdue(_) => 3,
        ReasonKind::SourceNotFresh(..) | ReasonKind::PartMissing(..) => 4,
        ReasonKind::BlindSpot(_) => 5,
        ReasonKind::HubUnknown(_) => 6,
        ReasonKind::TimeBoxOverrun(_) => 7,
        ReasonKind::OpenCase(_) => 8,
        ReasonKind::Mismatch(_) => 9,
        ReasonKind::HubDegraded(_) => 10,
    }
}

fn hub_reasons<'a>(
    judged: &'a VerdictInput<'_>,
) -> impl Iterator<Item = (VerdictLevel, ReasonKind)> + 'a {
    judged
        .clusters
        .iter()
        .flat_map(|cluster| &cluster.hubs)
        .filter(|hub| !hub.maintenance)
        .filter_map(hub_reason)
}

fn hub_reason(hub: &HubView) -> Option<(VerdictLevel, ReasonKind)> {
    let key = hub.spec.key.clone();
    match (hub.health, hub.spec.tier) {
        (Health::Down, Tier::Prod) => {
            Some((VerdictLevel::Critical, ReasonKind::HubDown(key, hub.since)))
        }
        (Health::Down, Tier::Staging) => {
            Some((VerdictLevel::Warning, ReasonKind::HubDown(key, hub.since)))
        }
        (Health::Unknown, _) => Some((VerdictLevel::Unknown, ReasonKind::HubUnknown(key))),
        (Health::Degraded, _) => Some((VerdictLevel::Warning, ReasonKind::HubDegraded(key))),
        (Health::Up, _) => None,
    }
}

fn case_reason(judged: &VerdictInput<'_>, case: &Case) -> Option<(VerdictLevel, ReasonKind)> {
    let id = || case.id.clone();
    if case.muted_by.is_some() {
        return None;
    }
    let is_working = is_working(judged);
    let over = |kind| {
        case.clocks
            .iter()
            .any(|clock| clock.kind == kind && clock.has_expired(judged.context.now.wall))
    };
    if case.snoozed {
        return None;
    }
    if case.rank == Rank::Priority(0) {
        let level = match is_staging_alone(judged.context, case) {
            true => VerdictLevel::Warning,
            false => VerdictLevel::Critical,
        };
        return Some((level, ReasonKind::OpenP1(id())));
    }
    if is_unanswered_page(case) && is_working {
        return Some((
            VerdictLevel::Critical,
            ReasonKind::UnownedInWorkingTime(id()),
        ));
    }
    if case.rank == Rank::Priority(1) && over(ClockKind::Due) && is_working {
        return Some((VerdictLevel::Critical, ReasonKind::Overdue(id())));
    }
    if over(ClockKind::TimeBox) {
        return Some((VerdictLevel::Warning, ReasonKind::TimeBoxOverrun(id())));
    }
    // This case is left out, since its down hub is already a reason.
    if case.incident.is_none() && case.hub_down.is_some() {
        return None;
    }
    Some((VerdictLevel::Warning, ReasonKind::OpenCase(id())))
}

fn is_working(judged: &VerdictInput<'_>) -> bool {
    let context = judged.context;
    if let Some(edge) = context.policy.calendar.next_change(context.now.wall) {
        context.expire_at(edge);
    }
    context.policy.calendar.is_working(context.now.wall)
}

// Whether nobody holds a loud page. A page whose owners cannot be read may be held.
fn is_unanswered_page(case: &Case) -> bool {
    matches!(case.rank, Rank::Priority(1) | Rank::Unranked)
        && case.unowned
        && case.owners_known
        && case.incident.as_ref().is_some_and(|incident| {
            incident.status == IncidentStatus::Triggered && incident.urgency == Urgency::High
        })
}

fn source_reasons<'a>(
    judged: &'a VerdictInput<'_>,
) -> impl Iterator<Item = (VerdictLevel, ReasonKind)> + 'a {
    let nothing = judged.sources.is_empty();
    let nothing = nothing.then_some((VerdictLevel::Unknown, ReasonKind::NoSources));
    let not_fresh = judged
        .sources
        .iter()
        .filter(|source| !source.state.is_fresh())
        .map(|source| {
            let kind = ReasonKind::SourceNotFresh(source.id.clone(), source.state);
            (VerdictLevel::Unknown, kind)
        });
    // Skips the parts of a source that is not fresh, since that source is a reason for the verdict already.
    let fresh = judged
        .sources
        .iter()
        .filter(|source| source.state.is_fresh());
    let parts = fresh.flat_map(|source| {
        let kind = |part: &PartView| ReasonKind::PartMissing(source.id.clone(), part.name);
        source
            .missing_parts()
            .map(move |part| (VerdictLevel::Unknown, kind(part)))
    });
    nothing.into_iter().chain(not_fresh).chain(parts)
}

fn mismatch_reasons<'a>(
    judged: &'a VerdictInput<'_>,
) -> impl Iterator<Item = (VerdictLevel, ReasonKind)> + 'a {
    judged
        .mismatches
        .iter()
        .enumerate()
        .filter(|(_, mismatch)| mismatch.counts())
        .map(|(at, mismatch)| {
            let reason = match mismatch.kind() {
                MismatchKind::BlindSpot => ReasonKind::BlindSpot(at),
                _ => ReasonKind::Mismatch(at),
            };
            (mismatch.level(), reason)
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::answers::Answers;
    use crate::domain::now::Now;
    use crate::domain::policy::Policy;
    use crate::picture::{BuildOptions, build};

    #[test]
    fn nothing_configured_is_nothing_known() {
        let now = Now {
            wall: chrono::DateTime::UNIX_EPOCH,
            mono: Duration::ZERO,
        };
        let picture = build(
            &Answers::default(),
            &Policy::default(),
            now,
            BuildOptions::default(),
        );
        assert_eq!(picture.verdict.level, VerdictLevel::Unknown);
        assert!(!picture.verdict.complete);
    }
}
