//! Builds names for clusters and hubs from lists of words.

use serde::Deserialize;

use super::cluster::{Cluster, Provider};

/// The words from which names are built.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameLists {
    clusters: ClusterNames,
    names: HubNames,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClusterNames {
    big: String,
    aws: Vec<String>,
    gcp: Vec<String>,
    kubeconfig: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HubNames {
    first: Vec<String>,
    second: Vec<String>,
    research: Vec<String>,
}

impl NameLists {
    /// An endless sequence of different names for the hubs of the big cluster.
    pub(super) fn colleges(&self) -> impl Iterator<Item = String> {
        self.names.colleges()
    }

    /// The clusters: the big one first, then the others with their providers mixed.
    pub(super) fn clusters(&self, count: usize) -> Vec<Cluster> {
        let named = |provider| {
            let names = match provider {
                Provider::Aws => &self.clusters.aws,
                Provider::Gcp => &self.clusters.gcp,
                Provider::Kubeconfig => &self.clusters.kubeconfig,
            };
            names.iter().map(move |name| (name.clone(), provider))
        };
        let rest = named(Provider::Aws)
            .chain(named(Provider::Gcp))
            .chain(named(Provider::Kubeconfig));
        let more = (31_usize..).map(|number| {
            let provider = if number % 4 == 0 {
                Provider::Gcp
            } else {
                Provider::Aws
            };
            (format!("cluster-{number}"), provider)
        });
        let mut rest: Vec<_> = if count <= 30 {
            spread(rest.collect(), count - 1)
        } else {
            rest.chain(more).take(count - 1).collect()
        };
        rest.sort_unstable();
        std::iter::once((self.clusters.big.clone(), Provider::Gcp))
            .chain(rest)
            .map(|(name, provider)| Cluster::new(&name, provider))
            .collect()
    }

    /// The names of a cluster's hubs. About three in four clusters have a hub `prod`. All clusters have a hub
    /// `staging`, except those with a kubeconfig and small ones with a single hub.
    pub(super) fn hub_names(
        &self,
        position: usize,
        provider: Provider,
        size: usize,
        colleges: &mut impl Iterator<Item = String>,
    ) -> Vec<String> {
        if position == 0 {
            let staging = std::iter::once("staging".to_owned());
            return colleges.take(size - 1).chain(staging).collect();
        }
        let has_staging = provider != Provider::Kubeconfig && size > 1;
        let has_prod = !matches!(position % 7, 2 | 4) || provider == Provider::Kubeconfig;
        let fixed = [(has_prod, "prod"), (has_staging, "staging")];
        let fixed = fixed.iter().filter(|(has, _)| *has);
        let others = self.names.research.iter().cycle().skip(position * 3);
        fixed
            .map(|(_, name)| (*name).to_owned())
            .chain(others.cloned())
            .take(size)
            .collect()
    }
}

impl HubNames {
    /// An endless sequence of names without duplicates.
    fn colleges(&self) -> impl Iterator<Item = String> {
        let (firsts, seconds) = (self.first.len(), self.second.len());
        (0..).map(move |number: usize| {
            let first = self.first.iter().cycle().nth(number % firsts.max(1));
            let turn = number / firsts.max(1);
            let shifted = (number + turn) % seconds.max(1);
            let second = self.second.iter().cycle().nth(shifted);
            let round = turn / seconds.max(1);
            let suffix = if round == 0 {
                String::new()
            } else {
                format!("-{round}")
            };
            format!(
                "{}{}{suffix}",
                first.map_or("", String::as_str),
                second.map_or("", String::as_str)
            )
        })
    }
}

/// Picks `count` evenly spread items of `all`, so that even a small fleet has every kind of cluster.
fn spread<T: Clone>(all: Vec<T>, count: usize) -> Vec<T> {
    (0..count)
        .filter_map(|at| all.get(at * all.len() / count.max(1)).cloned())
        .collect()
}
