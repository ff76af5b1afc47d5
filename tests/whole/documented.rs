//! Runs every command that README and the pages of `docs/` show, on the demo's world. Each must be a valid command
//! line.

use std::fs;

use super::home::Run;
use super::served::{Served, tables};
use super::trends::months_ago;
use crate::configs::documents;

/// Commands that end only when their user ends them: the dashboard, which `terminal` runs, and the demo that this
/// test itself runs on.
fn stays(arguments: &[String]) -> bool {
    let is_list = arguments.last().is_some_and(|last| last == "help");
    arguments.is_empty() || (arguments[0] == "demo" && !is_list)
}

/// Polls every second, so that even a `check --wait` of a few seconds polls twice.
fn polled_each_second(served: &Served) {
    let mut config = served.table();
    config.insert(
        "poll".to_owned(),
        toml::toml! { prometheus = "1s"
        probe = "1s" }
        .into(),
    );
    fs::write(&served.config, config.to_string()).expect("a file");
}

fn is_operation(name: &str) -> bool {
    ["ack", "note", "escalate", "declare"].contains(&name)
}

/// The command with the files, hubs and dates of this world. Options are added that make the command short and let it
/// run without prompts.
fn fitted(served: &Served, arguments: &[String]) -> Vec<String> {
    let mut table = served.table();
    let cluster = tables(&mut table, "cluster")[0].clone();
    let hub = cluster["hubs"][0]["name"]
        .as_str()
        .expect("a hub")
        .to_owned();
    let hub = format!("{}/{hub}", cluster["name"].as_str().expect("a cluster"));
    let infrastructure = served.home.path("infrastructure");
    let mut fitted: Vec<String> = arguments
        .iter()
        .map(|word| match word.as_str() {
            "leap/prod" => hub.clone(),
            "demo.toml" => served.config.display().to_string(),
            "~/infrastructure" => infrastructure.display().to_string(),
            "2026-01-01" => months_ago(1).to_string(),
            "2026-07-01" => months_ago(0).to_string(),
            "30m" if arguments.iter().any(|word| word == "--wait") => "4s".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    // Reading a whole year would take more than one minute's share of the account's request limit.
    if arguments[0] == "trends" && !arguments.iter().any(|word| word == "--since") {
        fitted.extend(["--since".to_owned(), months_ago(0).to_string()]);
    }
    let writes = is_operation(&arguments[0]) || arguments.iter().any(|word| word == "--note");
    if writes && !arguments.iter().any(|word| word == "--yes") {
        fitted.push("--yes".to_owned());
    }
    fitted
}

fn run(served: &Served, arguments: &[String]) -> Run {
    let mut program = served.home.program();
    // A command that writes a first configuration has none yet.
    if arguments[0] != "init" {
        program.env("HUBWATCH_CONFIG", &served.config);
    }
    let done = program
        .args(arguments)
        .output()
        .expect("the program starts");
    Run::of(done)
}

#[test]
fn the_commands_of_the_documents_are_run() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "6"]);
    polled_each_second(&served);
    let yaml = served.home.path("infrastructure/config/clusters/leap");
    fs::create_dir_all(&yaml).expect("a folder");
    let text = "name: leap\nprovider: gcp\nhubs:\n- name: prod\n  domain: leap.example\n";
    fs::write(yaml.join("cluster.yaml"), text).expect("a file");
    let mut ran = 0;
    let mut seen = Vec::new();
    for command in documents::all().iter().flat_map(documents::commands) {
        if stays(&command) || seen.contains(&command) {
            continue;
        }
        let done = run(&served, &fitted(&served, &command));
        assert!(
            !done.out.is_empty() || command[0] == "init" || done.err.contains("written to"),
            "{command:?}: {done:?}"
        );
        let is_well = match command[0].as_str() {
            // The exit code is the verdict; 3 also means a wrong command line or configuration.
            "check" => done.code < 3,
            // PagerDuty may reject the escalation. The exit code is then 1.
            "escalate" => done.code < 2,
            _ => done.code == 0,
        };
        assert!(is_well, "{command:?}: {done:?}");
        seen.push(command);
        ran += 1;
    }
    assert!(ran >= 12, "{ran}");
}
