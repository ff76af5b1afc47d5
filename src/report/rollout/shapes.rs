//! The JSON of `rollout`, as docs/scripts.md describes it.

use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct JsonRollout<'a> {
    pub(super) schema: u32,
    pub(super) at: DateTime<Utc>,
    /// Whether all sources of versions, health, signals and cases answered in full.
    pub(super) complete: bool,
    pub(super) batches: Vec<JsonBatch<'a>>,
    pub(super) components: Vec<JsonComponent<'a>>,
    pub(super) asked_at: Option<DateTime<Utc>>,
    pub(super) missing: Vec<JsonMissing<'a>>,
    pub(super) series_left_out: usize,
    /// Names in `[[rollout.wanted]]` that match no component.
    pub(super) wanted_not_seen: Vec<&'a str>,
    /// Clusters that have series but are not in the inventory.
    pub(super) clusters_not_configured: usize,
}

#[derive(Serialize)]
pub(super) struct JsonBatch<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) canary: bool,
    pub(super) clusters: usize,
    pub(super) figures: JsonFigures,
    pub(super) worse: Vec<JsonExcess>,
    pub(super) differs: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct JsonComponent<'a> {
    pub(super) component: String,
    pub(super) versions: Vec<JsonVersion<'a>>,
    pub(super) unknown: Vec<JsonUnknown<'a>>,
    /// How many versions are not listed, and in how many places these versions run.
    pub(super) more_versions: usize,
    pub(super) more_places: usize,
}

#[derive(Serialize)]
pub(super) struct JsonVersion<'a> {
    pub(super) version: &'a str,
    pub(super) places: Vec<JsonPlace<'a>>,
    pub(super) figures: JsonFigures,
    pub(super) worse: Vec<JsonExcess>,
}

#[derive(Serialize)]
pub(super) struct JsonPlace<'a> {
    pub(super) cluster: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) batch: Option<&'a str>,
    /// The number of nodes or containers; null for a hub's own version.
    pub(super) count: Option<u64>,
    pub(super) standing: &'static str,
    pub(super) compared_with: Option<&'a str>,
    pub(super) seen_since: Option<DateTime<Utc>>,
    pub(super) changed_from: Option<&'a str>,
    /// When the previous version was last seen. The change came between this time and `seen_since`.
    pub(super) changed_after: Option<DateTime<Utc>>,
    pub(super) last_seen: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
pub(super) struct JsonUnknown<'a> {
    pub(super) cluster: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) batch: Option<&'a str>,
    pub(super) why: &'static str,
}

/// The figures of a batch or a version. A figure that is not known for any hub is null.
#[derive(Serialize)]
pub(super) struct JsonFigures {
    pub(super) hubs: usize,
    pub(super) down: usize,
    pub(super) health_unknown: usize,
    pub(super) failed_starts: Option<f64>,
    pub(super) failed_starts_hubs: usize,
    pub(super) p95_seconds: Option<f64>,
    pub(super) p95_hubs: usize,
    pub(super) restarts: Option<f64>,
    pub(super) restarts_hubs: usize,
    pub(super) cases: Option<usize>,
    pub(super) cases_hubs: usize,
}

#[derive(Serialize)]
pub(super) struct JsonExcess {
    pub(super) measure: String,
    pub(super) own: f64,
    pub(super) own_hubs: usize,
    pub(super) rest: f64,
    pub(super) rest_hubs: usize,
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct JsonMissing<'a> {
    pub(super) source: String,
    pub(super) part: String,
    pub(super) cluster: Option<&'a str>,
    pub(super) failure: Option<&'a str>,
}
