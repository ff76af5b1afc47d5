//! The vantage rule over all sources: if our own network is down, probes prove nothing about the hubs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::answers::Answers;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::probe::{Probe, ProbeOutcome, Refusal, UnprovenLine, unproven_line};
use crate::domain::source::{Answer, AnySlot, Failure, FailureKind, SourceKind};

/// After this many failures in a row, a hub counts as down. An answer of another hub proves that our own network works
/// only if it came after the first of these failures.
const REPEATED: u32 = 2;

/// Answers within this time count as answers of the same poll.
const SAME_LOOK: Duration = Duration::from_secs(5);

/// Answers of this many other sources prove that public addresses can be reached.
const OTHER_SOURCES: usize = 2;

/// Why the probes as a whole are down; `None` if the failing hubs themselves are down.
pub fn failure(
    probes: &Answer<BTreeMap<HubKey, Probe>>,
    answers: &Answers,
    policy: &Policy,
    now: Now,
) -> Option<Failure> {
    let line = unproven_line(probes.body.iter(), REPEATED)?;
    if let Some(cluster) = &line.only_cluster
        && is_proven_by_others(cluster, &line, answers, policy, now)
    {
        return None;
    }
    Some(Failure {
        kind: FailureKind::Unreachable,
        text: describe(&line, &probes.body),
        since: line.since,
        at: probes.got_at,
    })
}

fn is_proven_by_others(
    cluster: &ClusterName,
    line: &UnprovenLine,
    answers: &Answers,
    policy: &Policy,
    now: Now,
) -> bool {
    let from = line.answers_from.saturating_sub(SAME_LOOK);
    let answering: BTreeSet<_> = answers
        .slots()
        .filter(|slot| slot.id().kind != SourceKind::Probes)
        .filter(|slot| slot.has_answered_since(from, now))
        .map(AnySlot::id)
        .collect();
    let own = policy.prometheus_for(cluster);
    own.is_some_and(|own| answering.contains(own))
        || (answering.len() >= OTHER_SOURCES && policy.public_clusters.contains(cluster))
}

fn describe(line: &UnprovenLine, probes: &BTreeMap<HubKey, Probe>) -> String {
    let (hubs, all) = (line.hubs, probes.len());
    match &line.refused_alike {
        None => format!("{hubs} of {all} hubs do not answer at once: probably our own network"),
        Some(Refusal::Certificate { issuer, .. }) => format!(
            "{hubs} of {all} hubs show a certificate of one unknown issuer ({issuer}): probably \
             something on our own side"
        ),
        Some(page @ Refusal::Page { server, .. }) => {
            let server = server.as_deref().unwrap_or("no Server header");
            let cause = match has_expected_status(page, probes) {
                true => {
                    "something on our own side, or a proxy that strips JupyterHub's header \
                     (hub_header = false)"
                }
                false => "probably something on our own side",
            };
            format!(
                "{hubs} of {all} hubs show the same page ({server}), which is not a hub's: {cause}"
            )
        }
    }
}

// Whether a hub answered `page` with the status of a good answer. The page may then come from the hub itself, and only
// lack the hub's header.
fn has_expected_status(page: &Refusal, probes: &BTreeMap<HubKey, Probe>) -> bool {
    let mut refused = probes.values();
    refused.any(|probe| {
        probe.refusal.as_ref() == Some(page)
            && matches!(probe.outcome, ProbeOutcome::NotFromHub { .. })
    })
}
