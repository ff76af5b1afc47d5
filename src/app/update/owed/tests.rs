use super::*;
use crate::app::fixture::owed::{outage, reading};
use crate::app::fixture::{minutes_ago, model, now, press};
use crate::app::model::{OverlayKind, Pane};
use crate::app::msg::Msg;
use crate::app::owed::{Owed, OwedCount};
use crate::app::update::update;
use crate::review::fixture::tracker_settings;

fn with_owed(owed: Owed) -> Model {
    Model {
        owed: Some(owed),
        ..model()
    }
}

fn read(model: &mut Model, read: Result<OwedReading, &str>) {
    let read = read.map(Arc::new).map_err(str::to_owned);
    update(model, Msg::OwedRead(read), now());
}

fn count(model: &Model) -> OwedCount {
    model.owed.as_ref().unwrap().count(now().wall)
}

#[test]
fn only_what_is_owed_for_two_working_days_counts_and_unknown_is_not_zero() {
    let mut model = with_owed(Owed::default());
    assert_eq!(count(&model), OwedCount::NotKnown);
    let outages = vec![outage(1, 5), outage(2, 2), outage(3, 1)];
    read(&mut model, Ok(reading(outages.clone())));
    assert_eq!(count(&model), OwedCount::Known(2));
    let unread = vec!["the tracker cannot be read".to_owned()];
    let incomplete = OwedReading {
        unread,
        ..reading(outages)
    };
    read(&mut model, Ok(incomplete));
    assert_eq!(count(&model), OwedCount::Incomplete(2));
}

#[test]
fn a_reading_that_failed_leaves_what_was_known_with_its_time() {
    let mut model = with_owed(Owed::default());
    read(&mut model, Err("refused"));
    assert_eq!(count(&model), OwedCount::NotKnown);
    read(&mut model, Ok(reading(vec![outage(1, 5)])));
    read(&mut model, Err("refused"));
    assert_eq!(count(&model), OwedCount::AsOf(1, now().wall));
    let owed = model.owed.as_mut().unwrap();
    owed.failure = None;
    owed.read_at = Some(minutes_ago(16));
    let hangs = count(&model);
    assert_eq!(hangs, OwedCount::AsOf(1, minutes_ago(16)));
}

#[test]
fn the_form_is_that_of_the_selected_outage_even_after_another_one_came() {
    let mut model = with_owed(Owed {
        tracker: Some(Arc::new(tracker_settings())),
        ..Owed::default()
    });
    read(&mut model, Ok(reading(vec![outage(1, 5), outage(2, 5)])));
    press(&mut model, "O j");
    read(
        &mut model,
        Ok(reading(vec![outage(9, 9), outage(1, 5), outage(2, 5)])),
    );
    let effects = press(&mut model, "i").effects;
    let [Effect::OpenLink(address)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert!(address.contains("incidents%2FQ2"), "{address}");
}

#[test]
fn without_a_tracker_or_an_outage_the_key_says_why_it_does_nothing() {
    let mut model = with_owed(Owed::default());
    let said = |model: &mut Model| {
        assert_eq!(press(model, "i").effects, []);
        model.notice.clone().unwrap().text
    };
    press(&mut model, "O");
    assert_eq!(said(&mut model), "the follow-ups owed are not known");
    read(&mut model, Ok(reading(Vec::new())));
    assert_eq!(said(&mut model), "no follow-ups are owed");
    read(&mut model, Ok(reading(vec![outage(1, 5)])));
    assert!(said(&mut model).contains("no tracker"));
}

#[test]
fn the_pane_gets_the_keys_only_where_it_is_shown() {
    let mut model = with_owed(Owed::default());
    press(&mut model, "shift-tab");
    assert_eq!(model.focus, Pane::Status);
    model.viewport.max_pane_scrolls.insert(Pane::Owed, 0);
    press(&mut model, "tab");
    assert_eq!(model.focus, Pane::Owed);
    press(&mut model, "enter");
    assert_eq!(
        model.overlay().map(|top| &top.kind),
        Some(&OverlayKind::Owed)
    );
    let resize = Msg::Resize {
        width: 80,
        height: 24,
    };
    update(&mut model, resize, now());
    assert_eq!(model.focus, Pane::Cases);
}
