use super::super::fixture::{at, incident, person};
use super::*;

const ACKNOWLEDGE: LogKind = LogKind::Acknowledge { timeout: None };

fn is_human(who: &Person) -> bool {
    &*who.name != "bot"
}

// The overruns as tuples: the minute at which the time-box ran out, how many minutes the overrun lasted, whether a
// verdict followed.
fn found(one: &PastIncident) -> Vec<(i64, i64, bool)> {
    let found = overruns(one, &TimeBoxes::default(), &is_human, at(1000)).unwrap();
    let minutes = |one: Overrun| {
        (
            (one.at - at(0)).num_minutes(),
            one.over.num_minutes(),
            one.has_verdict,
        )
    };
    found.into_iter().map(minutes).collect()
}

fn acknowledged(resolved: Option<i64>) -> PastIncident {
    incident(1, 0, resolved).by("Ada", 10, ACKNOWLEDGE)
}

#[test]
fn a_box_that_ran_out_before_the_end_is_one() {
    assert_eq!(found(&acknowledged(Some(39))), []);
    assert_eq!(found(&acknowledged(Some(60))), [(40, 20, false)]);
    assert_eq!(found(&acknowledged(None)), [(40, 960, false)]);
    let bot = incident(1, 0, Some(60)).by("bot", 10, ACKNOWLEDGE);
    assert_eq!(found(&bot), []);
}

#[test]
fn other_entries_do_not_make_two_of_one() {
    let noted = acknowledged(Some(90))
        .note(45, "still looking")
        .note(50, "hm");
    assert_eq!(found(&noted), [(40, 50, false)]);
}

#[test]
fn a_verdict_ends_it_and_one_after_the_end_is_one_too() {
    let verdict = "[hubwatch] verdict fixed: resized";
    assert_eq!(found(&acknowledged(Some(90)).note(30, verdict)), []);
    assert_eq!(
        found(&acknowledged(Some(90)).note(55, verdict)),
        [(40, 15, true)]
    );
    assert_eq!(
        found(&acknowledged(Some(60)).note(90, verdict)),
        [(40, 20, true)]
    );
}

#[test]
fn one_that_was_made_longer_runs_out_again() {
    let longer = acknowledged(Some(90)).note(45, "[hubwatch] time-box +15m: waiting");
    assert_eq!(found(&longer), [(40, 5, false), (55, 35, false)]);
    let in_time = acknowledged(Some(60)).note(35, "[hubwatch] time-box +30m: waiting");
    assert_eq!(found(&in_time), []);
}

#[test]
fn handing_over_begins_another() {
    let to = vec![person("Bo")];
    let handed = acknowledged(Some(200)).with(50, LogKind::Assign { to });
    assert_eq!(found(&handed), [(40, 10, false)]);
    let taken = handed.by("Bo", 60, ACKNOWLEDGE);
    assert_eq!(found(&taken), [(40, 10, false), (90, 110, false)]);
}

#[test]
fn a_p1_has_no_box_from_when_it_is_one() {
    let p1 = acknowledged(Some(90)).change(50, "P2", "P1");
    assert_eq!(found(&p1), [(40, 10, false)]);
    let at_once = acknowledged(Some(90)).change(11, "P2", "P1");
    assert_eq!(found(&at_once), []);
    assert_eq!(found(&acknowledged(Some(90)).priority("P1")), []);
}

#[test]
fn a_p1_that_was_lowered_has_a_box_from_then_on() {
    let lowered = acknowledged(Some(120)).change(90, "P1", "P2");
    assert_eq!(found(&lowered), [(90, 30, false)]);
    let early = acknowledged(Some(60)).change(20, "P1", "P2");
    assert_eq!(found(&early), [(40, 20, false)]);
}

#[test]
fn a_box_that_a_note_started_needs_no_owner() {
    let started = incident(1, 0, Some(90)).note(5, "[hubwatch] time-box start 20m");
    assert_eq!(found(&started), [(25, 65, false)]);
}

#[test]
fn without_its_log_nothing_is_known() {
    let unread = acknowledged(Some(60)).log_unknown();
    let found = overruns(&unread, &TimeBoxes::default(), &is_human, at(100));
    assert_eq!(found, None);
}
