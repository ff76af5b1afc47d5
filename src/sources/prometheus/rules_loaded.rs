//! When a Prometheus loaded its rules: at its start, once its log is replayed, or as its configuration was
//! read again. It then evaluates each group within one interval.

use chrono::{DateTime, Utc};

use super::envelope::{RawResponse, parse_response};
use super::wire::RuntimeInfo;
use crate::sources::endpoint::Endpoint;

/// The moment by the server's own clock. None where it does not tell: VictoriaMetrics has no such endpoint,
/// and a proxy may refuse it.
pub(super) async fn fetch(endpoint: &Endpoint) -> Option<DateTime<Utc>> {
    let request = endpoint.get("/api/v1/status/runtimeinfo");
    let response = endpoint.fetch(request).await.ok()?;
    let info = parse_response::<RuntimeInfo<'_>>(&RawResponse::from_response(&response)).ok()?;
    let started = info.data.start_time.time().datetime();
    started.max(info.data.last_config_time.time().datetime())
}
