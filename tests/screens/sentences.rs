//! Tests of the verdict's sentence, and of its short form with counts.

use hubwatch::domain::hub::Health;
use hubwatch::domain::ids::CaseId;
use hubwatch::domain::source::SourceState;
use hubwatch::domain::zone::Zone;
use hubwatch::picture::PublicTold;
use hubwatch::picture::mismatch::{Mismatch, PageMissing, PublicNotTold};
use hubwatch::picture::{Picture, Reason, ReasonKind};
use hubwatch::text::sanitize::width;
use hubwatch::text::{TextContext, UNICODE};
use hubwatch::wording::{source, verdict};

use super::fixture::{now, scenes};

fn ctx() -> TextContext {
    TextContext {
        now: now(),
        zone: Zone::UTC,
        symbols: &UNICODE,
    }
}

fn said(picture: &Picture) -> [String; 2] {
    [
        verdict::sentence(picture, &ctx()).text,
        verdict::summary(picture, &UNICODE),
    ]
}

#[test]
fn the_worst_thing_comes_first_and_a_case_is_told_once() {
    assert_eq!(
        said(&scenes::night()),
        [
            "leap/prod down 13m, nobody awake owns it, public not told · prometheus/opensci down · 5 hubs unknown · 21 more open cases · 2 more mismatches",
            "1 hub down · 1 P1 open · prometheus/opensci down · 5 hubs unknown · 21 open cases · 3 mismatches",
        ]
    );
}

#[test]
fn a_narrow_line_drops_the_owner_before_the_public_and_the_title_before_both() {
    let within = |picture: &Picture, cells| {
        let said = verdict::sentence_within(picture, cells, &ctx());
        said.text
    };
    let night = scenes::night();
    let first = "leap/prod down 13m, nobody awake owns it, public not told";
    let counts = "prometheus/opensci down · 5 hubs unknown";
    assert_eq!(within(&night, 120), format!("{first} · {counts} · …"));
    assert_eq!(within(&night, 61), format!("{first} · …"));
    let public = "leap/prod down 13m, public not told";
    assert_eq!(within(&night, 40), format!("{public} · …"));
    assert_eq!(within(&night, 36), public);
    assert_eq!(within(&night, 22), "leap/prod down 13m · …");
    assert_eq!(within(&night, 4), "leap/prod down 13m", "and is cut there");
    let mut picture = night;
    let id = CaseId::Incident("Q1".into());
    picture.verdict.reasons[0].kind = ReasonKind::OpenP1(id);
    let untitled = "P1 leap/prod 12m, nobody awake owns it, public not told";
    assert_eq!(within(&picture, 60), format!("{untitled} · …"));
    let brief = "P1 leap/prod 12m, public not told";
    assert_eq!(within(&picture, 54), format!("{brief} · …"));
    assert_eq!(within(&picture, 20), "P1 leap/prod 12m · …");
}

#[test]
fn a_count_or_a_cause_that_does_not_fit_is_left_out_whole() {
    let mut picture = scenes::night();
    let whole = said(&picture)[0].clone();
    for cells in 22..width(&whole) {
        let shown = verdict::sentence_within(&picture, cells, &ctx()).text;
        assert!(width(&shown) <= cells, "{cells}: {shown}");
        for clause in shown.split(" · ").skip(1).filter(|clause| *clause != "…") {
            assert!(whole.split(" · ").any(|one| one == clause), "{clause}");
        }
    }
    let id = CaseId::Incident("Q1".into());
    for (cells, kind, short) in [
        (
            50,
            ReasonKind::Overdue(id.clone()),
            "P1 leap/prod overdue, ",
        ),
        (
            50,
            ReasonKind::TimeBoxOverrun(id.clone()),
            "P1 leap/prod time-box over, ",
        ),
        (42, ReasonKind::UnownedInWorkingTime(id), "P1 leap/prod, "),
    ] {
        picture.verdict.reasons[0].kind = kind;
        let shown = verdict::sentence_within(&picture, cells, &ctx()).text;
        assert!(shown.starts_with(short), "{shown}");
    }
}

#[test]
fn all_clear_is_said_only_when_it_is() {
    let [calm, counted] = said(&scenes::calm());
    assert_eq!(calm, "all clear: 33 of 33 sources, 171 hubs up");
    assert_eq!(counted, calm);
    for picture in [
        scenes::waiting(),
        scenes::error(),
        scenes::stale(),
        scenes::storm(),
    ] {
        assert!(!said(&picture).concat().contains("all clear"));
    }
}

#[test]
fn before_the_first_answer_it_asks() {
    assert_eq!(
        said(&scenes::waiting())[0],
        "asking 33 sources, nothing is known yet"
    );
    assert_eq!(said(&scenes::error())[0], "33 sources down");
}

#[test]
fn a_hub_in_planned_maintenance_is_not_said_to_be_up() {
    let mut picture = scenes::calm();
    let hub = &mut picture.clusters[0].hubs[0];
    hub.health = Health::Down;
    hub.maintenance = true;
    let [calm, _] = said(&picture);
    assert_eq!(
        calm,
        "all clear: 33 of 33 sources, 170 hubs up, 1 in planned maintenance"
    );
}

#[test]
fn a_late_source_counts_and_is_said_to_be_late() {
    let mut picture = scenes::calm();
    let live = source::summary(&picture, &ctx()).text;
    assert_eq!(live, "33 sources live");
    picture.sources[0].state = SourceState::Late;
    let late = source::summary(&picture, &ctx()).text;
    assert_eq!(late, "33 sources, 1 late");
}

#[test]
fn what_was_told_with_the_worst_is_not_counted_again_and_the_rest_is_more() {
    let mut picture = scenes::night();
    picture.mismatches = vec![
        Mismatch::about_case(
            &picture.cases[0],
            PublicNotTold {
                told: PublicTold::No,
                shown: None,
            },
        ),
        Mismatch::about_case(&picture.cases[1], PageMissing::NoIncident),
    ];
    let is_there = |it: &Reason| !matches!(it.kind, ReasonKind::Mismatch(2..));
    picture.verdict.reasons.retain(is_there);
    let [sentence, counted] = said(&picture);
    assert!(
        sentence.starts_with("leap/prod down 13m, nobody awake owns it, public not told · "),
        "{sentence}"
    );
    assert!(sentence.ends_with("· 1 more mismatch"), "{sentence}");
    assert!(counted.ends_with("· 2 mismatches"), "{counted}");
}
