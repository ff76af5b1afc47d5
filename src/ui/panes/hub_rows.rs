//! The hubs that are not up, with the evidence. Hubs that are unknown for the same reason share a row: "? opensci ×5
//! unknown prometheus/opensci down 4m". The hubs of a cluster whose outage is one row of the Cases pane also share a
//! row.

use std::collections::BTreeMap;

use std::hash::{Hash, Hasher};

use ratatui::layout::Rect;
use rustc_hash::{FxHashMap, FxHasher};

use crate::domain::health::Evidence;
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::picture::HubView;
use crate::text::Line;
use crate::text::sanitize::width;
use crate::text::{ExpiringText, Meaning, Symbols, TextContext};
use crate::ui::widgets::columns::{Columns, row};
use crate::ui::widgets::list::draw_selection;
use crate::ui::widgets::painter::Painter;
use crate::wording::evidence;
use crate::wording::outage::OutageRows;

/// A row with one hub that is not up, with hubs that are unknown for the same reason, or with the hubs of a cluster
/// that is down.
#[derive(Clone, Debug)]
pub struct HubRow<'a> {
    first: &'a HubView,
    others: Vec<&'a HubView>,
    /// How many hubs the row has.
    pub count: usize,
    /// Whether the row contains the selected hub.
    pub selected: bool,
    one_cluster: bool,
}

/// The rows of hubs that are not up, in the order of `hubs`.
pub fn rows<'a>(
    hubs: &[&'a HubView],
    selected: Option<&HubKey>,
    outages: &OutageRows<'_>,
) -> Vec<HubRow<'a>> {
    let mut rows: Vec<HubRow<'a>> = Vec::new();
    let mut by_likeness: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for hub in hubs {
        let is_selected = selected == Some(&hub.spec.key);
        let alike = by_likeness.entry(likeness(hub, outages)).or_default();
        let at = alike.iter().copied().find(|at| {
            let row = rows.get(*at);
            row.is_some_and(|row| is_alike(row.first, hub, outages))
        });
        if let Some(row) = at.and_then(|at| rows.get_mut(at)) {
            row.others.push(hub);
            row.count += 1;
            row.selected |= is_selected;
            row.one_cluster &= row.first.spec.key.cluster == hub.spec.key.cluster;
            continue;
        }
        alike.push(rows.len());
        rows.push(HubRow {
            first: hub,
            others: Vec::new(),
            count: 1,
            selected: is_selected,
            one_cluster: true,
        });
    }
    rows
}

// A hash for finding hubs that may share a row. Hubs that may share a row have the same hash, so each hub is compared
// with only a few rows. Comparing with all rows would be too slow, since all hubs may be unknown, for as many reasons
// as there are clusters.
fn likeness(hub: &HubView, outages: &OutageRows<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    if let Some(row) = row_if_down(hub, outages) {
        row.hash(&mut hasher);
        return hasher.finish();
    }
    hub.maintenance.hash(&mut hasher);
    for evidence in &hub.evidence {
        std::mem::discriminant(evidence).hash(&mut hasher);
        if let Evidence::SourceNotLive { source, .. } = evidence {
            source.hash(&mut hasher);
        }
    }
    hasher.finish()
}

// The key of the outage's row in the Cases pane; `None` if the hub is not down or belongs to no such row.
fn row_if_down<'a>(hub: &HubView, outages: &OutageRows<'a>) -> Option<&'a str> {
    let row = outages.row_of_hub(&hub.spec.key)?;
    (hub.health == Health::Down).then_some(row.key.as_str())
}

fn is_alike(one: &HubView, other: &HubView, outages: &OutageRows<'_>) -> bool {
    is_unknown_alike(one, other) || is_down_alike(one, other, outages)
}

fn is_down_alike(one: &HubView, other: &HubView, outages: &OutageRows<'_>) -> bool {
    let row = row_if_down(one, outages);
    row.is_some() && row == row_if_down(other, outages)
}

fn is_unknown_alike(one: &HubView, other: &HubView) -> bool {
    one.health == Health::Unknown
        && other.health == Health::Unknown
        && one.maintenance == other.maintenance
        && one.evidence == other.evidence
}

pub fn health_symbol(health: Health, symbols: &Symbols) -> &'static str {
    match health {
        Health::Down => symbols.down,
        Health::Unknown => symbols.unknown,
        Health::Degraded => symbols.degraded,
        Health::Up => symbols.up,
    }
}

/// Draws the rows below each other. `focused` means that the pane has the focus.
pub fn draw(painter: &mut Painter<'_>, area: Rect, rows: &[HubRow<'_>], focused: bool) {
    let longest = rows
        .iter()
        .map(|row| width(&row_name(row, painter.symbols())))
        .max();
    let most = if area.width >= 80 { 24 } else { 20 };
    let name = u16::try_from(longest.unwrap_or(0))
        .unwrap_or(most)
        .clamp(14, most);
    for (index, it) in rows.iter().enumerate() {
        let at = row(area, index);
        draw_row(painter, at, it, name);
        if focused && it.selected {
            draw_selection(painter, at, true);
        }
    }
}

fn draw_row(painter: &mut Painter<'_>, area: Rect, it: &HubRow<'_>, name: u16) {
    let (hub, ctx) = (it.first, painter.ctx);
    let look = if hub.maintenance {
        Meaning::Dim
    } else {
        Meaning::from_health(hub.health)
    };
    let mut columns = Columns::new(area);
    columns.take(1, 0);
    let mark = columns.take(1, 1);
    painter.text(mark, look, health_symbol(hub.health, ctx.symbols));
    painter.text(
        columns.take(name, 1),
        Meaning::Plain,
        &row_name(it, ctx.symbols),
    );
    painter.expiring_text(columns.take(9, 1), look, evidence::hub_health(hub, &ctx));
    let mut line = Line::new();
    if hub.maintenance {
        line = line.with(
            Meaning::Marker,
            format!("{} maintenance  ", ctx.symbols.maintenance),
        );
    }
    let rest = columns.rest();
    let line = line.join(evidence_line(it, &ctx));
    painter.line(
        rest,
        &line.whole_clauses(usize::from(rest.width), ctx.symbols),
    );
}

// The evidence of a row. If all hubs of the row have the same evidence, the row shows all of it. Otherwise the row
// shows only the first piece of each hub's evidence. If these pieces differ, each different piece is shown once, with
// the number of its hubs.
fn evidence_line(it: &HubRow<'_>, ctx: &TextContext) -> Line {
    let is_same = it
        .others
        .iter()
        .all(|hub| hub.evidence == it.first.evidence);
    if is_same {
        let evidence = it.first.evidence.iter();
        return join_clauses(evidence.map(|it| evidence::describe(it, ctx)), ctx);
    }
    let mut ways: BTreeMap<String, usize> = BTreeMap::new();
    let hubs = std::iter::once(it.first).chain(it.others.iter().copied());
    for first in hubs.filter_map(|hub| hub.evidence.first()) {
        *ways.entry(evidence::describe(first, ctx).text).or_default() += 1;
    }
    let mut ways: Vec<(String, usize)> = ways.into_iter().collect();
    ways.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if let [(way, _)] = ways.as_slice() {
        return Line::styled(Meaning::Plain, way);
    }
    let ways = ways
        .iter()
        .map(|(way, count)| format!("{way} {}{count}", ctx.symbols.times));
    join_clauses(ways.map(ExpiringText::fixed), ctx)
}

fn join_clauses(clauses: impl Iterator<Item = ExpiringText>, ctx: &TextContext) -> Line {
    clauses.fold(Line::new(), |line, clause| {
        let between = if line.is_empty() {
            ""
        } else {
            ctx.symbols.separator
        };
        line.with(Meaning::Plain, between)
            .with(Meaning::Plain, clause)
    })
}

fn row_name(it: &HubRow<'_>, symbols: &Symbols) -> String {
    let key = &it.first.spec.key;
    match it.count {
        1 => key.to_string(),
        many if !it.one_cluster => format!("{many} hubs"),
        many => format!("{} {}{many}", key.cluster, symbols.times),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::hub;
    use crate::domain::source::{SourceId, SourceKind, SourceState};

    fn unknown(cluster: &str, name: &str, source: &str) -> HubView {
        let mut hub = hub(cluster, name, Health::Unknown);
        hub.evidence = vec![Evidence::SourceNotLive {
            source: SourceId::new(SourceKind::Prometheus, source),
            state: SourceState::Down,
            since: None,
            error: None,
        }];
        hub
    }

    fn counts(hubs: &[HubView]) -> Vec<usize> {
        let hubs: Vec<&HubView> = hubs.iter().collect();
        rows(&hubs, None, &OutageRows::default())
            .iter()
            .map(|row| row.count)
            .collect()
    }

    #[test]
    fn only_hubs_that_are_unknown_for_the_same_reason_are_one_row() {
        let mut hubs = vec![
            unknown("leap", "prod", "leap"),
            hub("leap", "down", Health::Down),
            unknown("ucec", "prod", "ucec"),
            unknown("leap", "staging", "leap"),
            hub("leap", "down too", Health::Down),
        ];
        assert_eq!(counts(&hubs), [2, 1, 1, 1]);
        hubs[3].maintenance = true;
        assert_eq!(counts(&hubs), [1, 1, 1, 1, 1]);
    }

    // The test would take minutes if each hub were compared with all hubs before it.
    #[test]
    fn very_many_hubs_are_rows_at_once() {
        let hubs: Vec<HubView> = (0..20_000)
            .map(|at| unknown("leap", "prod", &at.to_string()))
            .collect();
        assert_eq!(counts(&hubs).len(), hubs.len());
    }
}
