use std::sync::Arc;

use super::world::{alert_case, full_case, night_case, policy, world};
use super::{ascii_screen, draw_with, screen};
use crate::app::fixture::{minutes_ago, model, picture, show_picture, with_cases};
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::case::{Case, ClosedIncident};
use crate::domain::incident::IncidentStatus;
use crate::domain::source::{SourceId, SourceKind, SourceState};

fn opened(case: Case) -> Model {
    let mut model = model();
    model.policy = Arc::new(policy());
    show_picture(&mut model, world());
    let kind = OverlayKind::Case(Arc::new(case));
    model.overlays.push(Overlay::new(kind));
    model
}

#[test]
fn with_everything() {
    insta::assert_snapshot!(screen(&opened(full_case()), 110, 100));
}

#[test]
fn an_alert_that_paged_nobody_from_a_source_that_is_not_fresh() {
    insta::assert_snapshot!(screen(&opened(alert_case()), 90, 60));
}

#[test]
fn a_placeholder_at_night_and_a_probable_join() {
    insta::assert_snapshot!(screen(&opened(night_case()), 90, 60));
}

#[test]
fn without_pagerduty_none_is_not_said() {
    let mut model = opened(alert_case());
    let mut picture = world();
    let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
    let view = picture.sources.iter_mut().find(|view| view.id == pagerduty);
    view.unwrap().state = SourceState::Stale;
    show_picture(&mut model, picture);
    let text = screen(&model, 90, 60);
    assert!(text.contains("incident      not known: PagerDuty's answers are not fresh"));
    let not_known = text.matches("not known: PagerDuty's answers are not fresh");
    assert_eq!(
        not_known.count(),
        3,
        "its incident, clocks and owners: {text}"
    );
}

#[test]
fn without_its_log_no_clock_is_said_to_be_missing() {
    let mut case = full_case();
    let incident = Arc::make_mut(case.incident.as_mut().unwrap());
    incident.status = IncidentStatus::Acknowledged;
    incident.log_known = false;
    case.clocks.clear();
    case.clock = None;
    let mut model = model();
    show_picture(&mut model, with_cases([case.clone()]));
    let kind = OverlayKind::Case(Arc::new(case));
    model.overlays.push(Overlay::new(kind));
    let text = screen(&model, 110, 60);
    let clocks = text.split("Clocks").nth(1).unwrap();
    let line = clocks.lines().nth(1).unwrap();
    assert!(
        line.contains("the log cannot be read: no time-boxes"),
        "{text}"
    );
}

#[test]
fn an_incident_that_was_closed_too_early() {
    let mut case = alert_case();
    case.closed_while_firing = Some(ClosedIncident {
        number: 5001,
        by: Some("Bo".to_owned()),
        at: minutes_ago(32),
    });
    let text = screen(&opened(case), 90, 60);
    assert!(text.contains("incident      #5001 closed by Bo 02:40, still fires"));
}

#[test]
fn over() {
    let mut model = opened(full_case());
    show_picture(&mut model, picture());
    insta::assert_snapshot!(screen(&model, 80, 12));
}

#[test]
fn small_and_scrolled() {
    let mut model = opened(full_case());
    model.overlays[0].scroll = 30;
    insta::assert_snapshot!(screen(&model, 60, 12));
}

#[test]
fn tiny() {
    insta::assert_snapshot!(screen(&opened(full_case()), 30, 4));
}

#[test]
fn in_ascii() {
    let text = ascii_screen(&opened(full_case()), 80, 24);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn a_scroll_beyond_the_end_shows_the_last_screenful() {
    let mut model = opened(full_case());
    let end = draw_with(&model, 80, 24, false).shown.max_scroll;
    model.overlays[0].scroll = end;
    let last = screen(&model, 80, 24);
    model.overlays[0].scroll = 9_999;
    assert_eq!(screen(&model, 80, 24), last);
    assert!(last.contains("above") && !last.contains("more"));
}

#[test]
fn only_what_is_visible_asks_to_be_drawn_anew() {
    let mut model = opened(full_case());
    let top = draw_with(&model, 80, 24, false);
    assert!(top.next_change.is_some(), "ages change");
    show_picture(&mut model, with_cases([]));
    let mut case = full_case();
    case.alerts.clear();
    case.title = "x ".repeat(4000);
    model.overlays = vec![Overlay::new(OverlayKind::Case(Arc::new(case)))];
    model.overlays[0].scroll = 10;
    assert_eq!(draw_with(&model, 80, 24, false).next_change, None);
}
