//! Tests of marking a step of the outage checklist as done.

use super::*;
use crate::domain::case::Case;
use crate::domain::checklist::{ChecklistItem, ChecklistStep, StepDone, StepState};

fn outage() -> Case {
    let item = |step, state| ChecklistItem { step, state };
    let mut case = assigned_case("Q1", "Bo");
    case.checklist = vec![
        item(
            ChecklistStep::Acknowledged,
            StepState::Done(StepDone::default()),
        ),
        item(ChecklistStep::Channel, StepState::Done(StepDone::default())),
        item(ChecklistStep::ToldCommunity, StepState::NotDone),
        item(ChecklistStep::Posted, StepState::NotDone),
        item(ChecklistStep::Validated, StepState::NotKnown),
    ];
    case
}

fn confirmed_note(model: &Model) -> String {
    let Step::Confirm(plan) = step(model) else {
        panic!("{:?}", step(model));
    };
    let [Operation::Note(note)] = plan.operations.as_slice() else {
        panic!("{:?}", plan.operations);
    };
    note.text.clone()
}

#[test]
fn what_is_not_done_is_offered_first_and_what_is_read_never() {
    let mut model = model_showing(picture_with_directory(vec![outage()]));
    press(&mut model, "o 1");
    press(&mut model, "t i c k e t space 7 enter");
    assert_eq!(
        confirmed_note(&model),
        "[hubwatch] outage told-community: ticket 7"
    );
    press(&mut model, "esc o 2 enter");
    assert_eq!(confirmed_note(&model), "[hubwatch] outage validated: ");
    press(&mut model, "esc o 4");
    assert!(
        matches!(step(&model), Step::Choose(..)),
        "there are three that can be said"
    );
}

#[test]
fn a_channel_has_its_address() {
    let mut model = model_showing(picture_with_directory(vec![outage()]));
    press(&mut model, "o 3");
    update(
        &mut model,
        Msg::Typed("https://chat.example/c/7 all of us".to_owned()),
        now(),
    );
    press(&mut model, "enter");
    assert_eq!(
        confirmed_note(&model),
        "[hubwatch] outage channel https://chat.example/c/7: all of us"
    );
}

#[test]
fn what_is_no_p1_has_no_steps() {
    let mut model = shown();
    press(&mut model, "o");
    assert!(current_flow(&model).is_none());
    assert_eq!(
        notice(&model),
        "cannot say that a step of the outage is done: it is not an open P1 with a checklist"
    );
}
