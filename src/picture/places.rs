//! Where things are: from labels whose values may carry prefixes (`cluster=leap`), and from words in
//! a title.

use crate::domain::alert::Alert;
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubKey, HubName};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;

/// A label's value without the `name=` that some rules put into it.
pub fn bare(value: &str) -> &str {
    ["cluster=", "hub=", "namespace=", "provider="]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix))
        .unwrap_or(value)
}

/// Where an alert is. The cluster is the one its source is bound to, else the label's; the hub is its
/// namespace, if the inventory knows such a hub or nothing of that cluster.
pub fn of_alert(alert: &Alert, policy: &Policy) -> Place {
    let told = alert.cluster.clone();
    let cluster = told
        .map(without_prefix)
        .or_else(|| cluster_label(&alert.labels));
    within(cluster, &alert.labels, policy)
}

// One endpoint for many clusters gives the label's value as it is.
fn without_prefix(name: ClusterName) -> ClusterName {
    match bare(name.as_str()) {
        same if same == name.as_str() => name,
        bare => bare.into(),
    }
}

/// Where a label set of an incident's details is.
pub fn of_labels(labels: &Labels, policy: &Policy) -> Place {
    within(cluster_label(labels), labels, policy)
}

/// The cluster that a label set names.
pub fn cluster_label(labels: &Labels) -> Option<ClusterName> {
    labels.get("cluster").map(|value| bare(value).into())
}

fn within(cluster: Option<ClusterName>, labels: &Labels, policy: &Policy) -> Place {
    let hub = labels
        .get("namespace")
        .map(|value| HubName::from(bare(value)))
        .filter(|hub| may_be_hub(cluster.as_ref(), hub, policy));
    Place { cluster, hub }
}

fn may_be_hub(cluster: Option<&ClusterName>, hub: &HubName, policy: &Policy) -> bool {
    match cluster.and_then(|name| policy.cluster(name)) {
        Some(known) => known.hubs.iter().any(|spec| spec.key.hub == *hub),
        None => hub.as_str() != "support",
    }
}

/// All of a cluster.
pub fn whole(cluster: &ClusterName) -> Place {
    Place {
        cluster: Some(cluster.clone()),
        hub: None,
    }
}

/// The words of a text, as a name or a domain would be written.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '=' | '_')))
        .map(|word| word.trim_matches(['.', '/', '-', '=']))
        .filter(|word| !word.is_empty())
}

/// The places that a text names: hubs by domain or by `cluster/hub`, else clusters by name, each with
/// the hubs of it that are named too. A hub's name alone says nothing: names repeat across clusters.
pub fn in_text(text: &str, policy: &Policy) -> Vec<Place> {
    let words: Vec<&str> = words(text).collect();
    let exact = exact_hubs(&words, policy);
    if !exact.is_empty() {
        return exact
            .into_iter()
            .map(|key| Place::from(key.clone()))
            .collect();
    }
    policy
        .clusters
        .iter()
        .filter(|cluster| words.iter().any(|word| bare(word) == cluster.name.as_str()))
        .flat_map(|cluster| {
            let named: Vec<Place> = cluster
                .hubs
                .iter()
                .filter(|hub| hub.key.hub.as_str() != cluster.name.as_str())
                .filter(|hub| words.iter().any(|word| bare(word) == hub.key.hub.as_str()))
                .map(|hub| Place::from(hub.key.clone()))
                .collect();
            if named.is_empty() {
                vec![whole(&cluster.name)]
            } else {
                named
            }
        })
        .collect()
}

/// The hubs that words name beyond doubt.
fn exact_hubs<'a>(words: &[&str], policy: &'a Policy) -> Vec<&'a HubKey> {
    policy
        .hubs()
        .filter(|hub| {
            words.iter().any(|word| {
                hub.domain.as_deref() == Some(host(word))
                    || word.split_once('/').is_some_and(|(cluster, name)| {
                        cluster == hub.key.cluster.as_str() && name == hub.key.hub.as_str()
                    })
            })
        })
        .map(|hub| &hub.key)
        .collect()
}

/// `prod.leap.example/hub/health` is an address on the host before the slash.
pub fn host(word: &str) -> &str {
    word.split('/').next().unwrap_or(word)
}

impl From<HubKey> for Place {
    fn from(key: HubKey) -> Self {
        Self {
            cluster: Some(key.cluster),
            hub: Some(key.hub),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hub::{HubSpec, Tier};
    use crate::domain::policy::ClusterSpec;

    fn cluster(name: &str, hubs: &[&str]) -> ClusterSpec {
        let spec = |hub: &&str| HubSpec {
            key: HubKey::new(name, *hub),
            tier: Tier::Prod,
            domain: Some(format!("{hub}.{name}.example")),
            health_url: None,
            expect: 200,
        };
        ClusterSpec {
            name: name.into(),
            provider: None,
            hubs: hubs.iter().map(spec).collect(),
        }
    }

    fn policy() -> Policy {
        Policy {
            clusters: vec![
                cluster("leap", &["prod", "staging"]),
                cluster("maap", &["prod"]),
            ],
            ..Policy::default()
        }
    }

    fn named(text: &str) -> Vec<String> {
        let show = |place: Place| match place.key() {
            Some(key) => key.to_string(),
            None => place
                .cluster
                .map(|name| name.to_string())
                .unwrap_or_default(),
        };
        in_text(text, &policy()).into_iter().map(show).collect()
    }

    #[test]
    fn a_domain_names_its_hub_in_an_address_too() {
        assert_eq!(named("prod.leap.example on leap"), ["leap/prod"]);
        assert_eq!(
            named("https://prod.leap.example/hub/health failed"),
            ["leap/prod"]
        );
    }

    #[test]
    fn prefixes_in_a_title_are_understood() {
        let title = "2 servers failed cluster=leap hub=prod (provider=gcp)";
        assert_eq!(named(title), ["leap/prod"]);
    }

    #[test]
    fn a_hubs_name_alone_names_nothing() {
        assert_eq!(named("disk of prod is full"), [] as [&str; 0]);
        assert_eq!(named("disk of maap is full"), ["maap"]);
    }

    #[test]
    fn a_namespace_that_is_no_hub_is_the_clusters() {
        let labels: Labels = [("cluster", "cluster=leap"), ("namespace", "support")]
            .into_iter()
            .collect();
        let place = of_labels(&labels, &policy());
        assert_eq!((place.cluster, place.hub), (Some("leap".into()), None));
    }
}
