//! A common name for all incidents of one alert: the incident's title without the places that the title names.

use super::outside_check::short_title;
use super::places::strip_label_prefix;
use crate::domain::case::Place;
use crate::domain::policy::Policy;

/// The replacement for a place that a title names within a sentence.
const ANY: &str = "*";

/// The name under which incidents are counted. `places` are the places that the title names.
pub fn alert_name(title: &str, places: &[Place], policy: &Policy) -> String {
    let short = short_title(title);
    let mut words: Vec<&str> = short.split_whitespace().collect();
    while words.len() > 1 && ends_with_place(&words, places, policy) {
        words.pop();
    }
    let mut name: Vec<&str> = Vec::with_capacity(words.len());
    for word in words {
        let before = name.last().copied();
        let is_named = matches!(before, Some("cluster" | "hub")) && is_place(word, places);
        name.push(match is_named || is_domain(word, policy) {
            true => ANY,
            false => word,
        });
    }
    name.join(" ").trim_end_matches(':').to_owned()
}

// Whether the title ends with a place. A title from Alertmanager ends with the values of the labels that Alertmanager
// groups by. After a place, one of these values may be `support`, the namespace of the programs that monitor the
// cluster. It is not a hub, but counts as a part of the place.
fn ends_with_place(words: &[&str], places: &[Place], policy: &Policy) -> bool {
    let [.., before, last] = words else {
        return false;
    };
    is_place(last, places)
        || is_domain(last, policy)
        || (words.len() > 2 && *last == "support" && is_place(before, places))
}

fn is_place(word: &str, places: &[Place]) -> bool {
    let word = strip_label_prefix(word).trim_end_matches(':');
    places.iter().any(|place| {
        let cluster = place.cluster.as_ref().map(|name| name.as_str());
        let hub = place.hub.as_ref().map(|name| name.as_str());
        let is_part = |part: &str| Some(part) == cluster || Some(part) == hub;
        word.split('/').all(is_part)
    })
}

fn is_domain(word: &str, policy: &Policy) -> bool {
    let hubs = || policy.clusters.iter().flat_map(|cluster| &cluster.hubs);
    word.contains('.') && hubs().any(|hub| hub.domain.as_deref() == Some(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hub::{HubSpec, Tier};
    use crate::domain::ids::HubKey;
    use crate::domain::policy::ClusterSpec;
    use crate::picture::places::places_in_title;

    fn policy() -> Policy {
        let hub = HubSpec {
            key: HubKey::new("leap", "prod"),
            tier: Tier::Prod,
            domain: Some("prod.leap.example".to_owned()),
            health_url: None,
            expected_status: 200,
            expects_hub_header: true,
        };
        let leap = ClusterSpec {
            without: Default::default(),
            name: "leap".into(),
            provider: None,
            hubs: vec![hub],
        };
        Policy {
            clusters: vec![leap],
            ..Policy::default()
        }
    }

    #[test]
    fn a_name_is_the_title_without_its_places() {
        let uptime = "An uptime check on p Uptime Check URL labels {project_id=p, host=prod.leap.example} is failing. | Policy: x";
        for (title, name) in [
            (
                "[FIRING:1] home-nfs has 10% of space left leap prod (same day action needed)",
                "home-nfs has 10% of space left",
            ),
            (
                "[FIRING:2] At least two servers failed to start in the last 30m cluster=leap hub=prod (provider=aws)",
                "At least two servers failed to start in the last 30m",
            ),
            (
                "[FIRING:1] support-grafana pod has restarted leap support (support-grafana-x1)",
                "support-grafana pod has restarted",
            ),
            (
                "[FIRING:1] Launch denied due to quota in cluster leap in the last 30 mins leap prod (x)",
                "Launch denied due to quota in cluster * in the last 30 mins",
            ),
            (uptime, "uptime check fails"),
            (
                "Logging in to prod.leap.example goes round in a loop",
                "Logging in to * goes round in a loop",
            ),
            ("hub down: leap/prod", "hub down"),
            ("leap", "leap"),
            ("It is a prod problem", "It is a prod problem"),
            ("Asked support", "Asked support"),
            ("", ""),
        ] {
            let policy = policy();
            let places = places_in_title(title, &policy);
            assert_eq!(alert_name(title, &places, &policy), name, "{title}");
        }
    }
}
