//! Tests of proposed choices, remaining steps, and warnings about alerts that still fire.

use super::*;
use crate::app::fixture::action_flow::with_incident;
use crate::app::fixture::{cluster, hub};
use crate::domain::alert::AlertState;
use crate::domain::case::Case;
use crate::domain::hub::Health;
use crate::domain::incident::{IncidentAlert, Reference};
use crate::domain::labels::Labels;
use crate::domain::operation::{Choice, IncidentAction};
use crate::domain::source::{SourceId, SourceKind, SourceState};
use crate::picture::Picture;
use crate::plan::{ActionSubject, Form, remaining};
use std::sync::Arc;

#[test]
fn what_is_fixed_is_offered_to_be_resolved() {
    let mut model = shown();
    press(&mut model, "v f enter enter");
    let Step::Sending(plan, _) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    let note = plan.operations[0].clone();
    answer(&mut model, vec![outcome("Q1", note.clone(), DONE)]);
    press(&mut model, "enter");
    let Step::Confirm(plan) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    assert_eq!(plan.operations, [Operation::Resolve]);
    // If an operation was not done, no next step is offered.
    press(&mut model, "esc v f enter enter");
    let refused = OutcomeDetail::Unreachable("refused".into());
    answer(&mut model, vec![outcome("Q1", note, refused)]);
    press(&mut model, "enter");
    assert!(current_flow(&model).is_none());
}

#[test]
fn other_verdicts_leave_nothing() {
    let model = shown();
    let ctx = model.operation_context(now());
    let picture = model.picture.as_ref().unwrap();
    let subject = ActionSubject::from_cases(vec![Arc::clone(&picture.cases[0])]);
    let left = |text: &str| remaining(&[outcome("Q1", plain(text), DONE)], &subject, &ctx);
    assert_eq!(left("[hubwatch] verdict fixed: resized").len(), 1);
    assert_eq!(left("[hubwatch] verdict not-an-outage: x"), []);
    assert_eq!(left("resized"), []);
}

fn unpaged() -> Case {
    let mut case = assigned_case("Q1", "Bo");
    case.incident = None;
    case.severity = Some("same day action needed".to_owned());
    case.alerts = vec![case_alert(JoinedBy::None)];
    case
}

fn proposed(picture: Picture, question: Prompt) -> Option<Choice> {
    let model = model_showing(picture);
    let ctx = model.operation_context(now());
    let case = Arc::clone(&model.picture.as_ref().unwrap().cases[0]);
    let subject = ActionSubject::from_cases(vec![case]);
    let form = Form::new(IncidentAction::Declare, &subject, &ctx);
    ctx.proposed_choice(question, &form, &subject)
}

#[test]
fn a_declaration_proposes_the_severitys_priority_and_the_service_that_was_paged_last() {
    let with_all = || {
        let mut picture = picture_with_directory(vec![unpaged()]);
        picture.priorities = vec!["P1".into(), "P2".into()];
        let disks = Reference {
            id: "S1".into(),
            name: "Hubs".into(),
        };
        picture.services_by_alert.insert("disk full".into(), disks);
        picture
    };
    let priority = proposed(with_all(), Prompt::Priority);
    assert_eq!(priority, Some(Choice::Priority("P2".into())));
    let Some(Choice::Service(service)) = proposed(with_all(), Prompt::Service) else {
        panic!("no service");
    };
    assert_eq!(service.id, "S1".into());
    let mut model = model_showing(with_all());
    press(&mut model, "D enter");
    let Step::Choose(_, Prompt::Priority, cursor) = step(&model) else {
        panic!("{:?}", step(&model));
    };
    assert_eq!(cursor.index, 1, "the cursor stands on P2");
    let nothing = picture_with_directory(vec![assigned_case("Q1", "Bo")]);
    assert_eq!(proposed(nothing, Prompt::Service), None);
}

fn labels() -> Labels {
    [("alertname", "disk full")].into_iter().collect()
}

// The warnings before resolving an incident that Alertmanager opened. The incident's alert is in state `state`.
fn resolving(state: Option<AlertState>, source: Option<SourceState>) -> Vec<Warning> {
    warned_of(state, source, Operation::Resolve)
}

fn warned_of(
    state: Option<AlertState>,
    source: Option<SourceState>,
    operation: Operation,
) -> Vec<Warning> {
    let mut case = with_incident(assigned_case("Q1", "Bo"), |incident| {
        incident.triggered_alerts = Some(1);
        incident.alerts = vec![IncidentAlert {
            id: "A1".to_owned(),
            resolved: false,
            alert_key: None,
            created_at: None,
            suppressed: false,
            fingerprints: Vec::new(),
            label_sets: vec![labels()],
        }];
    });
    case.alerts = state
        .into_iter()
        .map(|state| {
            let mut joined = case_alert(JoinedBy::Fingerprint);
            Arc::make_mut(&mut joined.alert).state = state;
            joined
        })
        .collect();
    let mut picture = picture_with_directory(vec![case]);
    let mut leap = cluster("leap", "gcp", vec![hub("leap", "prod", Health::Up)]);
    leap.prometheus = source.map(|state| (SourceId::new(SourceKind::Prometheus, "leap"), state));
    picture.clusters = vec![leap];
    let mut model = model_showing(picture);
    press(&mut model, "R");
    shown_warnings(&model, &[operation])
}

#[test]
fn that_the_end_is_validated_while_an_alert_fires_is_warned_of() {
    let said = |state, text| warned_of(state, Some(SourceState::Live), plain(text));
    let validated = "[hubwatch] outage validated: I logged in";
    let firing = Some(AlertState::Firing);
    assert_eq!(said(firing, validated), [Warning::ValidatedWhileFiring(1)]);
    assert_eq!(said(None, validated), []);
    assert_eq!(said(firing, "[hubwatch] outage channel: #leap"), []);
}

#[test]
fn a_note_that_hubwatch_does_not_understand_is_warned_of() {
    let said = |text| warned_of(None, Some(SourceState::Live), plain(text));
    for text in [
        "[hubwatch] outage chanel: #leap",
        "[hubwatch] verdict fixt: resized",
        "[hubwatch] hello",
        "[hubwatch] outage resolved: it is",
    ] {
        assert_eq!(said(text), [Warning::NoteNotUnderstood], "{text}");
    }
    for text in [
        "outage chanel",
        "[hubwatch] outage channel: #leap",
        "[hubwatch] verdict fixed: resized",
        "[hubwatch] time-box +15m: resizing",
    ] {
        assert_eq!(said(text), [], "{text}");
    }
}

#[test]
fn the_alerts_own_prometheus_says_whether_it_still_fires() {
    let live = Some(SourceState::Live);
    let firing = resolving(Some(AlertState::Firing), live);
    assert_eq!(firing, [Warning::StillFiring(1)]);
    assert_eq!(resolving(None, live), [], "whatever PagerDuty counts");
    let down = resolving(None, Some(SourceState::Down));
    assert_eq!(
        down,
        [Warning::FiringNotKnown(vec!["prometheus/leap".to_owned()])]
    );
    let nobody = resolving(None, None);
    assert_eq!(nobody, [Warning::CountedAsFiring(1)]);
}
