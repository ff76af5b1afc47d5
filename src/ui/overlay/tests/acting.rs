use super::{ascii_screen, whole_screen};
use crate::app::fixture::action_flow::{
    acknowledged, assigned_case, picture_with_directory, sent_batch, with_incident,
};
use crate::app::fixture::{model_showing, now, press, show_picture};
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::update::update;
use crate::domain::case::JoinedBy;
use crate::domain::incident::{IncidentStatus, Person};
use crate::domain::operation::{Operation, Outcome, OutcomeDetail};

fn two_held_cases() -> Model {
    model_showing(picture_with_directory(vec![
        assigned_case("Q1", "Bo"),
        assigned_case("Q2", "Bo"),
    ]))
}

fn pressed(keys: &str) -> Model {
    let mut model = two_held_cases();
    press(&mut model, keys);
    model
}

fn bo() -> Person {
    Person {
        id: "bo".into(),
        name: "Bo".into(),
    }
}

fn with_outcome(mut model: Model, operation: Operation, why: OutcomeDetail) -> Model {
    let number = model.sent_batches.last_number;
    let outcome = Outcome {
        incident: Some("Q1".into()),
        operation,
        result: why.result(),
        detail: why,
        read_back: None,
        shown: None,
    };
    let outcomes = vec![outcome];
    update(
        &mut model,
        Msg::OperationsFinished { number, outcomes },
        now(),
    );
    model
}

fn done() -> Model {
    let why = OutcomeDetail::Confirmed {
        at: Some(now().wall),
        response_lost: false,
        other_acks: Vec::new(),
    };
    with_outcome(pressed("a enter"), Operation::Acknowledge, why)
}

fn probable() -> Model {
    let mut case = assigned_case("Q1", "Bo");
    case.alerts = vec![crate::app::fixture::action_flow::case_alert(
        JoinedBy::Probable,
    )];
    model_showing(picture_with_directory(vec![
        case,
        assigned_case("Q2", "Bo"),
    ]))
}

fn declared() -> Model {
    let mut case = assigned_case("Q1", "Bo");
    case.incident = None;
    let mut model = model_showing(picture_with_directory(vec![case]));
    press(&mut model, "D enter enter enter");
    model
}

/// A model at each step of an action, with the step's name.
fn steps() -> Vec<(&'static str, Model)> {
    let changed = {
        let mut model = pressed("a");
        show_picture(
            &mut model,
            picture_with_directory(vec![acknowledged(assigned_case("Q1", "Bo"), "Bo")]),
        );
        press(&mut model, "enter");
        model
    };
    let over = {
        let resolved = with_incident(assigned_case("Q1", "Bo"), |incident| {
            incident.status = IncidentStatus::Resolved;
            incident.resolved_by = Some(bo());
        });
        model_showing(picture_with_directory(vec![resolved]))
    };
    let which = {
        let mut model = probable();
        press(&mut model, "a");
        model
    };
    let mut closed = over;
    press(&mut closed, "space");
    vec![
        ("menu", pressed("space")),
        ("menu of a closed one", closed),
        ("which incident", which),
        ("which priority", pressed("p")),
        ("to whom", pressed("A d")),
        ("a note", pressed("n d i s k space f u l l")),
        ("several", pressed("m m a")),
        ("ask", pressed("a")),
        ("reassign", pressed("A d e e enter")),
        ("a time-box", pressed("b enter")),
        ("a verdict", pressed("v enter o k enter")),
        ("escalate", pressed("E")),
        ("declare", declared()),
        ("ask again", changed),
        ("sending", pressed("a enter")),
        ("done", done()),
        (
            "lost",
            with_outcome(
                pressed("a enter"),
                Operation::Acknowledge,
                OutcomeDetail::Unverified("connection reset".into()),
            ),
        ),
    ]
}

fn steps_at(width: u16, height: u16) -> String {
    let page = |(name, model): (&str, Model)| {
        format!("== {name}\n{}", whole_screen(&model, width, height).0)
    };
    steps().into_iter().map(page).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_step_at_80() {
    insta::assert_snapshot!(steps_at(80, 24));
}

#[test]
fn every_step_at_60() {
    insta::assert_snapshot!(steps_at(60, 12));
}

#[test]
fn the_smallest_panel_names_the_incident_and_the_operation() {
    insta::assert_snapshot!(steps_at(30, 4));
}

#[test]
fn what_is_not_sent_stands_in_the_head_and_on_its_case() {
    let mut model = pressed("n d i s k");
    let head = |model: &Model| {
        let (text, _) = whole_screen(model, 120, 30);
        text.lines().nth(1).unwrap_or_default().trim().to_owned()
    };
    assert!(!head(&model).contains("draft"), "it is being written");
    press(&mut model, "esc");
    assert!(
        head(&model).contains("1 draft not sent"),
        "{}",
        head(&model)
    );
    press(&mut model, "enter");
    let (text, _) = whole_screen(&model, 120, 30);
    let line = text
        .lines()
        .find(|line| line.contains("a note was not sent"));
    insta::assert_snapshot!(line.unwrap_or(&text).trim_matches(['│', ' ']));
    press(&mut model, "n");
    assert!(whole_screen(&model, 120, 30).0.contains("disk"));
}

#[test]
fn in_ascii_it_is_ascii() {
    for (name, model) in steps() {
        let text = ascii_screen(&model, 80, 24);
        assert!(text.is_ascii(), "{name}: {text}");
    }
}

#[test]
fn what_was_just_opened_is_not_said_to_be_missing() {
    let mut model = declared();
    let before = whole_screen(&model, 80, 24).0;
    assert!(before.contains("no incident is open"), "{before}");
    let effects = press(&mut model, "enter").effects;
    let batch = sent_batch(&effects).expect("a batch");
    let operation = batch.operations.first().expect("an operation").clone();
    let why = OutcomeDetail::Confirmed {
        at: Some(now().wall),
        response_lost: false,
        other_acks: Vec::new(),
    };
    let after = whole_screen(&with_outcome(model, operation, why), 80, 24).0;
    assert!(after.contains("opened"), "{after}");
    assert!(!after.contains("no incident is open"), "{after}");
}

#[test]
fn every_size_draws() {
    for (name, model) in steps() {
        for (width, height) in [
            (1, 1),
            (2, 200),
            (250, 1),
            (13, 5),
            (30, 4),
            (44, 8),
            (250, 80),
        ] {
            let (_, extent) = whole_screen(&model, width, height);
            assert!(
                extent.max_overlay_scroll.is_some(),
                "{name} at {width}x{height}"
            );
        }
    }
}
