//! Tests of events while the user is at the screen.

use super::*;

#[test]
fn while_somebody_looks_it_does_not_ring() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    shift.pass(60);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.pass(5);
    shift.watch.record_key(shift.now);
    assert_eq!(
        shift.rings_within(3600),
        NOTHING,
        "the key says it was seen"
    );
}

#[test]
fn who_left_without_a_key_is_called_when_they_count_as_gone() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    shift.pass(60);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.watch.set_focus(Some(false));
    assert_eq!(shift.check(), NOTHING, "not for going elsewhere");
    assert_eq!(shift.rings_within(230), NOTHING);
    assert_eq!(shift.rings_within(20), ["leap/prod is down"]);
}

#[test]
fn the_focus_that_comes_back_says_that_it_was_seen() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    let picture = down(&shift, &["leap/prod"]);
    assert_eq!(shift.show(picture), NOTHING);
    shift.watch.set_focus(Some(false));
    shift.watch.set_focus(Some(true));
    assert_eq!(shift.rings_within(3600), NOTHING);
}

#[test]
fn focus_alone_keys_alone_or_old_keys_hold_nothing() {
    for (focus, key_before) in [
        (Some(true), None),
        (Some(true), Some(301)),
        (Some(false), Some(5)),
        (None, Some(5)),
    ] {
        let mut shift = Shift::start();
        shift.watch.set_focus(focus);
        if let Some(seconds) = key_before {
            shift.watch.record_key(shift.now);
            shift.pass(seconds);
        }
        let picture = down(&shift, &["leap/prod"]);
        assert_eq!(shift.show(picture).len(), 1, "{focus:?} {key_before:?}");
    }
}

#[test]
fn an_event_that_is_over_before_it_may_ring_does_not() {
    let mut shift = Shift::start();
    shift.watch.set_focus(Some(true));
    shift.watch.record_key(shift.now);
    let mut page = my_page(&shift);
    assert_eq!(shift.show(with(page.clone())), NOTHING);
    page.acknowledged_by = vec!["Ada".to_owned()];
    page.owners[0].acknowledged = true;
    assert_eq!(shift.show(with(page)), NOTHING);
    assert_eq!(shift.rings_within(3600), NOTHING, "acknowledged meanwhile");
}
