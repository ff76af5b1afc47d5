//! While the details of many incidents are read, the screen shows how far the reading is and how long it takes, not a
//! failure.

use hubwatch::report;
use hubwatch::text::TextContext;
use hubwatch::text::symbols::UNICODE;

use super::dump::{colours, screen, text};
use super::fixture::model;
use crate::scenarios::picture;

#[test]
fn the_header_says_how_much_is_read_and_how_long_the_rest_takes() {
    let picture = picture(
        r#"config = '''
[pagerduty]
token = { env = "TOKEN" }
'''
[directory]
priorities = ["P1", "P2"]
users = { Ada = "ada@example.org" }
[[situation]]
name = "reading"
expect = {}
incident = [{ id = "Q1", title = "x", priority = "P2", assigned = ["Ada"], unread = true }]
incident_parts.alerts = { reading = [35, 2000, 2400] }
"#,
    );
    let at = picture.at;
    let ctx = TextContext {
        now: at,
        zone: hubwatch::domain::zone::Zone::UTC,
        symbols: &UNICODE,
    };
    let reading = "pagerduty reading incidents' alerts: 35 of 2000, about 40m to go";
    let report = report::check::text(&picture, &ctx);
    let line = format!("{reading}; slowed to save the shared rate limit");
    assert!(report.contains(&line), "{report}");
    let model = model(Some(picture));
    for size in [(200, 50), (120, 30)] {
        let shown = text(&screen(&model, at, size, &colours()));
        assert!(shown.contains(reading), "{size:?}\n{shown}");
    }
    for size in [(80, 24), (60, 12)] {
        let shown = text(&screen(&model, at, size, &colours()));
        assert!(shown.contains("pagerduty reading"), "{size:?}\n{shown}");
    }
}
