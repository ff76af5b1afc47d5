//! Tests of the arguments that the actions accept, and of those that they refuse before they send any request.

use clap::Parser as _;

use super::*;
use crate::cli::{Cli, Command};

fn parsed(words: &[&str]) -> Result<OperationCommand, String> {
    let all = ["hubwatch"].iter().chain(words);
    let cli = Cli::try_parse_from(all).map_err(|error| error.to_string())?;
    match cli.command {
        Some(Command::Operation(act)) => Ok(act),
        other => Err(format!("{other:?}")),
    }
}

fn ids(names: &[&str]) -> Vec<IncidentId> {
    names.iter().map(|name| IncidentId::from(*name)).collect()
}

#[test]
fn incidents_are_ids_or_numbers_each_once_and_in_order() {
    for command in ["ack", "take", "resolve"] {
        let act = parsed(&[command, "#5001", "Q1LEAP01", "5001"]).unwrap();
        assert_eq!(act.incidents(), ids(&["5001", "Q1LEAP01"]));
        assert!(!act.options().yes);
        assert_eq!(act.options().format, OperationFormat::Text);
        assert!(parsed(&[command]).is_err());
        for wrong in ["", "#", "Q1/notes", "../users", "5001,5002", "Q 1"] {
            assert!(parsed(&[command, wrong]).is_err(), "{wrong}");
        }
    }
}

#[test]
fn every_kind_of_operation_is_a_command() {
    use OperationKind::{
        Acknowledge, Declare, Escalate, Note, Priority, Reassign, Resolve, Snooze, Take,
    };
    let declare = [
        "declare",
        "hub is down",
        "--service",
        "S",
        "--priority",
        "P1",
    ];
    let all: [(&[&str], OperationKind); 9] = [
        (&["ack", "1"], Acknowledge),
        (&["take", "1"], Take),
        (&["resolve", "1"], Resolve),
        (&["note", "1", "looking"], Note),
        (&["reassign", "1", "bo@example.org"], Reassign),
        (&["escalate", "1"], Escalate),
        (&["priority", "1", "P2"], Priority),
        (&["snooze", "1", "1h"], Snooze),
        (&declare, Declare),
    ];
    for (words, kind) in all {
        let scripted = [words, &["--yes", "--format", "json"]].concat();
        let act = parsed(&scripted).unwrap();
        assert_eq!(act.kind(), kind);
        let manner = act.options();
        assert!(manner.yes && manner.format == OperationFormat::Json);
        assert_eq!(act.incidents().is_empty(), kind == Declare);
    }
}

#[test]
fn a_snooze_is_from_a_second_to_seven_days() {
    let span = |text| match parsed(&["snooze", "1", text]) {
        Ok(OperationCommand::Snooze(snooze)) => Some(snooze.span.as_secs()),
        _ => None,
    };
    assert_eq!(span("1s"), Some(1));
    assert_eq!(span("1h 30m"), Some(5400));
    assert_eq!(span("7d"), Some(604_800));
    for wrong in ["0s", "7d 1s", "90", "500ms", "tomorrow", ""] {
        assert_eq!(span(wrong), None, "{wrong}");
    }
    for (text, reason) in [
        ("0m", "from 1s to 7d"),
        ("8d", "from 1s to 7d"),
        ("90", "with its unit"),
    ] {
        let error = parsed(&["snooze", "1", text]).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_level_counts_from_one_and_may_be_left_out() {
    let level = |words: &[&str]| match parsed(words) {
        Ok(OperationCommand::Escalate(escalate)) => Ok(escalate.level),
        other => Err(format!("{other:?}")),
    };
    assert_eq!(level(&["escalate", "1"]), Ok(None));
    assert_eq!(level(&["escalate", "1", "2"]), Ok(Some(2)));
    assert!(level(&["escalate", "1", "0"]).is_err());
    assert!(level(&["escalate", "1", "up"]).is_err());
}

#[test]
fn what_says_nothing_is_not_understood() {
    for words in [
        &["note", "1"][..],
        &["note", "1", " \n"],
        &["reassign", "1", ""],
        &["priority", "1", " "],
        &["declare", " ", "--service", "S", "--priority", "P1"],
        &["declare", "down", "--priority", "P1"],
        &["declare", "down", "--service", "S"],
        &[
            "declare",
            "down",
            "--service",
            "S",
            "--priority",
            "P1",
            "--hub",
            "leap",
        ],
        &[
            "declare",
            "down",
            "--service",
            "S",
            "--priority",
            "P1",
            "--case",
            "pd:Q1",
        ],
    ] {
        assert!(parsed(words).is_err(), "{words:?}");
    }
    // A dash alone means standard input.
    assert!(parsed(&["note", "1", "-"]).is_ok());
}
