//! The picture may change at any time between the key, the confirmation and the send. Operations are always sent only
//! for the incidents that the screen named, in the state that the screen showed.

use std::sync::Arc;

use proptest::prelude::*;

use super::current_flow;
use crate::app::action_flow::Step;
use crate::app::effect::Effect;
use crate::app::fixture::action_flow::{
    assigned_case, person, picture_with_directory, sent_batch, with_incident,
};
use crate::app::fixture::{model_showing, now, press, show_picture};
use crate::app::model::Model;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Acknowledgement, Incident, IncidentStatus};
use crate::domain::operation::detect_changes;
use crate::picture::Picture;

#[derive(Clone, Debug)]
enum Event {
    Key(&'static str),
    Refresh(Vec<(u8, u8)>),
}

fn event() -> impl Strategy<Value = Event> {
    let keys = vec![
        "j", "k", "a", "a", "t", "R", "enter", "enter", "enter", "esc", "space", "p", "1", "m", "E",
    ];
    let cases = prop::collection::vec((0..4_u8, 0..5_u8), 0..5);
    prop_oneof![
        3 => prop::sample::select(keys).prop_map(Event::Key),
        1 => cases.prop_map(Event::Refresh),
    ]
}

// A picture of the same incidents in another order and in other states. Some incidents are gone.
fn picture(cases: &[(u8, u8)]) -> Picture {
    let mut seen = Vec::new();
    let cases = cases.iter().filter(|(name, _)| {
        let new = !seen.contains(name);
        seen.push(*name);
        new
    });
    let cases = cases.map(|(name, state)| {
        let owner = if *state == 1 { "Dee" } else { "Bo" };
        with_incident(
            assigned_case(&format!("Q{name}"), owner),
            |incident| match state {
                2 => {
                    incident.status = IncidentStatus::Acknowledged;
                    incident.acknowledgements = vec![Acknowledgement {
                        at: now().wall,
                        by: person("Bo"),
                    }];
                }
                3 => incident.priority = Some("P2".into()),
                _ => {}
            },
        )
    });
    picture_with_directory(cases.collect())
}

// The incidents that the screen named when enter was pressed, in the states that the screen showed.
fn confirmed_incidents(model: &Model) -> Option<Vec<Arc<Incident>>> {
    let flow = current_flow(model)?;
    matches!(flow.step, Step::Confirm(_)).then(|| {
        let targets = flow.subject.targets();
        targets.map(|target| Arc::clone(target.incident)).collect()
    })
}

fn current_incident(model: &Model, id: &IncidentId) -> Option<Arc<Incident>> {
    let cases = &model.picture.as_ref()?.cases;
    let mut incidents = cases.iter().filter_map(|case| case.incident.as_ref());
    incidents.find(|incident| incident.id == *id).cloned()
}

fn check(before: Option<Vec<Arc<Incident>>>, effects: &[Effect], model: &Model) {
    let Some(sent_batch) = sent_batch(effects) else {
        return;
    };
    assert_eq!(Some(&sent_batch.incidents), before.as_ref());
    assert!(!sent_batch.incidents.is_empty());
    for shown in &sent_batch.incidents {
        if let Some(now) = current_incident(model, &shown.id) {
            assert_eq!(detect_changes(shown, &now), [], "{}", shown.id);
        }
    }
}

proptest! {
    #[test]
    fn only_what_was_named_is_acted_on_as_it_was_shown(
        events in prop::collection::vec(event(), 1..40)
    ) {
        let mut model = model_showing(picture(&[(0, 0), (1, 0), (2, 0), (3, 0)]));
        for event in events {
            match event {
                Event::Refresh(cases) => {
                    let shown = confirmed_incidents(&model);
                    show_picture(&mut model, picture(&cases));
                    prop_assert_eq!(confirmed_incidents(&model), shown);
                }
                Event::Key(key) => {
                    let shown = confirmed_incidents(&model);
                    let effects = press(&mut model, key).effects;
                    check(shown, &effects, &model);
                }
            }
        }
    }
}
