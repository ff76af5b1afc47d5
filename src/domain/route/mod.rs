//! An Alertmanager's routes: which groups an alert belongs to, and so under which keys it is paged.
//!
//! The walk and the inheritance are those of Alertmanager's `dispatch/route.go`.

mod key;
mod matcher;
mod wire;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use key::{DedupKey, GroupKey, NotADedupKey};
pub use matcher::{NotAMatcher, RouteMatcher};
pub use wire::RoutesError;

use super::labels::Labels;
use wire::{GROUP_BY_ALL, Written};

/// A tree of routes. Serialised it is the YAML's `route`, without receivers and so without secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Routes {
    written: Written,
    root: Route,
    looks_at: Relevant,
}

/// Which labels decide about an alert's groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relevant {
    /// All of them.
    All,
    /// These.
    Names(BTreeSet<String>),
}

/// What alerts are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
enum GroupBy {
    /// All labels: `group_by: ['...']`.
    All,
    /// These labels, as far as an alert has them.
    Names(BTreeSet<String>),
}

#[derive(Clone, Debug)]
struct Route {
    // The matchers of the way here, as they stand in the group key.
    key: String,
    matchers: Vec<RouteMatcher>,
    // Labels that have one value on all that comes this way.
    fixed: BTreeSet<String>,
    group_by: Arc<GroupBy>,
    goes_on: bool,
    routes: Vec<Route>,
}

impl Routes {
    /// Reads the routes out of YAML: an Alertmanager's configuration, its `route` alone, or Helm values
    /// that hold one (`alertmanager.config` or `alertmanagerFiles."alertmanager.yml"`, both also below
    /// `prometheus` or `kube-prometheus-stack`).
    ///
    /// # Errors
    /// When it is no YAML, a route is not what it should be, or there is none.
    pub fn parse(yaml: &str) -> Result<Self, RoutesError> {
        wire::parse(yaml).map(Self::from)
    }

    /// The groups that an alert with these labels (external ones included) is paged with: one for each
    /// route that takes it, and one more where versions spell it differently.
    pub fn groups(&self, labels: &Labels) -> Vec<GroupKey> {
        let mut taking = Vec::new();
        self.root.take(labels, &mut taking);
        taking
            .iter()
            .flat_map(|route| route.group(labels))
            .collect()
    }

    /// Which labels decide about the groups: alerts that agree in these are paged alike.
    pub fn looks_at(&self) -> &Relevant {
        &self.looks_at
    }
}

impl PartialEq for Routes {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl From<Written> for Routes {
    fn from(written: Written) -> Self {
        let root = Route::root(&written);
        Self {
            looks_at: root.looks_at(),
            root,
            written,
        }
    }
}

impl From<Routes> for Written {
    fn from(routes: Routes) -> Self {
        routes.written
    }
}

impl Route {
    fn root(written: &Written) -> Self {
        let nothing = Arc::new(GroupBy::Names(BTreeSet::new()));
        Self::new(written, String::new(), &BTreeSet::new(), &nothing)
    }

    fn new(
        written: &Written,
        before: String,
        fixed: &BTreeSet<String>,
        inherited: &Arc<GroupBy>,
    ) -> Self {
        let matchers = written.matchers();
        let key = before + &key::of_matchers(&matchers);
        let here = matchers.iter().filter_map(RouteMatcher::fixes);
        let fixed: BTreeSet<String> = fixed
            .iter()
            .map(String::as_str)
            .chain(here)
            .map(str::to_owned)
            .collect();
        let group_by = group_by(written).map_or_else(|| Arc::clone(inherited), Arc::new);
        let below = written.routes.iter().flatten();
        Self {
            routes: below
                .map(|route| Self::new(route, format!("{key}/"), &fixed, &group_by))
                .collect(),
            goes_on: written.goes_on.unwrap_or_default(),
            key,
            matchers,
            fixed,
            group_by,
        }
    }

    /// Depth first, from left to right: the first route below that takes the alert ends the walk unless
    /// it says `continue`; where none does, this one takes it.
    fn take<'r>(&'r self, labels: &Labels, taking: &mut Vec<&'r Route>) -> bool {
        if !self.matchers.iter().all(|matcher| matcher.matches(labels)) {
            return false;
        }
        let known = taking.len();
        for route in &self.routes {
            if route.take(labels, taking) && !route.goes_on {
                break;
            }
        }
        if taking.len() == known {
            taking.push(self);
        }
        true
    }

    fn group(&self, labels: &Labels) -> Vec<GroupKey> {
        let is_grouped_by = |name: &str| match &*self.group_by {
            GroupBy::All => true,
            GroupBy::Names(names) => names.contains(name),
        };
        let group = labels
            .iter()
            .filter(|(name, value)| !value.is_empty() && is_grouped_by(name));
        GroupKey::spellings(&self.key, group.collect(), &self.fixed)
    }

    fn looks_at(&self) -> Relevant {
        let mut names: BTreeSet<String> = BTreeSet::new();
        names.extend(
            self.matchers
                .iter()
                .map(|matcher| matcher.name().to_owned()),
        );
        match &*self.group_by {
            GroupBy::All => return Relevant::All,
            GroupBy::Names(grouped) => names.extend(grouped.iter().cloned()),
        }
        for route in &self.routes {
            match route.looks_at() {
                Relevant::All => return Relevant::All,
                Relevant::Names(below) => names.extend(below),
            }
        }
        Relevant::Names(names)
    }
}

// An empty list inherits, as one that is not there.
fn group_by(written: &Written) -> Option<GroupBy> {
    let names: BTreeSet<String> = written.group_by.iter().flatten().cloned().collect();
    if names.contains(GROUP_BY_ALL) {
        Some(GroupBy::All)
    } else {
        (!names.is_empty()).then_some(GroupBy::Names(names))
    }
}

#[cfg(test)]
mod tests;
