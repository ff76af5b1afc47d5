//! Tests of the rows of shrinking storms and of removed cases.

use crate::app::fixture::{
    case, id, model_showing, press, show_picture, storm_of, with_cases, with_storm,
};
use crate::app::model::Model;
use crate::app::rows::{RowKey, RowRef};
use crate::domain::case::Case;
use crate::picture::Picture;

fn some(ids: &[&str]) -> Vec<Case> {
    let cases = ids.iter();
    cases
        .map(|id| case(id, "pod has restarted", "c0", "prod"))
        .collect()
}

/// A picture of these cases in one storm.
fn storm(ids: &[&str]) -> Picture {
    with_storm(with_cases(some(ids)), "restarted", 0)
}

/// A picture of these cases in a small storm, which has too few places for a row.
fn small_storm(ids: &[&str]) -> Picture {
    let mut picture = with_cases(some(ids));
    picture.small_storms = vec![storm_of("restarted", (0..ids.len()).collect())];
    picture
}

fn shown(model: &Model) -> Vec<String> {
    let word = |row: &RowRef<'_>| match row {
        RowRef::Case(case) => case.id.to_string(),
        RowRef::Storm { cases, .. } => format!("storm of {}", cases.len()),
        RowRef::Member { case, .. } => format!("in it {}", case.id),
        RowRef::Removed(gone) => format!("gone {}", gone.len()),
    };
    model.visible_rows().iter().map(word).collect()
}

#[test]
fn a_storm_that_ebbs_stays_a_row_and_one_that_grows_becomes_one() {
    let mut model = model_showing(small_storm(&["Q1", "Q2", "Q3"]));
    assert_eq!(shown(&model), ["pd:Q1", "pd:Q2", "pd:Q3"]);
    show_picture(&mut model, storm(&["Q1", "Q2", "Q3", "Q4", "Q5"]));
    assert_eq!(shown(&model), ["storm of 5"]);
    show_picture(&mut model, small_storm(&["Q2", "Q3", "Q4"]));
    assert_eq!(shown(&model), ["storm of 3"]);
    assert_eq!(
        model.cases.selected,
        Some(RowKey::Storm("restarted".into()))
    );
    show_picture(&mut model, storm(&["Q2", "Q3", "Q4", "Q6", "Q7"]));
    assert_eq!(shown(&model), ["storm of 5"]);
}

#[test]
fn a_storm_below_three_places_falls_apart() {
    let mut model = model_showing(storm(&["Q1", "Q2", "Q3", "Q4", "Q5"]));
    show_picture(&mut model, with_cases(some(&["Q1", "Q2"])));
    assert_eq!(shown(&model), ["pd:Q1", "pd:Q2", "gone 3"]);
    assert!(model.cases.shown_storms.is_empty());
}

#[test]
fn a_storm_that_takes_the_key_of_another_does_not_take_its_place() {
    let two = |first: &[usize], second: &[usize], picture: Picture| {
        let mut picture = with_storm(picture, "restarted", 0);
        picture.rows = vec![
            crate::picture::Row::Storm(storm_of("restarted", first.into())),
            crate::picture::Row::Storm(storm_of("restarted #2", second.into())),
        ];
        picture
    };
    let all = || with_cases(some(&["Q1", "Q2", "Q3", "Q4"]));
    let mut model = model_showing(two(&[0, 1], &[2, 3], all()));
    press(&mut model, "j enter");
    assert_eq!(shown(&model).len(), 4);
    // The first storm ends. The second storm gets the first storm's key.
    show_picture(&mut model, storm(&["Q3", "Q4"]));
    assert_eq!(
        model.cases.selected,
        Some(RowKey::Storm("restarted".into()))
    );
    assert!(model.cases.open_storms.contains("restarted"));
    let open = ["storm of 2", "in it pd:Q3", "in it pd:Q4"];
    assert_eq!(
        shown(&model)
            .iter()
            .filter(|row| open.contains(&&***row))
            .count(),
        3
    );
}

#[test]
fn what_clears_stays_in_its_place_and_opens() {
    let mut model = model_showing(with_cases(some(&["Q1", "Q2", "Q3"])));
    press(&mut model, "j");
    show_picture(&mut model, with_cases(some(&["Q1", "Q3"])));
    assert_eq!(shown(&model), ["pd:Q1", "gone 1", "pd:Q3"]);
    assert_eq!(model.cases.selected, Some(RowKey::Case(id("Q2"))));
    assert_eq!(model.case_count().total, 2);
    press(&mut model, "enter");
    assert!(model.overlay().is_some());
}

#[test]
fn what_clears_in_a_storm_is_told_on_its_row() {
    let mut model = model_showing(storm(&["Q1", "Q2", "Q3", "Q4", "Q5", "Q6"]));
    show_picture(&mut model, storm(&["Q1", "Q2", "Q3", "Q4", "Q5"]));
    assert_eq!(shown(&model), ["storm of 5"]);
    let picture = model.picture.clone().unwrap();
    let storm = model.shown_storms(&picture).next().unwrap();
    assert_eq!(model.removed_from(storm).count(), 1);
}

#[test]
fn a_storm_that_is_over_is_one_row() {
    let mut model = model_showing(storm(&["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"]));
    press(&mut model, "j");
    show_picture(&mut model, with_cases([]));
    assert_eq!(shown(&model), ["gone 7"]);
    assert_eq!(
        model.cases.selected,
        Some(RowKey::Storm("restarted".into()))
    );
}
