//! Tests that the screen draws at every size, that each hub that is not up is shown or counted, and that nothing on the
//! screen changes before the time that the view returns.

use std::time::Duration;

use hubwatch::app::model::{Model, Overlay, OverlayKind, Pane};
use hubwatch::domain::hub::Health;
use hubwatch::domain::now::Now;
use hubwatch::picture::Picture;
use hubwatch::ui::panes::hub_grid::{GridStyle, brief_grid, full_grid};
use hubwatch::ui::theme::{ColorLevel, Theme};
use hubwatch::ui::view::draw;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dump::{colours, screen, text};
use super::fixture::{model, now, scenes};

fn picture(scene: usize) -> Option<Picture> {
    match scene {
        0 => Some(scenes::night()),
        1 => Some(scenes::calm()),
        2 => Some(scenes::waiting()),
        3 => Some(scenes::stale()),
        4 => Some(scenes::error()),
        5 => Some(scenes::storm()),
        _ => None,
    }
}

fn focus(at: usize) -> Pane {
    [Pane::Cases, Pane::Hubs, Pane::Owners, Pane::Status][at % 4]
}

fn with(scene: usize, pane: usize, scroll: usize) -> Model {
    let mut model = model(picture(scene));
    model.focus = focus(pane);
    model.pane_scrolls = [(Pane::Owners, scroll), (Pane::Status, scroll)].into();
    model.filter.editing = scroll == 3;
    model
        .cases
        .open_storms
        .insert("pod has restarted".to_owned());
    let rows = model.visible_rows();
    let key = rows.get(scroll * 3).map(|row| row.key());
    model.cases.selected = key;
    let walk = model.hubs_in_order();
    let hub = walk.get(scroll * 7).map(|hub| hub.spec.key.clone());
    model.hubs.selected = hub;
    model
        .overlays
        .extend(over(&model, scroll).map(Overlay::new));
    model
}

// The overlay with this number; most numbers have none.
fn over(model: &Model, at: usize) -> Option<OverlayKind> {
    let case = model
        .picture
        .iter()
        .find_map(|picture| picture.cases.first());
    match at {
        5 => case.cloned().map(OverlayKind::Case),
        6 => model.hubs.selected.clone().map(OverlayKind::Hub),
        7 => Some(OverlayKind::Sources),
        8 => Some(OverlayKind::Help),
        _ => None,
    }
}

#[test]
fn every_size_from_one_cell_up_draws() {
    for scene in [0, 4, 6] {
        let model = with(scene, scene, 2);
        for width in (1..=18).chain([39, 40, 71, 72, 99, 100, 159, 160, 250]) {
            for height in (1..=9).chain([17, 18, 23, 24, 39, 40, 80]) {
                screen(&model, now(), (width, height), &colours());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_size_draws_any_picture(
        width in 1_u16..=250, height in 1_u16..=80,
        scene in 0_usize..7, pane in 0_usize..4, scroll in 0_usize..12, ascii in any::<bool>(),
    ) {
        let theme = Theme::new(ColorLevel::None, ascii);
        let text = text(&screen(&with(scene, pane, scroll), now(), (width, height), &theme));
        prop_assert!(!text.trim().is_empty(), "something true is said at any size");
        prop_assert!(!ascii || text.is_ascii());
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn nothing_changes_before_it_is_said_to(
        size in prop::sample::select(vec![(200, 50), (120, 30), (80, 24), (60, 12), (30, 4)]),
        scene in 0_usize..7, pane in 0_usize..4, scroll in 0_usize..9, millis in 0_u64..200_000,
    ) {
        let model = with(scene, pane, scroll);
        let start = now().plus(Duration::from_millis(millis));
        let (before, outcome) = shown(&model, size, start);
        let wait = outcome.expect("the minute changes");
        prop_assert!(wait > Duration::ZERO && wait <= Duration::from_secs(60));
        let almost = start.plus(wait.saturating_sub(Duration::from_millis(1)));
        prop_assert_eq!(shown(&model, size, almost).0, before);
    }

    #[test]
    fn the_grid_never_hides_what_is_not_up(width in 24_usize..200, height in 2_usize..20, scene in 0_usize..6) {
        let model = model(picture(scene));
        let grid = model.hub_grid();
        let look = GridStyle { cursor: None, symbols: colours().symbols(), width };
        let lines = full_grid(&grid, look, height, height);
        let lines = if lines.len() > height { brief_grid(&grid, look, height) } else { lines };
        prop_assert!(lines.len() <= height);
        let said: String = lines.iter().map(|line| format!("{}\n", line.plain_text())).collect();
        let hubs: Vec<_> = model.hubs_in_order();
        let up = hubs.iter().filter(|hub| hub.health == Health::Up).count();
        prop_assert_eq!(told(&said, "●", " up"), up, "{}", said);
        let shown = said.matches(['✖', '?', '◐']).count() + counted(&said, " not up");
        prop_assert_eq!(shown, hubs.len() - up, "{}", said);
    }
}

fn shown(model: &Model, size: (u16, u16), at: Now) -> (String, Option<Duration>) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    let outcome = draw(&mut buffer, model, &colours(), at);
    (text(&buffer), outcome.next_change)
}

fn told(said: &str, symbol: &str, word: &str) -> usize {
    said.matches(symbol).count() + counted(&said.replace(" not up", ""), word)
}

// The sum of the numbers in "+N word".
fn counted(said: &str, word: &str) -> usize {
    said.split('+')
        .skip(1)
        .filter_map(|rest| {
            let (number, after) = rest.split_at(rest.find(' ')?);
            after
                .starts_with(word)
                .then(|| number.parse::<usize>().ok())?
        })
        .sum()
}

#[test]
fn a_large_fleet_stands_whole_at_120x30() {
    let mut model = model(Some(scenes::night()));
    model.focus = Pane::Hubs;
    let text = text(&screen(&model, now(), (120, 30), &colours()));
    let hubs: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("Hubs 171"))
        .take_while(|line| !line.contains('└'))
        .collect();
    let pane: String = hubs
        .iter()
        .skip(5)
        .map(|line| line.chars().take(87).collect::<String>())
        .collect();
    let count = |symbol| pane.matches(symbol).count();
    assert_eq!(
        [count('●'), count('?'), count('◐'), count('✖')],
        [164, 5, 1, 1]
    );
}
