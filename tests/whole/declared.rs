//! `declare --case` opens an incident for an existing case that has none. Before the incident is opened, the command
//! says what it cannot know about the case.

use serde_json::{Value, json};

use super::home::{Run, list};
use super::served::{Served, tables};

const NO_ALERT: &str = "alert:0000000000000000";

struct World(Served);

impl World {
    fn start() -> Self {
        Self(Served::start(&[
            "--scenario",
            "quiet",
            "--clusters",
            "8",
            "--hubs",
            "40",
        ]))
    }

    fn declare(&self, title: &str, case: &str, config: &std::path::Path) -> Run {
        let config = config.to_str().expect("UTF-8");
        let words = [
            "declare",
            title,
            "--service",
            "Misc alerts",
            "--priority",
            "P3",
        ];
        let more = ["--case", case, "--yes", "--config", config];
        self.0.home.run(&[&words[..], &more].concat())
    }

    fn incidents(&self, report: &Value) -> usize {
        let cases = list(report, "cases").iter();
        cases.filter(|case| case["incident"] != Value::Null).count()
    }
}

fn paged_case(report: &Value) -> &Value {
    let is_paged = |case: &&Value| {
        case["incident"] != Value::Null
            && list(case, "aliases").len() == 1
            && list(case, "alerts").len() == 1
    };
    let paged = list(report, "cases").iter().find(is_paged);
    paged.expect("a case with its page")
}

#[test]
fn a_case_that_is_not_there_or_has_its_incident_gets_no_other() {
    let world = World::start();
    let config = &world.0.config;
    let before = world.0.home.report(config);
    let run = world.declare("y", NO_ALERT, config);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.contains(&format!("there is no case {NO_ALERT}")),
        "{run:?}"
    );
    let paged = paged_case(&before);
    let alert = paged["aliases"][0].as_str().expect("an id");
    let run = world.declare("z", alert, config);
    assert_eq!(run.code, 1, "{run:?}");
    let number = &paged["incident"]["number"];
    for words in [
        format!("{alert} has an open incident, #{number}"),
        format!("hubwatch take {number}"),
    ] {
        assert!(run.out.contains(&words), "no {words} in {run:?}");
    }
    let after = world.0.home.report(config);
    assert_eq!(world.incidents(&after), world.incidents(&before));
}

#[test]
fn a_case_without_an_incident_gets_one_and_the_same_words_no_second() {
    let world = World::start();
    let config = &world.0.config;
    let shown = world.0.home.report(config);
    let paged = paged_case(&shown);
    let id = paged["aliases"][0].as_str().expect("an id");
    // Resolves the incident while its alert fires on. The alert's case then has no incident.
    let number = paged["incident"]["number"].to_string();
    let path = config.to_str().expect("UTF-8");
    let run = world
        .0
        .home
        .run(&["resolve", &number, "--yes", "--config", path]);
    assert_eq!(run.code, 0, "{run:?}");
    let before = world.0.home.report(config);
    for result in ["opened", "already"] {
        let run = world.declare("nobody was paged", id, config);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
        assert!(run.out.contains(result), "{run:?}");
    }
    let after = world.0.home.report(config);
    assert_eq!(world.incidents(&after), world.incidents(&before) + 1);
    let cases = list(&after, "cases").iter();
    let joined = cases.filter(|case| list(case, "aliases").contains(&json!(id)));
    assert_eq!(joined.count(), 1);
}

#[test]
fn where_a_prometheus_does_not_answer_the_doubt_is_said_and_the_incident_opened() {
    let world = World::start();
    let mut table = world.0.table();
    let name = {
        let first = &mut tables(&mut table, "prometheus")[0];
        let first = first.as_table_mut().expect("a table");
        first.insert("url".to_owned(), "http://127.0.0.1:1".into());
        first["name"].as_str().expect("a name").to_owned()
    };
    let config = world.0.write("one-down.toml", &table);
    let run = world.declare("y", NO_ALERT, &config);
    assert_eq!(run.code, 0, "{run:?}");
    let doubt = format!("unknown whether {NO_ALERT} exists: no full answer from prometheus/{name}");
    assert!(run.err.contains(&doubt), "{run:?}");
    let again = world.declare("other words", NO_ALERT, &config);
    assert_eq!(again.code, 1, "a second page for one case: {again:?}");
}
