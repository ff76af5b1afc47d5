//! Which changes are marked, and how long a mark stays.

use std::time::Duration;

use super::*;
use crate::app::fixture::action_flow::assigned_case;
use crate::app::fixture::{case, hub, id, incident, minutes_ago, now, source_view, with_cases};
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::rows::RowKey;
use crate::app::update::{expire_marks, update};
use crate::domain::case::OwnerKind;
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::domain::incident::{LogEntry, LogKind, Person};
use crate::domain::source::SourceKind;
use crate::picture::{Picture, SourceView};

fn source(name: &str, state: SourceState) -> SourceView {
    source_view(SourceKind::Prometheus, name, state)
}

fn some(ids: &[&str]) -> Picture {
    with_cases(ids.iter().map(|id| case(id, "x", "leap", "prod")))
}

fn at(seconds: u64) -> Now {
    now().plus(Duration::from_secs(seconds))
}

/// A model with all rows of the list on the screen.
fn showing(picture: Picture) -> Model {
    let mut model = crate::app::fixture::model_showing(picture);
    model.viewport.visible_case_rows = Some((0, 99));
    model
}

fn see(model: &mut Model, picture: Picture, seconds: u64) {
    update(model, Msg::Picture(Arc::new(picture)), at(seconds));
}

fn key(model: &mut Model, seconds: u64) {
    update(model, Msg::Key("j".parse().unwrap()), at(seconds));
}

fn marked(model: &Model) -> Vec<String> {
    let cases = &model.picture.as_deref().unwrap().cases;
    let marked = cases
        .iter()
        .filter(|case| !model.unseen.changes_of(&case.id).is_empty());
    marked.map(|case| case.id.to_string()).collect()
}

fn gone(model: &Model) -> Vec<String> {
    let gone = model.unseen.removed().iter();
    gone.map(|gone| gone.case.id.to_string()).collect()
}

#[test]
fn the_first_picture_and_those_of_the_start_mark_nothing() {
    let waiting = |ids: &[&str], state| Picture {
        sources: vec![source("leap", state)],
        ..some(ids)
    };
    let mut model = showing(waiting(&[], SourceState::Waiting));
    see(&mut model, waiting(&["Q1"], SourceState::Waiting), 1);
    see(&mut model, waiting(&["Q1", "Q2"], SourceState::Live), 2);
    assert!(marked(&model).is_empty());
    see(
        &mut model,
        waiting(&["Q1", "Q2", "Q3"], SourceState::Live),
        3,
    );
    assert_eq!(marked(&model), ["pd:Q3"]);
}

#[test]
fn a_mark_outlives_the_key_press_and_goes_by_itself() {
    let mut model = showing(some(&["Q1"]));
    see(&mut model, some(&["Q1", "Q2"]), 60);
    assert_eq!(
        model.unseen.next_expiry(at(3600), None),
        None,
        "nobody looked"
    );
    key(&mut model, 3600);
    assert_eq!(marked(&model), ["pd:Q2"]);
    // Further keys do not prolong the mark.
    key(&mut model, 3610);
    assert_eq!(
        model.unseen.next_expiry(at(3610), None),
        Some(Duration::from_secs(20))
    );
    expire_marks(&mut model, at(3630));
    assert!(marked(&model).is_empty());
    see(&mut model, some(&["Q1", "Q2"]), 3631);
    assert!(marked(&model).is_empty());
}

#[test]
fn the_terminals_focus_is_a_look_and_what_is_out_of_sight_is_not_seen() {
    let mut model = showing(some(&["Q1"]));
    see(&mut model, some(&["Q1", "Q2", "Q3"]), 1);
    model.viewport.visible_case_rows = Some((0, 2));
    update(&mut model, Msg::FocusGained, at(10));
    expire_marks(&mut model, at(60));
    assert_eq!(marked(&model), ["pd:Q3"]);
    model.viewport.visible_case_rows = None;
    key(&mut model, 70);
    expire_marks(&mut model, at(600));
    assert_eq!(marked(&model), ["pd:Q3"], "the list was hidden");
}

#[test]
fn what_changes_while_a_mark_is_shown_is_marked_anew() {
    let mut model = showing(some(&["Q1"]));
    see(&mut model, some(&["Q1", "Q2"]), 1);
    key(&mut model, 10);
    let mut changed = some(&["Q1", "Q2"]);
    Arc::make_mut(&mut changed.cases[1]).snoozed = true;
    see(&mut model, changed, 20);
    expire_marks(&mut model, at(40));
    assert_eq!(
        model.unseen.changes_of(&id("Q2")),
        [CaseChange::Snoozed { previous: false }]
    );
}

#[test]
fn what_is_again_as_it_was_is_no_news() {
    let mut model = showing(some(&["Q1"]));
    let mut changed = some(&["Q1"]);
    Arc::make_mut(&mut changed.cases[0]).priority = Some("P2".into());
    see(&mut model, changed, 1);
    assert_eq!(
        model.unseen.changes_of(&id("Q1")),
        [CaseChange::Priority { previous: None }]
    );
    see(&mut model, some(&["Q1"]), 2);
    assert!(marked(&model).is_empty());
}

#[test]
fn an_owner_who_may_no_longer_be_a_person_is_no_other_owner() {
    let held = |kind| {
        let mut shown = assigned_case("Q1", "Bo");
        shown.owners[0].kind = kind;
        with_cases([shown])
    };
    let mut model = showing(held(OwnerKind::Person));
    see(&mut model, held(OwnerKind::Unknown), 5);
    assert_eq!(marked(&model), Vec::<String>::new());
    see(&mut model, held(OwnerKind::Placeholder), 10);
    assert_eq!(marked(&model), ["pd:Q1"]);
}

#[test]
fn another_place_in_the_list_or_age_is_no_news() {
    let mut model = showing(some(&["Q1", "Q2"]));
    let mut later = some(&["Q0", "Q1", "Q2"]);
    later.rows.reverse();
    Arc::make_mut(&mut later.cases[1]).since = minutes_ago(1);
    see(&mut model, later, 1);
    assert_eq!(marked(&model), ["pd:Q0"]);
}

#[test]
fn a_case_that_became_another_is_neither_new_nor_cleared() {
    let mut model = showing(some(&["Q1"]));
    let mut better = case("Q9", "x", "leap", "prod");
    better.aliases = vec![id("Q1")];
    see(&mut model, with_cases([better]), 1);
    assert!(marked(&model).is_empty() && gone(&model).is_empty());
    // The incident is closed, so the case has its first id again.
    see(&mut model, some(&["Q1"]), 2);
    assert!(marked(&model).is_empty() && gone(&model).is_empty());
}

#[test]
fn what_cleared_stays_a_minute_after_it_was_seen() {
    let mut model = showing(some(&["Q1", "Q2"]));
    key(&mut model, 0);
    see(&mut model, some(&["Q2"]), 10);
    assert_eq!(gone(&model), ["pd:Q1"]);
    expire_marks(&mut model, at(3000));
    assert_eq!(gone(&model), ["pd:Q1"], "nobody looked");
    model.cases.selected = None;
    key(&mut model, 3000);
    expire_marks(&mut model, at(3059));
    assert_eq!(gone(&model), ["pd:Q1"]);
    expire_marks(&mut model, at(3060));
    assert!(gone(&model).is_empty());
    see(&mut model, some(&["Q1", "Q2"]), 3070);
    assert_eq!(marked(&model), ["pd:Q1"], "it is new once more");
}

#[test]
fn unseen_it_goes_after_an_hour_and_only_the_newest_stay() {
    let ids: Vec<String> = (0..9).map(|id| format!("Q{id}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut model = showing(some(&ids));
    see(&mut model, some(&["Q8"]), 0);
    assert_eq!(gone(&model).len(), MAX_CLEARED_ROWS);
    assert_eq!(
        model.unseen.next_expiry(at(0), None),
        Some(MAX_CLEARED_DURATION)
    );
    expire_marks(&mut model, at(3600));
    assert!(gone(&model).is_empty());
}

#[test]
fn a_cleared_case_under_the_cursor_stays_but_not_for_ever() {
    let mut model = showing(some(&["Q1", "Q2"]));
    key(&mut model, 0);
    key(&mut model, 0);
    see(&mut model, some(&["Q1"]), 1);
    key(&mut model, 2);
    assert_eq!(model.user_selected_row(), Some(&RowKey::Case(id("Q2"))));
    expire_marks(&mut model, at(600));
    assert_eq!(gone(&model), ["pd:Q2"]);
    expire_marks(&mut model, at(3601));
    assert!(gone(&model).is_empty());
    assert_eq!(model.user_selected_row(), Some(&RowKey::Case(id("Q1"))));
}

#[test]
fn what_was_seen_to_clear_and_is_back_is_new() {
    let mut model = showing(some(&["Q1", "Q2"]));
    see(&mut model, some(&["Q2"]), 1);
    see(&mut model, some(&["Q1", "Q2"]), 2);
    assert!(marked(&model).is_empty(), "nobody saw it go");
    see(&mut model, some(&["Q2"]), 3);
    key(&mut model, 4);
    see(&mut model, some(&["Q1", "Q2"]), 5);
    assert_eq!(marked(&model), ["pd:Q1"]);
    assert!(gone(&model).is_empty());
}

fn hub_down() -> Picture {
    let mut down = case("Q1", "x", "leap", "prod");
    down.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
    watched(Some(down), Health::Down)
}

fn watched(case: Option<Case>, health: Health) -> Picture {
    let mut picture = with_cases(case);
    let hubs = vec![hub("leap", "prod", health)];
    picture.clusters = vec![crate::app::fixture::cluster("leap", "gcp", hubs)];
    picture
}

#[test]
fn what_is_no_longer_heard_of_is_not_cleared() {
    let mut model = showing(hub_down());
    see(&mut model, watched(None, Health::Unknown), 1);
    assert_eq!(model.unseen.removed()[0].reason, RemovalReason::SourceLost);
    key(&mut model, 2);
    expire_marks(&mut model, at(600));
    assert_eq!(gone(&model), ["pd:Q1"], "nobody knows yet");
    see(&mut model, watched(None, Health::Up), 601);
    assert_eq!(
        model.unseen.removed()[0].reason,
        RemovalReason::Cleared { by: None }
    );
}

#[test]
fn the_incident_of_a_pagerduty_that_is_not_heard_is_not_cleared() {
    let mut paged = case("Q1", "x", "leap", "prod");
    paged.incident = Some(Arc::new(incident("Q1")));
    let pagerduty = |state| source_view(SourceKind::Pagerduty, "", state);
    let said = |cases: Vec<Case>, state| Picture {
        sources: vec![pagerduty(state)],
        ..with_cases(cases)
    };
    let mut model = showing(said(vec![paged], SourceState::Live));
    see(&mut model, said(Vec::new(), SourceState::Stale), 1);
    assert_eq!(model.unseen.removed()[0].reason, RemovalReason::SourceLost);
    let bo = Person {
        id: "PBO".into(),
        name: "Bo".into(),
    };
    let resolved = LogEntry {
        channel: None,
        id: "L1".to_owned(),
        incident: "Q1".into(),
        at: minutes_ago(3),
        kind: LogKind::Resolve,
        agent_known: true,
        agent: Some(bo),
        summary: String::new(),
    };
    let mut back = said(Vec::new(), SourceState::Live);
    back.log = vec![Arc::new(resolved)];
    see(&mut model, back, 2);
    let gone = &model.unseen.removed()[0];
    let by = Some("Bo".into());
    assert_eq!(
        (&gone.reason, gone.at),
        (&RemovalReason::Cleared { by }, minutes_ago(3))
    );
}

// The test would take too long if each mark were searched for among all cases.
#[test]
fn very_many_marks_are_looked_at_at_once() {
    let ids: Vec<String> = (0..10_000).map(|number| format!("Q{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut model = showing(some(&[]));
    model.viewport.visible_case_rows = Some((0, ids.len()));
    see(&mut model, some(&ids), 1);
    assert_eq!(marked(&model).len(), ids.len());
    key(&mut model, 2);
    key(&mut model, 2 + MARK_DURATION.as_secs());
    assert_eq!(marked(&model), Vec::<String>::new());
    see(&mut model, some(&[]), 40);
    assert_eq!(model.unseen.removed().len(), MAX_CLEARED_ROWS);
}
