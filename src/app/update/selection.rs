//! Keeps the selection on its row when the list changes. If the row vanishes, the row in its place is selected.

use super::storms::StormRenames;
use crate::app::model::Model;
use crate::app::rows::{RowKey, position};
use crate::domain::ids::HubKey;

/// The most neighbours of a vanished row that are tried on each side. If none of them exists any more, the row at the
/// vanished row's index is selected.
const MAX_NEIGHBOURS: usize = 64;

/// Applies `change`, and keeps the selected case row and the selected hub.
pub(super) fn preserve(model: &mut Model, change: impl FnOnce(&mut Model)) {
    preserve_with_renames(model, |model| {
        change(model);
        StormRenames::default()
    });
}

/// Like [`preserve`], for a change that renames storms. `change` returns the new names.
pub(super) fn preserve_with_renames(
    model: &mut Model,
    change: impl FnOnce(&mut Model) -> StormRenames,
) {
    let rows = model.visible_rows();
    let row = model.selected_index_in(&rows);
    let rows: Vec<RowKey> = rows.iter().map(|row| row.key()).collect();
    let parts = alias_keys(model, row);
    let hubs = hub_keys(model);
    let hub = selected_hub_index(model, &hubs);
    let renames = change(model);
    let rows: Vec<RowKey> = rows.iter().map(|key| renames.rename_row(key)).collect();
    model.cases.selected = follow_row(model, &rows, row, &parts);
    let now = hub_keys(model);
    model.hubs.selected = match model.hubs.touched {
        true => follow_hub(&now, &hubs, hub),
        false => now.into_iter().next(),
    };
}

// The aliases of the case at index `at`. If the case's incident is closed while its alerts still fire, the alerts
// become cases whose ids are among these aliases.
fn alias_keys(model: &Model, at: Option<usize>) -> Vec<RowKey> {
    let rows = model.visible_rows();
    let case = at.and_then(|at| rows.get(at)?.case());
    let aliases = case.into_iter().flat_map(|case| &case.aliases);
    aliases.cloned().map(RowKey::Case).collect()
}

fn follow_row(
    model: &Model,
    before: &[RowKey],
    at: Option<usize>,
    parts: &[RowKey],
) -> Option<RowKey> {
    let rows = model.visible_rows();
    if !model.cases.touched {
        let open = rows.iter().find(|row| row.is_open());
        return open.or(rows.first()).map(|row| row.key());
    }
    let at = at.unwrap_or(0);
    let itself = before.get(at).into_iter().chain(parts);
    let mut all = itself.chain(nearest_first(before, at));
    let found = all.find_map(|key| position(&rows, key));
    let index = found.unwrap_or(at.min(rows.len().saturating_sub(1)));
    rows.get(index).map(|row| row.key())
}

fn hub_keys(model: &Model) -> Vec<HubKey> {
    let hubs = model.hubs_in_order();
    hubs.into_iter().map(|hub| hub.spec.key.clone()).collect()
}

fn selected_hub_index(model: &Model, walk: &[HubKey]) -> Option<usize> {
    let selected = model.hubs.selected.as_ref()?;
    walk.iter().position(|key| key == selected)
}

fn follow_hub(now: &[HubKey], before: &[HubKey], at: Option<usize>) -> Option<HubKey> {
    let at = at.unwrap_or(0);
    let found = nearest_first(before, at).find(|key| now.contains(key));
    let by_place = || now.get(at.min(now.len().saturating_sub(1)));
    found.or_else(by_place).cloned()
}

// The row itself, the rows below it, and then the rows above it. On each side the nearest row comes first.
fn nearest_first<T>(rows: &[T], at: usize) -> impl Iterator<Item = &T> {
    let below = rows.iter().skip(at).take(MAX_NEIGHBOURS);
    let above = rows.iter().take(at).rev().take(MAX_NEIGHBOURS);
    below.chain(above)
}

#[cfg(test)]
mod tests {
    use crate::app::fixture::{
        case, cluster, hub, id, model_showing, picture, press, show_picture, with_cases,
    };
    use crate::app::model::{Model, OverlayKind};
    use crate::app::rows::RowKey;
    use crate::domain::case::Case;
    use crate::domain::hub::Health;
    use crate::picture::Picture;

    fn other() -> Case {
        case("Q2", "home-nfs 10% left", "ucec", "prod")
    }

    fn open() -> Case {
        let mut open = case("Q1", "hub down", "leap", "prod");
        open.aliases = vec![id("Q11")];
        open
    }

    // The case of `Q11` alone, after incident `Q1` was resolved while its alert `Q11` still fires.
    fn left() -> Case {
        case("Q11", "hub down", "leap", "prod")
    }

    #[test]
    fn the_first_hub_is_selected_until_the_pane_had_the_keys() {
        let fleet = |staging, prod| Picture {
            clusters: vec![cluster(
                "leap",
                "gcp",
                vec![hub("leap", "staging", staging), hub("leap", "prod", prod)],
            )],
            ..picture()
        };
        let at = |model: &Model| model.selected_hub().unwrap().spec.key.to_string();
        let mut model = model_showing(fleet(Health::Degraded, Health::Up));
        press(&mut model, "j");
        assert_eq!(at(&model), "leap/staging");
        show_picture(&mut model, fleet(Health::Up, Health::Down));
        assert_eq!(at(&model), "leap/prod", "nobody chose the other");
        press(&mut model, "tab");
        show_picture(&mut model, fleet(Health::Down, Health::Up));
        assert_eq!(at(&model), "leap/prod", "it is looked at");
    }

    #[test]
    fn what_is_left_of_a_closed_incident_keeps_the_selection_and_the_detail() {
        let mut model = model_showing(with_cases([other(), open()]));
        press(&mut model, "j enter");
        show_picture(&mut model, with_cases([left(), other()]));
        assert_eq!(model.cases.selected, Some(RowKey::Case(id("Q11"))));
        let OverlayKind::Case(shown) = &model.overlays.last().unwrap().kind else {
            panic!("no case: {:?}", model.overlays);
        };
        assert_eq!(shown.id, id("Q11"));
    }
}
