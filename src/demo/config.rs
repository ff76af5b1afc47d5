//! A configuration with which hubwatch watches the demo, in the form in which a user would write it.

mod rollout;

use std::fmt::Write as _;
use std::path::Path;

use super::listeners::Endpoints;
use super::options::Scenario;
use super::pagerduty::PAGE_ID;
use super::prometheus::{TENANT, USER};
use super::tracker;
use super::world::World;
use super::world::cluster::Cluster;

/// The files with the secrets. Each file contains one secret and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct SecretFiles<'a> {
    /// The file with [`pagerduty::USER_TOKEN`](super::pagerduty::USER_TOKEN).
    pub pagerduty_token: &'a Path,
    /// The file with [`prometheus::PASSWORD`](super::prometheus::PASSWORD).
    pub prometheus_password: &'a Path,
    /// The file with [`tracker::TOKEN`].
    pub tracker_token: &'a Path,
}

/// The address for opening the demo's follow-up issues.
const ISSUES: &str = "https://issues.hubs.example/new?title={title}&body={body}&labels={labels}";

/// The team's procedures, links and commands.
const PROCEDURES: &str = include_str!("../../assets/demo/procedures.toml");

/// The text of the configuration file. `at` contains the addresses from [`serve`](super::serve()).
pub fn config_toml(at: &Endpoints, world: &World, secrets: SecretFiles<'_>) -> String {
    let mut text = String::new();
    text.push_str("# Written by `hubwatch demo`: it watches the demo's world while that runs.\n\n");
    head(&mut text, at, secrets.pagerduty_token);
    if world.options.scenario == Scenario::Shift {
        vendor_page(&mut text, &at.vendor);
    }
    text.push_str("[follow_up]\ntemplate = ");
    push_line(&mut text, &toml_string(ISSUES));
    push_line(&mut text, "labels = [\"follow-up\"]\n");
    text.push_str(PROCEDURES);
    text.push('\n');
    tracker_section(&mut text, &at.tracker, secrets.tracker_token);
    rollout::batches(&mut text, world);
    rollout::wanted_versions(&mut text, world);
    if world.options.scenario != Scenario::Quiet {
        // A scenario takes only minutes, so the demo probes its hubs more often than a real team does.
        text.push_str("[poll]\nprobe = \"20s\"\n\n");
    }
    for (name, url) in &at.prometheus {
        prometheus(&mut text, name, url, secrets.prometheus_password);
    }
    for it in &world.fleet.clusters {
        cluster(&mut text, world, it, &at.hubs);
    }
    text
}

fn head(text: &mut String, at: &Endpoints, token: &Path) {
    let lines = [
        "[me]".to_owned(),
        "email = \"ada@example.org\"".to_owned(),
        String::new(),
        "[team]".to_owned(),
        "placeholders = [\"support@example.org\"]".to_owned(),
        String::new(),
        "[pagerduty]".to_owned(),
        format!("url = {}", toml_string(&at.pagerduty)),
        format!(
            "token = {{ file = {} }}",
            toml_string(&token.to_string_lossy())
        ),
        String::new(),
        "[[status_page]]".to_owned(),
        "name = \"Hubs\"".to_owned(),
        "kind = \"pagerduty\"".to_owned(),
        format!("page = {}", toml_string(PAGE_ID)),
        String::new(),
    ];
    lines.iter().for_each(|line| push_line(text, line));
}

fn vendor_page(text: &mut String, url: &str) {
    let lines = [
        "[[status_page]]".to_owned(),
        "name = \"SignOn\"".to_owned(),
        "kind = \"statuspage\"".to_owned(),
        format!("url = {}", toml_string(url)),
        "ours = false".to_owned(),
        String::new(),
    ];
    lines.iter().for_each(|line| push_line(text, line));
}

// The tracker's section. `since` is 130 days, because the team's reports may be about outages of four months ago.
fn tracker_section(text: &mut String, url: &str, token: &Path) {
    let token = toml_string(&token.to_string_lossy());
    let lines = [
        "[tracker]".to_owned(),
        "kind = \"github\"".to_owned(),
        format!("url = {}", toml_string(url)),
        format!("web = {}", toml_string(tracker::SITE)),
        format!("repository = {}", toml_string(tracker::REPOSITORY)),
        format!("token = {{ file = {token} }}"),
        "since = \"130d\"".to_owned(),
        format!("reports = {}", toml_string(tracker::REPORTS_FOLDER)),
        format!(
            "reports_repository = {}",
            toml_string(tracker::REPORTS_REPOSITORY)
        ),
        String::new(),
    ];
    lines.iter().for_each(|line| push_line(text, line));
}

fn prometheus(text: &mut String, name: &str, url: &str, password: &Path) {
    push_line(text, "[[prometheus]]");
    if name.is_empty() {
        push_line(text, "name = \"all\"");
        push_line(text, "cluster_label = \"cluster\"");
        push_line(
            text,
            &format!("headers = {{ X-Scope-OrgID = {} }}", toml_string(TENANT)),
        );
    } else {
        push_line(text, &format!("name = {}", toml_string(name)));
        push_line(text, &format!("cluster = {}", toml_string(name)));
    }
    push_line(text, &format!("url = {}", toml_string(url)));
    push_line(text, &format!("username = {}", toml_string(USER)));
    let file = toml_string(&password.to_string_lossy());
    push_line(text, &format!("password = {{ file = {file} }}\n"));
}

fn cluster(text: &mut String, world: &World, it: &Cluster, hubs: &str) {
    push_line(text, "[[cluster]]");
    push_line(text, &format!("name = {}", toml_string(&it.name)));
    push_line(
        text,
        &format!("provider = {}", toml_string(&it.provider.to_string())),
    );
    push_line(text, "hubs = [");
    for hub in world.fleet.hubs_of(&it.name) {
        let health = format!("{hubs}/h/{}/{}/hub/health", it.name, hub.name);
        let line = format!(
            "  {{ name = {}, domain = {}, health_url = {} }},",
            toml_string(&hub.name),
            toml_string(&hub.domain),
            toml_string(&health)
        );
        push_line(text, &line);
    }
    push_line(text, "]\n");
}

/// The text as a TOML string.
fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn push_line(text: &mut String, line: &str) {
    let _infallible = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::demo::clockwork::At;
    use crate::demo::options::WorldOptions;

    fn text(names: &[&str]) -> String {
        let world = World::new(WorldOptions::default(), At::UNIX_EPOCH).unwrap();
        let address = |port: u16| format!("http://127.0.0.1:{port}");
        let named = names.iter().map(|it| ((*it).to_owned(), address(3)));
        let at = Endpoints {
            pagerduty: address(1),
            statuspage: format!("{}/statuspage", address(1)),
            vendor: format!("{}/vendor", address(1)),
            hubs: address(2),
            tracker: address(4),
            prometheus: named.collect::<BTreeMap<_, _>>(),
        };
        let secrets = SecretFiles {
            pagerduty_token: Path::new("/secrets/a \"b\""),
            prometheus_password: Path::new("/secrets/c"),
            tracker_token: Path::new("/secrets/d"),
        };
        config_toml(&at, &world, secrets)
    }

    #[test]
    fn it_is_toml_and_names_every_hub() {
        let config: toml::Table = toml::from_str(&text(&["canopy", "delta-lab"])).unwrap();
        let clusters = config["cluster"].as_array().unwrap();
        let hubs = clusters
            .iter()
            .map(|it| it["hubs"].as_array().unwrap().len());
        assert_eq!(hubs.sum::<usize>(), 171);
        assert_eq!(config["prometheus"].as_array().unwrap().len(), 2);
        assert_eq!(
            config["pagerduty"]["token"]["file"].as_str(),
            Some("/secrets/a \"b\"")
        );
        let first = clusters[0]["hubs"][0]["health_url"].as_str().unwrap();
        assert!(
            first.starts_with("http://127.0.0.1:2/h/commons/") && first.ends_with("/hub/health")
        );
    }

    #[test]
    fn it_holds_the_teams_procedures() {
        let config: toml::Table = toml::from_str(&text(&["canopy"])).unwrap();
        assert!(config["outage"]["steps"].as_array().unwrap().len() > 3);
        assert_eq!(config["runbook"].as_array().unwrap().len(), 5);
        let links = config["link"].as_array().unwrap();
        let names_cluster = |link: &toml::Value| {
            let template = link["template"].as_str().unwrap();
            template.contains("{cluster}")
        };
        assert!(links.iter().all(names_cluster));
    }

    #[test]
    fn it_has_the_batches_and_the_version_that_each_should_have() {
        let config: toml::Table = toml::from_str(&text(&["canopy"])).unwrap();
        let batches = config["rollout"]["batch"].as_array().unwrap();
        let sizes = batches
            .iter()
            .map(|it| it["clusters"].as_array().unwrap().len());
        assert_eq!(sizes.collect::<Vec<_>>(), [2, 8, 20]);
        assert_eq!(batches[0]["canary"].as_bool(), Some(true));
        let wanted = config["rollout"]["wanted"].as_array().unwrap();
        let version = |at: usize| wanted[at]["version"].as_str().unwrap();
        assert_eq!(
            (version(0), version(1), version(2)),
            ("5.4.4", "5.5.0", "6.0.0b1")
        );
        assert_eq!(wanted[1]["clusters"], batches[0]["clusters"]);
        assert_eq!(wanted[2]["hubs"][0].as_str(), Some("airshed/staging"));
    }

    #[test]
    fn the_one_for_all_clusters_has_a_label_and_a_tenant() {
        let config: toml::Table = toml::from_str(&text(&[""])).unwrap();
        let only = &config["prometheus"][0];
        assert_eq!(only["cluster_label"].as_str(), Some("cluster"));
        assert_eq!(only["headers"]["X-Scope-OrgID"].as_str(), Some("demo"));
        assert!(only.get("cluster").is_none());
    }
}
