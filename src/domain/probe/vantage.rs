//! The vantage rule: decides whether probes fail because of the hubs or because of our own network.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Probe, Refusal};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::now::Now;

/// All hubs of some clusters fail, and nothing proves that our own network works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnprovenLine {
    /// The first failure in a cluster whose hubs all fail.
    pub since: Now,
    /// The time of the first repeated failure, on the steady clock. Answers since that time prove that our network
    /// works. Zero if no failure was repeated.
    pub answers_from: Duration,
    /// The number of hubs in the clusters whose hubs all fail.
    pub hubs: usize,
    /// The refusal that hubs of several clusters have in common, if there is one.
    pub refused_alike: Option<Refusal>,
    /// Set if only one cluster is probed. If so, only other sources can prove that our network works.
    pub only_cluster: Option<ClusterName>,
}

/// Finds the clusters whose hubs all fail, unless answers of other clusters prove that our own network works. Answers
/// of one other cluster are proof if two or three clusters are probed, and answers of two if more are probed. An answer
/// counts only if it came after the first repeated failure. `None` if there is no cluster whose hubs all fail, or if
/// there is proof.
///
/// A failure counts as repeated after `min_tries` tries. If no failure is repeated, answers of any age count, since the
/// other hubs may have been probed a moment earlier.
pub fn unproven_line<'a, I>(probes: I, min_tries: u32) -> Option<UnprovenLine>
where
    I: Iterator<Item = (&'a HubKey, &'a Probe)> + Clone,
{
    let refused_alike = common_refusal(probes.clone());
    let clusters = tally(probes, refused_alike, min_tries);
    let silent: Vec<&Tally> = clusters.values().filter(|it| it.is_silent()).collect();
    let since = silent.iter().filter_map(|it| it.first_failure);
    let since = since.min_by_key(|first| (first.mono, first.wall))?;
    let answers_from = silent.iter().filter_map(|it| it.answers_from).min();
    let answers_from = answers_from.unwrap_or_default();
    let answering = clusters.values().filter(|it| {
        it.newest_answer
            .is_some_and(|answered| answered >= answers_from)
    });
    if is_proof(answering.count(), clusters.len()) {
        return None;
    }
    Some(UnprovenLine {
        since,
        answers_from,
        hubs: silent.iter().map(|it| it.failing).sum(),
        refused_alike: refused_alike.cloned(),
        only_cluster: match clusters.len() {
            1 => clusters.into_keys().next().cloned(),
            _ => None,
        },
    })
}

fn is_proof(answering: usize, clusters: usize) -> bool {
    match clusters {
        0 | 1 => false,
        2 | 3 => answering >= 1,
        _ => answering >= 2,
    }
}

/// The probe results of one cluster.
#[derive(Default)]
struct Tally {
    failing: usize,
    first_failure: Option<Now>,
    /// The time of the first repeated failure. Earlier answers of other clusters do not prove that our network works.
    answers_from: Option<Duration>,
    newest_answer: Option<Duration>,
}

impl Tally {
    fn is_silent(&self) -> bool {
        self.failing > 0 && self.newest_answer.is_none()
    }

    fn add_failure(&mut self, probe: &Probe, min_tries: u32) {
        self.failing += 1;
        let (first, tries) = match probe.failing {
            Some(run) => (run.first, run.tries),
            None => (probe.at, 1),
        };
        if self
            .first_failure
            .is_none_or(|known| first.mono < known.mono)
        {
            self.first_failure = Some(first);
        }
        if tries >= min_tries {
            let known = self.answers_from.unwrap_or(Duration::MAX);
            self.answers_from = Some(known.min(first.mono));
        }
    }

    fn add_answer(&mut self, probe: &Probe) {
        self.newest_answer = self.newest_answer.max(Some(probe.at.mono));
    }
}

fn tally<'a>(
    probes: impl Iterator<Item = (&'a HubKey, &'a Probe)>,
    refused_alike: Option<&Refusal>,
    min_tries: u32,
) -> BTreeMap<&'a ClusterName, Tally> {
    let mut clusters: BTreeMap<&ClusterName, Tally> = BTreeMap::new();
    for (key, probe) in probes {
        let tally = clusters.entry(&key.cluster).or_default();
        let is_alike = refused_alike.is_some() && probe.refusal.as_ref() == refused_alike;
        if is_alike || probe.outcome.may_be_our_network() {
            tally.add_failure(probe, min_tries);
        } else {
            tally.add_answer(probe);
        }
    }
    clusters
}

// Returns a refusal only if at least two clusters give the same one. A single cluster's refusal may come from that
// cluster's own proxy.
fn common_refusal<'a>(
    probes: impl Iterator<Item = (&'a HubKey, &'a Probe)>,
) -> Option<&'a Refusal> {
    let mut clusters: BTreeMap<&Refusal, BTreeSet<&ClusterName>> = BTreeMap::new();
    for (key, probe) in probes {
        if let Some(refusal) = &probe.refusal {
            clusters.entry(refusal).or_default().insert(&key.cluster);
        }
    }
    clusters
        .into_iter()
        .filter(|(_, clusters)| clusters.len() >= 2)
        .max_by_key(|(_, clusters)| clusters.len())
        .map(|(refusal, _)| refusal)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::probe::{FailingRun, ProbeFailure, ProbeOutcome, ProxyState};

    /// The latest probes of a fleet for these tests.
    #[derive(Default)]
    struct Fleet(BTreeMap<HubKey, Probe>);

    fn at(seconds: u64) -> Now {
        Now {
            wall: DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
            mono: Duration::from_secs(seconds),
        }
    }

    fn good(seconds: u64) -> Probe {
        Probe {
            at: at(seconds),
            outcome: ProbeOutcome::Good { status: 200 },
            refusal: None,
            latency: None,
            certificate_ends: None,
            failing: None,
            ended: Vec::new(),
            version: None,
        }
    }

    fn failed(outcome: ProbeOutcome, refusal: Option<Refusal>) -> Probe {
        let failing = Some(FailingRun {
            first: at(100),
            latest: at(115),
            tries: 2,
        });
        Probe {
            outcome,
            refusal,
            failing,
            ..good(115)
        }
    }

    fn silent() -> Probe {
        let outcome = ProbeOutcome::NoAnswer {
            kind: ProbeFailure::Connect,
            text: String::new(),
        };
        failed(outcome, None)
    }

    fn refused(server: &str, body_bytes: u64) -> Probe {
        let outcome = ProbeOutcome::Wrong {
            status: 403,
            proxy: ProxyState::Unclear,
        };
        let refusal = Refusal::Page {
            server: Some(server.to_owned()),
            body_bytes,
        };
        failed(outcome, Some(refusal))
    }

    fn untrusted(key_id: Option<&str>) -> Probe {
        let outcome = ProbeOutcome::NoAnswer {
            kind: ProbeFailure::Certificate,
            text: String::new(),
        };
        let refusal = Refusal::Certificate {
            issuer: "CN=Inspection".to_owned(),
            key_id: key_id.map(str::to_owned),
        };
        failed(outcome, Some(refusal))
    }

    impl Fleet {
        /// Adds one hub of the cluster for each probe.
        fn with(mut self, cluster: &str, probes: impl IntoIterator<Item = Probe>) -> Self {
            for probe in probes {
                let hub = format!("h{}", self.0.len());
                self.0.insert(HubKey::new(cluster, hub), probe);
            }
            self
        }

        fn unproven(&self) -> Option<UnprovenLine> {
            unproven_line(self.0.iter(), 2)
        }
    }

    #[test]
    fn two_clusters_of_four_prove_the_line_however_many_hubs_the_silent_one_has() {
        let fleet = || Fleet::default().with("a", (0..95).map(|_| silent()));
        let proven = fleet().with("b", [good(115)]).with("c", [good(116)]);
        assert_eq!(proven.with("d", [silent()]).unproven(), None);
        let one = fleet().with("b", [good(115)]).with("c", [silent()]);
        let unproven = one.with("d", [silent()]).unproven().unwrap();
        assert_eq!((unproven.hubs, unproven.since), (97, at(100)));
    }

    #[test]
    fn one_cluster_of_two_or_three_proves_it() {
        let two = || Fleet::default().with("a", [silent(), silent()]);
        assert_eq!(two().with("b", [good(115)]).unproven(), None);
        let three = two().with("b", [silent()]);
        assert_eq!(three.with("c", [good(115)]).unproven(), None);
        assert!(two().with("b", [silent()]).unproven().is_some());
    }

    #[test]
    fn one_cluster_alone_is_left_to_other_sources() {
        let unproven = Fleet::default().with("a", [silent()]).unproven().unwrap();
        assert_eq!(unproven.only_cluster, Some("a".into()));
        let half = Fleet::default().with("a", [silent(), good(0)]);
        assert_eq!(half.unproven(), None);
    }

    #[test]
    fn an_answer_from_before_the_first_failure_proves_nothing() {
        let fleet = |seconds| {
            let fleet = Fleet::default().with("a", [silent()]);
            fleet.with("b", [good(seconds)])
        };
        assert!(fleet(99).unproven().is_some());
        assert_eq!(fleet(100).unproven(), None);
    }

    #[test]
    fn a_failure_that_was_not_repeated_takes_an_answer_of_any_age() {
        let mut once = silent();
        once.failing = once.failing.map(|run| FailingRun { tries: 1, ..run });
        let fleet = Fleet::default().with("a", [once]).with("b", [good(99)]);
        assert_eq!(fleet.unproven(), None);
        assert!(unproven_line(fleet.0.iter(), 1).is_some());
    }

    #[test]
    fn nothing_that_fails_needs_no_proof() {
        assert_eq!(Fleet::default().unproven(), None);
        assert_eq!(Fleet::default().with("a", [good(1)]).unproven(), None);
    }

    #[test]
    fn a_wrong_answer_of_its_own_proves_the_line() {
        let fleet = Fleet::default().with("a", [silent()]);
        assert_eq!(fleet.with("b", [refused("nginx", 190)]).unproven(), None);
        let alone = Fleet::default().with("a", [refused("nginx", 190)]);
        assert_eq!(alone.unproven(), None);
    }

    #[test]
    fn one_page_in_nearly_every_cluster_is_our_side() {
        let page = || refused("firewall", 512);
        let fleet = || {
            Fleet::default()
                .with("a", [page(), page()])
                .with("b", [page()])
        };
        let most = || fleet().with("c", [page()]);
        let unproven = most().with("d", [good(115)]).unproven().unwrap();
        assert_eq!(unproven.refused_alike, page().refusal);
        assert_eq!(unproven.hubs, 4);
        let all = most().with("d", [page()]);
        assert!(all.unproven().is_some());
        // A further cluster that does not answer proves nothing.
        assert!(fleet().with("c", [silent()]).unproven().is_some());
        let half = fleet().with("c", [good(115)]).with("d", [good(115)]);
        assert_eq!(half.unproven(), None);
    }

    #[test]
    fn pages_that_differ_are_the_hubs_own() {
        let pages = ["a", "b", "c", "d"].into_iter().zip([190, 191, 192, 193]);
        let differing = pages.fold(Fleet::default(), |fleet, (cluster, bytes)| {
            fleet.with(cluster, [refused("nginx", bytes)])
        });
        assert_eq!(differing.unproven(), None);
        let servers = Fleet::default().with("a", [refused("nginx", 190)]);
        assert_eq!(servers.with("b", [refused("envoy", 190)]).unproven(), None);
    }

    #[test]
    fn certificates_of_one_issuer_with_one_key_are_our_side() {
        for key in [Some("01"), None] {
            let clusters = ["a", "b", "c", "d"].into_iter();
            let fleet = clusters.fold(Fleet::default(), |fleet, cluster| {
                fleet.with(cluster, [untrusted(key)])
            });
            assert!(fleet.unproven().is_some(), "{key:?}");
        }
        let two_keys = Fleet::default().with("a", [untrusted(Some("01"))]);
        let two_keys = two_keys.with("b", [untrusted(Some("02"))]);
        assert_eq!(two_keys.unproven(), None);
    }

    #[test]
    fn a_run_that_an_earlier_look_began_takes_every_answer_of_this_one() {
        let mut earlier = silent();
        earlier.failing = earlier.failing.map(|run| FailingRun {
            first: Now {
                mono: Duration::ZERO,
                ..at(10)
            },
            ..run
        });
        let fleet = Fleet::default().with("a", [earlier, silent()]);
        assert_eq!(fleet.with("b", [good(50)]).unproven(), None);
    }
}
