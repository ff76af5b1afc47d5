//! The vantage rule over all sources: probes that fail because of our own side say nothing of the hubs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::answers::Answers;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::now::Now;
use crate::domain::policy::Policy;
use crate::domain::probe::{Probe, Refusal, UnprovenLine, unproven_line};
use crate::domain::source::{Answer, AnySlot, Failure, FailureKind, SourceKind};

/// From this number of failures in a row on the others' answers must be as new: two make a hub down.
const REPEATED: u32 = 2;

/// One look asks all sources at once; their answers come within this.
const SAME_LOOK: Duration = Duration::from_secs(5);

/// This number of other sources proves the line to a public address.
const OTHER_SOURCES: usize = 2;

/// Why the probes as a whole are down; None while failing hubs are at fault themselves.
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
        text: describe(&line, probes.body.len()),
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

fn describe(line: &UnprovenLine, all: usize) -> String {
    let hubs = line.hubs;
    match &line.refused_alike {
        None => format!("{hubs} of {all} hubs do not answer at once: probably our own network"),
        Some(Refusal::Certificate { issuer, .. }) => format!(
            "{hubs} of {all} hubs show a certificate of one unknown issuer ({issuer}): probably \
             something on our own side"
        ),
        Some(Refusal::Page { server, .. }) => {
            let server = server.as_deref().unwrap_or("no Server header");
            format!(
                "{hubs} of {all} hubs are answered for by the same page ({server}), which is no \
                 hub's: probably something on our own side"
            )
        }
    }
}
