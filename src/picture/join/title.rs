//! Third rung of the ladder: Alertmanager's default title. The title is `[FIRING:n] `, the values of the group's
//! labels, and the values of the other common labels in parentheses. Of the group's values, the alertname is the first;
//! the rest are sorted by label name.

use rustc_hash::FxHashMap;

use super::{AlertKind, AlertSet, PlacedAlert};
use crate::domain::incident::Incident;

/// For each kind of alert, the incidents whose title contains the kind's name and place.
pub struct TitleIndex(Vec<Vec<usize>>);

impl TitleIndex {
    pub fn new(incidents: &[&Incident], asked: &AlertSet<'_>) -> Self {
        let mut titles: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, incident) in incidents.iter().enumerate() {
            if let Some(group_values) = group_values(&incident.title) {
                titles.entry(group_values).or_default().push(at);
            }
        }
        let of = |kind| incidents_titled(kind, &titles).cloned().unwrap_or_default();
        Self(asked.kinds.iter().map(of).collect())
    }

    /// Incidents whose title contains the alert's name and cluster, and its namespace if it has one.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> &[usize] {
        self.0.get(placed.kind.position).map_or(&[], Vec::as_slice)
    }
}

// The incidents with the title of this kind of alert. `None` if the cluster is not known, since the same alertname and
// namespace occur in other clusters. If the alert has no cluster label, the title may still name the watched cluster: a
// Prometheus that watches a single cluster may add the label only when it sends the alert.
fn incidents_titled<'t>(
    kind: &AlertKind<'_>,
    titles: &'t FxHashMap<&str, Vec<usize>>,
) -> Option<&'t Vec<usize>> {
    let place = kind.place.cluster.as_ref();
    let watched = place.map(|cluster| ("cluster", cluster.as_str()));
    let (label, cluster) = kind.cluster.or(watched)?;
    let wide = [kind.name, " ", cluster].concat();
    let narrow = kind.namespace.map(|namespace| match label < "namespace" {
        true => [&wide, " ", namespace].concat(),
        false => [kind.name, " ", namespace, " ", cluster].concat(),
    });
    narrow
        .and_then(|title| titles.get(title.as_str()))
        .or_else(|| titles.get(wide.as_str()))
}

/// The values of the group's labels in a title that Alertmanager wrote; `None` for other titles. They end before the
/// last parenthesis, which contains the values of the common labels. An alertname may contain earlier parentheses.
pub fn group_values(title: &str) -> Option<&str> {
    let rest = title.trim_start().strip_prefix('[')?;
    let (state, rest) = rest.split_once("] ")?;
    state.starts_with("FIRING").then(|| {
        rest.rsplit_once(" (")
            .map_or(rest, |(group_values, _)| group_values)
            .trim_end()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_stands_between_counter_and_common_values() {
        let title = "[FIRING:1] home-nfs has 10% of space left leap prod (same day action needed)";
        assert_eq!(
            group_values(title),
            Some("home-nfs has 10% of space left leap prod")
        );
        assert_eq!(
            group_values("[FIRING:2] proxy pod has restarted maap "),
            Some("proxy pod has restarted maap")
        );
        assert_eq!(group_values("prod.leap.example on leap"), None);
    }

    #[test]
    fn two_spaces_in_a_name_stay() {
        let title = "[FIRING:1] quotas - error detected  in the last 30m leap (x)";
        assert_eq!(
            group_values(title),
            Some("quotas - error detected  in the last 30m leap")
        );
    }
}
