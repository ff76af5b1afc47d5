use super::*;
use crate::domain::probe::{ProbeFailure, ProxyState};

const INTERVAL: Duration = Duration::from_secs(60);
const CONFIRM: Duration = Duration::from_secs(15);

fn at(seconds: u64) -> Now {
    Now {
        wall: DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
        mono: Duration::from_secs(seconds),
    }
}

fn hub(name: &str) -> HubKey {
    HubKey::new("leap", name)
}

fn try_at(seconds: u64, status: u16) -> ProbeTry {
    let outcome = match status {
        200 => ProbeOutcome::Good { status },
        _ => ProbeOutcome::Wrong {
            status,
            proxy: ProxyState::HubGone,
        },
    };
    ProbeTry {
        at: at(seconds),
        is_from_hub: status == 200,
        version: None,
        outcome,
        refusal: None,
        latency: None,
        certificate_ends: None,
    }
}

fn due(book: &ProbeStates, seconds: u64) -> Vec<String> {
    let targets = ["prod", "staging"].map(|name| ProbeTarget {
        key: hub(name),
        url: String::new(),
        expected_status: 200,
        expects_hub_header: true,
    });
    let due = book.due(&targets, at(seconds)).into_iter();
    due.map(|target| target.key.hub.to_string()).collect()
}

/// Two hubs after a first round at second 0: `prod` fails, and `staging` works.
fn after_first_round() -> ProbeStates {
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    let tries = vec![
        (hub("prod"), try_at(0, 503)),
        (hub("staging"), try_at(0, 200)),
    ];
    book.record(tries, at(1));
    book
}

fn probe(book: &ProbeStates, name: &str) -> Probe {
    book.to_answer().unwrap().body[&hub(name)].clone()
}

#[test]
fn everyone_is_due_at_first() {
    let book = ProbeStates::new(INTERVAL, CONFIRM);
    assert_eq!(due(&book, 0), ["prod", "staging"]);
    assert_eq!(book.to_answer(), None);
    assert_eq!(book.next_round_in(at(0)), None);
}

#[test]
fn a_first_failure_is_tried_again_alone_after_confirm() {
    let book = after_first_round();
    assert_eq!(book.next_round_in(at(1)), Some(Duration::from_secs(14)));
    assert!(!book.is_due(&hub("prod"), at(14)));
    assert_eq!(due(&book, 15), ["prod"]);
}

#[test]
fn a_second_failure_confirms_the_first() {
    let mut book = after_first_round();
    assert!(!probe(&book, "prod").is_confirmed(CONFIRM));
    book.record(vec![(hub("prod"), try_at(15, 503))], at(16));
    let run = probe(&book, "prod").failing.unwrap();
    assert_eq!((run.first, run.latest, run.tries), (at(0), at(15), 2));
    assert!(probe(&book, "prod").is_confirmed(CONFIRM));
}

#[test]
fn a_round_of_second_tries_makes_nobody_else_younger() {
    let mut book = after_first_round();
    book.record(vec![(hub("prod"), try_at(15, 503))], at(16));
    let answer = book.to_answer().unwrap();
    assert_eq!((answer.asked_at, answer.got_at), (at(0), at(1)));
    assert_eq!(answer.body[&hub("prod")].at, at(15));
}

#[test]
fn after_second_tries_the_next_round_comes_when_the_others_are_due() {
    let mut book = after_first_round();
    book.record(vec![(hub("prod"), try_at(15, 503))], at(16));
    assert_eq!(book.next_round_in(at(16)), Some(Duration::from_secs(44)));
    assert_eq!(due(&book, 60), ["prod", "staging"]);
}

#[test]
fn a_quiet_round_leaves_the_schedule_to_the_runtime() {
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    book.record(vec![(hub("prod"), try_at(0, 200))], at(1));
    assert_eq!(book.next_round_in(at(1)), None);
    assert!(
        book.is_due(&hub("prod"), at(50)),
        "a round that comes early asks all the same"
    );
}

#[test]
fn a_good_answer_ends_the_run() {
    let mut book = after_first_round();
    book.record(vec![(hub("prod"), try_at(15, 200))], at(16));
    assert_eq!(probe(&book, "prod").failing, None);
    book.record(vec![(hub("prod"), try_at(75, 503))], at(76));
    assert_eq!(probe(&book, "prod").failing.unwrap().first, at(75));
}

#[test]
fn a_certificates_end_outlives_a_handshake_that_failed() {
    let end = DateTime::from_timestamp(2_000_000_000, 0);
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    let with_end = ProbeTry {
        certificate_ends: end,
        ..try_at(0, 200)
    };
    book.record(vec![(hub("prod"), with_end)], at(1));
    book.record(vec![(hub("prod"), try_at(60, 503))], at(61));
    assert_eq!(probe(&book, "prod").certificate_ends, end);
}

#[test]
fn a_confirm_longer_than_the_interval_does_not_slow_the_rounds() {
    let mut book = ProbeStates::new(INTERVAL, Duration::from_secs(300));
    book.record(vec![(hub("prod"), try_at(0, 503))], at(1));
    assert!(book.is_due(&hub("prod"), at(60)));
    assert_eq!(book.next_round_in(at(1)), None);
}

#[test]
fn a_round_out_of_turn_asks_everyone_and_still_owes_the_second_try() {
    let mut book = after_first_round();
    assert_eq!(due(&book, 5), ["prod", "staging"]);
    let tries = vec![
        (hub("prod"), try_at(5, 503)),
        (hub("staging"), try_at(5, 200)),
    ];
    book.record(tries, at(6));
    assert!(!probe(&book, "prod").is_confirmed(CONFIRM));
    assert_eq!(book.next_round_in(at(6)), Some(Duration::from_secs(9)));
    assert_eq!(due(&book, 15), ["prod"]);
}

#[test]
fn a_confirmed_run_that_ended_is_kept_for_two_hours() {
    let mut book = after_first_round();
    book.record(vec![(hub("prod"), try_at(15, 503))], at(16));
    book.record(vec![(hub("prod"), try_at(75, 200))], at(76));
    let run = EndedRun {
        first: at(0),
        ended: at(75),
        may_be_our_network: false,
    };
    assert_eq!(probe(&book, "prod").ended, [run]);
    // One failed try alone is no outage.
    book.record(vec![(hub("prod"), try_at(135, 503))], at(136));
    book.record(vec![(hub("prod"), try_at(150, 200))], at(151));
    assert_eq!(probe(&book, "prod").ended, [run]);
    book.record(vec![(hub("prod"), try_at(75 + 7199, 200))], at(7275));
    assert_eq!(probe(&book, "prod").ended, [run]);
    book.record(vec![(hub("prod"), try_at(75 + 7201, 200))], at(7277));
    assert_eq!(probe(&book, "prod").ended, []);
}

#[test]
fn a_hub_that_flaps_does_not_fill_the_memory() {
    let mut book = ProbeStates::new(Duration::from_secs(1), Duration::from_secs(1));
    for round in 0..1000 {
        for (second, status) in [(0, 503), (1, 503), (2, 200)] {
            let now = round * 3 + second;
            book.record(vec![(hub("prod"), try_at(now, status))], at(now));
        }
    }
    let ended = probe(&book, "prod").ended;
    assert_eq!(ended.len(), MAX_ENDED_RUNS);
    // The oldest ended outage is kept, since a case may have begun with it.
    assert_eq!(ended.first().map(|run| run.first), Some(at(0)));
}

#[test]
fn what_an_earlier_look_saw_end_is_kept_on() {
    let over = |first, ended| EndedRun {
        first: at(first),
        ended: at(ended),
        may_be_our_network: false,
    };
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    book.restore_ended(hub("prod"), over(100, 200));
    let run = FailingRun {
        first: at(300),
        latest: at(360),
        tries: 2,
    };
    book.restore_run(hub("prod"), run);
    book.record(vec![(hub("prod"), try_at(400, 200))], at(401));
    // Of a failure in an earlier run of the program, only the times are known. So our own network may have been the
    // cause.
    let just_now = EndedRun {
        may_be_our_network: true,
        ..over(300, 400)
    };
    let ended: Vec<_> = book.ended().map(|(_, run, _)| run).collect();
    assert_eq!(ended, [over(100, 200), just_now]);
}

/// The hubs that are due after a round at second 0. In this round `silent`, a cluster of one hub, had no connection.
/// The hub of the other cluster was probed at second `later`.
fn due_at_second_try(later: u64) -> Vec<String> {
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    let no_connection = ProbeTry {
        outcome: ProbeOutcome::NoAnswer {
            kind: ProbeFailure::Connect,
            text: String::new(),
        },
        ..try_at(1, 200)
    };
    let (silent, other) = (HubKey::new("silent", "prod"), HubKey::new("other", "prod"));
    book.record(
        vec![
            (silent.clone(), no_connection),
            (other.clone(), try_at(later, 200)),
        ],
        at(2),
    );
    let targets = [silent, other].map(|key| ProbeTarget {
        key,
        url: String::new(),
        expected_status: 200,
        expects_hub_header: true,
    });
    let due = book.due(&targets, at(16)).into_iter();
    due.map(|target| target.key.cluster.to_string()).collect()
}

#[test]
fn a_second_try_asks_everyone_where_no_answer_is_as_new_as_the_failure() {
    assert_eq!(due_at_second_try(0), ["silent", "other"]);
    assert_eq!(due_at_second_try(1), ["silent"]);
}

const DAY: u64 = 86_400;

/// An answer of 200 without JupyterHub's header.
fn page_at(seconds: u64) -> ProbeTry {
    ProbeTry {
        is_from_hub: false,
        version: None,
        outcome: ProbeOutcome::NotFromHub {
            status: 200,
            was_hub: false,
        },
        ..try_at(seconds, 200)
    }
}

fn is_known_as_hub(book: &ProbeStates, name: &str) -> bool {
    match probe(book, name).outcome {
        ProbeOutcome::NotFromHub { was_hub, .. } => was_hub,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_in_the_place_of_a_hub_is_told_from_one_that_was_never_a_hub() {
    let mut book = after_first_round();
    let tries = vec![(hub("staging"), page_at(60)), (hub("lab"), page_at(60))];
    book.record(tries, at(61));
    assert!(is_known_as_hub(&book, "staging"));
    assert!(!is_known_as_hub(&book, "lab"));
    book.record(vec![(hub("staging"), page_at(75))], at(76));
    assert!(is_known_as_hub(&book, "staging"));
    assert!(probe(&book, "staging").is_confirmed(CONFIRM));
    let much_later = 31 * DAY;
    book.record(vec![(hub("staging"), page_at(much_later))], at(much_later));
    assert!(!is_known_as_hub(&book, "staging"));
}

#[test]
fn a_hub_is_known_from_an_earlier_run_and_by_a_wrong_answer_of_its_own() {
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    book.restore_known_hub(hub("prod"), at(0).wall);
    let failing = ProbeTry {
        is_from_hub: true,
        ..try_at(29 * DAY, 500)
    };
    book.record(
        vec![(hub("prod"), page_at(29 * DAY)), (hub("staging"), failing)],
        at(29 * DAY),
    );
    assert!(is_known_as_hub(&book, "prod"));
    let known: Vec<_> = book.known_hubs().collect();
    let (prod, staging) = (hub("prod"), hub("staging"));
    assert_eq!(known, [(&prod, at(0).wall), (&staging, at(29 * DAY).wall)]);
}

#[test]
fn one_look_waits_for_the_second_try_alone() {
    for interval in [5, 10, 18, 60, 300] {
        let mut book = ProbeStates::new(Duration::from_secs(interval), CONFIRM);
        let tries = vec![
            (hub("prod"), try_at(0, 503)),
            (hub("lab"), try_at(2, 503)),
            (hub("staging"), try_at(0, 200)),
        ];
        book.record(tries, at(3));
        // After this wait, both failing hubs can be tried again.
        let wait = Some(Duration::from_secs(14));
        assert_eq!(book.unconfirmed_for(at(3)), wait, "{interval}");
        let tries = vec![
            (hub("prod"), try_at(17, 503)),
            (hub("lab"), try_at(17, 200)),
        ];
        book.record(tries, at(18));
        assert_eq!(book.unconfirmed_for(at(18)), None, "{interval}");
    }
}

#[test]
fn a_page_of_what_may_never_have_been_a_hub_is_no_try_of_an_outage() {
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    book.record(vec![(hub("prod"), page_at(0))], at(1));
    assert_eq!(book.unconfirmed_for(at(1)), None, "no second try is owed");
    book.record(vec![(hub("prod"), page_at(60))], at(61));
    assert_eq!(probe(&book, "prod").failing.unwrap().tries, 2);
    assert_eq!(book.failing().count(), 0);
    book.record(vec![(hub("prod"), try_at(120, 503))], at(121));
    assert!(!probe(&book, "prod").is_confirmed(CONFIRM));
    assert_eq!(probe(&book, "prod").failing.unwrap().first, at(120));
}

#[test]
fn a_version_stays_known_with_its_time_while_answers_have_none() {
    let mut book = ProbeStates::new(INTERVAL, CONFIRM);
    let with_version = ProbeTry {
        version: Some("5.4.4".to_owned()),
        ..try_at(0, 200)
    };
    book.record(vec![(hub("prod"), with_version)], at(1));
    let first = probe(&book, "prod");
    assert_eq!(first.present_version().unwrap().text, "5.4.4");
    book.record(vec![(hub("prod"), try_at(60, 503))], at(61));
    let later = probe(&book, "prod");
    assert_eq!(later.present_version(), None);
    assert_eq!(later.version.unwrap().at, at(0));
}
