//! The standard output when something fails: `check` and `line` still print one line, and JSON stays JSON. If the
//! output itself cannot be written, the command fails.

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::home::{Home, Run};
use super::served::{Served, tables};

const ONE_HUB: &str = "[[cluster]]\nname = \"leap\"\nhubs = [{ name = \"prod\", \
                       health_url = \"http://127.0.0.1:1/hub/health\" }]\n";

fn assert_one_line(run: &Run, begins: &str, code: i32) {
    assert_eq!(run.code, code, "{run:?}");
    assert!(run.out.starts_with(begins), "{run:?}");
    assert_eq!(run.out.lines().count(), 1, "{run:?}");
}

#[test]
fn a_flag_that_is_not_known_and_a_log_that_cannot_be_opened_leave_a_line() {
    let home = Home::new();
    home.write("c.toml", ONE_HUB);
    for more in [
        &["--bogus"][..],
        &["--log-file", "nodir/x"],
        &["--config", "nowhere.toml"],
    ] {
        let check = home.run_to_end(&[&["check"], more].concat());
        assert_one_line(&check, "HUBWATCH UNKNOWN - ", 3);
        let line = home.run_to_end(&[&["line"], more].concat());
        assert_one_line(&line, "? UNKN ", 2);
        let line = home.run_to_end(&[&["line", "--format", "tmux"], more].concat());
        assert_one_line(&line, "#[fg=black,bg=magenta]", 2);
        assert!(!line.err.is_empty(), "{line:?}");
    }
    let check = home.run_to_end(&["check", "--bogus"]);
    assert_one_line(
        &check,
        "HUBWATCH UNKNOWN - unexpected argument '--bogus' found\n",
        3,
    );
    let check = home.run_to_end(&["check", "--grace", "5m"]);
    assert_one_line(
        &check,
        "HUBWATCH UNKNOWN - the following required arguments were not provided: --wait <DURATION>\n",
        3,
    );
}

#[test]
fn json_stays_json() {
    let home = Home::new();
    let wrong = home.write("wrong.toml", "colour = \"red\"\n");
    let wrong = wrong.to_str().expect("UTF-8");
    for more in [
        &["--bogus"][..],
        &["--log-file", "nodir/x"],
        &["--config", wrong],
        &["--config", "nowhere.toml"],
        &["--timeout", "soon"],
    ] {
        let run = home.run_to_end(&[&["check", "--format", "json"], more].concat());
        assert_eq!(run.code, 3, "{run:?}");
        let report = run.json();
        assert_eq!(report["verdict"], "unknown", "{report}");
        assert_eq!(report["complete"], false, "{report}");
        assert!(
            report["summary"]
                .as_str()
                .is_some_and(|why| !why.is_empty())
        );
        assert!(report["cases"].as_array().is_some_and(Vec::is_empty));
    }
}

#[test]
fn output_that_cannot_be_written_is_an_error_and_a_closed_pipe_is_not() {
    let home = Home::new();
    let config = home.write("c.toml", ONE_HUB);
    let config = config.to_str().expect("UTF-8");
    let check = ["check", "--timeout", "3s", "--config", config];
    for (arguments, code) in [
        (&check[..], 3),
        (&["line", "--config", config], 2),
        (&["man"], 2),
        (&["completions", "bash"], 2),
        (&["demo", "--scenario", "help"], 2),
        (&["--help"], 2),
        (&["--version"], 2),
    ] {
        let mut program = home.program();
        program.args(arguments).stdin(Stdio::null());
        let full = File::options().write(true).open("/dev/full");
        program.stdout(full.expect("a full disk"));
        let done = program.output().expect("the program starts");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains("the output cannot be written"), "{said}");

        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut program = home.program();
        program.args(arguments).stdin(Stdio::null()).stdout(writer);
        let done = program.output().expect("the program starts");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let expected = if arguments[0] == "check" { 3 } else { 0 };
        assert_eq!(done.status.code(), Some(expected), "{arguments:?}: {said}");
        assert_eq!(said, "", "{arguments:?}");
    }
}

#[test]
fn a_tilde_that_the_shell_left_is_the_home_directory() {
    let home = Home::new();
    let run = home.run_to_end(&["init", "--config=~/x.toml"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(home.path("x.toml").is_file(), "{run:?}");
    assert!(!home.path("~").exists());
    let mut program = home.program();
    program.env("HUBWATCH_CONFIG", "~/x.toml").arg("line");
    program.arg("--log-file=~/log");
    let done = program.output().expect("the program starts");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(home.path("log").is_file());
}

#[test]
fn a_proxy_of_the_environment_that_refuses_is_named() {
    let home = Home::new();
    home.write(
        "c.toml",
        "[[prometheus]]\nname = \"x\"\nurl = \"http://prometheus.example\"\ncluster = \"x\"\n",
    );
    for variable in ["http_proxy", "ALL_PROXY"] {
        let mut program = home.program();
        program.env(variable, "http://ada:s3cretword@127.0.0.1:1");
        program.args(["check", "--config", "c.toml", "--timeout", "3s"]);
        let done = program.output().expect("the program starts");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let expected = "prometheus/x down: the proxy http://127.0.0.1:1: connection refused";
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("s3cretword"), "{said}");
    }
}

#[test]
fn the_manual_page_has_nothing_that_mandoc_objects_to() {
    let home = Home::new();
    let page = home.run_to_end(&["man"]).out;
    let mut lint = Command::new("mandoc");
    lint.args(["-T", "lint"]).stdin(Stdio::piped());
    let Ok(mut lint) = lint.stdout(Stdio::piped()).spawn() else {
        return crate::aloud::skipped("the manual page by mandoc: there is no mandoc here");
    };
    let mut input = lint.stdin.take().expect("its input");
    input.write_all(page.as_bytes()).expect("a page");
    drop(input);
    let done = lint.wait_with_output().expect("its output");
    assert_eq!(String::from_utf8_lossy(&done.stdout), "");
}

#[test]
fn the_doctor_names_every_source_and_fails_where_one_does_not_answer() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "6"]);
    let well = served
        .home
        .run(&["doctor", "--config", served.config.to_str().expect("UTF-8")]);
    assert_eq!(well.code, 0, "{well:?}");
    let mut table = served.table();
    let prometheuses = tables(&mut table, "prometheus");
    assert_eq!(prometheuses.len(), 3);
    for settings in prometheuses.iter() {
        let name = settings["name"].as_str().expect("a name");
        let name = format!("o prometheus/{name}");
        assert!(well.out.contains(&name), "{name}: {well:?}");
    }
    prometheuses[0]["url"] = "http://127.0.0.1:9".into();
    let config = served.write("one-gone.toml", &table);
    let ill = served
        .home
        .run(&["doctor", "--config", config.to_str().expect("UTF-8")]);
    assert_eq!(ill.code, 1, "{ill:?}");
    assert!(ill.out.contains("failing for"), "{ill:?}");
}
