//! Tests of time-boxes that exist only on this machine.

use super::*;
use crate::domain::local_time_box::LocalTimeBoxChange;

fn model_without_incident(clock: Option<i64>) -> Model {
    let mut case = assigned_case("Q1", "Bo");
    case.incident = None;
    case.id = "alert:00000000000000aa".parse().unwrap();
    case.aliases = vec!["hub:leap/prod".parse().unwrap()];
    case.clocks = clock
        .into_iter()
        .map(|minutes| Clock {
            kind: ClockKind::TimeBox,
            at: minutes_ago(minutes),
            estimate: false,
            to: Vec::new(),
        })
        .collect();
    model_showing(picture_with_directory(vec![case]))
}

fn box_change(effects: &[Effect]) -> &LocalTimeBoxChange {
    match effects {
        [Effect::SetLocalTimeBox(change)] => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_case_without_an_incident_gets_a_box_that_is_only_here() {
    let mut model = model_without_incident(None);
    press(&mut model, "b");
    assert!(matches!(
        step(&model),
        Step::Choose(_, Prompt::LocalTimeBox, _)
    ));
    let effects = press(&mut model, "2").effects;
    let change = box_change(&effects);
    let new = change.replacement.as_ref().unwrap();
    assert_eq!(new.case.to_string(), "alert:00000000000000aa");
    assert_eq!((new.started, new.length.as_secs()), (now().wall, 1800));
    assert_eq!(change.case_ids.len(), 2, "its earlier name too");
    assert!(current_flow(&model).is_none());
    assert_eq!(
        notice(&model),
        "a local time-box of 30m, until 03:42: nobody else sees it"
    );
}

#[test]
fn a_box_that_is_only_here_is_ended_here_and_takes_no_verdict() {
    let mut model = model_without_incident(Some(1));
    press(&mut model, "v");
    assert_eq!(
        notice(&model),
        "cannot decide: its time-box is local: b ends it, D opens an incident"
    );
    let effects = press(&mut model, "b 5").effects;
    assert_eq!(box_change(&effects).replacement, None);
    let mut read_only = model_without_incident(None);
    read_only.session.read_only = true;
    assert_eq!(press(&mut read_only, "b").effects, []);
    assert!(current_flow(&read_only).is_none());
}
