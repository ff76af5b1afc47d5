//! An Alertmanager's routes. They determine the groups that an alert belongs to, and so the keys with which it pages.
//!
//! Matching and inheritance work as in Alertmanager's `dispatch/route.go`.

mod key;
mod yaml;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use key::{DedupKey, GroupKey, ParseDedupKeyError};
pub use yaml::RoutesError;

use super::labels::Labels;
use super::matcher::Matcher;
use yaml::{GROUP_BY_ALL, RouteConfig};

/// The largest size of a configuration, and the largest number of its routes. The limits are needed since every picture
/// matches each kind of alert against all routes. Real configurations have a few hundred routes.
pub const MAX_ROUTES_BYTES: usize = 1 << 20;
const MAX_ROUTES: usize = 10_000;

/// A tree of routes. The tree's serialized form is the `route` of the YAML. The tree contains no receiver settings, so
/// it contains no secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "RouteConfig", into = "RouteConfig")]
pub struct Routes {
    config: RouteConfig,
    root: Route,
    relevant_labels: RelevantLabels,
}

/// The labels that determine an alert's groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelevantLabels {
    All,
    Names(BTreeSet<String>),
}

/// The labels that alerts are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
enum GroupBy {
    /// All labels: `group_by: ['...']`.
    All,
    /// Only these labels. A label that the alert lacks is left out.
    Names(BTreeSet<String>),
}

#[derive(Clone, Debug)]
struct Route {
    // The matchers on the path to this route, as in the group key.
    key: String,
    matchers: Vec<Matcher>,
    // The labels that the matchers on the path fix to one value.
    fixed_labels: BTreeSet<String>,
    group_by: Arc<GroupBy>,
    continues: bool,
    receiver: Option<ChosenReceiver>,
    routes: Vec<Route>,
}

#[derive(Clone, Debug)]
struct ChosenReceiver {
    name: Arc<str>,
    // Whether the receiver was chosen only for selected alerts. If not, it is the root's default.
    is_deliberate: bool,
}

// The settings that a route inherits from its parent.
struct Inherited<'a> {
    key: String,
    fixed_labels: &'a BTreeSet<String>,
    group_by: &'a Arc<GroupBy>,
    // Whether a matcher of the parent, or of a route between the root and the parent, rejects some alerts. The root's
    // own matchers do not count. `None` at the root.
    is_selective: Option<bool>,
    receiver: Option<&'a ChosenReceiver>,
}

impl Routes {
    /// Parses the routes in a YAML text: an Alertmanager's configuration, its `route` alone, or Helm values that
    /// contain a configuration (`alertmanager.config` or `alertmanagerFiles."alertmanager.yml"`, both also below
    /// `prometheus` or `kube-prometheus-stack`).
    ///
    /// # Errors
    /// If the text is not YAML, has no route or an invalid one, or is too large.
    pub fn parse(yaml: &str) -> Result<Self, RoutesError> {
        if yaml.len() > MAX_ROUTES_BYTES {
            return Err(RoutesError::TooLarge);
        }
        let routes = Self::from(yaml::parse(yaml)?);
        match routes.count() <= MAX_ROUTES {
            true => Ok(routes),
            false => Err(RoutesError::TooManyRoutes),
        }
    }

    /// The group keys of an alert with these labels, including external labels. Each route that takes the alert gives
    /// one key. If versions of Alertmanager write the key differently, the route gives a second key.
    pub fn group_keys(&self, labels: &Labels) -> Vec<GroupKey> {
        let mut taking = Vec::new();
        self.root.collect_matching(labels, &mut taking);
        taking
            .iter()
            .flat_map(|route| route.group_keys(labels))
            .collect()
    }

    /// The number of routes in the tree.
    pub fn count(&self) -> usize {
        self.root.count()
    }

    /// Whether the document of these routes lists its receivers. Only then can routes to nobody be recognized.
    pub fn list_receivers(&self) -> bool {
        self.config.silent_receivers.is_some()
    }

    /// Whether the document lists this receiver, and the receiver has no integration.
    pub fn is_silent_receiver(&self, name: &str) -> bool {
        let silent = self.config.silent_receivers.as_ref();
        silent.is_some_and(|names| names.contains(name))
    }

    /// Whether these routes deliberately send an alert to nobody. Every route that takes the alert must be below the
    /// root, have a matcher, and name a receiver without an integration.
    pub fn lead_to_nobody(&self, labels: &Labels) -> bool {
        let mut taking = Vec::new();
        self.root.collect_matching(labels, &mut taking);
        let leads_to_nobody = |route: &&Route| {
            let receiver = route.receiver.as_ref();
            receiver.is_some_and(|it| it.is_deliberate && self.is_silent_receiver(&it.name))
        };
        !taking.is_empty() && taking.iter().all(leads_to_nobody)
    }

    /// The labels that determine an alert's groups. Alerts with the same values of these labels page with the same
    /// keys.
    pub fn relevant_labels(&self) -> &RelevantLabels {
        &self.relevant_labels
    }
}

impl PartialEq for Routes {
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config
    }
}

impl From<RouteConfig> for Routes {
    fn from(config: RouteConfig) -> Self {
        let root = Route::root(&config);
        Self {
            relevant_labels: root.relevant_labels(),
            root,
            config,
        }
    }
}

impl From<Routes> for RouteConfig {
    fn from(routes: Routes) -> Self {
        routes.config
    }
}

impl Route {
    fn root(config: &RouteConfig) -> Self {
        let inherited = Inherited {
            key: String::new(),
            fixed_labels: &BTreeSet::new(),
            group_by: &Arc::new(GroupBy::Names(BTreeSet::new())),
            is_selective: None,
            receiver: None,
        };
        Self::new(config, inherited)
    }

    fn new(config: &RouteConfig, inherited: Inherited<'_>) -> Self {
        let matchers = config.matchers();
        let key = inherited.key + &key::format_matchers(&matchers);
        let here = matchers.iter().filter_map(Matcher::fixed_label);
        let fixed: BTreeSet<String> = inherited
            .fixed_labels
            .iter()
            .map(String::as_str)
            .chain(here)
            .map(str::to_owned)
            .collect();
        let group_by =
            parse_group_by(config).map_or_else(|| Arc::clone(inherited.group_by), Arc::new);
        let selects = || !matchers.iter().all(Matcher::takes_everything);
        let is_selective = inherited.is_selective.is_some_and(|way| way || selects());
        let own = config.receiver.as_deref().map(|name| ChosenReceiver {
            name: name.into(),
            is_deliberate: is_selective,
        });
        let receiver = own.or_else(|| inherited.receiver.cloned());
        let below = config.routes.iter().flatten();
        let below = below.map(|route| {
            let inherited = Inherited {
                key: format!("{key}/"),
                fixed_labels: &fixed,
                group_by: &group_by,
                is_selective: Some(is_selective),
                receiver: receiver.as_ref(),
            };
            Self::new(route, inherited)
        });
        Self {
            routes: below.collect(),
            receiver,
            continues: config.continues.unwrap_or_default(),
            key,
            matchers,
            fixed_labels: fixed,
            group_by,
        }
    }

    /// Collects the routes that take an alert, depth first and from left to right. The first child that takes the alert
    /// ends the search, unless the child has `continue`. If no child takes the alert, this route takes it.
    fn collect_matching<'r>(&'r self, labels: &Labels, taking: &mut Vec<&'r Route>) -> bool {
        if !self.matchers.iter().all(|matcher| matcher.matches(labels)) {
            return false;
        }
        let known = taking.len();
        for route in &self.routes {
            if route.collect_matching(labels, taking) && !route.continues {
                break;
            }
        }
        if taking.len() == known {
            taking.push(self);
        }
        true
    }

    fn group_keys(&self, labels: &Labels) -> Vec<GroupKey> {
        let is_grouped_by = |name: &str| match &*self.group_by {
            GroupBy::All => true,
            GroupBy::Names(names) => names.contains(name),
        };
        let group = labels
            .iter()
            .filter(|(name, value)| !value.is_empty() && is_grouped_by(name));
        GroupKey::all_spellings(&self.key, group.collect(), &self.fixed_labels)
    }

    fn count(&self) -> usize {
        self.routes.iter().fold(1, |sum, route| sum + route.count())
    }

    fn relevant_labels(&self) -> RelevantLabels {
        let mut names: BTreeSet<String> = BTreeSet::new();
        names.extend(
            self.matchers
                .iter()
                .map(|matcher| matcher.name().to_owned()),
        );
        match &*self.group_by {
            GroupBy::All => return RelevantLabels::All,
            GroupBy::Names(grouped) => names.extend(grouped.iter().cloned()),
        }
        for route in &self.routes {
            match route.relevant_labels() {
                RelevantLabels::All => return RelevantLabels::All,
                RelevantLabels::Names(below) => names.extend(below),
            }
        }
        RelevantLabels::Names(names)
    }
}

// Returns `None` if the route inherits from its parent. An empty list inherits, like a missing list.
fn parse_group_by(config: &RouteConfig) -> Option<GroupBy> {
    let names: BTreeSet<String> = config.group_by.iter().flatten().cloned().collect();
    if names.contains(GROUP_BY_ALL) {
        Some(GroupBy::All)
    } else {
        (!names.is_empty()).then_some(GroupBy::Names(names))
    }
}

#[cfg(test)]
mod tests;
