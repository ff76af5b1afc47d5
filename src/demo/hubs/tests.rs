//! Tests of what a probe and a scrape get from the hubs.

use crate::demo::WorldOptions;
use crate::demo::serve::testing::served;

#[test]
fn a_hub_answers_goes_down_with_its_proxy_well_and_comes_back() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("down");
        let health = format!("/h/{cluster}/{hub}/hub/health");
        let proxy = format!("/h/{cluster}/{hub}/_chp_healthz");

        let well = bench.hub(&health).await.unwrap();
        assert_eq!(well.status(), 200);
        assert_eq!(well.headers()["x-jupyterhub-version"], "5.4.4");
        assert_eq!(well.text().await.unwrap(), "");

        bench.at_second(31);
        let gone = bench.hub(&health).await.unwrap();
        assert_eq!(gone.status(), 503);
        assert!(!gone.headers().contains_key("x-jupyterhub-version"));
        assert!(gone.text().await.unwrap().contains("<h1>503"));
        let proxy = bench.hub(&proxy).await.unwrap();
        assert_eq!(proxy.text().await.unwrap(), "{\"status\":\"OK\"}");

        bench.at_second(100);
        assert_eq!(bench.hub(&health).await.unwrap().status(), 200);
    });
}

#[test]
fn a_hub_that_is_not_there_has_no_route() {
    served(WorldOptions::default(), |bench| async move {
        let nowhere = bench.hub("/h/nowhere/prod/hub/health").await.unwrap();
        assert_eq!(nowhere.status(), 404);
    });
}

#[test]
fn metrics_name_the_hub_only_where_a_cluster_is_scraped() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("starts");
        let path = format!("/h/{cluster}/{hub}/hub/metrics");
        let own = bench.hub(&path).await.unwrap().text().await.unwrap();
        let failed = "jupyterhub_server_spawn_duration_seconds_count{status=\"failure\"} 2\n";
        assert!(own.contains(failed), "{own}");

        let path = format!("/metrics/{cluster}");
        let all = bench.hub(&path).await.unwrap().text().await.unwrap();
        let failed = format!(
            "jupyterhub_server_spawn_duration_seconds_count{{namespace=\"{hub}\",status=\"failure\"}} 2\n"
        );
        assert!(all.contains(&failed), "{all}");
        let disk = format!(
            "kubelet_volume_stats_capacity_bytes{{namespace=\"{hub}\",persistentvolumeclaim=\"home-nfs\"}} 1099511627776\n"
        );
        assert!(all.contains(&disk), "{all}");
    });
}

#[test]
fn a_cluster_without_a_hub_that_is_down_keeps_its_disks() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("down");
        bench.at_second(31);
        let path = format!("/metrics/{cluster}");
        let all = bench.hub(&path).await.unwrap().text().await.unwrap();
        let named = |metric: &str| all.contains(&format!("{metric}{{namespace=\"{hub}\""));
        assert!(!named("jupyterhub_running_servers"));
        assert!(named("kubelet_volume_stats_available_bytes"));
    });
}

#[test]
fn counters_never_fall_and_zero_has_no_sign() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, _) = bench.place("disk");
        let path = format!("/metrics/{cluster}");
        let counters = async || -> Vec<f64> {
            let all = bench.hub(&path).await.unwrap().text().await.unwrap();
            assert!(!all.contains(" -0\n"));
            let lines = all
                .lines()
                .filter(|it| it.starts_with("jupyterhub_server_spawn"));
            lines
                .map(|it| it.rsplit_once(' ').unwrap().1.parse().unwrap())
                .collect()
        };
        let mut before = counters().await;
        for minute in 1..20 {
            bench.at_second(minute * 60);
            let now = counters().await;
            assert!(before.iter().zip(&now).all(|(before, now)| before <= now));
            before = now;
        }
    });
}
