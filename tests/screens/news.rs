//! New, changed and cleared cases in the cases pane.

use std::sync::Arc;
use std::time::Duration;

use hubwatch::app::model::Model;
use hubwatch::app::msg::Msg;
use hubwatch::app::update::update;
use hubwatch::picture::{Picture, Row};
use hubwatch::ui::panes::cases;
use hubwatch::ui::theme::{ColorLevel, Theme};
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use super::dump::{colours, pane, pane_in, screen, styled, text};
use super::fixture::cases::{case, owned};
use super::fixture::{back, model, now, scenes};

// The picture of the night, a minute earlier. Since then, one case appeared, one changed, and one ended.
fn a_minute_ago() -> Picture {
    let mut picture = scenes::night();
    picture.cases.retain(|case| &*case.title != "hub down");
    let mut over = case(
        "QGONE",
        Some("P2"),
        "hub-db-dir has 4% of space left",
        "maap/prod",
        50,
    );
    over = owned(over, "Caro");
    picture.cases.push(Arc::new(over));
    for case in &mut picture.cases {
        let case = Arc::make_mut(case);
        if case.title.starts_with("home-nfs") {
            *case = owned(case.clone(), "Bo");
        }
    }
    picture.rows = (0..picture.cases.len()).map(Row::Case).collect();
    picture
}

fn changed() -> Model {
    let mut model = model(None);
    model.viewport.visible_case_rows = Some((0, 99));
    let before = Msg::Picture(Arc::new(a_minute_ago()));
    update(&mut model, before, back(60));
    let mut after = scenes::night();
    after.cases.truncate(4);
    after.rows = (0..after.cases.len()).map(Row::Case).collect();
    update(&mut model, Msg::Picture(Arc::new(after)), now());
    model
}

#[test]
fn marks_and_what_is_over() {
    let model = changed();
    let buffer = pane(&model, now(), (87, 14), |painter, area| {
        cases::draw(painter, area, &model, true);
    });
    insta::assert_snapshot!("cases_changed", styled(&buffer));
}

#[test]
fn marks_and_what_is_over_without_colours_and_in_ascii() {
    let model = changed();
    let theme = Theme::new(ColorLevel::None, true);
    let buffer = pane_in(&theme, &model, now(), (87, 14), |painter, area| {
        cases::draw(painter, area, &model, true);
    });
    insta::assert_snapshot!("cases_changed_ascii", styled(&buffer));
}

// The words of the row in which `what` stands, and whether any cell of it is struck through.
fn row_of(buffer: &Buffer, what: &str) -> (String, bool) {
    let lines = text(buffer);
    let at = lines
        .lines()
        .skip(2)
        .position(|line| line.contains(what))
        .unwrap()
        + 2;
    let struck = buffer
        .content
        .chunks(usize::from(buffer.area.width))
        .nth(at)
        .unwrap()
        .iter()
        .any(|cell| cell.modifier.contains(Modifier::CROSSED_OUT));
    (lines.lines().nth(at).unwrap().to_owned(), struck)
}

#[test]
fn what_is_over_says_so_in_a_word_at_every_width() {
    let model = changed();
    for (theme, is_ascii) in [
        (colours(), false),
        (Theme::new(ColorLevel::None, false), false),
        (Theme::new(ColorLevel::None, true), true),
    ] {
        for size in [(200, 50), (120, 30), (80, 24), (60, 16), (44, 16)] {
            let buffer = screen(&model, now(), size, &theme);
            let (row, struck) = row_of(&buffer, "03:12 ");
            assert!(
                row.contains("P2") && row.contains("maap"),
                "{size:?}: {row}"
            );
            let word = ["cleared 03:12", "clear 03:12"];
            assert!(
                word.iter().any(|word| row.contains(word)),
                "{size:?}: {row}"
            );
            assert!(struck, "{size:?} {is_ascii}: {row}");
        }
    }
}

#[test]
fn a_mark_and_a_cleared_row_go_by_themselves() {
    let mut model = changed();
    let shown = text(&screen(&model, now(), (120, 30), &colours()));
    assert!(shown.contains("cleared") && shown.contains('Δ'), "{shown}");
    update(&mut model, Msg::FocusGained, now());
    let later = now().plus(Duration::from_secs(3600));
    hubwatch::app::update::expire_marks(&mut model, later);
    let shown = text(&screen(&model, later, (120, 30), &colours()));
    assert!(
        !shown.contains("cleared") && !shown.contains('Δ'),
        "{shown}"
    );
}
