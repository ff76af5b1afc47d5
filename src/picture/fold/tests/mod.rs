//! Tests which cases become a storm, and what is true of every storm.

mod cluster_outages;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use self::cluster_outages::some_outage;
use super::*;
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::case::{CaseAlert, JoinedBy};
use crate::domain::hub::{HubSpec, Tier};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::labels::Labels;
use crate::domain::policy::ClusterSpec;
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::cases::empty_case;
use crate::picture::order;
use crate::picture::{MajorityValue, Outlier, SharedValue};

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(1) + TimeDelta::minutes(minutes)
}

/// A case of an alert at `cluster/hub` that began `minutes` minutes after the start of the test.
fn case(id: usize, name: &str, place: &str, minutes: i64, more: &[(&str, &str)]) -> Case {
    let (cluster, hub) = place.split_once('/').unwrap();
    let said = [
        ("alertname", name),
        ("cluster", cluster),
        ("namespace", hub),
    ];
    let labels: Labels = said.into_iter().chain(more.iter().copied()).collect();
    let alert = Alert {
        source: SourceId::new(SourceKind::Prometheus, cluster),
        cluster: Some(cluster.into()),
        fingerprint: labels.fingerprint(),
        labels,
        annotations: Labels::default(),
        state: AlertState::Firing,
        active_at: Some(at(minutes)),
        firing_since: None,
        value: None,
        rule: Arc::new(AlertRule {
            name: name.into(),
            group: "group".into(),
            expression: "up == 0".into(),
            hold: std::time::Duration::ZERO,
        }),
    };
    Case {
        title: name.to_owned(),
        places: vec![Place {
            cluster: Some(cluster.into()),
            hub: Some(hub.into()),
        }],
        alerts: vec![CaseAlert {
            alert: Arc::new(alert),
            doubtful_silence: None,
            suppressed: None,
            joined_by: JoinedBy::None,
        }],
        ..empty_case(CaseId::Incident(format!("Q{id:03}").into()), at(minutes))
    }
}

/// Six clusters of two hubs. The first three clusters run on aws.
fn policy() -> Policy {
    let cluster = |number: usize| {
        let name = format!("c{number}");
        let hubs = ["prod", "staging"].map(|hub| HubSpec {
            key: HubKey::new(name.as_str(), hub),
            tier: Tier::from_name(hub),
            domain: None,
            health_url: None,
            expected_status: 200,
            expects_hub_header: true,
        });
        ClusterSpec {
            without: Default::default(),
            name: name.as_str().into(),
            provider: Some(if number < 3 { "aws" } else { "gcp" }.to_owned()),
            hubs: hubs.into(),
        }
    };
    Policy {
        clusters: (0..6).map(cluster).collect(),
        ..Policy::default()
    }
}

fn seen(cases: &[Arc<Case>], is_heard: bool) -> Folded {
    let policy = policy();
    let fleet = FoldInput {
        policy: &policy,
        has_fresh_alerts: &|_| is_heard,
    };
    fold_with(cases, &fleet)
}

fn sorted(cases: Vec<Case>) -> Vec<Arc<Case>> {
    let mut cases = cases;
    cases.sort_by(|a, b| order::compare(a, b, &policy()));
    cases.into_iter().map(Arc::new).collect()
}

fn folds(cases: Vec<Case>) -> Vec<Storm> {
    storms(&seen(&sorted(cases), true)).cloned().collect()
}

fn storms(folded: &Folded) -> impl Iterator<Item = &Storm> {
    folded.rows.iter().filter_map(|row| match row {
        Row::Storm(storm) => Some(storm),
        Row::Case(_) => None,
    })
}

fn on(places: &[&str]) -> Vec<Case> {
    let cases = places.iter().enumerate();
    cases
        .map(|(id, place)| case(id, "restarted", place, 0, &[]))
        .collect()
}

#[test]
fn what_began_at_another_time_is_another_storm() {
    let mut cases = on(&["c0/prod", "c1/prod", "c2/prod", "c3/prod", "c4/prod"]);
    let late = [
        "c0/staging",
        "c1/staging",
        "c2/staging",
        "c3/staging",
        "c4/staging",
    ];
    let late = late.iter().enumerate();
    cases.extend(late.map(|(id, place)| case(10 + id, "restarted", place, 31, &[])));
    let keys: BTreeSet<String> = folds(cases).into_iter().map(|storm| storm.key).collect();
    assert_eq!(
        keys,
        ["restarted", "restarted #2"].map(str::to_owned).into()
    );
}

#[test]
fn a_chain_of_less_than_the_gap_is_one_storm() {
    let mut cases = on(&["c0/prod", "c1/prod", "c2/prod", "c3/prod", "c4/prod"]);
    for (step, case) in (0..).zip(&mut cases) {
        case.since = at(step * 30);
    }
    let [storm] = &folds(cases)[..] else {
        panic!("one storm")
    };
    assert_eq!(storm.spread, TimeDelta::minutes(120));
}

#[test]
fn what_began_long_before_is_not_swallowed() {
    let mut cases = on(&[
        "c0/prod", "c1/prod", "c2/prod", "c3/prod", "c4/prod", "c5/prod",
    ]);
    cases[0].since = at(-31);
    let cases = sorted(cases);
    let folded = seen(&cases, true);
    let rows = folded.rows.len();
    assert_eq!((rows, storms(&folded).count()), (2, 1));
}

#[test]
fn a_small_storm_is_listed_but_is_no_row() {
    let folded = seen(&sorted(on(&["c0/prod", "c1/prod", "c2/prod"])), true);
    assert_eq!((folded.rows.len(), folded.small_storms.len()), (3, 1));
    assert_eq!(folded.small_storms[0].key, "restarted");
    let fewer = seen(&sorted(on(&["c0/prod", "c1/prod"])), true);
    assert!(fewer.small_storms.is_empty());
}

#[test]
fn the_hubs_name_is_shared_and_the_spared_cluster_named() {
    let places = [
        "c0/staging",
        "c1/staging",
        "c2/staging",
        "c3/staging",
        "c5/staging",
    ];
    let [storm] = &folds(on(&places))[..] else {
        panic!("one storm")
    };
    assert_eq!((storm.affected, storm.total), (5, 6));
    assert_eq!(storm.shared, [SharedValue::Hub("staging".into())]);
    let spared = Place {
        cluster: Some("c4".into()),
        hub: Some("staging".into()),
    };
    assert_eq!(storm.outlier, Some(Outlier::Spared(spared)));
}

#[test]
fn what_is_not_heard_of_is_not_called_spared() {
    let places = [
        "c0/staging",
        "c1/staging",
        "c2/staging",
        "c3/staging",
        "c5/staging",
    ];
    let unheard = seen(&sorted(on(&places)), false);
    let odd: Vec<_> = storms(&unheard).map(|it| it.outlier.clone()).collect();
    assert_eq!(odd, [None]);
}

#[test]
fn a_label_that_all_have_is_shared_and_one_that_differs_is_odd() {
    let mut cases: Vec<Case> = (0..5)
        .map(|id| {
            let hub = ["prod", "staging"][id % 2];
            let node = if id == 3 { "n2" } else { "n1" };
            let labels = [("node", node), ("zone", "a"), ("job", "kube")];
            case(id, "restarted", &format!("c{id}/{hub}"), 0, &labels)
        })
        .collect();
    cases.push(case(
        9,
        "restarted",
        "c5/staging",
        0,
        &[("node", "n1"), ("zone", "a")],
    ));
    let [storm] = &folds(cases)[..] else {
        panic!("one storm")
    };
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let (name, value) = label("zone", "a");
    assert_eq!(storm.shared, [SharedValue::Label(name, value)]);
    let (name, value) = label("node", "n1");
    let others = MajorityValue::Label(name, value);
    assert_eq!(
        storm.outlier,
        Some(Outlier::Differs {
            case: 3,
            majority: others
        })
    );
}

#[test]
fn the_one_on_another_provider_is_the_odd_one() {
    let places = ["c0/prod", "c1/prod", "c2/prod", "c2/staging", "c5/staging"];
    let [storm] = &folds(on(&places))[..] else {
        panic!("one storm")
    };
    let others = MajorityValue::Provider("aws".to_owned());
    assert_eq!(
        storm.outlier,
        Some(Outlier::Differs {
            case: 4,
            majority: others
        })
    );
}

#[test]
fn the_one_that_came_first_or_is_not_held_is_the_odd_one() {
    let places = ["c0/prod", "c1/staging", "c2/prod", "c4/staging", "c4/prod"];
    let mut cases = on(&places);
    cases[2].since = at(-6);
    let before = TimeDelta::minutes(6);
    assert_eq!(
        folds(cases)[0].outlier,
        Some(Outlier::StartedEarlier {
            case: 2,
            lead: before
        })
    );
    let mut cases = on(&places);
    for case in &mut cases[1..] {
        case.unowned = false;
    }
    assert_eq!(folds(cases.clone())[0].outlier, Some(Outlier::Unowned(0)));
    // If the owners are not known, the case may have an owner. So it is no outlier.
    cases[0].owners_known = false;
    assert_eq!(folds(cases)[0].outlier, None);
}

fn some_case() -> impl Strategy<Value = Case> {
    let place = (0..6_usize, 0..2_usize);
    let name = prop::sample::select(vec!["restarted", "disk  full", "slow"]);
    let flags = (any::<bool>(), 0..4_usize, any::<bool>(), 0..3_u8);
    (0..400_usize, name, place, 0..120_i64, flags).prop_map(
        |(id, name, (cluster, hub), minutes, (unowned, rank, is_ranked, quiet))| {
            let place = format!("c{cluster}/{}", ["prod", "staging"][hub]);
            let mut case = case(id, name, &place, minutes, &[]);
            case.unowned = unowned;
            if is_ranked {
                case.rank = Rank::Priority(rank);
            }
            case.muted_by = (quiet == 0).then_some(crate::domain::case::MutedBy::Suppressed);
            case
        },
    )
}

fn some_cases() -> impl Strategy<Value = Vec<Case>> {
    let case = prop_oneof![2 => some_case(), 1 => some_outage()];
    prop::collection::vec(case, 0..60).prop_map(|mut cases| {
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        cases.dedup_by(|a, b| a.id == b.id);
        cases
    })
}

fn indices(row: &Row) -> Vec<usize> {
    match row {
        Row::Case(at) => vec![*at],
        Row::Storm(storm) => storm.cases.clone(),
    }
}

proptest! {
    #[test]
    fn every_case_is_in_exactly_one_row_in_order(cases in some_cases()) {
        let cases = sorted(cases);
        let rows = seen(&cases, true).rows;
        let mut all: Vec<usize> = rows.iter().flat_map(indices).collect();
        let first: Vec<usize> = rows.iter().map(|row| indices(row)[0]).collect();
        prop_assert!(first.is_sorted());
        all.sort_unstable();
        prop_assert_eq!(all, (0..cases.len()).collect::<Vec<_>>());
    }

    #[test]
    fn no_p1_but_an_outages_is_folded_and_names_and_quiet_do_not_mix(cases in some_cases()) {
        let cases = sorted(cases);
        let folded = seen(&cases, true);
        for storm in storms(&folded).chain(&folded.small_storms) {
            let quiet: BTreeSet<bool> = storm.cases.iter().map(|at| cases[*at].muted_by.is_some()).collect();
            prop_assert_eq!(quiet.len(), 1);
            for case in storm.cases.iter().map(|at| &cases[*at]) {
                match storm.kind {
                    StormKind::Alert => {
                        prop_assert_ne!(case.rank, Rank::Priority(0));
                        prop_assert_eq!(&case.title, &storm.title);
                    }
                    StormKind::Outage => prop_assert_ne!(&case.title, "Users cannot log in"),
                }
            }
            prop_assert!(storm.affected <= storm.total);
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(cases in some_cases().prop_shuffle()) {
        let mut turned = cases.clone();
        turned.reverse();
        let (one, other) = (seen(&sorted(cases), true), seen(&sorted(turned), true));
        prop_assert_eq!(one.rows, other.rows);
        prop_assert_eq!(one.small_storms, other.small_storms);
    }

    #[test]
    fn keys_are_of_one_storm_each(cases in some_cases()) {
        let folded = seen(&sorted(cases), true);
        let keys: Vec<&String> = storms(&folded).chain(&folded.small_storms).map(|storm| &storm.key).collect();
        let distinct: BTreeSet<&String> = keys.iter().copied().collect();
        prop_assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn a_case_of_another_name_changes_no_storm(cases in some_cases(), minutes in 0..120_i64) {
        let ids = |cases: &[Arc<Case>], storm: &Storm| -> (String, Vec<CaseId>) {
            let ids = storm.cases.iter().map(|at| cases[*at].id.clone());
            (storm.key.clone(), ids.collect())
        };
        let before = sorted(cases.clone());
        let known: BTreeSet<_> = storms(&seen(&before, true)).map(|storm| ids(&before, storm)).collect();
        let mut more = cases;
        more.push(case(999, "another", "c0/prod", minutes, &[]));
        let after = sorted(more);
        let now: BTreeSet<_> = storms(&seen(&after, true)).map(|storm| ids(&after, storm)).collect();
        prop_assert_eq!(known, now);
    }

    #[test]
    fn a_member_that_comes_last_or_goes_keeps_the_key(count in 5..12_usize, gone in 0..12_usize) {
        let places = |id: usize| format!("c{}/{}", id % 6, ["prod", "staging"][id / 6]);
        let cases: Vec<Case> = (0..count)
            .map(|id| case(id, "restarted", &places(id), i64::try_from(id).unwrap(), &[]))
            .collect();
        let mut fewer = cases.clone();
        fewer.remove(gone % count);
        let key = |cases: Vec<Case>| {
            let folded = seen(&sorted(cases), true);
            storms(&folded).chain(&folded.small_storms).map(|storm| storm.key.clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(key(cases), key(fewer));
    }
}
