//! The grid of all hubs: one symbol per hub, by cluster. If not all hubs fit, the hubs that are not up come first, and
//! the last line counts the hubs that are left out.

use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::picture::{ClusterView, HubView};
use crate::text::Line;
use crate::text::{Meaning, Symbols};
use crate::ui::widgets::flow::{Group, count_fitting, flow};

use super::hub_rows::health_symbol;

/// Each cluster, with its hubs that pass the filter.
pub type Clusters<'a> = [(&'a ClusterView, Vec<&'a HubView>)];

/// How the grid is drawn.
#[derive(Clone, Copy, Debug)]
pub struct GridStyle<'a> {
    /// The hub under the cursor.
    pub cursor: Option<&'a HubKey>,
    /// The terminal's symbols.
    pub symbols: &'static Symbols,
    /// The width of a line, in cells.
    pub width: usize,
}

/// The whole grid. The gap between clusters is three blanks, or two if the grid would otherwise take more than `few`
/// lines. A grid that does not fit into `height` lines is cut to `height + 1` lines. So the caller sees that it does
/// not fit.
pub fn full_grid(
    clusters: &Clusters<'_>,
    look: GridStyle<'_>,
    few: usize,
    height: usize,
) -> Vec<Line> {
    let groups: Vec<Group> = clusters
        .iter()
        .map(|(cluster, hubs)| group(cluster.name.as_str(), hubs, String::new(), look))
        .collect();
    let wide = flow(&groups, look.width, 3, few + 1);
    if wide.len() <= few {
        return wide;
    }
    flow(&groups, look.width, 2, height + 1)
}

/// The grid in `height` lines. First come the clusters with hubs that are not up. Each of these clusters shows only the
/// hubs that are not up, and "+N up". As many of the other clusters as fit come next. The last line counts the hubs
/// that are left out.
pub fn brief_grid(clusters: &Clusters<'_>, look: GridStyle<'_>, height: usize) -> Vec<Line> {
    let (mut groups, counts): (Vec<Group>, Vec<HubCounts>) =
        brief_groups(clusters, look).into_iter().unzip();
    let mut left_out = vec![HubCounts::default()];
    left_out.extend(counts.iter().rev().scan(HubCounts::default(), |sum, more| {
        *sum = sum.plus(*more);
        Some(*sum)
    }));
    left_out.reverse();
    let rest = |shown: usize| left_out.get(shown).and_then(|counts| counts.group());
    let shown = count_fitting(&groups, look.width, 2, height, rest);
    groups.truncate(shown);
    groups.extend(rest(shown));
    flow(&groups, look.width, 2, height)
}

fn brief_groups(clusters: &Clusters<'_>, look: GridStyle<'_>) -> Vec<(Group, HubCounts)> {
    let not_up = clusters
        .iter()
        .filter_map(|(cluster, hubs)| group_not_up(cluster, hubs, look));
    let calm = clusters
        .iter()
        .filter(|(_, hubs)| hubs.iter().all(|hub| is_up(hub)))
        .map(|(cluster, hubs)| {
            let group = group(cluster.name.as_str(), hubs, String::new(), look);
            let counts = HubCounts {
                not_up: 0,
                up: hubs.len(),
            };
            (group, counts)
        });
    not_up.chain(calm).collect()
}

fn group_not_up(
    cluster: &ClusterView,
    hubs: &[&HubView],
    look: GridStyle<'_>,
) -> Option<(Group, HubCounts)> {
    let wrong: Vec<&HubView> = hubs.iter().filter(|hub| !is_up(hub)).copied().collect();
    let counts = HubCounts {
        not_up: wrong.len(),
        up: hubs.len() - wrong.len(),
    };
    let tail = if counts.up > 0 {
        format!(" +{} up", counts.up)
    } else {
        String::new()
    };
    (!wrong.is_empty()).then(|| (group(cluster.name.as_str(), &wrong, tail, look), counts))
}

/// How many hubs of a group are not up, and how many are up.
#[derive(Clone, Copy, Debug, Default)]
struct HubCounts {
    not_up: usize,
    up: usize,
}

impl HubCounts {
    fn plus(self, other: Self) -> Self {
        Self {
            not_up: self.not_up + other.not_up,
            up: self.up + other.up,
        }
    }

    /// The group with the counts of the hubs that are left out; `None` if no hub is.
    fn group(self) -> Option<Group> {
        let numbers = [(self.not_up, "not up"), (self.up, "up")];
        let said: Vec<String> = numbers
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("+{count} {what}"))
            .collect();
        (!said.is_empty()).then(|| Group {
            name: said.join("  "),
            symbols: Vec::new(),
            suffix: String::new(),
        })
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::fixture::{cluster, hub};
    use crate::text::Symbols;

    /// Clusters with the given numbers of hubs. In each pair, the first number is that of the hubs that are down, the
    /// second that of the hubs that are up.
    fn fleet(sizes: &[(usize, usize)]) -> Vec<ClusterView> {
        let one = |(at, (down, up)): (usize, &(usize, usize))| {
            let name = format!("c{at}");
            let health = std::iter::repeat_n(Health::Down, *down)
                .chain(std::iter::repeat_n(Health::Up, *up));
            let hubs = health
                .enumerate()
                .map(|(nth, health)| hub(&name, &format!("h{nth}"), health))
                .collect();
            cluster(&name, "gcp", hubs)
        };
        sizes.iter().enumerate().map(one).collect()
    }

    fn brief(clusters: &[ClusterView], width: usize, height: usize) -> Vec<String> {
        let clusters: Vec<_> = clusters
            .iter()
            .map(|cluster| (cluster, cluster.hubs.iter().collect()))
            .collect();
        let look = GridStyle {
            cursor: None,
            symbols: Symbols::for_terminal(true),
            width,
        };
        let lines = brief_grid(&clusters, look, height);
        lines.iter().map(Line::plain_text).collect()
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let clusters = fleet(&[(0, 3), (2, 4), (0, 3), (1, 0), (0, 5)]);
        assert_eq!(
            brief(&clusters, 23, 2),
            ["c1 XX +4 up  c3 X", "c0 ooo  c2 ooo  +5 up "]
        );
        assert_eq!(
            brief(&clusters, 12, 2),
            ["c1 XX +4 up", "+1 not up  +11 up "]
        );
    }

    proptest! {
        #[test]
        fn every_hub_is_shown_or_counted(
            sizes in prop::collection::vec((0_usize..4, 0_usize..6), 1..30),
            width in 40_usize..90,
            height in 1_usize..6,
        ) {
            let clusters = fleet(&sizes);
            let text = brief(&clusters, width, height).join("  ").replace("not", "");
            let shown = text.chars().filter(|char| "Xo".contains(*char)).count();
            let counted: usize = text
                .split('+')
                .skip(1)
                .filter_map(|rest| rest.split(' ').next()?.parse::<usize>().ok())
                .sum();
            let all: usize = sizes.iter().map(|(down, up)| down + up).sum();
            prop_assert_eq!(shown + counted, all, "{}", text);
        }
    }

    // The test would take too long if the whole grid were laid out again for each group that does not fit.
    #[test]
    fn a_grid_of_very_many_clusters_is_drawn_at_once() {
        let clusters = fleet(&vec![(1, 1); 20_000]);
        let lines = brief(&clusters, 60, 3);
        assert!(lines.concat().contains("not up"), "{lines:?}");
    }
}
