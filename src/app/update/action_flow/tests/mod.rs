mod accounts;
mod consequences;
mod local_time_box;
mod notes;
mod offers;
mod outage_steps;

use super::*;
use crate::app::fixture::action_flow::{
    acknowledged, assigned_case, case_alert, person, picture_with_directory, sent_batch,
};
use crate::app::fixture::{
    self, id, minutes_ago, model_showing, now, press, show_picture, with_storm,
};
use crate::app::model::Viewport;
use crate::app::msg::Msg;
use crate::app::update::update;
use crate::domain::case::JoinedBy;
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::incident::IncidentStatus;
use crate::domain::operation::{
    Assignee, IncidentChange, Operation, OperationKind, OperationResult, Outcome, OutcomeDetail,
    OutgoingNote, Prompt, Warning,
};
use crate::plan::{JustRead, warnings};

fn shown() -> Model {
    model_showing(picture_with_directory(vec![
        assigned_case("Q1", "Bo"),
        assigned_case("Q2", "Bo"),
    ]))
}

fn sent(effects: &[Effect]) -> (Vec<OperationKind>, Vec<String>) {
    let batch = sent_batch(effects).expect("a batch");
    let kinds = batch.operations.iter().map(Operation::kind).collect();
    let on = batch
        .incidents
        .iter()
        .map(|incident| incident.id.to_string());
    (kinds, on.collect())
}

fn step(model: &Model) -> &Step {
    &current_flow(model).expect("something is done").step
}

fn shown_warnings(model: &Model, operations: &[Operation]) -> Vec<Warning> {
    let subject = &current_flow(model).expect("something is done").subject;
    let ctx = model.operation_context(now());
    warnings(operations, subject, JustRead::default(), &ctx)
}

fn notice(model: &Model) -> &str {
    model
        .notice
        .as_ref()
        .map_or("", |notice| notice.text.as_str())
}

fn answer(model: &mut Model, outcomes: Vec<Outcome>) -> Vec<Effect> {
    let number = model.sent_batches.last_number;
    update(model, Msg::OperationsFinished { number, outcomes }, now()).effects
}

fn outcome(incident: &str, operation: Operation, why: OutcomeDetail) -> Outcome {
    Outcome::new(&operation, Some(&incident.into()), why, None)
}

const DONE: OutcomeDetail = OutcomeDetail::Confirmed {
    at: None,
    response_lost: false,
    other_acks: Vec::new(),
};

fn plain(text: &str) -> Operation {
    Operation::Note(OutgoingNote {
        text: text.to_owned(),
        in_doubt: false,
    })
}

#[test]
fn a_key_asks_and_enter_sends_once() {
    let mut model = shown();
    assert_eq!(press(&mut model, "a").effects, []);
    assert!(matches!(step(&model), Step::Confirm(_)));
    let effects = press(&mut model, "enter").effects;
    assert_eq!(
        sent(&effects),
        (vec![OperationKind::Acknowledge], vec!["Q1".into()])
    );
    let actor = sent_batch(&effects).unwrap().actor.as_ref().unwrap();
    assert_eq!(
        (&*actor.person.name, actor.email.as_str()),
        ("Ada", "ada@hubs.example")
    );
    assert_eq!(press(&mut model, "enter").effects, []);
    assert_eq!(press(&mut model, "enter enter a").effects, []);
    assert!(matches!(step(&model), Step::Sending(..)));
}

#[test]
fn what_was_not_in_sight_is_not_confirmed() {
    let mut model = shown();
    press(&mut model, "a");
    let drawn = |model: &mut Model, limit| {
        model.set_viewport(Viewport {
            max_overlay_scroll: limit,
            page_lines: 3,
            ..model.viewport.clone()
        });
    };
    let enter = |model: &mut Model| {
        let key = "enter".parse().unwrap();
        update(model, Msg::Key(key), now()).effects
    };
    for limit in [None, Some(4), Some(4)] {
        drawn(&mut model, limit);
        assert!(!model.is_scrolled_to_end());
        assert_eq!(enter(&mut model), [], "{limit:?}");
    }
    drawn(&mut model, Some(4));
    assert_eq!(sent(&enter(&mut model)).1, ["Q1"]);
}

#[test]
fn what_the_key_was_pressed_on_is_acted_on_wherever_its_row_went() {
    let mut model = shown();
    press(&mut model, "j R");
    show_picture(
        &mut model,
        picture_with_directory(vec![
            assigned_case("Q0", "Bo"),
            assigned_case("Q2", "Bo"),
            assigned_case("Q1", "Bo"),
        ]),
    );
    let effects = press(&mut model, "enter").effects;
    assert_eq!(
        sent(&effects),
        (vec![OperationKind::Resolve], vec!["Q2".into()])
    );
}

#[test]
fn what_changed_meanwhile_is_shown_and_asked_again() {
    let mut model = shown();
    press(&mut model, "a");
    show_picture(
        &mut model,
        picture_with_directory(vec![acknowledged(assigned_case("Q1", "Bo"), "Bo")]),
    );
    assert_eq!(press(&mut model, "enter").effects, []);
    let Step::Confirm(plan) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    let all = [(
        "Q1".into(),
        vec![IncidentChange::Acknowledged(vec![person("Bo")])],
    )];
    assert_eq!(plan.changed_incidents, all);
    let effects = press(&mut model, "enter").effects;
    let on = &sent_batch(&effects).unwrap().incidents;
    assert_eq!(on[0].status, IncidentStatus::Acknowledged);
}

#[test]
fn what_the_server_found_changed_is_asked_again_for_what_is_left() {
    let mut model = shown();
    press(&mut model, "v o h o w enter");
    let effects = press(&mut model, "enter").effects;
    assert_eq!(
        sent(&effects).0,
        [OperationKind::Note, OperationKind::Priority]
    );
    let operations = sent_batch(&effects).unwrap().operations.clone();
    let fresh = acknowledged(assigned_case("Q1", "Bo"), "Bo").incident;
    let changed = OutcomeDetail::Changed(vec![IncidentChange::Acknowledged(vec![person("Bo")])]);
    let mut second = outcome("Q1", operations[1].clone(), changed);
    second.read_back = fresh;
    answer(
        &mut model,
        vec![outcome("Q1", operations[0].clone(), DONE), second],
    );
    assert_eq!(press(&mut model, "enter").effects, []);
    let effects = press(&mut model, "enter").effects;
    assert_eq!(
        sent(&effects),
        (vec![OperationKind::Priority], vec!["Q1".into()])
    );
}

#[test]
fn read_only_nothing_begins() {
    let mut model = shown();
    model.session.read_only = true;
    for key in "space a t v n b p A E z i D R".split(' ') {
        model.notice = None;
        assert_eq!(press(&mut model, key).effects, [], "{key}");
        assert!(model.overlays.is_empty());
        assert!(notice(&model).contains("read-only"), "{key}");
    }
}

#[test]
fn a_probable_join_asks_which_incident_is_meant() {
    let mut case = assigned_case("Q1", "Bo");
    case.alerts = vec![case_alert(JoinedBy::Probable)];
    case.related = vec![id("Q2")];
    let mut model = model_showing(picture_with_directory(vec![
        case,
        assigned_case("Q2", "Bo"),
    ]));
    press(&mut model, "a");
    assert!(matches!(step(&model), Step::Choose(_, Prompt::Incident, _)));
    let effects = press(&mut model, "2 enter").effects;
    assert_eq!(sent(&effects).1, ["Q2"]);
}

#[test]
fn a_storm_is_acted_on_as_one_without_those_that_are_only_probable() {
    let mut probable = assigned_case("Q3", "Bo");
    probable.alerts = vec![case_alert(JoinedBy::Probable)];
    let storm = with_storm(
        picture_with_directory(vec![
            assigned_case("Q1", "Bo"),
            assigned_case("Q2", "Bo"),
            probable,
        ]),
        "disk",
        0,
    );
    let mut model = model_showing(storm);
    press(&mut model, "a");
    let flow = current_flow(&model).unwrap();
    assert_eq!(flow.subject.excluded_count(), 1);
    assert_eq!(sent(&press(&mut model, "enter").effects).1, ["Q1", "Q2"]);
}

#[test]
fn marked_cases_are_acted_on_at_once_and_what_is_done_is_no_longer_marked() {
    let mut model = shown();
    press(&mut model, "m m");
    assert_eq!(sent(&press(&mut model, "a enter").effects).1, ["Q1", "Q2"]);
    let refused = OutcomeDetail::Unreachable("refused".into());
    let outcomes = vec![
        outcome("Q1", Operation::Acknowledge, DONE),
        outcome("Q2", Operation::Acknowledge, refused),
    ];
    assert_eq!(outcomes[1].result, OperationResult::Refused);
    answer(&mut model, outcomes);
    let marked: Vec<_> = model
        .marked_cases()
        .iter()
        .map(|case| case.id.clone())
        .collect();
    assert_eq!(marked, [id("Q2")]);
}

#[test]
fn a_level_is_absolute_and_asked_for_where_the_present_one_is_not_known() {
    let mut model = shown();
    let effects = press(&mut model, "E enter").effects;
    assert_eq!(
        sent_batch(&effects).unwrap().operations,
        [Operation::Escalate(2)]
    );
    let mut unknown = assigned_case("Q1", "Bo");
    unknown.owners[0].level = None;
    let mut model = model_showing(picture_with_directory(vec![unknown]));
    press(&mut model, "E");
    assert!(matches!(step(&model), Step::Choose(..)));
    let effects = press(&mut model, "2 enter").effects;
    assert_eq!(
        sent_batch(&effects).unwrap().operations,
        [Operation::Escalate(2)]
    );
}

#[test]
fn to_give_it_to_a_person_warns_and_offers_the_policy() {
    let mut model = shown();
    press(&mut model, "A d e e enter");
    let flow = current_flow(&model).unwrap();
    let Step::Confirm(plan) = &flow.step else {
        panic!("{:?}", flow.step);
    };
    assert_eq!(
        plan.operations,
        [Operation::Reassign(Assignee::Person(person("Dee")))]
    );
    let warnings = shown_warnings(&model, &plan.operations);
    assert_eq!(warnings, [Warning::EndsEscalation(Some("Outages".into()))]);
    let effects = press(&mut model, "esc A enter enter").effects;
    let Operation::Reassign(Assignee::Policy(policy)) =
        &sent_batch(&effects).unwrap().operations[0]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(policy.id.as_str(), "E1");
}

#[test]
fn a_box_is_started_extended_and_judged_by_notes() {
    let text = |effects: &[Effect]| match &sent_batch(effects).unwrap().operations[0] {
        Operation::Note(note) => note.text.clone(),
        other => panic!("{other:?}"),
    };
    let mut model = shown();
    let effects = press(&mut model, "b 2 enter").effects;
    assert_eq!(text(&effects), "[hubwatch] time-box start 30m");
    let mut boxed = assigned_case("Q1", "Bo");
    boxed.clocks = vec![Clock {
        kind: ClockKind::TimeBox,
        at: minutes_ago(2),
        estimate: false,
        to: Vec::new(),
    }];
    let mut model = model_showing(picture_with_directory(vec![boxed]));
    let effects = press(&mut model, "b 2 s l o w enter enter").effects;
    assert_eq!(text(&effects), "[hubwatch] time-box +15m: slow");
    let mut model = shown();
    press(&mut model, "v i");
    update(
        &mut model,
        Msg::Paste("https://issues.example/7 later".into()),
        now(),
    );
    let effects = press(&mut model, "enter enter").effects;
    assert_eq!(
        text(&effects),
        "[hubwatch] verdict follow-up https://issues.example/7: later"
    );
}

#[test]
fn a_hub_that_nobody_was_paged_for_is_declared_once() {
    let mut case = fixture::case("x", "the hub is down", "leap", "prod");
    case.id = CaseId::Hub(HubKey::new("leap", "prod"));
    let mut model = model_showing(picture_with_directory(vec![case]));
    assert_eq!(press(&mut model, "a").effects, []);
    assert_eq!(
        notice(&model),
        "cannot acknowledge: no incident yet: D opens one"
    );
    let effects = press(&mut model, "D enter 1 enter enter").effects;
    let declared = |effects: &[Effect]| match sent_batch(effects).unwrap().operations.as_slice() {
        [Operation::Declare(new)] => new.clone(),
        other => panic!("{other:?}"),
    };
    let first = declared(&effects);
    assert_eq!(first.title, "the hub is down on leap/prod");
    assert_eq!(
        (
            &*first.service.name,
            first.priority.as_ref().unwrap().as_str()
        ),
        ("Hubs", "P1")
    );
    let lost = Outcome {
        incident: None,
        ..outcome(
            "x",
            Operation::Declare(first.clone()),
            OutcomeDetail::Unverified("cut".into()),
        )
    };
    answer(&mut model, vec![lost]);
    let effects = press(&mut model, "enter D enter 1 enter enter").effects;
    assert_eq!(declared(&effects).key, first.key);
}

#[test]
fn nothing_else_opens_over_a_confirmation_and_a_paste_confirms_nothing() {
    let mut model = shown();
    press(&mut model, "a");
    for key in "s r ? f1 / tab n a t".split(' ') {
        assert_eq!(press(&mut model, key).effects, [], "{key}");
        assert!(matches!(step(&model), Step::Confirm(_)), "{key}");
    }
    assert_eq!(
        update(&mut model, Msg::Paste("\r\n\r\n".into()), now()).effects,
        []
    );
    assert!(matches!(step(&model), Step::Confirm(_)));
}

#[test]
fn what_was_left_while_it_was_sent_is_told() {
    let mut model = shown();
    press(&mut model, "a enter esc");
    assert!(model.overlays.is_empty());
    answer(
        &mut model,
        vec![outcome("Q1", Operation::Acknowledge, DONE)],
    );
    assert_eq!(notice(&model), "1 done");
}
