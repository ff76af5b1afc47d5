//! Tests of wrong answers to probes: from the hubs' own servers, or from a firewall on our side.

use std::path::Path;

use serde_json::Value;

use super::home::{Home, hub, list};
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
        "6 of 6 hubs show the same page (firewall)",
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

fn answer(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{headers}\r\n{body}"
    )
}

/// The one hub in a report: its health, the first piece of evidence and the exit code.
fn look(home: &Home, config: &Path) -> (String, String, i32) {
    let run = home.check(config, &["--format", "json"]);
    let report = run.json();
    let hub = hub(&report, "leap", "prod");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&hub["health"]), text(&hub["evidence"][0]), run.code)
}

fn one_hub(server: &PageServer, more: &str) -> String {
    let url = server.url();
    format!(
        "[poll]\nprobe_confirm = \"1s\"\n[[cluster]]\nname = \"leap\"\n\
         hubs = [{{ name = \"prod\", health_url = \"{url}/hub/health\"{more} }}]\n"
    )
}

const NOT_AS_A_HUB: &str = "answers, but not as a hub";

#[test]
fn a_page_in_the_place_of_a_hub_that_was_one_is_down() {
    let well = answer("X-JupyterHub-Version: 5.4.4\r\n", "");
    let server = PageServer::http(&well);
    let home = Home::new();
    let config = home.write("config.toml", &one_hub(&server, ""));
    let run = home.check(&config, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    for page in [
        "<!doctype html><h1>We are down for maintenance</h1>",
        "<form action=\"/login\"><input name=\"password\"></form>",
    ] {
        server.set(&answer("", page));
        let down = "answers, but no longer as a hub, 2 of 2".to_owned();
        assert_eq!(look(&home, &config), ("down".to_owned(), down, 2));
        server.set(&well);
        assert_eq!(home.check(&config, &[]).code, 0);
    }
    // At a new address, no probe has ever seen a hub.
    let moved = PageServer::http(&answer("", "<h1>This domain is parked</h1>"));
    let config = home.write("moved.toml", &one_hub(&moved, ""));
    let doubt = ("degraded".to_owned(), NOT_AS_A_HUB.to_owned(), 1);
    assert_eq!(look(&home, &config), doubt);
}

#[test]
fn a_look_that_waits_for_a_second_try_finds_nothing_else_stale() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "2", "--hubs", "4"]);
    let server = PageServer::http("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    let mut config = served.table();
    let poll = "prometheus = \"1s\"\npagerduty = \"1s\"\nstatus_page = \"1s\"\noncalls = \"1s\"\n\
                probe = \"2s\"\nprobe_confirm = \"5s\"";
    config.insert(
        "poll".to_owned(),
        poll.parse::<toml::Table>().expect("TOML").into(),
    );
    let cluster = &mut tables(&mut config, "cluster")[0];
    cluster["hubs"][0]["health_url"] = format!("{}/hub/health", server.url()).into();
    let config = served.write("second-try.toml", &config);
    let report = served.home.report(&config);
    let is_down = |hub: &Value| hub["health"] == "down";
    assert!(list(&report, "hubs").iter().any(is_down), "{report}");
    assert_eq!(report["complete"], true, "{}", report["sources"]);
    for source in list(&report, "sources") {
        assert_eq!(source["state"], "live", "{source}");
    }
}

#[test]
fn a_page_that_never_was_a_hubs_is_degraded_unless_no_header_is_expected() {
    let server = PageServer::http(&answer("", "<h1>This domain is parked</h1>"));
    let home = Home::new();
    let config = home.write("config.toml", &one_hub(&server, ""));
    let doubt = ("degraded".to_owned(), NOT_AS_A_HUB.to_owned(), 1);
    assert_eq!(look(&home, &config), doubt);
    let stripped = one_hub(&server, ", hub_header = false");
    let config = home.write("stripped.toml", &stripped);
    assert_eq!(home.check(&config, &[]).code, 0);
}
