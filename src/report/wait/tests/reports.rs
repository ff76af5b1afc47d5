use std::time::Duration;

use chrono::TimeDelta;

use super::fixture::*;
use crate::domain::ids::{CaseId, HubKey};
use crate::regression::{
    BlindSpotOutcome, Change, ClusterStarts, Doubt, HubOutcome, Outcome, SlowStarts,
    StartTimesCompared, WaitEnd, Worsening,
};
use crate::report::json_text;
use crate::report::wait::{WaitContext, json, junit, progress, text};
use crate::text::symbols::{ASCII, UNICODE};

fn line(outcome: &Outcome) -> String {
    text::line(outcome, &context(), &UNICODE)
}

fn words(outcome: &Outcome) -> String {
    let line = line(outcome);
    assert!(line.ends_with('\n') && line.lines().count() == 1, "{line}");
    line.split(" | ").next().unwrap().to_owned()
}

#[test]
fn an_all_clear_names_who_was_not_tried_and_an_old_baseline() {
    let calm = outcome(vec![hub("leap", "prod")]);
    assert_eq!(
        line(&calm),
        "HUBWATCH OK - nothing got worse on 1 hub in 30m | hubs=1 worse=0 cannot_tell=0 not_tried=0 starts=10 \
         failed_starts=0 new_cases=0 sources_lost=0 waited_seconds=1800\n"
    );
    let staging = (1..=5).map(|at| not_tried(&format!("c{at}"), "staging"));
    let mixed = outcome(staging.chain([hub("leap", "prod")]).collect());
    assert_eq!(
        words(&mixed),
        "HUBWATCH OK - nothing got worse on 6 hubs in 30m · not tried: c1/staging, c2/staging, c3/staging and 2 more"
    );
    let mut old = context();
    old.baseline_at -= TimeDelta::days(3);
    assert!(text::line(&calm, &old, &ASCII).contains("the baseline is 3d old"));
}

#[test]
fn what_got_worse_is_named_with_the_figures_of_both_sides() {
    let one = outcome(vec![hub("leap", "prod"), slow("maap", "prod")]);
    assert_eq!(
        words(&one),
        "HUBWATCH CRITICAL - 1 of 2 hubs got worse in 30m: maap/prod: servers start in 75 s, before 15 s (p95 of 10 starts, about 9 of them above 45 s)"
    );
    let many = outcome((1..=5).map(|at| slow(&format!("c{at}"), "prod")).collect());
    assert!(words(&many).ends_with(" · and 2 more"), "{}", words(&many));
    let failing = HubOutcome {
        worse: vec![Worsening::Failing {
            lasted: minutes(6),
            evidence: Vec::new(),
        }],
        ..hub("z", "prod")
    };
    let first = words(&outcome(vec![slow("a", "prod"), failing]));
    assert!(
        first.contains("in 30m: z/prod: failing for 6m · a/prod: servers"),
        "{first}"
    );
    let all = words(&everything());
    assert!(all.contains("new case pd:Q7: nodes; are gone <b>"), "{all}");
    assert!(
        all.ends_with("not tried: leap/staging (incomplete)"),
        "{all}"
    );
    let part = WaitContext {
        restricted_to: vec!["maap".to_owned()],
        ..context()
    };
    let part = text::line(&one, &part, &ASCII);
    assert!(
        part.starts_with("HUBWATCH CRITICAL - maap only: 1 of 2 hubs"),
        "{part}"
    );
    assert!(part.is_ascii());
}

#[test]
fn a_case_without_a_hub_is_worse_by_itself() {
    let alone = Outcome {
        cases: vec![new_case(true)],
        ..outcome(vec![hub("leap", "prod")])
    };
    assert_eq!(
        words(&alone),
        "HUBWATCH CRITICAL - of 1 hub none got worse in 30m, but: new case pd:Q7: nodes; are gone <b>"
    );
}

#[test]
fn what_cannot_be_told_says_why() {
    let blind = Outcome {
        sources: vec![lost()],
        ..outcome(vec![doubtful("maap", "r")])
    };
    assert_eq!(
        words(&blind),
        "HUBWATCH UNKNOWN - cannot tell whether anything got worse on 1 hub in 30m: prometheus/leap lost for 6m: \
         down: connection refused · maap/r: failing for 2m at its last poll, within the grace"
    );
    let young = Outcome {
        cases: vec![new_case(false)],
        ..outcome(vec![hub("leap", "prod")])
    };
    assert!(words(&young).contains("younger than the grace: pd:Q7"));
}

#[test]
fn a_blind_spot_that_lasts_is_named_everywhere() {
    let spot = |is_blind| BlindSpotOutcome {
        text: "prometheus/leap has no alerting rules".to_owned(),
        lasted: minutes(6),
        is_blind,
    };
    let blind = Outcome {
        blind_spots: vec![spot(true)],
        ..outcome(vec![hub("leap", "prod")])
    };
    assert_eq!(
        words(&blind),
        "HUBWATCH UNKNOWN - cannot tell whether anything got worse on 1 hub in 30m: blind for 6m: \
         prometheus/leap has no alerting rules"
    );
    let junit = junit::report(&blind, &context());
    assert!(junit.contains("type=\"blind_spot\""), "{junit}");
    let json = json_text::to_text(&json::report(&blind, &context())).unwrap();
    assert!(json.contains("\"lasted_seconds\": 360"), "{json}");
    let over = Outcome {
        blind_spots: vec![spot(false)],
        ..blind
    };
    assert_eq!(
        text::details(&over, &UNICODE),
        ["for a while: blind for 6m: prometheus/leap has no alerting rules"]
    );
    assert!(words(&over).starts_with("HUBWATCH OK"));
}

#[test]
fn an_interrupted_wait_says_what_it_saw_so_far() {
    let interrupted = |hubs| Outcome {
        end: WaitEnd::Interrupted,
        waited: minutes(4),
        ..outcome(hubs)
    };
    assert_eq!(
        words(&interrupted(vec![hub("leap", "prod")])),
        "HUBWATCH UNKNOWN - nothing got worse so far on 1 hub in 4m of 30m, interrupted"
    );
    let worse = words(&interrupted(vec![slow("maap", "prod")]));
    assert!(worse.starts_with(
        "HUBWATCH CRITICAL - 1 of 1 hub got worse in 4m of 30m, interrupted: maap/prod"
    ));
}

#[test]
fn the_details_name_everything() {
    let mut all = everything();
    all.hubs.push(perhaps_slow("temple", "r"));
    for before in [None, Some(15.0)] {
        let mut few = hub("temple", "prod");
        few.start_times = StartTimesCompared::NotCompared;
        let baseline = few.before.as_mut().unwrap();
        (baseline.spawn_p95_seconds, baseline.starts) = (before, Some(4.0));
        all.hubs.push(few);
    }
    insta::assert_snapshot!(text::details(&all, &UNICODE).join("\n"));
}

#[test]
fn starts_that_are_slower_by_chance_are_named_and_decide_nothing() {
    let two = vec![perhaps_slow("leap", "prod"), perhaps_slow("maap", "prod")];
    assert!(line(&outcome(two)).starts_with(
        "HUBWATCH OK - nothing got worse on 2 hubs in 30m · starts perhaps slower on 2 hubs | "
    ));
}

#[test]
fn json_holds_each_hub_before_and_after() {
    let mut all = everything();
    all.hubs.push(perhaps_slow("temple", "r"));
    let report = json::report(&all, &context());
    insta::assert_snapshot!(json_text::to_text(&report).unwrap());
}

#[test]
fn junit_has_a_case_for_each_hub() {
    let report = junit::report(&everything(), &context());
    insta::assert_snapshot!(report);
    let unknown = junit::unknown("there is no cluster '<nowhere>' \u{1b}[31m");
    assert!(unknown.contains("errors=\"1\"") && unknown.contains("&lt;nowhere&gt;"));
    assert!(!unknown.contains('\u{1b}'));
}

#[test]
fn every_reason_has_words() {
    let title = "servers \u{1b}[31m fail".to_owned();
    let id = CaseId::Incident("Q7".into());
    let worse = vec![
        Worsening::Failing {
            lasted: minutes(6),
            evidence: vec!["probe 503".to_owned(), "alert".to_owned()],
        },
        Worsening::FailedStarts {
            count: 3.0,
            before_30m: Some(0.0),
        },
        Worsening::FailedStarts {
            count: 9.0,
            before_30m: Some(4.0),
        },
        Worsening::FailedStarts {
            count: 2.0,
            before_30m: None,
        },
        Worsening::SlowStarts(SlowStarts {
            p95_seconds: 600.0,
            at_least: true,
            above_bound: None,
            ..SLOW
        }),
        Worsening::SlowStarts(SlowStarts {
            above_bound: Some(2.0),
            cluster: Some(ClusterStarts {
                starts: 32.0,
                above_bound: 8.0,
            }),
            ..SLOW
        }),
        Worsening::SlowAnswers {
            median: Duration::from_millis(6200),
            before: Duration::from_millis(310),
            probes: 12,
        },
        Worsening::NewCase {
            id: id.clone(),
            title: title.clone(),
        },
    ];
    let doubts = vec![
        Doubt::NotKnownBefore { lasted: minutes(6) },
        Doubt::Unknown { lasted: minutes(6) },
        Doubt::NotTried,
        Doubt::YoungCase { id, title },
    ];
    let all = outcome(vec![
        HubOutcome {
            worse,
            ..hub("leap", "prod")
        },
        HubOutcome {
            doubts,
            ..hub("maap", "prod")
        },
    ]);
    let details = text::details(&all, &UNICODE).join("\n");
    insta::assert_snapshot!(details.replace(" · ", "\n  "));
}

#[test]
fn a_fleet_that_restarts_is_a_few_lines() {
    let key = |at: u32| HubKey::new(format!("c{at}"), "prod");
    let mut changes: Vec<Change> = (1..=171)
        .map(|at| Change::HubFails {
            key: key(at),
            evidence: vec!["probe 503 from the proxy, failing 1 of 2".to_owned()],
        })
        .collect();
    changes.push(Change::HubWorks {
        key: key(7),
        after: Duration::from_secs(61),
    });
    changes.push(Change::HubIsWorse {
        key: key(9),
        how: slow("c9", "prod").worse.remove(0),
    });
    changes.push(Change::CaseOpened(new_case(true).case));
    changes.push(Change::SourceLost {
        name: "prometheus/leap".to_owned(),
        problem: Some("down: refused".to_owned()),
    });
    insta::assert_snapshot!(progress::lines(&changes).join("\n"));
    let prefix = progress::prefix(Duration::from_millis(128_700), minutes(30));
    assert_eq!(prefix, "2m 8s of 30m: ");
}

#[test]
fn the_standing_counts() {
    let mut all = everything();
    all.hubs[3].is_failing = true;
    assert_eq!(
        progress::standing(&all, " · "),
        "1 hub got worse · 1 hub failing · 1 new case open · servers started on 3 of 4 hubs"
    );
    let calm = outcome(vec![hub("leap", "prod")]);
    assert_eq!(
        progress::standing(&calm, " · "),
        "no hub got worse · servers started on 1 of 1 hub"
    );
}
