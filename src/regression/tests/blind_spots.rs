use super::super::fixture::*;
use super::*;

const RULES: &str = "prometheus/leap has no alerting rules";

fn blind_spot(stable: &str, ending: &str) -> BlindSpotObservation {
    BlindSpotObservation {
        text: format!("{stable}{ending}"),
        stable: stable.to_owned(),
    }
}

// A wait of 30 minutes in which a blind spot lasts during these minutes.
fn with_blind_spot(lasts: std::ops::RangeInclusive<u64>, minutes: u64) -> Outcome {
    let seen = |minute: u64| Observation {
        blind_spots: lasts
            .contains(&minute)
            .then(|| blind_spot(RULES, &format!(", last at {minute}")))
            .into_iter()
            .collect(),
        ..observe(minute * MINUTE, vec![hub("leap", "prod", minute * MINUTE)])
    };
    let mut watch = watch_from(&seen(0), options());
    for minute in 0..=minutes {
        watch.record(seen(minute));
    }
    complete(&watch)
}

#[test]
fn a_new_blind_spot_that_outlasts_the_grace_leaves_it_open() {
    let blind = with_blind_spot(3..=30, 30);
    assert_eq!(blind.verdict(), WaitVerdict::CannotTell);
    let spot = blind.lasting_blind_spots().next().unwrap();
    assert_eq!(spot.lasted, seconds(27 * MINUTE));
    assert!(spot.text.starts_with(RULES), "{}", spot.text);
    let young = with_blind_spot(26..=30, 30);
    assert_eq!(young.verdict(), WaitVerdict::NothingWorse);
    // The wait is shorter than the grace.
    assert_eq!(with_blind_spot(2..=2, 2).verdict(), WaitVerdict::CannotTell);
}

#[test]
fn a_blind_spot_that_is_over_decides_nothing_and_is_listed() {
    let over = with_blind_spot(3..=20, 30);
    assert_eq!(over.verdict(), WaitVerdict::NothingWorse);
    assert_eq!(over.blind_spots[0].lasted, seconds(17 * MINUTE));
}

#[test]
fn a_blind_spot_of_the_baseline_is_no_new_one_although_its_text_changes() {
    let old = with_blind_spot(0..=30, 30);
    assert_eq!(old.verdict(), WaitVerdict::NothingWorse);
    assert_eq!(old.blind_spots, []);
}

#[test]
fn a_blind_spot_is_shown_when_it_appears_and_when_it_is_gone() {
    let calm = |minute: u64| observe(minute * MINUTE, vec![]);
    let mut watch = watch_from(&calm(0), options());
    let blind = |minute: u64| Observation {
        blind_spots: vec![blind_spot(RULES, "")],
        ..calm(minute)
    };
    let appeared = Change::BlindSpotAppeared(RULES.to_owned());
    assert_eq!(watch.record(blind(1)), [appeared]);
    assert_eq!(watch.record(blind(2)), []);
    let gone = Change::BlindSpotGone(RULES.to_owned());
    assert_eq!(watch.record(calm(3)), [gone]);
}
