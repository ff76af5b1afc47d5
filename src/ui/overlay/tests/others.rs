use proptest::prelude::*;

use super::world::world;
use super::{ascii_screen, filter_row, screen, whole_screen};
use crate::app::fixture::{model, model_showing, press, show_picture};
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::ids::HubKey;

fn opened(keys: &str) -> Model {
    let mut model = model_showing(world());
    press(&mut model, keys);
    model
}

#[test]
fn sources_wide() {
    insta::assert_snapshot!(screen(&opened("s"), 120, 30));
}

#[test]
fn figures_never_break_over_lines() {
    for width in 80..130 {
        let text = screen(&opened("s"), width, 40);
        let broken = |line: &&str| line.trim_matches(['│', ' ']).ends_with(" not");
        assert_eq!(text.lines().find(broken), None, "{width}");
    }
}

#[test]
fn sources_narrow() {
    insta::assert_snapshot!(screen(&opened("s"), 60, 34));
}

#[test]
fn sources_before_the_first_answer() {
    let mut model = model();
    press(&mut model, "s");
    insta::assert_snapshot!(screen(&model, 60, 8));
}

#[test]
fn help_wide() {
    insta::assert_snapshot!(screen(&opened("?"), 100, 130));
}

#[test]
fn help_narrow() {
    insta::assert_snapshot!(screen(&opened("?"), 50, 14));
}

#[test]
fn help_in_ascii_is_ascii() {
    assert!(ascii_screen(&opened("?"), 100, 130).is_ascii());
}

#[test]
fn the_filter_line_while_it_is_typed_and_kept() {
    let typing = opened("/ l e a p left");
    insta::assert_snapshot!(filter_row(&typing), @"/leap · 2 of 3 cases · 2 of 3 hubs");
    let kept = opened("/ n o space s u c h enter");
    insta::assert_snapshot!(
        filter_row(&kept), @"filter: no such · 0 of 3 cases · 0 of 3 hubs"
    );
    assert_eq!(filter_row(&opened("j")), "");
}

#[test]
fn the_header_and_the_keys_stay_around_an_overlay() {
    let (text, extent) = whole_screen(&opened("s"), 120, 30);
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].contains("UTC") && rows[2].starts_with("┌ Sources"));
    assert!(rows[29].contains("esc back") && !text.contains("Cases"));
    assert_eq!(extent.page_lines, 25);
    let (small, _) = whole_screen(&opened("s"), 60, 12);
    assert!(small.starts_with("Sources") && small.contains("esc back"));
    let (large, _) = whole_screen(&opened("s"), 200, 50);
    assert!(large.contains("Cases") && large.contains("┌ Sources"));
}

#[test]
fn the_last_line_says_what_a_filter_hides() {
    let (text, _) = whole_screen(&opened("/ n o p e"), 120, 30);
    let last = text.lines().last().unwrap();
    assert!(
        last.contains("/nope") && last.contains("0 of 3 cases"),
        "{last}"
    );
    let (text, _) = whole_screen(&opened("/ l e a p enter"), 120, 30);
    let last = text.lines().last().unwrap();
    assert!(last.contains("filter: leap · 2 of 3 cases"), "{last}");
    assert!(last.contains("esc show all"), "{last}");
}

fn every_kind() -> Vec<OverlayKind> {
    let picture = world();
    let mut kinds: Vec<_> = picture
        .cases
        .iter()
        .cloned()
        .map(OverlayKind::Case)
        .collect();
    kinds.extend(
        picture
            .hubs()
            .map(|hub| OverlayKind::Hub(hub.spec.key.clone())),
    );
    kinds.push(OverlayKind::Hub(HubKey::new("gone", "prod")));
    kinds.extend([OverlayKind::Sources, OverlayKind::Help]);
    kinds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_size_draws(
        width in 1_u16..250, height in 1_u16..80, scroll in 0..200_usize, known in any::<bool>(),
    ) {
        let mut model = model();
        if known {
            show_picture(&mut model, world());
        }
        for kind in every_kind() {
            model.overlays = vec![Overlay {
                scroll,
                ..Overlay::new(kind)
            }];
            let (_, extent) = whole_screen(&model, width, height);
            assert!(extent.max_overlay_scroll.is_some());
        }
    }
}
