//! The versions in clusters, as read from Prometheus.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Component, KnownSince, VersionPlace};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::source::SourceId;

/// The parts of a version reading. Each has its own PromQL expression.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum QueriedPart {
    /// The versions of nodes' kubelets.
    Kubernetes,
    /// The images of containers.
    Images,
    /// The restarts of containers.
    Restarts,
}

/// A version of a component in a place.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningVersion {
    pub place: VersionPlace,
    pub component: Component,
    /// The version as written, cut to [`super::MAX_VERSION_CHARS`]. `None` if the series lacks the label or the image
    /// has no tag.
    pub version: Option<String>,
    /// The number of nodes or containers with this version; `None` if the value is not a count.
    pub count: Option<u64>,
    /// The time since which the version is known in the place; `None` if no history is kept.
    pub since: Option<KnownSince>,
}

/// Restarts for each namespace. For series without a namespace, restarts for the cluster.
pub type RestartCount = BTreeMap<VersionPlace, f64>;

/// A part of a reading that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingReading {
    pub source: SourceId,
    pub part: QueriedPart,
    /// The cluster for which the part is missing; `None` if it is missing for all clusters of the source.
    pub cluster: Option<ClusterName>,
    /// The failure, in words. `None` if Prometheus answered, but has no series for the part.
    pub failure: Option<String>,
}

/// A hub's version, as stored in the state directory.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptVersion {
    pub text: String,
    /// When the version was last seen. The stored time may be a few minutes too early.
    pub at: DateTime<Utc>,
    pub since: Option<KnownSince>,
}

/// The versions and restarts from all Prometheuses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VersionReading {
    /// When the reading began; `None` if no Prometheus is configured.
    pub asked_at: Option<DateTime<Utc>>,
    pub running: Vec<RunningVersion>,
    pub restarts: RestartCount,
    pub missing: Vec<MissingReading>,
    /// The number of series beyond the limit, which were not read.
    pub left_out: usize,
    /// The stored versions of JupyterHub, for hubs that do not answer their probe.
    pub kept: BTreeMap<HubKey, KeptVersion>,
}

/// Splits an image into its name and its tag. If there is no tag, the digest is used instead. An image with only a
/// digest has no name and no version.
pub fn split_image(image: &str) -> (&str, Option<&str>) {
    if is_digest(image) {
        return ("", None);
    }
    let (named, digest) = match image.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (image, None),
    };
    // A colon before the last slash belongs to a registry's port.
    let begin = named.rfind('/').map_or(0, |slash| slash + 1);
    let colon = named.get(begin..).and_then(|last| last.find(':'));
    match colon.and_then(|colon| named.split_at_checked(begin + colon)) {
        Some((name, tag)) => {
            let tag = tag.strip_prefix(':').filter(|tag| !tag.is_empty());
            (name, tag.or(digest))
        }
        None => (named, digest),
    }
}

fn is_digest(text: &str) -> bool {
    let hash = ["sha256:", "sha512:"]
        .iter()
        .find_map(|kind| text.strip_prefix(kind));
    hash.is_some_and(|hash| !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_name_and_perhaps_a_tag() {
        let cases = [
            (
                "quay.io/jupyterhub/k8s-hub:4.3.3",
                "quay.io/jupyterhub/k8s-hub",
                Some("4.3.3"),
            ),
            (
                "registry.example:5000/hub",
                "registry.example:5000/hub",
                None,
            ),
            (
                "registry.example:5000/hub:1.0",
                "registry.example:5000/hub",
                Some("1.0"),
            ),
            ("hub:1.0@sha256:00ff", "hub", Some("1.0")),
            ("hub@sha256:00ff", "hub", Some("sha256:00ff")),
            ("sha256:00ff", "", None),
            ("sha256:latest", "sha256", Some("latest")),
            ("hub:", "hub", None),
            ("", "", None),
            ("é/:", "é/", None),
        ];
        for (image, name, tag) in cases {
            assert_eq!(split_image(image), (name, tag), "{image}");
        }
    }
}
