//! Tests of accepted and refused arguments, the exit codes, and the texts of the help.

use clap::CommandFactory as _;

use super::*;

fn parsed(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split_whitespace())
}

fn code(line: &str) -> u8 {
    let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
    OneLineCommand::from_args(&args).map_or(EXIT_USAGE, OneLineCommand::failure_code)
}

#[test]
fn the_definition_holds_together() {
    Cli::command().debug_assert();
}

#[test]
fn without_a_command_it_is_the_dashboard() {
    let cli = parsed("hubwatch --read-only --config a.toml -vv").unwrap();
    assert!(cli.command.is_none() && cli.global.read_only);
    assert_eq!(cli.global.config, Some("a.toml".into()));
    assert_eq!(cli.global.verbose, 2);
}

#[test]
fn a_check_takes_several_clusters_and_hubs() {
    let cli = parsed(
        "hubwatch check --format json --cluster leap opensci --cluster 2i2c --hub a/b c/d --timeout 5s --ascii",
    )
    .unwrap();
    let Some(Command::Check(check)) = cli.command else {
        panic!("a check")
    };
    assert_eq!(check.format, CheckFormat::Json);
    assert_eq!(check.clusters, ["leap", "opensci", "2i2c"]);
    assert_eq!(check.hubs, [HubKey::new("a", "b"), HubKey::new("c", "d")]);
    assert_eq!(check.timeout, Duration::from_secs(5));
    assert!(cli.global.ascii);
}

#[test]
fn defaults_are_the_contracts() {
    let Some(Command::Check(check)) = parsed("hubwatch check").unwrap().command else {
        panic!("a check")
    };
    assert_eq!(check.format, CheckFormat::Text);
    assert_eq!(check.timeout, Duration::from_secs(20));
}

#[test]
fn the_demo_serves_only_where_it_can_say_how_to_reach_it() {
    assert!(parsed("hubwatch demo --serve").is_err());
    assert!(parsed("hubwatch demo --write-config a.toml").is_err());
    assert!(parsed("hubwatch demo --serve --write-config a.toml --single-prometheus").is_ok());
    assert!(
        parsed("hubwatch demo --clusters 30 --hubs 171 --alerts 9 --seed 1 --speed 60").is_ok()
    );
    assert!(parsed("hubwatch demo --speed 0").is_err());
}

#[test]
fn what_is_not_there_is_not_understood() {
    for line in [
        "rollout Q1",
        "ack",
        "trends --since yesterday",
        "check --hub leap",
        "check --timeout 20",
    ] {
        assert!(parsed(&format!("hubwatch {line}")).is_err(), "{line}");
    }
}

#[test]
fn a_wrong_check_is_unknown_and_all_else_a_usage_error() {
    assert_eq!(code("hubwatch check --nonsense"), 3);
    assert_eq!(code("hubwatch --config check.toml -v check --nonsense"), 3);
    assert_eq!(code("hubwatch --config check demo"), 2);
    assert_eq!(code("hubwatch demo check"), 2);
    assert_eq!(code("hubwatch"), 2);
}

#[test]
fn no_color_counts_when_it_is_not_empty() {
    let global = Global::default();
    assert!(global.color(None) && global.color(Some(OsStr::new(""))));
    assert!(!global.color(Some(OsStr::new("1"))));
    let off = Global {
        no_color: true,
        ..Global::default()
    };
    assert!(!off.color(None));
}

#[test]
fn completions_and_manual_name_every_command() {
    let (mut script, mut page) = (Vec::new(), Vec::new());
    write_completions(clap_complete::Shell::Bash, &mut script).unwrap();
    write_man(&mut page).unwrap();
    let (script, page) = (
        String::from_utf8(script).unwrap(),
        String::from_utf8(page).unwrap(),
    );
    for command in Cli::command().get_subcommands() {
        assert!(script.contains(command.get_name()), "{command}");
        let section = format!("HUBWATCH {}", command.get_name().to_uppercase());
        assert!(page.contains(&section), "{command}");
    }
    assert!(page.contains("EXIT STATUS") && page.contains("single\\-prometheus"));
}

#[test]
fn help_texts_are_these() {
    let help = |words: &[&str]| {
        let all = ["hubwatch"].iter().chain(words).chain(&["-h"]);
        let command = Cli::command().term_width(100);
        command.try_get_matches_from(all).unwrap_err().to_string()
    };
    insta::assert_snapshot!("help", help(&[]));
    insta::assert_snapshot!("help_demo", help(&["demo"]));
    insta::assert_snapshot!("help_check", help(&["check"]));
    insta::assert_snapshot!("help_notify", help(&["notify"]));
    for command in [
        "ack", "take", "resolve", "note", "reassign", "escalate", "priority", "snooze", "declare",
    ] {
        insta::assert_snapshot!(format!("help_{command}"), help(&[command]));
    }
}

#[test]
fn the_command_that_prints_a_line_is_known_though_its_flags_are_not() {
    let named = |line: &str| {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        OneLineCommand::from_args(&args)
    };
    use OneLineCommand::{Check, Line};
    for (line, command) in [
        ("hubwatch check --bogus", Some(Check(CheckFormat::Text))),
        (
            "hubwatch check --format json --bogus",
            Some(Check(CheckFormat::Json)),
        ),
        (
            "hubwatch --bogus check --format=JSON",
            Some(Check(CheckFormat::Json)),
        ),
        (
            "hubwatch check --format yaml",
            Some(Check(CheckFormat::Text)),
        ),
        (
            "hubwatch --config check line --format tmux",
            Some(Line(LineFormat::Tmux)),
        ),
        ("hubwatch line --format", Some(Line(LineFormat::Plain))),
        ("hubwatch note Q1 check", None),
        ("hubwatch --config check", None),
        ("hubwatch", None),
    ] {
        assert_eq!(named(line), command, "{line}");
    }
}

#[test]
fn a_shift_is_given_by_the_hour_or_the_moment() {
    let given = |text: &str| {
        let line = format!("hubwatch handoff --until {text}");
        match parsed(&line).map(|cli| cli.command) {
            Ok(Some(Command::Handoff(handoff))) => handoff.until,
            _ => None,
        }
    };
    let nine = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    assert_eq!(given("09:00"), Some(ShiftTime::OfDay(nine)));
    let at = "2026-01-01T07:00:00Z".parse().unwrap();
    assert_eq!(given("2026-01-01T09:00:00+02:00"), Some(ShiftTime::At(at)));
    for wrong in ["9am", "24:00", "2026-01-01", "2026-01-01T09:00:00"] {
        assert_eq!(given(wrong), None, "{wrong}");
    }
}
