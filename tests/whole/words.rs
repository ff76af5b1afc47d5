//! The texts of `check` and `line` if something is missing. They say the reason once, in characters that the terminal
//! can show.

use std::path::Path;

use super::home::{Home, Run};

fn run(home: &Home, locale: &str, arguments: &[&str]) -> Run {
    let mut program = home.program();
    program.env("LC_ALL", locale).args(arguments);
    let done = program.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run {
        code: done.status.code().expect("no signal ended it"),
        out: text(done.stdout),
        err: text(done.stderr),
    }
}

fn check(home: &Home, config: &Path) -> Run {
    run(
        home,
        "C.UTF-8",
        &["check", "--config", config.to_str().expect("UTF-8")],
    )
}

#[test]
fn a_source_that_never_answered_is_down_for_its_reason_and_not_since_the_check_began() {
    let home = Home::new();
    let config = home.write(
        "config.toml",
        "[pagerduty]\ntoken = { env = \"NOT_THERE\" }\n",
    );
    let grounds = check(&home, &config).out;
    let grounds: Vec<&str> = grounds.lines().skip(1).collect();
    assert_eq!(
        grounds,
        ["unknown: pagerduty down: the environment variable NOT_THERE is not set"]
    );
}

#[test]
fn what_the_configuration_warns_of_stands_on_standard_error() {
    let home = Home::new();
    let config = home.write(
        "config.toml",
        "[[link]]\nname = \"pods\"\ntemplate = \"kubectl -n {hub} get pods\"\n",
    );
    let ran = check(&home, &config);
    assert!(ran.out.starts_with("HUBWATCH "), "{ran:?}");
    let first = ran.err.lines().next().unwrap_or_default();
    let words =
        "config.toml:3:12: link[0].template: {hub} without {cluster} may be a hub of another";
    assert!(
        first.starts_with("hubwatch: warning: ") && first.contains(words),
        "{ran:?}"
    );
}

#[test]
fn what_is_unknown_for_one_reason_is_one_line() {
    let home = Home::new();
    // Neither source gives an answer: nobody listens on port 1, and Prometheus is not polled without its password.
    let prometheus = "[[prometheus]]\nname = \"leap\"\ncluster = \"leap\"\nurl = \"http://127.0.0.1:1\"\n\
         username = \"u\"\npassword = { env = \"NOT_THERE\" }\n";
    let hubs = |cluster: &str, many: usize| {
        let hubs: Vec<String> = (0..many)
            .map(|n| {
                format!("{{ name = \"h{n}\", health_url = \"http://127.0.0.1:1/hub/health\" }}")
            })
            .collect();
        format!(
            "[[cluster]]\nname = \"{cluster}\"\nhubs = [{}]\n",
            hubs.join(", ")
        )
    };
    let text = [
        prometheus,
        &hubs("leap", 2),
        &hubs("maap", 40),
        &hubs("ucec", 3),
    ]
    .concat();
    let config = home.write("config.toml", &text);
    let grounds = check(&home, &config).out;
    let grounds: Vec<&str> = grounds.lines().skip(1).collect();
    assert_eq!(
        grounds,
        [
            "unknown: prometheus/leap down: the environment variable NOT_THERE is not set",
            "unknown: probes down: 45 of 45 hubs do not answer at once: probably our own network",
            "unknown: leap/{h0,h1} unknown: probes down, prometheus/leap down",
            "unknown: 43 hubs of 2 clusters unknown: probes down",
        ]
    );
}

#[test]
fn a_bar_without_a_configuration_does_not_stay_empty() {
    let home = Home::new();
    let wrong = home.write("wrong.toml", "\ncolour = \"red\"\n");
    let wrong = wrong.to_str().expect("UTF-8");
    let none = run(&home, "C.UTF-8", &["line"]);
    assert_eq!(
        (none.code, none.out.as_str()),
        (2, "? UNKN no configuration yet\n")
    );
    assert!(none.err.contains("hubwatch init"), "{none:?}");
    let tmux = ["line", "--format", "tmux", "--config", wrong];
    let broken = run(&home, "C.UTF-8", &tmux);
    assert_eq!(broken.code, 2);
    assert!(
        broken
            .out
            .starts_with("#[fg=black,bg=magenta]? UNKN configuration, line 2: "),
        "{broken:?}"
    );
    assert!(broken.err.contains("2 | colour = …"), "{broken:?}");
}

#[test]
fn a_check_without_a_configuration_says_so_in_both_places() {
    let run = run(&Home::new(), "C.UTF-8", &["check"]);
    assert_eq!(run.out, "HUBWATCH UNKNOWN - no configuration yet\n");
    assert!(
        run.err.starts_with("hubwatch: no configuration yet\n"),
        "{run:?}"
    );
}

#[test]
fn only_ascii_goes_where_the_locale_is_not_utf8() {
    let home = Home::new();
    let text = "[pagerduty]\ntoken = { env = \"NOT_THERE\" }\n\
         [[status_page]]\nname = \"Zürich\"\nkind = \"statuspage\"\nurl = \"http://127.0.0.1:1\"\n\
         [[cluster]]\nname = \"leap\"\nhubs = [{ name = \"prod\", health_url = \"http://127.0.0.1:1/hub/health\" }]\n";
    let config = home.write("config.toml", text);
    let config = ["--config", config.to_str().expect("UTF-8")];
    for (locale, flags) in [("C", &[][..]), ("C.UTF-8", &["--ascii"][..])] {
        for command in [&["check", "--timeout", "5s"][..], &["line"]] {
            let said = run(&home, locale, &[command, &config, flags].concat());
            assert!(said.out.is_ascii(), "{said:?}");
            assert!(said.out.contains("3 sources down"), "{said:?}");
        }
    }
    let json = ["check", "--timeout", "5s", "--format", "json"];
    let report = run(&home, "C", &[&json[..], &config].concat());
    assert!(report.out.contains("status_page/Zürich"), "{report:?}");
    assert!(
        report.json()["summary"]
            .as_str()
            .expect("text")
            .contains(" · ")
    );
}
