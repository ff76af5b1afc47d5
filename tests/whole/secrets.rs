//! A secret that a command does not give: what it costs, and what is said of it.

use toml::Table;

use super::home::{Home, Run};
use super::served::{Served, tables};

const HANGS: &str = "[pagerduty]\ntoken = { command = [\"sleep\", \"1000\"] }\n";

fn line(home: &Home, config: &std::path::Path) -> Run {
    home.run(&["line", "--config", config.to_str().expect("UTF-8")])
}

#[test]
fn a_look_ends_in_its_time_though_a_command_hangs_and_says_which() {
    let home = Home::new();
    let config = home.write("hangs.toml", HANGS);
    let config = config.to_str().expect("UTF-8");
    let all = ["check", "--config", config, "--timeout", "2s"];
    let run = home.run(&[&all[..], &["--format", "json"]].concat());
    assert_eq!(run.code, 3, "{run:?}");
    let source = &run.json()["sources"][0];
    assert_eq!(source["state"], "down", "{source}");
    assert_eq!(
        source["error"],
        "the command for pagerduty.token (sleep) did not end within 1s: does it wait for a passphrase?"
    );
}

#[test]
fn a_line_does_not_wait_for_a_command_longer_than_for_all_else() {
    let home = Home::new();
    let config = home.write("hangs.toml", HANGS);
    let run = line(&home, &config);
    assert!(run.out.contains("pagerduty down"), "{run:?}");
}

#[test]
fn what_needs_no_command_is_asked_meanwhile() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "2", "--hubs", "4"]);
    let mut config = served.table();
    let hangs: Table = HANGS.parse().expect("TOML");
    config["pagerduty"]["token"] = hangs["pagerduty"]["token"].clone();
    tables(&mut config, "status_page").clear();
    let config = served.write("hangs.toml", &config);
    let config = config.to_str().expect("UTF-8");
    let arguments = ["check", "--format", "json", "--timeout", "10s"];
    let report = served
        .home
        .run(&[&arguments[..], &["--config", config]].concat())
        .json();
    for source in super::home::list(&report, "sources") {
        let expected = if source["name"] == "pagerduty" {
            "down"
        } else {
            "live"
        };
        assert_eq!(source["state"], expected, "{source}");
    }
}

#[test]
fn the_dashboard_says_for_what_it_waits() {
    let home = Home::new();
    let config = home.write("hangs.toml", HANGS);
    let screen = home.dashboard(&config);
    screen.wait_for("running the command of pagerduty.token (ctrl-c to stop)");
}
