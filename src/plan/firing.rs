//! Whether the alerts of what is to be resolved still fire. The alert's own Prometheus decides: PagerDuty's
//! count counts only where no Prometheus here knows the alert.

use super::{ActionSubject, OperationContext, Target};
use crate::domain::alert::AlertState;
use crate::domain::operation::Warning;
use crate::domain::source::{SourceId, SourceState};

/// What to say before these are resolved.
pub(super) fn warning(subject: &ActionSubject, ctx: &OperationContext<'_>) -> Option<Warning> {
    let alerts = subject.targets().flat_map(|target| &target.case.alerts);
    let firing = alerts.filter(|joined| joined.alert.state == AlertState::Firing);
    let count = firing.filter(|joined| joined.suppressed.is_none()).count();
    if count > 0 {
        return Some(Warning::StillFiring(count));
    }
    let sources = subject.targets().flat_map(|target| watching(&target, ctx));
    let mut not_fresh: Vec<String> = sources
        .filter(|(_, state)| !state.is_fresh())
        .map(|(source, _)| source.to_string())
        .collect();
    not_fresh.dedup();
    if !not_fresh.is_empty() {
        return Some(Warning::FiringNotKnown(not_fresh));
    }
    let uncertain = subject.targets().filter(|target| !is_decided(target, ctx));
    let counts = uncertain.filter_map(|target| target.incident.triggered_alerts);
    let counted = counts.sum::<u32>();
    (counted > 0).then_some(Warning::CountedAsFiring(counted))
}

// The Prometheuses of its places, of those that it can have come from.
fn watching<'a>(
    target: &Target<'_>,
    ctx: &OperationContext<'a>,
) -> Vec<&'a (SourceId, SourceState)> {
    let is_from_alertmanager = target
        .incident
        .alerts
        .iter()
        .any(|alert| !alert.label_sets.is_empty());
    let clusters = ctx.picture.iter().flat_map(|picture| &picture.clusters);
    let of_case = clusters.filter(|cluster| {
        let mut places = target.case.places.iter();
        is_from_alertmanager && places.any(|place| place.cluster.as_ref() == Some(&cluster.name))
    });
    of_case
        .filter_map(|cluster| cluster.prometheus.as_ref())
        .collect()
}

fn is_decided(target: &Target<'_>, ctx: &OperationContext<'_>) -> bool {
    !watching(target, ctx).is_empty()
}
