use super::super::fixture::*;
use super::*;

fn with_cases(after: u64, cases: Vec<CaseObservation>) -> Observation {
    Observation {
        cases,
        ..observe(after, vec![hub("leap", "prod", after)])
    }
}

fn with_case(first: Vec<CaseObservation>, minutes: u64, case: &CaseObservation) -> Outcome {
    let first = with_cases(0, first);
    let mut watch = watch_from(&first, options());
    watch.record(first);
    for minute in 1..=minutes {
        watch.record(with_cases(minute * MINUTE, vec![case.clone()]));
    }
    complete(&watch)
}

#[test]
fn a_new_case_that_outlasts_the_grace_is_worse() {
    let new = case("Q1", "leap", "prod", 30);
    let outcome = with_case(vec![], 7, &new);
    assert_eq!(kinds(&outcome), ["new_case"]);
    assert_eq!(outcome.worse_cases().count(), 0, "the hub tells of it");
    let young = with_case(vec![], 5, &new);
    assert_eq!(young.verdict(), WaitVerdict::CannotTell);
    assert_eq!(doubts(&young), ["young_case"]);
    let cluster = CaseObservation {
        places: vec![cluster_place("leap")],
        ..new
    };
    let outcome = with_case(vec![], 7, &cluster);
    assert_eq!(
        (kinds(&outcome).len(), outcome.worse_cases().count()),
        (0, 1)
    );
    assert_eq!(outcome.verdict(), WaitVerdict::Worse);
}

#[test]
fn a_case_that_closes_within_the_grace_is_no_difference() {
    let first = with_cases(0, vec![]);
    let mut watch = watch_from(&first, options());
    watch.record(first);
    for minute in 1..=20 {
        let cases = match minute {
            2..=5 | 9..=12 => vec![case("Q1", "leap", "prod", 120)],
            _ => vec![],
        };
        watch.record(with_cases(minute * MINUTE, cases));
    }
    assert_eq!(complete(&watch).verdict(), WaitVerdict::NothingWorse);
}

#[test]
fn cases_that_do_not_count_make_no_difference() {
    let new = case("Q1", "leap", "prod", 30);
    let silenced = CaseObservation {
        is_silenced: true,
        ..new.clone()
    };
    let hub_down = CaseObservation {
        id: CaseId::Hub(leap_prod()),
        ..new.clone()
    };
    let nowhere = CaseObservation {
        places: vec![],
        ..new.clone()
    };
    let older = case("Q1", "leap", "prod", -1);
    for quiet in [silenced, hub_down, nowhere, older] {
        let outcome = with_case(vec![], 20, &quiet);
        assert_eq!(outcome.verdict(), WaitVerdict::NothingWorse, "{quiet:?}");
    }
    // A case with the most severe priority counts even without a place.
    let p1 = CaseObservation {
        places: vec![],
        is_most_severe: true,
        ..new
    };
    assert_eq!(with_case(vec![], 20, &p1).verdict(), WaitVerdict::Worse);
}

#[test]
fn a_case_of_the_baseline_is_no_new_one_under_any_of_its_ids() {
    let old = case("Q1", "leap", "prod", 0);
    let same = with_case(vec![old.clone()], 20, &old);
    assert_eq!(same.verdict(), WaitVerdict::NothingWorse);
    // A case was open as an alert before the wait. It now has an incident.
    let alert = CaseObservation {
        id: "alert:00000000000000ab".parse().unwrap(),
        ..old.clone()
    };
    let paged = CaseObservation {
        aliases: vec![alert.id.clone()],
        since: at(60).wall,
        ..old.clone()
    };
    let outcome = with_case(vec![alert], 20, &paged);
    assert_eq!(outcome.verdict(), WaitVerdict::NothingWorse);
    // An incident that began on another hub and has since reached this hub counts as new.
    let elsewhere = case("Q1", "maap", "prod", -600);
    let spread = CaseObservation {
        places: [elsewhere.places.clone(), old.places.clone()].concat(),
        ..elsewhere.clone()
    };
    let outcome = with_case(vec![elsewhere], 20, &spread);
    assert_eq!(kinds(&outcome), ["new_case"]);
    let whole = CaseObservation {
        places: vec![cluster_place("leap")],
        ..old.clone()
    };
    assert_eq!(
        with_case(vec![whole], 20, &old).verdict(),
        WaitVerdict::NothingWorse
    );
}

#[test]
fn a_case_that_gets_a_better_id_stays_one_case() {
    let first = with_cases(0, vec![]);
    let mut watch = watch_from(&first, options());
    watch.record(first);
    let alert = CaseObservation {
        id: "alert:00000000000000ab".parse().unwrap(),
        ..case("Q1", "leap", "prod", 60)
    };
    let paged = CaseObservation {
        aliases: vec![alert.id.clone()],
        ..case("Q1", "leap", "prod", 60)
    };
    for minute in 1..=8 {
        let case = if minute < 4 { &alert } else { &paged };
        watch.record(with_cases(minute * MINUTE, vec![case.clone()]));
    }
    let outcome = complete(&watch);
    assert_eq!(outcome.cases.len(), 1);
    assert_eq!(outcome.cases[0].lasted, seconds(7 * MINUTE));
    assert!(outcome.cases[0].is_worse);
}
