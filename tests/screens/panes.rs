//! Each pane in each of its states: waiting, live, stale, error, empty, narrow, storm.

use hubwatch::app::model::{Model, Pane};
use hubwatch::domain::source::PartName;
use hubwatch::picture::mismatch::{Mismatch, PageMissing};
use hubwatch::picture::{Picture, RotaGap};
use hubwatch::ui::panes::{cases, header, hubs, owners, status};
use hubwatch::ui::widgets::painter::Painter;
use ratatui::layout::Rect;

use super::dump::{pane, styled, text};
use super::fixture::{model, now, scenes};

type Paint = fn(&mut Painter<'_>, Rect, &Model);

fn states() -> [(&'static str, Picture, bool); 7] {
    [
        ("waiting", scenes::waiting(), false),
        ("live", scenes::night(), false),
        ("stale", scenes::stale(), false),
        ("error", scenes::error(), false),
        ("empty", scenes::calm(), false),
        ("narrow", scenes::night(), true),
        ("storm", scenes::storm(), false),
    ]
}

fn check(name: &str, focus: Pane, wide: (u16, u16), narrow: (u16, u16), paint: Paint) {
    for (state, picture, is_narrow) in states() {
        let mut model = model(Some(picture));
        model.focus = focus;
        let size = if is_narrow { narrow } else { wide };
        let buffer = pane(&model, now(), size, |painter, area| {
            paint(painter, area, &model)
        });
        insta::assert_snapshot!(format!("{name}_{state}"), styled(&buffer));
    }
}

#[test]
fn the_header() {
    let paint: Paint = |painter, area, model| header::draw(painter, area, model);
    check("header", Pane::Cases, (120, 2), (60, 2), paint);
}

#[test]
fn the_cases() {
    let paint: Paint = |painter, area, model| {
        cases::draw(painter, area, model, true);
    };
    check("cases", Pane::Cases, (87, 11), (44, 8), paint);
}

#[test]
fn the_hubs() {
    let paint: Paint = |painter, area, model| {
        hubs::draw(painter, area, model, true);
    };
    check("hubs", Pane::Hubs, (87, 15), (48, 9), paint);
}

#[test]
fn the_owners() {
    let paint: Paint = |painter, area, model| {
        owners::draw(painter, area, model, true);
    };
    check("owners", Pane::Owners, (33, 12), (24, 6), paint);
}

#[test]
fn of_a_rota_that_is_partial_an_empty_level_is_not_nobody() {
    let mut picture = scenes::night();
    let shown = |picture: hubwatch::picture::Picture| {
        let model = model(Some(picture));
        let buffer = pane(&model, now(), (60, 14), |painter, area| {
            owners::draw(painter, area, &model, true);
        });
        super::dump::text(&buffer)
    };
    let whole = shown(picture.clone());
    assert!(whole.contains("2 nobody"), "{whole}");
    assert!(!whole.contains("not known"), "{whole}");
    picture.rota_gap = Some(RotaGap {
        part: PartName::Oncalls,
        is_partial: true,
    });
    let partial = shown(picture.clone());
    assert!(
        partial.contains("the rota is only partly known:"),
        "{partial}"
    );
    assert!(partial.contains("pagerduty without on-calls"), "{partial}");
    assert!(partial.contains("2 not known"), "{partial}");
    assert!(!partial.contains("2 nobody"), "{partial}");
    picture.owners.clear();
    let missing = shown(picture);
    assert!(
        missing.contains("who is on call is not known:"),
        "{missing}"
    );
}

#[test]
fn the_status_pages() {
    let paint: Paint = |painter, area, model| {
        status::draw(painter, area, model, true);
    };
    check("status", Pane::Status, (33, 15), (24, 8), paint);
}

#[test]
fn a_storm_opens() {
    let mut model = model(Some(scenes::night()));
    model
        .cases
        .open_storms
        .insert("pod has restarted".to_owned());
    model.cases.selected = model.visible_rows().get(7).map(|row| row.key());
    let buffer = pane(&model, now(), (87, 12), |painter, area| {
        cases::draw(painter, area, &model, true);
    });
    insta::assert_snapshot!("cases_unfolded", styled(&buffer));
}

#[test]
fn what_is_configured_not_at_all_says_so() {
    let mut picture = scenes::calm();
    picture.sources.clear();
    picture.clusters.clear();
    picture.owners.clear();
    picture.pages.clear();
    let model = model(Some(picture));
    let text = |paint: Paint| {
        let buffer = pane(&model, now(), (40, 3), |painter, area| {
            paint(painter, area, &model)
        });
        super::dump::text(&buffer)
    };
    let paint: Paint = |painter, area, model| {
        owners::draw(painter, area, model, true);
    };
    assert!(text(paint).contains("PagerDuty is not configured"));
    let paint: Paint = |painter, area, model| {
        status::draw(painter, area, model, true);
    };
    assert!(text(paint).contains("no status page is configured"));
    let paint: Paint = |painter, area, model| {
        hubs::draw(painter, area, model, true);
    };
    assert!(text(paint).contains("no hubs are configured"));
}

#[test]
fn a_storm_counts_the_mismatches_that_the_header_counts() {
    let mut picture = scenes::night();
    let storm = picture.cases.len() - 17;
    for (index, muted) in [(storm, true), (storm + 1, false)] {
        picture.mismatches.push(Mismatch {
            muted,
            ..Mismatch::about_case(&picture.cases[index], PageMissing::NoIncident)
        });
    }
    let model = model(Some(picture));
    let shown = text(&pane(&model, now(), (87, 16), |painter, area| {
        cases::draw(painter, area, &model, true);
    }));
    assert!(shown.contains("mismatches in 1"), "{shown}");
}
