//! Tests when the outages of a cluster's hubs become one row, and which cases are never part of that row.

use super::*;
use crate::domain::incident::Incident;

/// A case without an incident, for a hub that is down by its probe.
fn down(place: &str, minutes: i64) -> Case {
    let (cluster, hub) = place.split_once('/').unwrap();
    let key = HubKey::new(cluster, hub);
    Case {
        title: "hub down".to_owned(),
        places: vec![key.clone().into()],
        hub_down: Some((key.clone(), Vec::new())),
        ..empty_case(CaseId::Hub(key), at(minutes))
    }
}

fn incident(title: &str) -> Incident {
    Incident {
        title: title.to_owned(),
        created_at: at(0),
        ..crate::app::fixture::incident("Q1")
    }
}

/// A P1 whose incident has this title, joined to the outage of the hub.
fn page(place: &str, title: &str, minutes: i64) -> Case {
    Case {
        id: CaseId::Incident(place.into()),
        title: title.to_owned(),
        rank: Rank::Priority(0),
        incident: Some(Arc::new(incident(title))),
        ..down(place, minutes)
    }
}

/// Folds the cases of one cluster. The cluster has `hubs` hubs, named h0, h1, ….
fn folds_of_cluster(hubs: usize, cases: Vec<Case>) -> Folded {
    let hub = |number: usize| HubSpec {
        key: HubKey::new("commons", format!("h{number}").as_str()),
        tier: Tier::Prod,
        domain: Some(format!("h{number}.example")),
        health_url: Some("http://127.0.0.1:1/hub/health".to_owned()),
        expected_status: 200,
        expects_hub_header: true,
    };
    let policy = Policy {
        clusters: vec![ClusterSpec {
            without: Default::default(),
            name: "commons".into(),
            provider: None,
            hubs: (0..hubs).map(hub).collect(),
        }],
        ..Policy::default()
    };
    let fleet = FoldInput {
        policy: &policy,
        has_fresh_alerts: &|_| true,
    };
    let mut cases = cases;
    cases.sort_by(|a, b| order::compare(a, b, &policy));
    let cases: Vec<Arc<Case>> = cases.into_iter().map(Arc::new).collect();
    fold_with(&cases, &fleet)
}

fn down_at(minutes: &[i64]) -> Vec<Case> {
    let hubs = minutes.iter().enumerate();
    hubs.map(|(hub, at)| down(&format!("commons/h{hub}"), *at))
        .collect()
}

fn sizes(folded: &Folded) -> Vec<usize> {
    storms(folded).map(|storm| storm.cases.len()).collect()
}

#[test]
fn hubs_of_a_cluster_fold_from_five_or_from_three_that_are_most() {
    for (hubs, down, folds) in [
        (95, 5, true),
        (95, 4, false),
        (6, 3, false),
        (5, 3, true),
        (3, 3, true),
        (2, 2, false),
    ] {
        let folded = folds_of_cluster(hubs, down_at(&vec![0; down]));
        let expected = if folds { vec![down] } else { Vec::new() };
        assert_eq!(sizes(&folded), expected, "{down} of {hubs}");
    }
}

#[test]
fn a_cluster_that_is_down_is_one_row_that_says_how_much_of_it() {
    let folded = folds_of_cluster(95, down_at(&[0; 95]));
    assert_eq!(folded.rows.len(), 1);
    let storm = storms(&folded).next().unwrap();
    assert_eq!((storm.affected, storm.total), (95, 95));
    assert_eq!(
        (storm.kind, storm.outlier.clone()),
        (StormKind::Outage, None)
    );
}

#[test]
fn outages_that_began_more_than_half_an_hour_apart_are_not_one() {
    assert_eq!(
        sizes(&folds_of_cluster(9, down_at(&[0, 10, 20, 25, 30]))),
        [5]
    );
    assert_eq!(
        sizes(&folds_of_cluster(99, down_at(&[0, 10, 20, 25, 31]))),
        [0; 0]
    );
    // A hub that went down long before the others does not split the others' row. Hubs that went down one by one over a
    // long time do not become a row.
    let folded = folds_of_cluster(9, down_at(&[0, 25, 35, 40, 45, 50]));
    assert_eq!((sizes(&folded), folded.rows.len()), (vec![5], 2));
    let spread: Vec<i64> = (0..10).map(|hub| hub * 20).collect();
    assert_eq!(sizes(&folds_of_cluster(99, down_at(&spread))), [0; 0]);
    let twice = folds_of_cluster(99, down_at(&[0, 0, 0, 0, 0, 60, 60, 60, 60, 60]));
    assert_eq!(sizes(&twice), [5, 5]);
}

#[test]
fn pages_of_outside_checks_fold_and_p1s_of_another_kind_do_not() {
    let mut cases = down_at(&[0, 0, 0, 0]);
    cases.push(page("commons/h4", "h4.example on commons", 1));
    cases.push(page("commons/h5", "Hub is down", 1));
    cases.push(page("commons/h6", "Users cannot log in", 1));
    cases.push(page("commons/h7", "certificate of h7.example ends", 1));
    let folded = folds_of_cluster(95, cases);
    assert_eq!((sizes(&folded), folded.rows.len()), (vec![6], 3));
}

#[test]
fn a_whole_cluster_is_no_hub_and_maintenance_is_another_row() {
    let mut cases = down_at(&[0; 10]);
    for case in &mut cases[5..] {
        case.muted_by = Some(crate::domain::case::MutedBy::Maintenance);
    }
    let mut whole = page("commons/h11", "Hub is down", 0);
    whole.places[0].hub = None;
    cases.push(whole);
    let folded = folds_of_cluster(95, cases);
    assert_eq!((sizes(&folded), folded.rows.len()), (vec![5, 5], 3));
}

#[test]
fn a_cluster_that_recovers_stays_a_row_for_those_who_see_it() {
    let folded = folds_of_cluster(95, down_at(&[0; 3]));
    assert_eq!((folded.rows.len(), folded.small_storms.len()), (3, 1));
    assert_eq!(folded.small_storms[0].key, "outage of commons");
}

/// A case about the outage of any hub, with or without a page, or a P1 of another kind. Input of property tests.
pub(super) fn some_outage() -> impl Strategy<Value = Case> {
    let title = prop::sample::select(vec!["Hub is down", "Users cannot log in"]);
    (
        0..400_usize,
        title,
        0..6_usize,
        0..8_usize,
        0..90_i64,
        any::<bool>(),
    )
        .prop_map(|(id, title, cluster, hub, minutes, has_page)| {
            let place = format!("c{cluster}/h{hub}");
            let mut case = page(&place, title, minutes);
            case.id = CaseId::Incident(format!("R{id:03}").into());
            if has_page {
                case
            } else {
                down(&place, minutes)
            }
        })
}
