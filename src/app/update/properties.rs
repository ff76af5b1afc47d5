//! Properties that hold after any keys and messages: nothing panics, and the selected row exists.

use proptest::prelude::*;
use strum::IntoEnumIterator as _;

use crate::app::fixture::{case, cluster, hub, model, now, picture, with_cases, with_storm};
use crate::app::key::Key;
use crate::app::model::{Model, Pane, Viewport};
use crate::app::msg::Msg;
use crate::app::rows::position;
use crate::app::update::update;
use crate::domain::hub::Health;
use crate::picture::Picture;

#[derive(Clone, Debug)]
enum Step {
    Key(Key),
    Paste(String),
    Picture(Box<Picture>),
    Drawn(Viewport),
    Resize(u16),
}

fn key() -> impl Strategy<Value = Step> {
    let names = [
        "up",
        "down",
        "left",
        "right",
        "h",
        "j",
        "k",
        "l",
        "g",
        "G",
        "home",
        "end",
        "pageup",
        "pagedown",
        "tab",
        "shift-tab",
        "enter",
        "enter",
        "esc",
        "/",
        "?",
        "s",
        "r",
        "1",
        "9",
        "q",
        "backspace",
        "ctrl-w",
        "ctrl-u",
        "p",
        "o",
        "d",
        "space",
        "é",
        "ctrl-z",
        "ctrl-l",
    ];
    prop::sample::select(names.to_vec()).prop_map(|name| Step::Key(name.parse().unwrap()))
}

fn some_picture() -> impl Strategy<Value = Step> {
    let ids = prop::collection::vec(0..9_u8, 0..9);
    let hubs = prop::collection::vec((0..3_u8, 0..4_u8, 0..4_u8), 0..9);
    (ids, hubs, 0..9_usize, any::<bool>()).prop_map(|(mut ids, hubs, first, storm)| {
        ids.sort_unstable();
        ids.dedup();
        let cases = ids.iter().map(|id| {
            let mut case = case(&format!("Q{id}"), "pod has restarted", "c0", "h1");
            case.aliases = vec![crate::app::fixture::id(&format!("Q{}", id + 20))];
            case
        });
        let mut shown = with_cases(cases);
        if storm && first < shown.cases.len() {
            shown = with_storm(shown, "storm", first);
        }
        shown.clusters = clusters(hubs);
        Step::Picture(Box::new(shown))
    })
}

fn clusters(mut hubs: Vec<(u8, u8, u8)>) -> Vec<crate::picture::ClusterView> {
    hubs.sort_unstable();
    hubs.dedup_by_key(|(cluster, name, _)| (*cluster, *name));
    let health = [Health::Down, Health::Unknown, Health::Degraded, Health::Up];
    (0..3_u8)
        .map(|at| {
            let name = format!("c{at}");
            let here = hubs.iter().filter(|(cluster, ..)| *cluster == at);
            let hubs = here
                .map(|(_, hub_at, how)| {
                    hub(&name, &format!("h{hub_at}"), health[usize::from(*how)])
                })
                .collect();
            cluster(&name, "gcp", hubs)
        })
        .collect()
}

fn step() -> impl Strategy<Value = Step> {
    let extent = (0..9_usize, prop::option::of(0..9_usize));
    prop_oneof![
        8 => key(),
        2 => some_picture(),
        1 => ".{0,9}".prop_map(Step::Paste),
        1 => (0..99_u16).prop_map(Step::Resize),
        1 => extent.prop_map(|(page, limit)| Step::Drawn(Viewport {
            page_lines: page, visible_case_rows: Some((0, page)), max_overlay_scroll: limit, max_pane_scrolls: Pane::iter().filter_map(|pane| Some((pane, limit?))).collect(), width: 80,
        })),
    ]
}

fn apply(model: &mut Model, step: Step) {
    let msg = match step {
        Step::Key(key) => Msg::Key(key),
        Step::Paste(text) => Msg::Paste(text),
        Step::Picture(picture) => Msg::Picture((*picture).into()),
        Step::Resize(height) => Msg::Resize { width: 80, height },
        Step::Drawn(extent) => return model.set_viewport(extent),
    };
    update(model, msg, now());
}

fn check_selection(model: &Model) {
    let rows = model.visible_rows();
    match &model.cases.selected {
        None => assert!(rows.is_empty()),
        Some(key) => {
            let at = position(&rows, key).unwrap();
            assert_eq!(rows[at].key(), *key);
        }
    }
    assert_eq!(
        model.selected_hub().is_some(),
        !model.hubs_in_order().is_empty()
    );
    assert_eq!(model.hubs_in_order().len(), model.hub_count().shown);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_panics_and_the_selection_is_on_a_row(steps in prop::collection::vec(step(), 0..40)) {
        let mut model = model();
        for step in steps {
            apply(&mut model, step);
            check_selection(&model);
            let _ = (model.hints(), model.links());
        }
    }

    #[test]
    fn a_picture_that_holds_the_selected_row_leaves_the_selection(
        keys in prop::collection::vec(key(), 0..20), next in some_picture(),
    ) {
        let mut model = model();
        let all = with_cases((0..9).map(|id| case(&format!("Q{id}"), "x", "c0", "h1")));
        apply(&mut model, Step::Picture(Box::new(all)));
        keys.into_iter().for_each(|key| apply(&mut model, key));
        let before = model.cases.selected.clone();
        apply(&mut model, next);
        let rows = model.visible_rows();
        let key = before.filter(|_| model.cases.touched);
        if let Some(key) = key && rows.iter().any(|row| row.key() == key) {
            prop_assert_eq!(model.cases.selected.clone(), Some(key));
        }
    }

    #[test]
    fn without_a_picture_keys_do_no_harm(keys in prop::collection::vec(key(), 0..20)) {
        let mut model = model();
        keys.into_iter().for_each(|key| apply(&mut model, key));
        prop_assert!(model.cases.selected.is_none());
        let _ = picture();
    }
}
