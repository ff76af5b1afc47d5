//! The default expressions of the signals. The configuration may replace them.
//!
//! `{by}` is replaced by the labels that identify a hub. These are `namespace` and, if one endpoint answers for many
//! clusters, the cluster's label.

use crate::domain::hub::Signal;

/// The default expression of a signal.
pub fn default_expression(signal: Signal) -> &'static str {
    match signal {
        Signal::Up => UP,
        Signal::SpawnFailures30m => SPAWN_FAILURES,
        Signal::SpawnP95Seconds => SPAWN_P95,
        Signal::RunningServers => "max by ({by}) (jupyterhub_running_servers)",
        Signal::ActiveUsers => "max by ({by}) (jupyterhub_active_users{period=\"24h\"})",
        Signal::HomeFreePercent => HOME_FREE,
        Signal::DbFreePercent => DB_FREE,
        Signal::SampledAt => SAMPLED_AT,
    }
}

// The job is named, since other jobs (blackbox probes of services) put a `service` label on their own `up`. That `up`
// is 1 even if the hub is down.
const UP: &str = r#"max by ({by}) (up{job="kubernetes-service-endpoints",service="hub"})"#;

const SAMPLED_AT: &str =
    r#"max by ({by}) (timestamp(up{job="kubernetes-service-endpoints",service="hub"}))"#;

// JupyterHub 5 has `status="failure"` and no `reason`. JupyterHub 6 has `status="error"` for errors, and `failure` with
// a reason for starts that it refused on purpose. A new series of a hub that is already scraped began at 0. `increase`
// does not see that beginning, so such a series counts in full. If two jobs scrape one hub, their series have the same
// `instance`. So the `max` counts a start only once, and a series is new only if neither job had it before.
const SPAWN_FAILURES: &str = r#"sum by ({by}) (max by ({by}, instance, status, reason) (
  jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}
    unless on ({by}, instance, status, reason) jupyterhub_server_spawn_duration_seconds_count offset 30m
    and on ({by}, instance) jupyterhub_server_spawn_duration_seconds_count offset 30m
  or
  increase(jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}[30m])
))"#;

const SPAWN_P95: &str = r#"histogram_quantile(0.95, sum by ({by}, le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[1h])))"#;

/// The highest upper bound of a bucket with a start in it. If the percentile is beyond the last finite bucket,
/// Prometheus returns that bucket's bound for the percentile and for this value. Otherwise the percentile is lower.
pub(super) const SLOWEST_START: &str = r#"histogram_quantile(1, sum by ({by}, le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[1h])))"#;

// `min` joins the equal series of all nodes that mount the volume.
const HOME_FREE: &str = r#"100 * min by ({by}) (kubelet_volume_stats_available_bytes{persistentvolumeclaim="home-nfs"}) / min by ({by}) (kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="home-nfs"})"#;

const DB_FREE: &str = r#"100 * min by ({by}) (kubelet_volume_stats_available_bytes{persistentvolumeclaim="hub-db-dir"}) / min by ({by}) (kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="hub-db-dir"})"#;
