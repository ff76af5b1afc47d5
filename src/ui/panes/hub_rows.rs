//! The hubs that are not up, with the evidence. Hubs that are unknown for one reason are one row: "? opensci ×5  unknown  prometheus/opensci down 4m".

use ratatui::layout::Rect;

use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::picture::HubView;
use crate::text::Line;
use crate::text::sanitize::width;
use crate::text::{ExpiringText, Meaning, Symbols};
use crate::ui::widgets::columns::{Columns, row};
use crate::ui::widgets::list::draw_selection;
use crate::ui::widgets::painter::Painter;
use crate::wording::evidence;

/// A hub that is not up, or several that are unknown for the same reason.
#[derive(Clone, Debug)]
pub struct HubRow<'a> {
    first: &'a HubView,
    /// How many there are.
    pub count: usize,
    /// Whether the selected hub is among them.
    pub selected: bool,
    one_cluster: bool,
}

/// The rows for hubs that are not up, in the order of `hubs`.
pub fn rows<'a>(hubs: &[&'a HubView], selected: Option<&HubKey>) -> Vec<HubRow<'a>> {
    let mut rows: Vec<HubRow<'a>> = Vec::new();
    for hub in hubs {
        let is_selected = selected == Some(&hub.spec.key);
        match rows.iter_mut().find(|row| is_alike(row.first, hub)) {
            Some(row) => {
                row.count += 1;
                row.selected |= is_selected;
                row.one_cluster &= row.first.spec.key.cluster == hub.spec.key.cluster;
            }
            None => rows.push(HubRow {
                first: hub,
                count: 1,
                selected: is_selected,
                one_cluster: true,
            }),
        }
    }
    rows
}

fn is_alike(one: &HubView, other: &HubView) -> bool {
    one.health == Health::Unknown
        && other.health == Health::Unknown
        && one.maintenance == other.maintenance
        && one.evidence == other.evidence
}

/// The symbol of a health.
pub fn health_symbol(health: Health, symbols: &Symbols) -> &'static str {
    match health {
        Health::Down => symbols.down,
        Health::Unknown => symbols.unknown,
        Health::Degraded => symbols.degraded,
        Health::Up => symbols.up,
    }
}

/// Draws rows below each other. `focused`: the selection shows.
pub fn draw(pen: &mut Painter<'_>, area: Rect, rows: &[HubRow<'_>], focused: bool) {
    let longest = rows
        .iter()
        .map(|row| width(&row_name(row, pen.symbols())))
        .max();
    let most = if area.width >= 80 { 24 } else { 20 };
    let name = u16::try_from(longest.unwrap_or(0))
        .unwrap_or(most)
        .clamp(14, most);
    for (index, it) in rows.iter().enumerate() {
        let at = row(area, index);
        draw_row(pen, at, it, name);
        if focused && it.selected {
            draw_selection(pen, at, true);
        }
    }
}

fn draw_row(pen: &mut Painter<'_>, area: Rect, it: &HubRow<'_>, name: u16) {
    let (hub, ctx) = (it.first, pen.ctx);
    let look = if hub.maintenance {
        Meaning::Dim
    } else {
        Meaning::from_health(hub.health)
    };
    let mut columns = Columns::new(area);
    columns.take(1, 0);
    let mark = columns.take(1, 1);
    pen.text(mark, health_symbol(hub.health, ctx.symbols), look);
    pen.text(
        columns.take(name, 1),
        &row_name(it, ctx.symbols),
        Meaning::Plain,
    );
    pen.expiring_text(columns.take(9, 1), evidence::hub_health(hub, &ctx), look);
    let mut line = Line::new();
    if hub.maintenance {
        line = line.with(
            Meaning::Marker,
            format!("{} maintenance  ", ctx.symbols.maintenance),
        );
    }
    let said = hub.evidence.iter().map(|it| evidence::describe(it, &ctx));
    let line = line.with(
        Meaning::Plain,
        ExpiringText::join(said, ctx.symbols.separator),
    );
    pen.line(columns.rest(), &line);
}

fn row_name(it: &HubRow<'_>, symbols: &Symbols) -> String {
    let key = &it.first.spec.key;
    match it.count {
        1 => key.to_string(),
        many if !it.one_cluster => format!("{many} hubs"),
        many => format!("{} {}{many}", key.cluster, symbols.times),
    }
}
