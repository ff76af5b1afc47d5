//! The `[rollout]` section: the fleet's batches and its wanted versions.

use strum::IntoEnumIterator as _;

use super::{push_line, toml_string};
use crate::demo::options::Scenario;
use crate::demo::world::World;
use crate::demo::world::batch::Batch;
use crate::demo::world::releases::{CURRENT, EARLY, NEXT, Release};

/// The batches that have clusters, in the order in which they are upgraded.
pub(super) fn batches(text: &mut String, world: &World) {
    for batch in Batch::iter() {
        let clusters = clusters(world, batch);
        if clusters.is_empty() {
            continue;
        }
        push_line(text, "[[rollout.batch]]");
        push_line(text, &format!("name = {}", toml_string(&batch.to_string())));
        push_line(text, &format!("clusters = {}", toml_list(&clusters)));
        if batch == Batch::Canary {
            push_line(text, "canary = true");
        }
        text.push('\n');
    }
}

/// The wanted releases. In the upgrade scenario, the next release is wanted on all hubs. In the other scenarios, the
/// next release is wanted on the canary clusters, and the current release everywhere else. On the hub with its own
/// chart, the early release is wanted.
pub(super) fn wanted_versions(text: &mut String, world: &World) {
    if world.options.scenario == Scenario::Upgrade {
        wanted(text, NEXT, None);
    } else {
        wanted(text, CURRENT, None);
        let canaries = clusters(world, Batch::Canary);
        if !canaries.is_empty() {
            wanted(text, NEXT, Some(("clusters", &canaries)));
        }
    }
    let hubs = world.fleet.hubs.iter();
    let early = hubs.filter(|hub| hub.release == EARLY);
    let early: Vec<String> = early
        .map(|hub| format!("{}/{}", hub.cluster, hub.name))
        .collect();
    if !early.is_empty() {
        wanted(text, EARLY, Some(("hubs", &early)));
    }
}

fn wanted(text: &mut String, release: Release, only: Option<(&str, &[String])>) {
    push_line(text, "[[rollout.wanted]]");
    push_line(text, "what = \"jupyterhub\"");
    let version = toml_string(release.jupyterhub);
    push_line(text, &format!("version = {version}"));
    if let Some((key, names)) = only {
        push_line(text, &format!("{key} = {}", toml_list(names)));
    }
    text.push('\n');
}

fn clusters(world: &World, batch: Batch) -> Vec<String> {
    let clusters = world.fleet.clusters.iter();
    let clusters = clusters.filter(|it| it.batch == batch);
    clusters.map(|it| it.name.to_string()).collect()
}

fn toml_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| toml_string(name)).collect();
    format!("[{}]", names.join(", "))
}
