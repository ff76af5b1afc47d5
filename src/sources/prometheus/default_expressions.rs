//! The default expressions of the signals, used where the configuration has none.
//!
//! `{by}` becomes the labels that identify a hub: `namespace`, and the cluster's label if one endpoint answers for many
//! clusters.

use crate::domain::hub::Signal;

/// The shipped expression of a signal.
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

// The job is named because other jobs (blackbox probes of services) put a `service` label on their own
// `up`, which is 1 whatever the hub does.
const UP: &str = r#"max by ({by}) (up{job="kubernetes-service-endpoints",service="hub"})"#;

const SAMPLED_AT: &str =
    r#"max by ({by}) (timestamp(up{job="kubernetes-service-endpoints",service="hub"}))"#;

// JupyterHub 5 has `status="failure"` and no `reason`. JupyterHub 6 has `status="error"` for errors, and `failure`
// with a reason for starts refused on purpose. A series that appears while its hub is already scraped began at 0,
// which `increase` does not see: it counts in full. Two jobs that scrape one hub have the same `instance`: starts
// that both report count once, and starts that one of them reported before are not new.
const SPAWN_FAILURES: &str = r#"sum by ({by}) (max by ({by}, instance, status, reason) (
  jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}
    unless on ({by}, instance, status, reason) jupyterhub_server_spawn_duration_seconds_count offset 30m
    and on ({by}, instance) jupyterhub_server_spawn_duration_seconds_count offset 30m
  or
  increase(jupyterhub_server_spawn_duration_seconds_count{status=~"failure|error",reason!~"throttled|too-many-users|already-pending"}[30m])
))"#;

const SPAWN_P95: &str = r#"histogram_quantile(0.95, sum by ({by}, le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[1h])))"#;

/// The highest bound of a bucket that holds a start. A quantile beyond the last bucket is given as that bucket's
/// bound, which then equals this one; otherwise this one is larger.
pub(super) const SLOWEST_START: &str = r#"histogram_quantile(1, sum by ({by}, le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{status="success"}[1h])))"#;

// Repeated for each node that mounts the volume, hence `min`.
const HOME_FREE: &str = r#"100 * min by ({by}) (kubelet_volume_stats_available_bytes{persistentvolumeclaim="home-nfs"}) / min by ({by}) (kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="home-nfs"})"#;

const DB_FREE: &str = r#"100 * min by ({by}) (kubelet_volume_stats_available_bytes{persistentvolumeclaim="hub-db-dir"}) / min by ({by}) (kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="hub-db-dir"})"#;
