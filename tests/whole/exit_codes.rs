//! The exit codes of `check` and the beginning of its text, by the convention of monitoring plugins.

use regex::Regex;

use super::home::{Home, Run, list};
use super::served::Served;

fn first_line(run: &Run) -> &str {
    run.out.lines().next().expect("a line")
}

/// `HUBWATCH WORD - summary | name=value name=value;warn;crit;min;max …`
fn assert_is_a_plugins(run: &Run, word: &str) {
    let data = r"[a-z_]+=[0-9.]+(;[0-9.]*){0,4}";
    let form = format!(r"^HUBWATCH {word} - [^|]+ \| {data}( {data})*$");
    let form = Regex::new(&form).expect("a pattern");
    assert!(form.is_match(first_line(run)), "{}", first_line(run));
}

#[test]
fn an_all_clear_is_0() {
    let served = Served::start(&["--scenario", "calm"]);
    let run = served.check(&[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_is_a_plugins(&run, "OK");
    assert_eq!(run.err, "");
    let report = served.check(&["--format", "json"]);
    assert_eq!((report.code, &report.json()["verdict"]), (0, &"ok".into()));
}

#[test]
fn a_p1_is_2_whatever_else_there_is() {
    for scenario in ["shift", "storm"] {
        let served = Served::start(&["--scenario", scenario]);
        let run = served.check(&[]);
        assert_eq!(run.code, 2, "{scenario}: {run:?}");
        assert_is_a_plugins(&run, "CRITICAL");
        assert!(run.out.lines().count() > 1, "the grounds follow: {run:?}");
        let report = served.check(&["--format", "json"]);
        assert_eq!(
            (report.code, &report.json()["verdict"]),
            (2, &"critical".into())
        );
    }
}

#[test]
fn open_cases_that_can_wait_are_1() {
    let served = Served::start(&["--scenario", "quiet"]);
    let at = served.check(&["--format", "json"]).json()["at"].to_string();
    let today = chrono::DateTime::parse_from_rfc3339(at.trim_matches('"')).expect("a time");
    // In working time, a P2 without an owner is critical. So the team's only working day is another day.
    let other = (today + chrono::TimeDelta::days(3))
        .format("%a")
        .to_string();
    let mut config = served.table();
    let mut team = config["team"].clone();
    let table = team.as_table_mut().expect("a table");
    table.insert("zone".to_owned(), "UTC".into());
    table.insert("working_days".to_owned(), vec![other].into());
    config.insert("team".to_owned(), team);
    let config = served.write("other-day.toml", &config);
    let run = served.home.check(&config, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_is_a_plugins(&run, "WARNING");
}

#[test]
fn an_account_that_cannot_be_read_is_3() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "2", "--hubs", "4"]);
    let mut config = served.table();
    let pagerduty = config["pagerduty"].as_table_mut().expect("a table");
    let secret = served.home.write("wrong-token", "nobody's");
    let file = secret.to_str().expect("UTF-8").to_owned();
    let token = toml::Table::from_iter([("file".to_owned(), file.into())]);
    pagerduty.insert("token".to_owned(), token.into());
    let config = served.write("wrong-token.toml", &config);
    let run = served.home.check(&config, &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_is_a_plugins(&run, "UNKNOWN");
    assert!(
        !(run.out.clone() + &run.err).contains("nobody's"),
        "{run:?}"
    );
}

#[test]
fn what_cannot_be_looked_at_is_3_and_says_so_in_the_first_line() {
    let home = Home::new();
    let nothing = home.path("nothing.toml");
    let wrong = home.write("wrong.toml", "colour = \"red\"\n");
    let right = home.write("right.toml", "[[cluster]]\nname = \"leap\"\nhubs = []\n");
    for (run, said) in [
        (home.check(&nothing, &[]), "nothing.toml"),
        (home.check(&wrong, &[]), "colour"),
        (home.check(&right, &["--cluster", "nowhere"]), "nowhere"),
        (home.check(&right, &["--hub", "leap/nowhere"]), "nowhere"),
    ] {
        assert_eq!(run.code, 3, "{run:?}");
        assert!(
            first_line(&run).starts_with("HUBWATCH UNKNOWN - "),
            "{run:?}"
        );
        assert!(
            (run.out.clone() + &run.err).contains(said),
            "{said}: {run:?}"
        );
    }
    for usage in [["check", "--no-such-flag"], ["check", "--timeout=soon"]] {
        assert_eq!(home.run(&usage).code, 3, "{usage:?}");
    }
    assert_eq!(home.run(&["no-such-command"]).code, 2);
}

#[test]
fn a_part_of_the_fleet_is_judged_by_its_own_sources() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "3", "--hubs", "9"]);
    let report = served.check(&["--format", "json"]).json();
    let cluster = report["hubs"][0]["cluster"].as_str().expect("a name");
    let part = served
        .check(&["--format", "json", "--cluster", cluster])
        .json();
    assert!(
        list(&part, "hubs")
            .iter()
            .all(|hub| hub["cluster"] == cluster)
    );
    assert!(!list(&part, "hubs").is_empty());
    let sources = list(&part, "sources").iter();
    let prometheus = sources.filter(|source| source["kind"] == "prometheus");
    let names: Vec<String> = prometheus
        .map(|source| source["name"].to_string())
        .collect();
    assert_eq!(names, [format!("\"prometheus/{cluster}\"")]);
}

#[test]
fn a_look_that_ends_before_its_sources_answered_is_3_and_calls_none_of_them_down() {
    let served = Served::start(&["--scenario", "calm"]);
    let config = served.config.to_str().expect("UTF-8");
    let words = ["check", "--config", config, "--timeout", "1ms"];
    let run = served.home.run(&words);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(first_line(&run).contains("not read in time"), "{run:?}");
    assert!(run.out.contains("within the time limit of 1ms"), "{run:?}");
    assert!(!run.out.contains(" down"), "{run:?}");
    let report = served
        .home
        .run(&[&words[..], &["--format", "json"]].concat());
    let report = report.json();
    let probes = list(&report, "sources")
        .iter()
        .find(|it| it["name"] == "probes");
    assert_eq!(probes.expect("the probes")["state"], "waiting");
}
