//! Writes the text of an imported configuration.

use super::ImportedCluster;
use super::wire::HubEntry;

const HEADER: &str = "\
# Written by `hubwatch import`. config.example.toml explains every key.
#
# Still to be added: [me], [pagerduty], [[status_page]], how each Prometheus knows you, and the batches in which
# clusters are upgraded, [[rollout.batch]].
";

/// All Prometheus servers, then all clusters, both in the order of the folders.
pub(super) fn config_text(found: &[ImportedCluster]) -> String {
    let prometheuses = found.iter().map(prometheus);
    let clusters = found.iter().map(cluster);
    let parts: Vec<String> = std::iter::once(HEADER.to_owned())
        .chain(prometheuses)
        .chain(clusters)
        .collect();
    parts.join("\n")
}

fn prometheus(found: &ImportedCluster) -> String {
    let name = &found.cluster.name;
    let Some(host) = &found.prometheus else {
        let name = name.escape_debug();
        return format!("# {name}: no Prometheus that can be reached from outside was found.\n");
    };
    let (url, secret) = (
        format!("https://{host}"),
        format!("~/.config/hubwatch/prometheus-{name}"),
    );
    format!(
        "[[prometheus]]\nname = {0}\nurl = {1}\ncluster = {0}\n# username = \"hubwatch\"\n# password = {{ file = {2} }}\n",
        quoted(name),
        quoted(&url),
        quoted(&secret),
    )
}

fn cluster(found: &ImportedCluster) -> String {
    let cluster = &found.cluster;
    let provider = cluster.provider.as_deref().map(quoted);
    let provider = provider.map_or_else(String::new, |name| format!("provider = {name}\n"));
    let hubs: String = cluster.hubs.iter().map(hub).collect();
    let name = quoted(&cluster.name);
    format!("[[cluster]]\nname = {name}\n{provider}hubs = [\n{hubs}]\n")
}

fn hub(hub: &HubEntry) -> String {
    let domain = hub
        .domain
        .as_deref()
        .map(|domain| format!("domain = {}", quoted(domain)));
    let status = hub
        .uptime_check
        .as_ref()
        .and_then(|check| check.expected_status);
    let expect = status.map(|status| format!("expect = {status}"));
    let name = format!("name = {}", quoted(&hub.name));
    let keys: Vec<String> = [Some(name), domain, expect].into_iter().flatten().collect();
    format!("  {{ {} }},\n", keys.join(", "))
}

/// The text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The texts as a TOML list of strings.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name.as_ref())).collect();
    format!("[{}]", names.join(", "))
}
