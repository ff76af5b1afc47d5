use crate::app::action::Context;
use crate::app::effect::Effect;
use crate::app::fixture::{
    case, cluster, hub, id, model, model_showing, now, picture, press, seconds_ago, show_picture,
    with_cases, with_storm,
};
use crate::app::model::{Model, OverlayKind, Pane};
use crate::app::msg::{CopyOutcome, CopyReason, CopyReport, Msg};
use crate::app::rows::{FilteredCount, RowKey};
use crate::app::update::{startup_notice, update};
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, Fingerprint, HubKey};
use crate::domain::policy::{Link, Policy};
use crate::domain::source::{SourceKind, SourceState};
use crate::picture::Picture;

mod copying;
mod typing;

fn three() -> Picture {
    with_cases([
        case("Q1", "hub down", "leap", "prod"),
        case("Q2", "home-nfs 10% left", "ucec", "prod"),
        case("Q3", "pod has restarted", "temple", "staging"),
    ])
}

fn selected(model: &Model) -> Option<RowKey> {
    model.cases.selected.clone()
}

fn row(incident: &str) -> Option<RowKey> {
    Some(RowKey::Case(id(incident)))
}

fn fleet() -> Picture {
    Picture {
        clusters: vec![
            cluster(
                "leap",
                "gcp",
                vec![
                    hub("leap", "staging", Health::Up),
                    hub("leap", "prod", Health::Up),
                ],
            ),
            cluster(
                "ucec",
                "aws",
                vec![
                    hub("ucec", "staging", Health::Unknown),
                    hub("ucec", "prod", Health::Up),
                ],
            ),
        ],
        ..picture()
    }
}

fn at(model: &Model) -> String {
    model.selected_hub().unwrap().spec.key.to_string()
}

#[test]
fn the_selection_follows_its_row() {
    let mut model = model_showing(three());
    press(&mut model, "j");
    assert_eq!(selected(&model), row("Q2"));
    let mut next = three();
    next.rows.reverse();
    show_picture(&mut model, next);
    assert_eq!(selected(&model), row("Q2"));
    assert_eq!(model.selected_index(), Some(1));
}

#[test]
fn a_case_with_a_better_name_is_still_the_same_row() {
    let mut model = model_showing(three());
    press(&mut model, "j");
    let mut better = case("Q9", "home-nfs 10% left", "ucec", "prod");
    better.aliases = vec![id("Q2")];
    show_picture(
        &mut model,
        with_cases([
            case("Q7", "new", "leap", "prod"),
            case("Q1", "hub down", "leap", "prod"),
            better,
        ]),
    );
    assert_eq!(selected(&model), row("Q9"));
}

#[test]
fn where_a_row_vanishes_the_one_in_its_place_is_selected() {
    let mut model = model_showing(three());
    press(&mut model, "j");
    let mut next = three();
    next.rows.remove(1);
    show_picture(&mut model, next.clone());
    assert_eq!(selected(&model), row("Q3"));
    next.rows.remove(1);
    show_picture(&mut model, next);
    assert_eq!(selected(&model), row("Q1"));
    show_picture(&mut model, picture());
    assert_eq!(selected(&model), row("Q1"), "it is over and stays a moment");
    show_picture(&mut model, three());
    assert_eq!(selected(&model), row("Q1"));
}

#[test]
fn a_case_that_joins_a_storm_takes_the_selection_along() {
    let mut model = model_showing(three());
    press(&mut model, "G");
    show_picture(&mut model, with_storm(three(), "storm", 1));
    assert_eq!(selected(&model), Some(RowKey::Storm("storm".into())));
}

#[test]
fn a_storm_opens_and_closes() {
    let mut model = model_showing(with_storm(three(), "storm", 1));
    press(&mut model, "j enter");
    assert_eq!(model.visible_rows().len(), 4);
    press(&mut model, "j j");
    let (storm, case) = ("storm".into(), id("Q3"));
    let member = RowKey::Member { storm, case };
    assert_eq!(selected(&model), Some(member));
    press(&mut model, "left");
    assert_eq!(model.visible_rows().len(), 2);
    assert_eq!(selected(&model), Some(RowKey::Storm("storm".into())));
}

#[test]
fn a_filter_hides_rows_while_it_is_typed_and_esc_shows_them() {
    let mut model = model_showing(three());
    press(&mut model, "/ T e M p");
    assert_eq!(model.case_count(), FilteredCount { shown: 1, total: 3 });
    assert_eq!(selected(&model), row("Q3"));
    press(&mut model, "enter");
    assert_eq!(
        (model.context(), model.filter.text()),
        (Context::Panes, "TeMp")
    );
    press(&mut model, "esc");
    assert_eq!(model.case_count(), FilteredCount { shown: 3, total: 3 });
    assert_eq!(selected(&model), row("Q3"));
}

#[test]
fn every_word_of_a_filter_must_be_found() {
    let mut model = model_showing(Picture {
        clusters: fleet().clusters,
        ..three()
    });
    press(&mut model, "/ g c p space d o w n");
    assert_eq!(model.case_count(), FilteredCount { shown: 1, total: 3 });
    press(&mut model, "x");
    assert_eq!(model.case_count(), FilteredCount { shown: 0, total: 3 });
    assert!(model.filter.is_active());
    assert_eq!(selected(&model), None);
}

#[test]
fn the_filter_line_writes_what_elsewhere_are_keys() {
    let mut model = model_showing(three());
    let quit = press(&mut model, "/ q ? s");
    assert_eq!(
        (quit.effects, model.filter.text(), model.overlays.len()),
        (vec![], "q?s", 0)
    );
    let quit = press(&mut model, "ctrl-c");
    assert_eq!(quit.effects, [Effect::Quit]);
}

#[test]
fn a_detail_follows_its_case_and_stays_when_that_is_over() {
    let mut model = model_showing(three());
    press(&mut model, "enter");
    let mut changed = three();
    let mut worse = case("Q9", "hub down twice", "leap", "prod");
    worse.aliases = vec![id("Q1")];
    changed.cases[0] = worse.into();
    show_picture(&mut model, changed);
    show_picture(&mut model, picture());
    let Some(OverlayKind::Case(shown)) = model.overlay().map(|overlay| &overlay.kind) else {
        panic!("the detail is gone");
    };
    assert_eq!((&shown.id, &*shown.title), (&id("Q9"), "hub down twice"));
}

#[test]
fn the_selection_follows_a_hub_that_is_down_through_its_alert_to_its_page() {
    let stage = |own: CaseId, old: Vec<CaseId>| {
        let mut world = three();
        let mut case = (*world.cases[1]).clone();
        (case.id, case.aliases) = (own, old);
        world.cases[1] = case.into();
        world
    };
    let hub = CaseId::Hub(HubKey::new("ucec", "prod"));
    let alert = CaseId::Alert(Fingerprint(7));
    let mut model = model_showing(stage(hub.clone(), Vec::new()));
    press(&mut model, "j");
    assert_eq!(selected(&model), Some(RowKey::Case(hub.clone())));
    show_picture(&mut model, stage(alert.clone(), vec![hub.clone()]));
    assert_eq!(selected(&model), Some(RowKey::Case(alert.clone())));
    show_picture(&mut model, stage(id("Q2"), vec![alert, hub]));
    assert_eq!(selected(&model), row("Q2"));
}

#[test]
fn right_shows_the_next_case_and_enter_its_hub_and_back() {
    let mut model = model_showing(Picture {
        clusters: fleet().clusters,
        ..with_storm(three(), "storm", 2)
    });
    press(&mut model, "enter right");
    assert_eq!(selected(&model), row("Q2"));
    press(&mut model, "right");
    assert_eq!(selected(&model), row("Q2"), "a closed storm has no detail");
    press(&mut model, "enter");
    let hub = OverlayKind::Hub(HubKey::new("ucec", "prod"));
    assert_eq!(model.overlay().unwrap().kind, hub);
    press(&mut model, "esc esc");
    assert!(model.overlays.is_empty());
}

#[test]
fn hubs_that_are_not_up_come_first_and_the_grid_goes_by_cluster() {
    let mut model = model_showing(fleet());
    press(&mut model, "tab");
    assert_eq!((model.focus, &*at(&model)), (Pane::Hubs, "ucec/staging"));
    press(&mut model, "down");
    assert_eq!(at(&model), "leap/staging");
    press(&mut model, "right");
    assert_eq!(at(&model), "leap/prod");
    press(&mut model, "down");
    assert_eq!(at(&model), "ucec/prod");
    press(&mut model, "up");
    assert_eq!(at(&model), "leap/staging");
    press(&mut model, "left left");
    assert_eq!(at(&model), "ucec/staging");
}

#[test]
fn of_hubs_that_are_as_bad_the_one_whose_case_is_first_comes_first() {
    let about = |name: &str, case: &str| {
        let mut hub = hub("leap", name, Health::Degraded);
        hub.cases = vec![id(case)];
        hub
    };
    let mut picture = three();
    let hubs = vec![
        hub("leap", "quiet", Health::Degraded),
        about("third", "Q3"),
        about("first", "Q1"),
        about("down", "Q3"),
    ];
    picture.clusters = vec![cluster("leap", "gcp", hubs)];
    picture.clusters[0].hubs[3].health = Health::Down;
    let model = model_showing(picture);
    let names = model.hubs_not_up().into_iter();
    let names: Vec<_> = names.map(|hub| hub.spec.key.hub.to_string()).collect();
    assert_eq!(names, ["down", "first", "third", "quiet"]);
}

#[test]
fn what_the_configuration_warns_of_is_said_until_a_key() {
    let warnings = ["c.toml:3: link[0].template: a".to_owned(), "b".to_owned()];
    assert_eq!(startup_notice(&[], now()), None);
    let mut model = model_showing(three());
    model.notice = startup_notice(&warnings, now());
    let notice = model.notice_at(now()).unwrap();
    assert_eq!(
        notice.text,
        "c.toml:3: link[0].template: a (and 1 more in the sources view)"
    );
    press(&mut model, "j");
    assert_eq!(model.notice, None);
}

#[test]
fn of_several_complaints_none_is_lost() {
    let mut model = model_showing(three());
    let complaints = ["goes on without state: a", "the cache cannot be read: b"];
    for text in complaints.into_iter().chain(complaints) {
        update(&mut model, Msg::Complaint(text.to_owned()), now());
    }
    assert_eq!(model.complaints, complaints);
    let notice = model.notice_at(now()).unwrap();
    assert_eq!(
        notice.text,
        "the cache cannot be read: b (and 1 more in the sources view)"
    );
    for number in 0..50 {
        update(&mut model, Msg::Complaint(number.to_string()), now());
    }
    assert_eq!(model.complaints.len(), 20);
    assert_eq!(model.complaints.last().map(String::as_str), Some("49"));
}

#[test]
fn a_refresh_runs_until_every_source_has_answered() {
    let mut model = model();
    let asked = press(&mut model, "r");
    assert_eq!(asked.effects, [Effect::RefreshNow]);
    let answered = |asked_at| Picture {
        sources: vec![crate::picture::SourceView {
            requested_at: Some(asked_at),
            ..crate::app::fixture::source_view(SourceKind::Pagerduty, "", SourceState::Live)
        }],
        ..picture()
    };
    show_picture(&mut model, answered(seconds_ago(1)));
    assert!(model.refreshing_since.is_some());
    show_picture(&mut model, answered(now()));
    assert!(model.refreshing_since.is_none());
}

#[test]
fn only_what_changes_something_visible_is_dirty() {
    let mut model = model_showing(three());
    assert!(press(&mut model, "j").dirty);
    assert!(!press(&mut model, "G").effects.iter().any(|_| true));
    assert!(!press(&mut model, "j").dirty, "it is at the end");
    assert!(!press(&mut model, "x").dirty);
    assert!(!update(&mut model, Msg::FocusLost, now()).dirty);
    let seen = show_picture(&mut model, three());
    assert!(seen.dirty && matches!(seen.effects.as_slice(), [Effect::DropPicture(_)]));
}

#[test]
fn until_a_key_is_pressed_the_first_row_is_selected_whatever_comes() {
    let mut model = model_showing(three());
    let first = selected(&model);
    let late = Picture {
        rows: three().rows.into_iter().rev().collect(),
        ..three()
    };
    show_picture(&mut model, late);
    assert_ne!(selected(&model), first);
    press(&mut model, "s esc");
    let chosen = selected(&model);
    show_picture(&mut model, three());
    assert_eq!(selected(&model), chosen);
}
