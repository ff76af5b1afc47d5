//! All hubs at a glance: one symbol each, by cluster. Where they do not all fit, those that are not
//! up come first, and the rest is counted: nothing that is wrong is ever cut off unsaid.

use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::picture::{ClusterView, HubView};
use crate::text::Line;
use crate::text::{Meaning, Symbols};
use crate::ui::widgets::flow::{Group, flow};

use super::hub_rows::health_symbol;

/// Clusters with those of their hubs that pass the filter.
pub type Clusters<'a> = [(&'a ClusterView, Vec<&'a HubView>)];

/// How the grid is drawn.
#[derive(Clone, Copy, Debug)]
pub struct GridStyle<'a> {
    /// The hub under the cursor.
    pub cursor: Option<&'a HubKey>,
    /// The terminal's symbols.
    pub symbols: &'static Symbols,
    /// Cells of a line.
    pub width: usize,
}

/// The whole grid: three spaces apart, or two where that saves its last line.
pub fn full_grid(clusters: &Clusters<'_>, look: GridStyle<'_>, height: usize) -> Vec<Line> {
    let groups: Vec<Group> = clusters
        .iter()
        .map(|(cluster, hubs)| group(cluster.name.as_str(), hubs, String::new(), look))
        .collect();
    let wide = flow(&groups, look.width, 3);
    if wide.len() <= height {
        return wide;
    }
    flow(&groups, look.width, 2)
}

/// The grid in `height` lines: clusters with a hub that is not up first, each with those hubs alone
/// and "+N up"; then as many of the others as fit; the last line counts what is left out.
pub fn brief_grid(clusters: &Clusters<'_>, look: GridStyle<'_>, height: usize) -> Vec<Line> {
    let mut groups: Vec<Group> = clusters
        .iter()
        .filter_map(|(cluster, hubs)| group_not_up(cluster, hubs, look))
        .collect();
    let required = groups.len();
    let calm = clusters
        .iter()
        .filter(|(_, hubs)| hubs.iter().all(|hub| is_up(hub)));
    groups.extend(
        calm.map(|(cluster, hubs)| group(cluster.name.as_str(), hubs, String::new(), look)),
    );
    let mut shown = groups.len();
    loop {
        let rest = left_out_counts(clusters, &groups, shown, required, look);
        let lines = flow(&with_rest(&groups, shown, rest), look.width, 2);
        if lines.len() <= height || shown == 0 {
            return lines.into_iter().take(height).collect();
        }
        shown -= 1;
    }
}

fn group_not_up(cluster: &ClusterView, hubs: &[&HubView], look: GridStyle<'_>) -> Option<Group> {
    let wrong: Vec<&HubView> = hubs.iter().filter(|hub| !is_up(hub)).copied().collect();
    let up = hubs.len() - wrong.len();
    let tail = if up > 0 {
        format!(" +{up} up")
    } else {
        String::new()
    };
    (!wrong.is_empty()).then(|| group(cluster.name.as_str(), &wrong, tail, look))
}

// What the groups after the first `shown` would have said, in numbers.
fn left_out_counts(
    clusters: &Clusters<'_>,
    groups: &[Group],
    shown: usize,
    must: usize,
    look: GridStyle<'_>,
) -> Line {
    let hidden = groups.iter().skip(shown);
    let symbols = |group: &Group| group.symbols.len();
    let wrong: usize = hidden
        .clone()
        .take(must.saturating_sub(shown))
        .map(symbols)
        .sum();
    let all: usize = clusters.iter().map(|(_, hubs)| hubs.len()).sum();
    let shown_hubs: usize = groups.iter().take(shown).map(symbols).sum();
    let shown_up = clusters
        .iter()
        .filter_map(|(cluster, hubs)| {
            group_not_up(cluster, hubs, look).map(|group| hubs.len() - group.symbols.len())
        })
        .take(shown)
        .sum::<usize>();
    let up = all.saturating_sub(shown_hubs + shown_up + wrong);
    let not_up = if wrong > 0 {
        format!("+{wrong} not up")
    } else {
        String::new()
    };
    let up = if up > 0 {
        format!("+{up} up")
    } else {
        String::new()
    };
    Line::styled(Meaning::Unknown, not_up)
        .gap(2)
        .with(Meaning::Dim, up)
}

fn with_rest(groups: &[Group], shown: usize, rest: Line) -> Vec<Group> {
    let mut all: Vec<Group> = groups.iter().take(shown).cloned().collect();
    if !rest.is_empty() {
        all.push(Group {
            name: rest.plain_text(),
            symbols: Vec::new(),
            suffix: String::new(),
        });
    }
    all
}

fn group(name: &str, hubs: &[&HubView], tail: String, look: GridStyle<'_>) -> Group {
    Group {
        name: name.to_owned(),
        symbols: hubs.iter().map(|hub| cell(hub, look)).collect(),
        suffix: tail,
    }
}

fn cell(hub: &HubView, look: GridStyle<'_>) -> (&'static str, Meaning) {
    let meaning = match hub {
        _ if look.cursor == Some(&hub.spec.key) => Meaning::Cursor,
        _ if hub.maintenance => Meaning::Dim,
        _ => Meaning::from_health(hub.health),
    };
    (health_symbol(hub.health, look.symbols), meaning)
}

fn is_up(hub: &HubView) -> bool {
    hub.health == Health::Up
}
