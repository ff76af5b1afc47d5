use std::sync::Arc;
use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::fixture::{
    case, cluster, hub, model_showing, now, press, show_picture, with_cases,
};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::update::update;
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::case::{Case, CaseAlert, JoinedBy};
use crate::domain::history::{History, HistoryRequest, HistorySubject};
use crate::domain::hub::Health;
use crate::domain::labels::Labels;
use crate::domain::now::Now;
use crate::domain::source::{SourceId, SourceKind, SourceState};
use crate::picture::Picture;

fn leap() -> SourceId {
    SourceId::new(SourceKind::Prometheus, "leap")
}

fn alert(pod: &str) -> CaseAlert {
    let labels: Labels = [("namespace", "prod"), ("pod", pod)].into_iter().collect();
    CaseAlert {
        alert: Arc::new(Alert {
            source: leap(),
            cluster: Some("leap".into()),
            fingerprint: labels.fingerprint(),
            labels,
            annotations: Labels::default(),
            state: AlertState::Firing,
            active_at: None,
            firing_since: None,
            value: None,
            rule: Arc::new(AlertRule {
                name: "x".into(),
                group: "g".into(),
                expression: "floor(a / b) <= 10".into(),
                hold: Duration::ZERO,
            }),
        }),
        joined_by: JoinedBy::Fingerprint,
        doubtful_silence: None,
        suppressed: None,
    }
}

fn picture(alerts: usize) -> Picture {
    let mut disk = case("Q1", "disk", "leap", "prod");
    disk.alerts = (0..alerts).map(|pod| alert(&pod.to_string())).collect();
    let mut other = Case {
        alerts: vec![alert("other")],
        ..case("Q2", "another", "leap", "prod")
    };
    other.places.clear();
    let mut leaps = cluster("leap", "gcp", vec![hub("leap", "prod", Health::Up)]);
    leaps.prometheus = Some((leap(), SourceState::Live));
    Picture {
        clusters: vec![leaps],
        ..with_cases([disk, other])
    }
}

fn model() -> Model {
    model_showing(picture(1))
}

fn fetched(effects: &[Effect]) -> Vec<HistoryRequest> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::FetchHistory(question) => Some(question.clone()),
        _ => None,
    });
    asked.collect()
}

fn cancelled_count(effects: &[Effect]) -> usize {
    let is_it = |effect: &&Effect| matches!(effect, Effect::CancelHistory(_));
    effects.iter().filter(is_it).count()
}

fn deliver(model: &mut Model, question: &HistoryRequest, result: Result<History, &str>) -> bool {
    let msg = Msg::HistoryFetched {
        query: question.clone(),
        result: result.map(Arc::new).map_err(str::to_owned),
    };
    update(model, msg, now()).dirty
}

fn press_at(model: &mut Model, key: &str, at: Now) -> Vec<Effect> {
    let key: Key = key.parse().unwrap();
    update(model, Msg::Key(key), at).effects
}

#[test]
fn opening_a_case_asks_for_its_alert_and_its_hub() {
    let mut model = model();
    let asked = fetched(&press(&mut model, "enter").effects);
    let [first, second] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    let HistorySubject::Alert(watched) = &first.subject else {
        panic!("{first:?}");
    };
    assert_eq!((&*watched.query, &first.source), ("floor(a / b)", &leap()));
    assert!(watched.threshold.is_some());
    assert!(matches!(&second.subject, HistorySubject::Hub(key) if key.to_string() == "leap/prod"));
}

#[test]
fn nothing_is_asked_while_nothing_is_open() {
    let mut model = model();
    for keys in ["j", "tab", "r", "s", "esc", "?", "esc"] {
        assert!(
            fetched(&press(&mut model, keys).effects).is_empty(),
            "{keys}"
        );
    }
    let seen = show_picture(&mut model, picture(1));
    assert!(fetched(&seen.effects).is_empty());
}

#[test]
fn an_open_detail_does_not_ask_again_by_itself() {
    let mut model = model();
    press(&mut model, "enter");
    assert!(fetched(&show_picture(&mut model, picture(1)).effects).is_empty());
    assert!(fetched(&press(&mut model, "j").effects).is_empty());
}

#[test]
fn the_hub_of_a_case_is_not_asked_twice() {
    let mut model = model();
    press(&mut model, "enter");
    let hub = press(&mut model, "enter");
    assert!(fetched(&hub.effects).is_empty());
    assert_eq!(
        model
            .overlay()
            .unwrap()
            .history_fetches
            .as_ref()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn an_answer_for_what_is_closed_is_dropped() {
    let mut model = model();
    let questions = fetched(&press(&mut model, "enter").effects);
    assert_eq!(cancelled_count(&press(&mut model, "esc").effects), 2);
    assert!(!deliver(&mut model, &questions[0], Ok(History::default())));
    let next = fetched(&press(&mut model, "j enter").effects);
    assert_eq!(next.len(), 1, "a case without a place has no hub");
    assert!(!deliver(&mut model, &questions[0], Ok(History::default())));
    assert!(deliver(&mut model, &next[0], Ok(History::default())));
    assert!(
        !deliver(&mut model, &next[0], Ok(History::default())),
        "once"
    );
}

#[test]
fn going_to_the_next_case_lets_the_first_ones_questions_go() {
    let mut model = model();
    press(&mut model, "enter");
    let next = press(&mut model, "right").effects;
    assert_eq!((cancelled_count(&next), fetched(&next).len()), (2, 1));
}

#[test]
fn a_refresh_asks_again_when_there_is_more_to_hear() {
    let mut model = model();
    let first = fetched(&press(&mut model, "enter").effects);
    assert!(
        fetched(&press(&mut model, "r").effects).is_empty(),
        "it is on its way"
    );
    deliver(&mut model, &first[0], Ok(History::default()));
    deliver(&mut model, &first[1], Err("connection refused"));
    let again = fetched(&press(&mut model, "r").effects);
    assert_eq!(
        again,
        [first[1].clone()],
        "what failed, and nothing else yet"
    );
    deliver(&mut model, &first[1], Ok(History::default()));
    let later = now().plus(Duration::from_secs(1800));
    let again = fetched(&press_at(&mut model, "r", later));
    assert_eq!(again.len(), 2);
    let known = &model.overlay().unwrap().history_fetches.as_ref().unwrap()[0];
    assert!(
        known.pending && known.loaded.is_some(),
        "what is known stays"
    );
}

#[test]
fn of_a_storm_a_few_are_asked_about() {
    let mut model = model_showing(picture(17));
    let asked = fetched(&press(&mut model, "enter").effects);
    assert_eq!(asked.len(), 4);
}
