//! `[[cluster]]` and `[probe]`: the inventory, and whom the probes ask.

use std::collections::BTreeSet;

use reqwest::Url;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::super::raw::{Cluster, Hub, Probe, Table, Text};
use super::public_address::is_public;
use super::signals;
use super::values::{name, not_empty, url};
use super::{ValidationContext, report_duplicate_names};
use crate::domain::hub::{HubSpec, Tier};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::{ClusterSpec, Policy};
use crate::domain::settings::{ProbeSettings, ProbeTarget};

const DEFAULT_AT_ONCE: usize = 32;

/// The inventory.
pub(super) fn clusters(raw: &[Table<Cluster>], problems: &mut Problems) -> Vec<ClusterSpec> {
    report_duplicate_names(
        "clusters",
        raw.iter().map(|cluster| &cluster.name),
        problems,
    );
    raw.iter()
        .filter_map(|raw| cluster(raw, problems))
        .collect()
}

fn cluster(raw: &Cluster, problems: &mut Problems) -> Option<ClusterSpec> {
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

fn hub(cluster: &ClusterName, raw: &Hub, problems: &mut Problems) -> Option<HubSpec> {
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
            && raw.hub_header != Some(false)
            && health_url.as_deref().is_some_and(is_health_page),
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

// The hub's own health page needs no login (https://jupyterhub.readthedocs.io, `/hub/health`).
fn health_url(raw: &Hub, domain: Option<&str>) -> Result<Option<String>, Problem> {
    let wanted = raw.probe.as_ref().is_none_or(|probe| *probe.get_ref());
    match (&raw.health_url, domain) {
        (Some(text), _) if !wanted => Err(Problem::new(
            text.span(),
            "a health address is given, and probe = false",
        )
        .with_hint("leave one out")),
        _ if !wanted => Ok(None),
        (Some(text), _) => url(text).map(Some),
        (None, Some(domain)) => Ok(Some(format!("https://{domain}/hub/health"))),
        (None, None) => Ok(None),
    }
}

/// The clusters of which every probed hub has an address on the public internet.
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

/// The probes, where any hub has a health address.
pub(super) fn probes(
    raw: &Probe,
    policy: &Policy,
    check: &mut ValidationContext<'_>,
) -> Option<ProbeSettings> {
    let at_once = raw
        .at_once
        .as_ref()
        .and_then(|count| check.problems.ok_or_add(at_once(count)));
    let http = check.http_client(&raw.http_client());
    let targets: Vec<ProbeTarget> = policy.hubs().filter_map(probe_target).collect();
    (!targets.is_empty()).then(|| ProbeSettings {
        targets,
        interval: check.intervals.probe,
        confirm_after: policy.limits.probe_confirm,
        concurrency: at_once.unwrap_or(DEFAULT_AT_ONCE),
        http,
    })
}

// Only JupyterHub's own health page is known to carry its header.
fn is_health_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path() == "/hub/health")
}

fn probe_target(hub: &HubSpec) -> Option<ProbeTarget> {
    let url = hub.health_url.clone()?;
    Some(ProbeTarget {
        expects_hub_header: hub.expects_hub_header,
        key: hub.key.clone(),
        url,
        expected_status: hub.expected_status,
    })
}

fn at_once(count: &Spanned<i64>) -> Result<usize, Problem> {
    let number = *count.get_ref();
    usize::try_from(number)
        .ok()
        .filter(|count| (1..=256).contains(count))
        .ok_or_else(|| {
            Problem::new(count.span(), format!("{number} is out of range"))
                .with_hint("from 1 to 256")
        })
}

#[cfg(test)]
mod tests {
    use crate::config::{ParseContext, parse};

    #[test]
    fn jupyterhubs_header_is_expected_of_a_200_of_the_health_page_alone() {
        let text = r#"
            [[cluster]]
            name = "leap"
            hubs = [
              { name = "domain", domain = "leap.example.org" },
              { name = "address", health_url = "http://127.0.0.1:8000/hub/health/" },
              { name = "said", domain = "said.example.org", hub_header = true },
              { name = "stripped", domain = "stripped.example.org", hub_header = false },
              { name = "login", domain = "login.example.org", expect = 302 },
              { name = "prefix", health_url = "http://127.0.0.1:8000/base/hub/health" },
              { name = "front", health_url = "http://127.0.0.1:8000" },
            ]
            [[cluster]]
            name = "maap"
            hubs = [{ name = "stripped", domain = "maap.example.org" }]
            "#;
        let config = parse(text, &ParseContext::bare("hubwatch.toml")).unwrap();
        let targets = config.sources.probes.unwrap().targets;
        let expecting = targets.iter().filter(|target| target.expects_hub_header);
        let names: Vec<String> = expecting.map(|target| target.key.to_string()).collect();
        assert_eq!(
            names,
            ["leap/domain", "leap/address", "leap/said", "maap/stripped"]
        );
    }
}
