//! A person who has not acknowledged an incident looks different from one who has.

use hubwatch::app::model::{Model, Overlay, OverlayKind};
use hubwatch::picture::Picture;
use hubwatch::report;
use hubwatch::text::TextContext;
use hubwatch::text::symbols::UNICODE;
use hubwatch::ui::theme::{ColorLevel, Theme};

use super::dump::{colours, screen, text};
use super::fixture::model;
use crate::scenarios::picture;

/// Two P1s that were assigned to Bo by hand. Bo acknowledged only the second.
fn handed_over() -> Picture {
    picture(
        r#"config = '''
[team]
zone = "UTC"
[pagerduty]
token = { env = "TOKEN" }
[[cluster]]
name = "leap"
hubs = [{ name = "prod" }]
[[cluster]]
name = "maap"
hubs = [{ name = "prod" }]
'''
directory = { priorities = ["P1", "P2"], users = { Bo = "bo@example.org" }, policies = { Outages = { levels = [600], on_call = [{ level = 1, who = "Bo" }] } } }
[[situation]]
name = "handed over"
expect = {}
incident = [
  { id = "Q1", title = "leap/prod", priority = "P1", policy = "Outages", assigned = ["Bo"], direct = true },
  { id = "Q2", title = "maap/prod", priority = "P1", policy = "Outages", assigned = ["Bo"], direct = true, status = "acknowledged", acks = { Bo = -60 } },
]
"#,
    )
}

fn shown(model: &Model, size: (u16, u16), theme: &Theme) -> String {
    let at = model.picture.as_deref().unwrap().at;
    text(&screen(model, at, size, theme))
}

// The first row that names `place` and P1.
fn row<'a>(shown: &'a str, place: &str) -> &'a str {
    // Skips the verdict at the top, which names the worst case too.
    let rows = shown.lines().skip(1).filter(|line| line.contains(" P1 "));
    let mut rows = rows.filter(|line| line.contains(place));
    rows.next()
        .unwrap_or_else(|| panic!("no row of {place}\n{shown}"))
}

#[test]
fn a_row_says_by_mark_and_word_that_nobody_acknowledged() {
    let model = model(Some(handed_over()));
    let plain = Theme::new(ColorLevel::None, true);
    for (theme, mark) in [(colours(), "▫ Bo"), (plain, "_ Bo")] {
        for size in [(200, 50), (120, 30), (80, 24), (60, 12)] {
            let shown = shown(&model, size, &theme);
            let (handed, held) = (row(&shown, "leap/prod"), row(&shown, "maap/prod"));
            assert!(handed.contains(mark), "{size:?}\n{shown}");
            assert!(handed.contains("no escalation"), "{size:?}\n{shown}");
            assert!(
                !held.contains(mark) && held.contains("Bo"),
                "{size:?}\n{shown}"
            );
            assert!(!held.contains("no escalation"), "{size:?}\n{shown}");
        }
    }
    let wide = shown(&model, (200, 50), &colours());
    assert!(row(&wide, "leap/prod").contains("▫ Bo no ack"), "{wide}");
    assert!(wide.contains("no escalation: assigned by hand"), "{wide}");
    assert!(
        wide.contains("Bo has not acknowledged it"),
        "the verdict: {wide}"
    );
}

#[test]
fn the_panel_says_so_too() {
    let shown = shown(&model(Some(handed_over())), (40, 5), &colours());
    assert!(
        shown.contains("P1 no escalation ▫ Bo no ack") || shown.contains("▫ Bo no ack"),
        "{shown}"
    );
    assert!(
        shown
            .lines()
            .any(|line| line.contains(" Bo") && !line.contains("no ack")),
        "{shown}"
    );
}

#[test]
fn the_detail_and_the_owners_say_so() {
    let picture = handed_over();
    let case = picture
        .cases
        .iter()
        .find(|case| case.id.to_string() == "pd:Q1")
        .cloned()
        .unwrap();
    let mut model = model(Some(picture));
    let owners = shown(&model, (200, 50), &colours());
    assert!(owners.contains("1 ▪ 1 ▫"), "{owners}");
    model.overlays.push(Overlay::new(OverlayKind::Case(case)));
    let detail = shown(&model, (120, 40), &colours());
    assert!(
        detail.contains("▫ nobody yet: it was only assigned"),
        "{detail}"
    );
    assert!(
        detail.contains("it does not escalate: assigned by hand"),
        "{detail}"
    );
}

#[test]
fn the_report_says_so() {
    let picture = handed_over();
    let ctx = TextContext {
        now: picture.at,
        zone: hubwatch::domain::zone::Zone::UTC,
        symbols: &UNICODE,
    };
    let text = report::check::text(&picture, &ctx);
    let of = |place: &str| {
        text.lines()
            .skip(1)
            .find(|line| line.contains(place))
            .unwrap()
            .to_owned()
    };
    assert!(
        of("leap/prod").ends_with("Bo has not acknowledged it, no escalation, outage 1/6"),
        "{text}"
    );
    assert!(of("maap/prod").ends_with(", Bo, outage 2/6"), "{text}");
    let json = serde_json::to_value(report::json::report(&picture, &ctx)).unwrap();
    let owner = |id: &str| {
        let cases = json["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["id"] == id).unwrap();
        case["owners"][0]["acknowledged"].clone()
    };
    assert_eq!(
        (owner("pd:Q1"), owner("pd:Q2")),
        (false.into(), true.into())
    );
}

#[test]
fn a_row_whose_log_cannot_be_read_says_so_in_the_clocks_place() {
    let text = r#"config = '''
[team]
zone = "UTC"
[pagerduty]
token = { env = "TOKEN" }
[[cluster]]
name = "leap"
hubs = [{ name = "prod" }]
'''
directory = { priorities = ["P1", "P2", "P3"], users = { Bo = "bo@example.org" }, policies = { Outages = { levels = [600], on_call = [{ level = 1, who = "Bo" }] } } }
[[situation]]
name = "the log is unread"
expect = {}
incident = [
  { id = "Q1", title = "leap/prod", priority = "P3", policy = "Outages", assigned = ["Bo"], status = "acknowledged", acks = { Bo = -60 }, log_unread = true },
]
"#;
    let model = model(Some(picture(text)));
    for size in [(200, 50), (120, 30), (80, 24), (60, 12), (40, 5)] {
        let shown = shown(&model, size, &colours());
        let mut rows = shown.lines().skip(1);
        let has_note = rows.any(|line| line.contains("P3") && line.contains("log not read"));
        assert!(has_note, "{size:?}\n{shown}");
    }
}
