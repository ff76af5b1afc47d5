//! What answers in the hubs' place: their own trouble, or ours.

use serde_json::Value;

use super::home::{Home, list};
use super::page_server::PageServer;
use super::served::{Served, tables};

const FIREWALL: &str = "HTTP/1.1 403 Forbidden\r\nServer: firewall\r\nContent-Length: 7\r\n\
                        Connection: close\r\n\r\nblocked";

/// Six hubs of four clusters, all behind one server.
fn six_hubs(server: &PageServer) -> String {
    let hub = |name: &&str| {
        format!(
            "{{ name = \"{name}\", health_url = \"{}/hub/health\" }}",
            server.url()
        )
    };
    let cluster = |(name, hubs): (&str, &[&str])| {
        let hubs: Vec<String> = hubs.iter().map(hub).collect();
        format!(
            "[[cluster]]\nname = \"{name}\"\nhubs = [{}]\n",
            hubs.join(", ")
        )
    };
    let clusters: [(&str, &[&str]); 4] = [
        ("leap", &["prod", "staging"]),
        ("maap", &["prod"]),
        ("reef", &["prod"]),
        ("dune", &["prod", "lab"]),
    ];
    let clusters: String = clusters.into_iter().map(cluster).collect();
    format!("[poll]\nprobe_confirm = \"1s\"\n{clusters}")
}

/// Asserts that the probes are down for this reason, and that nothing is said of any hub.
fn assert_our_side(report: &Value, reason: &str) {
    let probes = &list(report, "sources")[0];
    assert_eq!(
        (&probes["name"], &probes["state"]),
        (&"probes".into(), &"down".into())
    );
    let error = probes["error"].as_str().expect("a reason");
    assert!(error.contains(reason), "{error}");
    assert!(
        list(report, "hubs")
            .iter()
            .all(|hub| hub["health"] == "unknown")
    );
    assert_eq!(report["verdict"], "unknown");
    assert_eq!(report["complete"], false);
}

#[test]
fn one_unknown_issuer_before_the_whole_fleet_is_our_side() {
    let server = PageServer::tls("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let home = Home::new();
    let config = home.write("config.toml", &six_hubs(&server));
    assert_our_side(
        &home.report(&config),
        "6 of 6 hubs show a certificate of one unknown issuer (CN=Inspection)",
    );
}

#[test]
fn one_firewalls_page_before_the_whole_fleet_is_our_side() {
    let server = PageServer::http(FIREWALL);
    let home = Home::new();
    let config = home.write("config.toml", &six_hubs(&server));
    assert_our_side(
        &home.report(&config),
        "6 of 6 hubs are answered for by the same page (firewall)",
    );
}

#[test]
fn the_cluster_with_most_of_the_hubs_is_down_where_the_others_answer() {
    let served = Served::start(&["--scenario", "calm"]);
    let mut config = served.table();
    let mut poll = toml::Table::new();
    poll.insert("probe_confirm".to_owned(), "1s".into());
    config.insert("poll".to_owned(), poll.into());
    let clusters = tables(&mut config, "cluster").iter_mut();
    let biggest = clusters.max_by_key(|it| it["hubs"].as_array().map(Vec::len));
    let biggest = biggest.expect("clusters");
    let hubs = biggest["hubs"].as_array_mut().expect("hubs");
    for hub in hubs.iter_mut() {
        hub["health_url"] = "http://127.0.0.1:1/hub/health".into();
    }
    let count = hubs.len();
    assert!(count > 80, "{count}");
    let report = served.home.report(&served.write("silent.toml", &config));
    let down = |hub: &&Value| hub["health"] == "down";
    assert_eq!(list(&report, "hubs").iter().filter(down).count(), count);
    assert_eq!(
        (&report["verdict"], &report["complete"]),
        (&"critical".into(), &true.into())
    );
}
