//! The clusters of which a Prometheus for many clusters has had series. A cluster without any is misnamed or not
//! scraped, rather than stopped.

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

/// The latest answer and its time.
#[derive(Default)]
pub(super) struct KnownClusters(Option<(Now, Option<BTreeSet<ClusterName>>)>);

impl KnownClusters {
    /// The clusters with series in the last two weeks. `None` if not known, and for a Prometheus of one cluster.
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

// An index lookup, which reads no sample. Not every upstream has it.
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
