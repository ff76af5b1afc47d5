//! Finds the clusters that had series in a Prometheus for many clusters. A configured cluster that had no series there
//! is probably misnamed or not scraped. A cluster that had series but has none now has stopped sending them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;

use super::envelope::{RawResponse, parse_response};
use crate::domain::ids::ClusterName;
use crate::domain::now::Now;
use crate::domain::settings::ClusterScope;
use crate::sources::endpoint::Endpoint;

const LOOKBACK: TimeDelta = TimeDelta::days(14);

const LIFETIME: Duration = Duration::from_secs(600);

/// The latest answer and when it was requested. The answer is `None` if the endpoint gave no usable list.
#[derive(Default)]
pub(super) struct KnownClusters(Option<(Now, Option<BTreeSet<ClusterName>>)>);

impl KnownClusters {
    /// The clusters with series in the last two weeks. `None` if they are not known, or if the Prometheus is for one
    /// cluster.
    pub(super) async fn find(
        &mut self,
        endpoint: &Endpoint,
        scope: &ClusterScope,
        now: Now,
    ) -> Option<BTreeSet<ClusterName>> {
        let ClusterScope::ByLabel(label) = scope else {
            return None;
        };
        if let Some((at, known)) = &self.0
            && now.since(*at) < LIFETIME
        {
            return known.clone();
        }
        let known = fetch(endpoint, label, now).await;
        self.0 = Some((now, known.clone()));
        known
    }
}

// Reads the label's values from the index, without reading samples. Not every upstream has this endpoint.
async fn fetch(endpoint: &Endpoint, label: &str, now: Now) -> Option<BTreeSet<ClusterName>> {
    let since = now.wall.checked_sub_signed(LOOKBACK)?;
    let request = endpoint
        .get(&format!("/api/v1/label/{label}/values"))
        .query(&[
            ("match[]", "up".to_owned()),
            ("start", since.timestamp().to_string()),
        ]);
    let response = endpoint.fetch(request).await.ok()?;
    let raw = RawResponse::from_response(&response);
    let values = parse_response::<Vec<Cow<'_, str>>>(&raw).ok()?;
    let names = values.data.iter().map(|name| ClusterName::from(&**name));
    values.warnings.is_empty().then(|| names.collect())
}
