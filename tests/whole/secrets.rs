//! A command that hangs delays only the sources that need its secret, and their errors name the command. A secret that
//! an upstream repeats is never shown.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::json;
use toml::Table;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::home::{Home, Run};
use super::served::{Served, tables};
use crate::until::until;

const WITHIN: Duration = Duration::from_secs(20);

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

#[test]
fn a_signal_ends_a_look_with_its_commands_and_leaves_a_line() {
    let home = Home::new();
    let script = "echo $$ >pid.new; sleep 1000 & echo $! >>pid.new; mv pid.new pid; wait";
    let config = format!("[pagerduty]\ntoken = {{ command = [\"sh\", \"-c\", \"{script}\"] }}\n");
    home.write("c.toml", &config);
    for (command, code, begins) in [
        ("check", 3, "HUBWATCH UNKNOWN - a signal ended hubwatch"),
        ("line", 2, "? UNKN a signal ended hubwatch"),
    ] {
        let mut program = home.program();
        program.env("PATH", "/usr/bin:/bin");
        program.args([command, "--config", "c.toml"]);
        program.stdin(Stdio::null()).stdout(Stdio::piped());
        let child = program.spawn().expect("the program starts");
        let pids = until(WITHIN, "the command", || {
            fs::read_to_string(home.path("pid")).ok()
        });
        fs::remove_file(home.path("pid")).expect("the file");
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("a number"), Signal::TERM).expect("it runs");
        let done = child.wait_with_output().expect("its output");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert_eq!(done.status.code(), Some(code), "{said}");
        assert!(said.starts_with(begins), "{said}");
        for pid in pids.lines() {
            let pid = pid.parse().ok().and_then(Pid::from_raw).expect("a number");
            until(WITHIN, "the end of the command", || {
                test_kill_process(pid).err()
            });
        }
    }
}

#[test]
fn a_fifo_for_a_file_is_named_in_time_and_the_dashboard_starts() {
    let home = Home::new();
    let made = std::process::Command::new("mkfifo")
        .arg(home.path("f"))
        .status();
    assert!(made.expect("mkfifo").success());
    let config = home.write("c.toml", "[pagerduty]\ntoken = { file = \"f\" }\n");
    let expected = "f: not a regular file";
    let check = home.run_to_end(&["check", "--config", "c.toml", "--timeout", "4s"]);
    assert_eq!(check.code, 3, "{check:?}");
    assert!(check.out.contains(expected), "{check:?}");
    let line = home.run_to_end(&["line", "--config", "c.toml"]);
    assert!(line.out.contains("pagerduty down"), "{line:?}");
    let screen = home.dashboard(&config);
    screen.wait_for(expected);
    screen.quit();
}

#[test]
fn of_two_commands_that_hang_or_not_each_source_has_its_own() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "2", "--hubs", "4"]);
    let mut config = served.table();
    let token = fs::read_to_string(
        config["pagerduty"]["token"]["file"]
            .as_str()
            .expect("a path"),
    );
    let give: Table = format!(
        "token = {{ command = [\"echo\", \"{}\"] }}",
        token.expect("the token").trim()
    )
    .parse()
    .expect("TOML");
    config["pagerduty"]["token"] = give["token"].clone();
    let hangs: Table = HANGS.parse().expect("TOML");
    let first = tables(&mut config, "prometheus")[0].as_table_mut();
    let first = first.expect("a table");
    first.insert("password".to_owned(), hangs["pagerduty"]["token"].clone());
    let name = format!("prometheus/{}", first["name"].as_str().expect("a name"));
    tables(&mut config, "status_page").clear();
    let config = served.write("hangs.toml", &config);
    let report = served.home.run(&[
        "check",
        "--format",
        "json",
        "--timeout",
        "10s",
        "--config",
        config.to_str().expect("UTF-8"),
    ]);
    let report = report.json();
    for source in super::home::list(&report, "sources") {
        let state = if source["name"] == *name {
            "down"
        } else {
            "live"
        };
        assert_eq!(source["state"], state, "{source}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_screen_is_taken_what_needs_no_command_is_asked_already() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "status": "success" }));
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let home = Home::new();
    let script = "until [ -e go ]; do sleep 0.05; done; echo a token";
    let text = format!(
        "[pagerduty]\ntoken = {{ command = [\"sh\", \"-c\", \"{script}\"] }}\n\
         [[prometheus]]\nname = \"leap\"\nurl = \"{}\"\ncluster = \"leap\"\n\
         [[cluster]]\nname = \"leap\"\nhubs = [{{ name = \"prod\" }}]\n",
        server.uri()
    );
    let screen = home.dashboard(&home.write("c.toml", &text));
    let deadline = tokio::time::Duration::from_secs(20);
    let asked = async {
        while server
            .received_requests()
            .await
            .is_none_or(|all| all.is_empty())
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(deadline, asked)
        .await
        .expect("Prometheus is asked");
    assert!(!screen.text().contains("Cases"), "{}", screen.text());
    home.write("go", "");
    screen.wait_for("Cases");
    screen.quit();
}

/// Refuses with this status, and repeats what it was sent, as some proxies do.
struct Echo(u16);

impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let sent = request.headers.get("authorization");
        let sent = sent
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let said = format!("no such credentials: {sent}");
        // The error body in the format of each upstream.
        let body = if request.headers.contains_key("x-prometheus") {
            json!({ "status": "error", "errorType": "unavailable", "error": said })
        } else if request.url.path().starts_with("/api/v2") {
            json!({ "code": self.0, "message": said })
        } else {
            json!({ "error": { "message": said, "code": 2006, "errors": [sent] } })
        };
        ResponseTemplate::new(self.0).set_body_json(body)
    }
}

const TOKEN: &str = "Zx81-u+unlikely/Token";
const PASSWORD: &str = "Zx81-Pass?word";
/// The base64 of `hubwatch:` and the password.
const BASIC: &str = "aHVid2F0Y2g6Wng4MS1QYXNzP3dvcmQ=";
const SHORT: &str = "zx8";

fn echoed(home: &Home, url: &str) -> std::path::PathBuf {
    for (file, secret) in [("token", TOKEN), ("password", PASSWORD), ("short", SHORT)] {
        home.write(file, secret);
    }
    let text = format!(
        r#"
        [pagerduty]
        url = "{url}"
        token = {{ file = "token" }}
        [[prometheus]]
        name = "long"
        url = "{url}"
        cluster = "leap"
        username = "hubwatch"
        password = {{ file = "password" }}
        headers = {{ X-Prometheus = "1" }}
        [[prometheus]]
        name = "short"
        url = "{url}"
        cluster = "ucec"
        bearer = {{ file = "short" }}
        headers = {{ X-Prometheus = "1" }}
        [[alertmanager]]
        name = "leap"
        url = "{url}"
        cluster = "leap"
        bearer = {{ file = "token" }}
        [[cluster]]
        name = "leap"
        hubs = [{{ name = "prod" }}]
        [[cluster]]
        name = "ucec"
        hubs = [{{ name = "prod" }}]
        "#
    );
    home.write("echo.toml", &text)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_upstream_repeats_of_a_secret_is_shown_nowhere() {
    for status in [400, 401, 403, 404, 500] {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(Echo(status))
            .mount(&server)
            .await;
        let home = Home::new();
        let config = echoed(&home, &server.uri());
        let log = home.path("log");
        let logged = ["-vv", "--log-file", log.to_str().expect("UTF-8")];
        let json = home.check(&config, &[&["--format", "json"][..], &logged].concat());
        let text = home.check(&config, &logged);
        let operation = [
            "ack",
            "Q1",
            "--yes",
            "--config",
            config.to_str().expect("UTF-8"),
        ];
        let acknowledged = home.run(&operation);
        let log = std::fs::read_to_string(&log).expect("a log");
        let all = format!("{json:?} {text:?} {acknowledged:?} {log}");
        for secret in [TOKEN, PASSWORD, BASIC, SHORT] {
            assert!(!all.contains(secret), "{status}: {secret} in {all}");
        }
        let sources = json.json()["sources"].clone();
        assert_eq!(sources.as_array().map(Vec::len), Some(4), "{sources}");
        if status == 400 {
            assert!(
                all.contains("no such credentials: "),
                "the rest is said: {all}"
            );
        }
    }
}
