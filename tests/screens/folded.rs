//! Mismatches about many hubs of one cluster, or about sources of one kind, share one row in the pane and one line in
//! the report. Other mismatches stay visible.

use hubwatch::app::model::{Model, Pane};
use hubwatch::app::msg::Msg;
use hubwatch::app::update::update;
use hubwatch::picture::Picture;
use hubwatch::report;
use hubwatch::text::TextContext;
use hubwatch::text::symbols::UNICODE;

use super::dump::{colours, screen, text};
use super::fixture::model;
use crate::scenarios::picture;

/// The fleet: a cluster with 95 hubs, and others.
fn config() -> String {
    let hubs: Vec<String> = (0..95)
        .map(|n| format!("{{ name = \"h{n}\", domain = \"h{n}.commons.example\" }}"))
        .collect();
    let hubs = hubs.join(",\n");
    format!(
        r#"config = '''
[me]
email = "ada@example.org"
[team]
zone = "UTC"
[pagerduty]
token = {{ env = "TOKEN" }}
[[status_page]]
name = "Hubs"
kind = "pagerduty"
page = "PSP1"
[[prometheus]]
name = "commons"
url = "http://127.0.0.1:1"
cluster = "commons"
[[prometheus]]
name = "leap"
url = "http://127.0.0.1:2"
cluster = "leap"
[[prometheus]]
name = "maap"
url = "http://127.0.0.1:3"
cluster = "maap"
[[cluster]]
name = "commons"
hubs = [
{hubs}
]
[[cluster]]
name = "leap"
hubs = [{{ name = "prod", domain = "leap.example" }}]
[[cluster]]
name = "maap"
hubs = [{{ name = "prod", domain = "maap.example" }}, {{ name = "lab", domain = "lab.maap.example" }}]
'''
directory = {{ priorities = ["P1", "P2", "P3", "P4"], users = {{ Ada = "ada@example.org" }} }}
"#
    )
}

/// All hubs of commons are down, and most of them have an incident. Other cases are about other clusters.
fn cluster_down() -> Picture {
    let probes: Vec<String> = (0..95)
        .map(|n| format!("{{ hub = \"commons/h{n}\", status = 503, first = -720, latest = -10 }}"))
        .collect();
    let pages = (0..90).map(|n| {
        let assigned = if n < 20 { "assigned = [\"Ada\"]" } else { "" };
        format!(
            "[[situation.incident]]\nid = \"Q{n}\"\npriority = \"P1\"\ncreated = -100\ntitle = \"h{n}.commons.example on commons\"\n{assigned}\n"
        )
    });
    let pages: String = pages.collect();
    let probes = probes.join(", ");
    picture(&format!(
        r#"{}
[[situation]]
name = "a cluster is down"
expect = {{}}
probe = [{probes}]
{pages}
[[situation.incident]]
id = "R1"
priority = "P1"
title = "Users cannot log in at leap/prod"
created = -3000
assigned = ["Ada"]
acks = {{ Ada = -2000 }}
status = "acknowledged"
[[situation.incident]]
id = "R2"
priority = "P2"
title = "disk of maap/prod"
created = -3000
assigned = ["Ada"]
acks = {{ Ada = -2000 }}
status = "acknowledged"
[[situation.incident]]
id = "R3"
priority = "P3"
title = "starts fail at maap/lab"
created = -3000
"#,
        config()
    ))
}

fn shown(model: &Model, size: (u16, u16)) -> String {
    let at = model.picture.as_deref().unwrap().at;
    text(&screen(model, at, size, &colours()))
}

fn checked(picture: &Picture) -> String {
    let ctx = TextContext {
        now: picture.at,
        zone: hubwatch::domain::zone::Zone::UTC,
        symbols: &UNICODE,
    };
    report::check::text(picture, &ctx)
}

#[test]
fn a_cluster_of_95_hubs_that_is_down_hides_nothing_else() {
    let model = model(Some(cluster_down()));
    for size in [(120, 30), (80, 24)] {
        let shown = shown(&model, size);
        for (priority, place) in [("P1", "leap/prod"), ("P2", "maap/prod"), ("P3", "maap/lab")] {
            let is_it = |line: &&str| line.contains(priority) && line.contains(place);
            assert!(
                shown.lines().any(|line| is_it(&line)),
                "{place} at {size:?}\n{shown}"
            );
        }
        assert!(shown.contains("×95"), "{size:?}\n{shown}");
        assert_eq!(shown.matches("commons/h").count(), 0, "{size:?}\n{shown}");
    }
    let wide = shown(&model, (200, 50));
    assert!(wide.contains("95 of 95 hubs of commons down 12m"), "{wide}");
    assert!(
        wide.contains("75 unowned, 20 of 95 not acknowledged"),
        "{wide}"
    );
}

#[test]
fn the_panel_says_what_is_down_once() {
    let panel = shown(&model(Some(cluster_down())), (60, 6));
    assert!(panel.contains("95 of 95 hubs of commons"), "{panel}");
    assert!(panel.contains("leap/prod"), "{panel}");
    let tiny = shown(&model(Some(cluster_down())), (30, 4));
    assert!(tiny.contains("×95 75 unowned"), "{tiny}");
}

#[test]
fn hubs_of_a_cluster_that_is_down_are_one_row_of_the_hubs() {
    let mut model = model(Some(cluster_down()));
    model.focus = Pane::Hubs;
    let shown = shown(&model, (120, 30));
    let rows: Vec<&str> = shown
        .lines()
        .filter(|line| {
            line.starts_with('│') && line.contains("down 12m") && line.contains("probe 503")
        })
        .collect();
    assert_eq!(rows.len(), 1, "{shown}");
    assert!(rows[0].contains("commons ×95"), "{shown}");
}

#[test]
fn a_cluster_that_is_down_is_one_line_of_the_report() {
    let text = checked(&cluster_down());
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("commons"))
        .collect();
    assert_eq!(
        lines,
        [
            "critical: 95 of 95 hubs of commons down 12m, 75 unowned, 20 of 95 not acknowledged: probe 503, 2 of 2",
            "warning: nobody owns 70 cases of commons: commons/h20, commons/h21, commons/h22 and 67 more",
        ],
        "{text}"
    );
    assert!(
        text.contains("leap/prod") && text.contains("maap/lab"),
        "{text}"
    );
    assert!(
        text.starts_with("HUBWATCH CRITICAL - 95 hubs down · 91 P1 open"),
        "{text}"
    );
}

#[test]
fn the_public_that_is_not_told_of_many_is_one_line() {
    let mut picture = cluster_down();
    for case in picture.cases.clone() {
        if case.incident.is_some() && case.id.to_string().starts_with("pd:Q") {
            let untold = hubwatch::picture::mismatch::PublicNotTold {
                told: hubwatch::picture::PublicTold::No,
                shown: None,
            };
            let untold = hubwatch::picture::mismatch::Mismatch::about_case(&case, untold);
            picture.mismatches.push(untold);
        }
    }
    let mut model = model(Some(picture));
    model.focus = Pane::Status;
    let shown = shown(&model, (200, 50));
    assert_eq!(
        shown
            .matches("the public has not been told of 90 cases of commons")
            .count(),
        1,
        "{shown}"
    );
}

fn strangers() -> Picture {
    let signals: String = (0..93)
        .map(|n| format!("\"maap/x{n:02}\" = {{ up = 1.0, running_servers = 1.0 }}\n"))
        .collect();
    picture(&format!(
        r#"{}
[[situation]]
name = "hubs that the inventory lacks"
expect = {{}}
[[situation.prometheus]]
name = "maap"
[situation.prometheus.signals]
{signals}
"#,
        config()
    ))
}

#[test]
fn hubs_that_the_inventory_lacks_are_one_line() {
    let picture = strangers();
    assert_eq!(picture.mismatches.len(), 93);
    let text = checked(&picture);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "unknown: 93 hubs of maap have metrics but are not in the inventory: maap/x00, maap/x01, maap/x02 and 90 more"
        ],
        "{text}"
    );
    let mut model = model(Some(picture));
    model.focus = Pane::Status;
    let shown = shown(&model, (200, 50));
    // Once in the header and once in the pane.
    assert_eq!(shown.matches("93 hubs of maap").count(), 2, "{shown}");
    assert_eq!(shown.matches("maap/x").count(), 3, "{shown}");
}

/// Thirty Prometheuses that all answer `each`.
fn many_prometheuses(each: &str) -> Picture {
    let config: String = (0..30)
        .map(|n| format!("[[prometheus]]\nname = \"p{n:02}\"\nurl = \"http://127.0.0.1:1\"\ncluster = \"c{n:02}\"\n[[cluster]]\nname = \"c{n:02}\"\nhubs = [{{ name = \"prod\" }}]\n"))
        .collect();
    let told: String = (0..30)
        .map(|n| format!("[[situation.prometheus]]\nname = \"p{n:02}\"\n{each}\n"))
        .collect();
    picture(&format!(
        "config = '''\n{config}'''\n[[situation]]\nname = \"many\"\nexpect = {{}}\n{told}"
    ))
}

#[test]
fn prometheuses_without_rules_are_one_line() {
    let text = checked(&many_prometheuses("no_rules = true"));
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(
        lines[0].contains("30 Prometheuses have no alerting rules"),
        "{text}"
    );
    assert!(
        lines[0].ends_with("prometheus/p00, prometheus/p01, prometheus/p02 and 27 more"),
        "{text}"
    );
}

#[test]
fn sources_of_a_kind_that_fail_in_the_same_way_are_one_line() {
    let text = checked(&many_prometheuses(
        "heard = { never = true, fail = { kind = \"unreachable\", text = \"connection refused\", since = -240 } }",
    ));
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("connection refused"))
        .collect();
    assert_eq!(
        lines,
        [
            "unknown: 30 Prometheuses down 4m: connection refused (prometheus/p00, prometheus/p01, prometheus/p02 and 27 more)"
        ],
        "{text}"
    );
}

#[test]
fn two_are_told_one_by_one() {
    let mut picture = strangers();
    picture.mismatches.truncate(2);
    picture.verdict.reasons.truncate(2);
    let text = checked(&picture);
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn a_key_on_the_row_names_how_many_it_acts_on() {
    let only_down = |pages: bool| {
        let mut picture = cluster_down();
        for case in &mut picture.cases {
            let mut known = (**case).clone();
            known.incident = known.incident.filter(|_| pages);
            *case = std::sync::Arc::new(known);
        }
        let mut model = model(Some(picture));
        let at = model.picture.as_deref().unwrap().at;
        update(&mut model, Msg::Key("space".parse().unwrap()), at);
        shown(&model, (120, 30))
    };
    let paged = only_down(true);
    assert!(paged.contains("90 incidents"), "{paged}");
    let unpaged = only_down(false);
    assert!(unpaged.contains("the first of 95: "), "{unpaged}");
}

#[test]
fn posts_that_no_p1_needs_are_named_by_their_titles() {
    let picture = picture(&format!(
        r#"{}
[[situation]]
name = "three posts without a P1"
post = [
  {{ id = "PO1", title = "leap is slow", since = -8000 }},
  {{ id = "PO2", title = "leap: no logins", since = -8000 }},
  {{ id = "PO3", title = "leap: no files", since = -8000 }},
]
expect = {{}}
"#,
        config()
    ));
    let text = checked(&picture);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "warning: 3 posts that no P1 needs: take them down: 'leap is slow', 'leap: no files', 'leap: no logins'"
        ],
        "{text}"
    );
}

#[test]
fn a_p1_without_a_place_is_named_by_its_title() {
    let picture = picture(&format!(
        r#"{}
[[situation]]
name = "a P1 without a place that the public has not been told of"
incident = [{{ id = "Q1", title = "Users cannot log in", priority = "P1", created = -3600, assigned = ["Ada"] }}]
expect = {{}}
"#,
        config()
    ));
    let mut model = model(Some(picture));
    model.focus = Pane::Status;
    let shown = shown(&model, (200, 50));
    assert!(
        shown.contains("! P1 Users cannot log in: the public has not"),
        "{shown}"
    );
}
