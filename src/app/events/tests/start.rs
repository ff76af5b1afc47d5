//! Conditions that held at the start do not ring.

use super::*;

#[test]
fn what_was_there_at_the_start_does_not_ring() {
    let mut shift = Shift::start();
    let everything = {
        let mut picture = down(&shift, &["leap/prod", "ucec/prod"]);
        picture.cases = vec![Arc::new(page(&shift)), Arc::new(my_page(&shift))];
        picture
    };
    shift.pass(5);
    let mut late = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, shift.now),
        now: shift.now,
        picture: everything,
    };
    assert_eq!(late.check(), NOTHING);
    assert_eq!(late.rings_within(3600), NOTHING);
    late.pass(3600);
    assert_eq!(late.check(), NOTHING);
}

#[test]
fn a_hub_that_was_down_at_the_start_is_found_down_only_by_its_second_probe() {
    let now = fixture::now();
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: well(),
    };
    for hub in &mut shift.picture.clusters[0].hubs {
        hub.health = Health::Unknown;
    }
    assert_eq!(shift.check(), NOTHING);
    shift.pass(20);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    // leap/a has answered once since hubwatch started. So its outage rings, however soon it begins.
    shift.pass(20);
    let picture = down(&shift, &["leap/prod", "leap/a"]);
    assert_eq!(shift.show(picture), ["leap/a is down"]);
}

#[test]
fn a_source_that_answers_only_long_after_the_start_brings_news() {
    let now = fixture::now();
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: not_fresh(&[(SourceKind::Pagerduty, "")]),
    };
    let old = page(&shift);
    assert_eq!(shift.check(), NOTHING);
    assert_eq!(shift.rings_within(3600), NOTHING, "it was down already");
    assert_eq!(shift.show(with(old)).len(), 1);
}

#[test]
fn before_every_source_has_answered_nothing_rings() {
    let now = fixture::now();
    let mut waiting = well();
    waiting.sources[0].state = SourceState::Waiting;
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: waiting,
    };
    assert_eq!(shift.check(), NOTHING);
    let old = page(&shift);
    shift.pass(8);
    let new = page(&shift);
    shift.pass(2);
    assert_eq!(shift.show(with(old)), NOTHING, "opened before the start");

    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: with(new),
    };
    shift.pass(10);
    assert_eq!(shift.check().len(), 1, "opened while the sources answered");
}

#[test]
fn what_begins_right_after_the_start_is_news() {
    let now = fixture::now();
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: well(),
    };
    shift.pass(5);
    assert_eq!(shift.check(), NOTHING);
    shift.pass(5);
    let mut picture = down(&shift, &["leap/prod"]);
    picture.cases = vec![Arc::new(page(&shift))];
    shift.pass(10);
    assert_eq!(shift.show(picture).len(), 2);
}

#[test]
fn a_hub_that_answered_before_another_source_was_asked_was_not_down_at_the_start() {
    let now = fixture::now();
    let waiting = |picture: Picture| {
        let mut picture = picture;
        let source = picture.sources.iter_mut();
        let mut prometheus = source.filter(|it| it.id.kind == SourceKind::Prometheus);
        prometheus.next().unwrap().state = SourceState::Waiting;
        picture
    };
    let mut shift = Shift {
        watch: EventWatch::new(NotifySettings::default(), false, now),
        now,
        picture: waiting(well()),
    };
    shift.pass(3);
    assert_eq!(shift.check(), NOTHING);
    shift.pass(20);
    let gone = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(waiting(gone.clone())), NOTHING);
    shift.pass(20);
    assert_eq!(shift.show(gone), ["leap/prod is down"]);
}
