//! `[[cluster]]`: the clusters and their hubs.

use std::collections::BTreeSet;

use reqwest::Url;
use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::public_address::is_public;
use super::values::{name, not_empty, url};
use super::{Table, Text, report_duplicate_names, signals};
use crate::domain::case::Place;
use crate::domain::hub::{HubSpec, Tier};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::ClusterSpec;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# The inventory. `hubwatch import DIR` writes it from a fleet's own cluster.yaml files.
[[cluster]]
name = "leap"
provider = "gcp"
# Its other names in incident titles and on status pages: whole words in any case. A hub can have them too.
# They join posts and incidents with the cluster or hub that they are about.
known_as = ["LEAP-Pangeo"]
# Signals that no hub of this cluster has: see [signals].
without = []
hubs = [
  # name: the Kubernetes namespace that the hub's metrics carry.
  # domain: the host; the probe asks https://DOMAIN/hub/health and expects 200.
  { name = "prod", domain = "leap.example" },
  # tier: "prod" or "staging"; by default from the name. A staging hub that is down is a warning, and so is a P1
  # on staging alone, unless a person set its priority or who set it is not known.
  # health_url, expect: another address, another status.
  { name = "staging", domain = "staging.leap.example", tier = "staging", health_url = "http://127.0.0.1:8000/hub/health", expect = 200 },
  # hub_header = false: a proxy strips JupyterHub's header (X-JupyterHub-Version) from the answers. Otherwise a
  # 200 of /hub/health without the header counts as failed, since another page answers in the hub's place.
  # hub_header = true: the header is also expected at an address with another path.
  { name = "research", domain = "research.leap.example", hub_header = false },
  # probe = false: never probed.
  { name = "workshop", domain = "workshop.leap.example", probe = false },
]
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCluster {
    pub name: Text,
    pub provider: Option<Text>,
    #[serde(default)]
    pub known_as: Vec<Text>,
    #[serde(default)]
    pub without: Vec<Text>,
    #[serde(default)]
    pub hubs: Vec<Table<RawHub>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHub {
    pub name: Text,
    pub domain: Option<Text>,
    pub tier: Option<Text>,
    pub health_url: Option<Text>,
    pub expect: Option<Spanned<i64>>,
    pub hub_header: Option<bool>,
    pub probe: Option<Spanned<bool>>,
    #[serde(default)]
    pub known_as: Vec<Text>,
}

pub(super) fn clusters(raw: &[Table<RawCluster>], problems: &mut Problems) -> Vec<ClusterSpec> {
    report_duplicate_names(
        "clusters",
        raw.iter().map(|cluster| &cluster.name),
        problems,
    );
    raw.iter()
        .filter_map(|raw| cluster(raw, problems))
        .collect()
}

fn cluster(raw: &RawCluster, problems: &mut Problems) -> Option<ClusterSpec> {
    let cluster = ClusterName::from(problems.ok_or_add(name(&raw.name))?);
    let what = format!("hubs in cluster {cluster}");
    report_duplicate_names(&what, raw.hubs.iter().map(|hub| &hub.name), problems);
    let provider = raw.provider.as_ref();
    Some(ClusterSpec {
        provider: provider.and_then(|text| problems.ok_or_add(not_empty(text))),
        hubs: raw
            .hubs
            .iter()
            .filter_map(|raw| hub(&cluster, raw, problems))
            .collect(),
        without: signals::names(&raw.without, problems),
        name: cluster,
    })
}

fn hub(cluster: &ClusterName, raw: &RawHub, problems: &mut Problems) -> Option<HubSpec> {
    let name = problems.ok_or_add(name(&raw.name))?;
    let domain = raw
        .domain
        .as_ref()
        .and_then(|text| problems.ok_or_add(domain(text)));
    let tier = raw
        .tier
        .as_ref()
        .and_then(|text| problems.ok_or_add(tier(text)));
    let expect = raw
        .expect
        .as_ref()
        .and_then(|code| problems.ok_or_add(status(code)));
    let health_url = problems.ok_or_add(health_url(raw, domain.as_deref()));
    let health_url = health_url.flatten();
    let expected_status = expect.unwrap_or(200);
    Some(HubSpec {
        tier: tier.unwrap_or_else(|| Tier::from_name(&name)),
        expects_hub_header: expected_status == 200
            && health_url
                .as_deref()
                .is_some_and(|url| raw.hub_header.unwrap_or_else(|| is_health_page(url))),
        health_url,
        expected_status,
        key: HubKey::new(cluster.clone(), name),
        domain,
    })
}

fn domain(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref();
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    if !value.is_empty() && value.chars().all(is_host) {
        return Ok(value.clone());
    }
    Err(
        Problem::new(text.span(), format!("{value:?} is not a domain"))
            .with_hint("only the host, without https:// and path: \"hub.example.org\""),
    )
}

fn tier(text: &Text) -> Result<Tier, Problem> {
    match text.get_ref().as_str() {
        "prod" => Ok(Tier::Prod),
        "staging" => Ok(Tier::Staging),
        other => Err(
            Problem::new(text.span(), format!("there is no tier {other:?}"))
                .with_hint("\"prod\" or \"staging\""),
        ),
    }
}

fn status(code: &Spanned<i64>) -> Result<u16, Problem> {
    let number = *code.get_ref();
    u16::try_from(number)
        .ok()
        .filter(|status| (100..=599).contains(status))
        .ok_or_else(|| {
            Problem::new(code.span(), format!("{number} is not an HTTP status"))
                .with_hint("from 100 to 599, such as 200")
        })
}

// The hub's health address. By default it is JupyterHub's health page, which needs no login
// (https://jupyterhub.readthedocs.io, `/hub/health`).
fn health_url(raw: &RawHub, domain: Option<&str>) -> Result<Option<String>, Problem> {
    let wanted = raw.probe.as_ref().is_none_or(|probe| *probe.get_ref());
    match (&raw.health_url, domain) {
        (Some(text), _) if !wanted => Err(Problem::new(
            text.span(),
            "health_url is set, but probe = false",
        )
        .with_hint("leave one out")),
        _ if !wanted => Ok(None),
        (Some(text), _) => url(text).map(Some),
        (None, Some(domain)) => Ok(Some(format!("https://{domain}/hub/health"))),
        (None, None) => Ok(None),
    }
}

// Whether the address is JupyterHub's own health page. Only this page is known to send the version header.
fn is_health_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path() == "/hub/health")
}

/// The clusters where all probed hubs have addresses on the public internet.
pub(super) fn public_clusters(clusters: &[ClusterSpec]) -> BTreeSet<ClusterName> {
    let is_all_public = |cluster: &&ClusterSpec| {
        let mut addresses = cluster
            .hubs
            .iter()
            .filter_map(|hub| hub.health_url.as_deref());
        addresses.all(is_public)
    };
    let found = clusters.iter().filter(is_all_public);
    found.map(|cluster| cluster.name.clone()).collect()
}

/// The names in all `known_as` lists, each with its place. A name must mean only one place.
pub(super) fn known_as(raw: &[Table<RawCluster>], problems: &mut Problems) -> Vec<(Place, String)> {
    let names: Vec<(Place, &Text)> = raw
        .iter()
        .flat_map(|cluster| names_of_cluster(cluster))
        .collect();
    report_duplicate_names("places", names.iter().map(|(_, name)| *name), problems);
    names
        .into_iter()
        .filter_map(|(place, name)| Some((place, problems.ok_or_add(searchable_name(name))?)))
        .collect()
}

fn names_of_cluster(raw: &RawCluster) -> impl Iterator<Item = (Place, &Text)> {
    let place = |hub: Option<&Text>| Place {
        cluster: Some(raw.name.get_ref().as_str().into()),
        hub: hub.map(|name| name.get_ref().as_str().into()),
    };
    let own = raw.known_as.iter().map(move |name| (place(None), name));
    let of_hubs = raw.hubs.iter().flat_map(move |hub| {
        let names = hub.known_as.iter();
        names.map(move |name| (place(Some(&hub.name)), name))
    });
    own.chain(of_hubs)
}

// A name that can be searched for. A search ignores punctuation, so the name must have at least one letter or digit.
fn searchable_name(text: &Text) -> Result<String, Problem> {
    if text.get_ref().contains(char::is_alphanumeric) {
        return Ok(text.get_ref().clone());
    }
    let message = format!("{:?} has no word to look for", text.get_ref());
    Err(Problem::new(text.span(), message).with_hint("what people write: \"Columbia University\""))
}
