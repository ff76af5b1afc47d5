//! Joins an alert with an incident whose alert details have only some of the alert's labels. The details lack labels if
//! relabelling drops them, or if the receiver's configuration lists only a few. The details must have the alert's name,
//! cluster and namespace, and no label may differ from the alert's. This join is part of the ladder's first rung.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{AlertSet, PlacedAlert};
use crate::domain::case::Place;
use crate::domain::ids::ClusterName;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;

const ALERT_NAME: &str = "alertname";
const NAMESPACE: &str = "namespace";

/// For each alert name, the names of the labels of its alerts. Other keys in an event's details are not labels.
type LabelNames<'a> = FxHashMap<&'a str, FxHashSet<&'a str>>;

/// A label set in an incident's details, with its place.
pub struct LabelSet<'a> {
    pub labels: &'a Labels,
    pub place: Place,
    pub incident: usize,
}

/// Incidents, by the alert name and the cluster in their label sets.
#[derive(Default)]
pub struct PartialLabelsIndex<'a>(FxHashMap<&'a str, ByCluster<'a>>);

type ByCluster<'a> = FxHashMap<ClusterName, Vec<SameNames<'a>>>;

/// Label sets with the same label names, by their values.
struct SameNames<'a> {
    names: Vec<&'a str>,
    incidents: FxHashMap<Vec<&'a str>, Vec<usize>>,
}

impl<'a> PartialLabelsIndex<'a> {
    pub fn new(sets: &[LabelSet<'a>], asked: &AlertSet<'a>, policy: &Policy) -> Self {
        let known_labels = known_labels(sets, asked);
        let mut index = Self(FxHashMap::default());
        for set in sets {
            let Some((name, cluster)) = alert_name(set).zip(set.place.cluster.as_ref()) else {
                continue;
            };
            if let Some(known) = known_labels.get(name) {
                let by_cluster = index.0.entry(name).or_default();
                let groups = by_cluster.entry(cluster.clone()).or_default();
                add_set(groups, set, |label| {
                    !policy.cluster_labels.contains(label) && known.contains(label)
                });
            }
        }
        index
    }

    /// Incidents with a label set that is a subset of the alert's labels.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> Vec<usize> {
        let cluster = placed.kind.place.cluster.as_ref();
        let groups = self.0.get(placed.kind.name);
        let groups = groups.and_then(|by_cluster| by_cluster.get(cluster?));
        let mut found: Vec<usize> = groups
            .into_iter()
            .flatten()
            .filter_map(|group| group.find(placed))
            .flatten()
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn known_labels<'a>(sets: &[LabelSet<'a>], asked: &AlertSet<'a>) -> LabelNames<'a> {
    let mut known: LabelNames<'_> = sets
        .iter()
        .filter_map(|set| Some((alert_name(set)?, FxHashSet::from_iter([NAMESPACE]))))
        .collect();
    for kind in asked.kinds {
        if let Some(names) = known.get_mut(kind.name) {
            names.extend(kind.example.labels.iter().map(|(name, _)| name));
        }
    }
    known
}

fn alert_name<'a>(set: &LabelSet<'a>) -> Option<&'a str> {
    set.labels.get(ALERT_NAME)
}

fn add_set<'a>(
    groups: &mut Vec<SameNames<'a>>,
    set: &LabelSet<'a>,
    is_label: impl Fn(&str) -> bool,
) {
    let pairs = set.labels.iter();
    let told =
        pairs.filter(|(name, value)| !value.is_empty() && *name != ALERT_NAME && is_label(name));
    let (names, values): (Vec<&str>, Vec<&str>) = told.unzip();
    let at = groups.iter().position(|group| group.names == names);
    let at = at.unwrap_or_else(|| {
        let incidents = FxHashMap::default();
        groups.push(SameNames { names, incidents });
        groups.len() - 1
    });
    if let Some(group) = groups.get_mut(at) {
        group
            .incidents
            .entry(values)
            .or_default()
            .push(set.incident);
    }
}

impl SameNames<'_> {
    // If the alert has a namespace and the label set has none, or the other way round, the two are about different
    // places.
    fn find(&self, placed: &PlacedAlert<'_>) -> Option<Vec<usize>> {
        let has_namespace = self.names.contains(&NAMESPACE);
        if has_namespace != placed.kind.namespace.is_some() {
            return None;
        }
        let labels = &placed.alert.labels;
        let values = self.names.iter().map(|name| labels.get(name));
        let values: Vec<&str> = values.collect::<Option<_>>()?;
        self.incidents.get(&values).cloned()
    }
}
