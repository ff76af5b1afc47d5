//! A silence of another cluster does not silence this cluster's case, but the case's row and page mention it.

use hubwatch::app::model::{Overlay, OverlayKind};

use super::dump::{colours, screen, text};
use super::fixture::model;
use crate::scenarios::picture;

#[test]
fn a_silence_in_another_clusters_alertmanager_stands_on_the_row_and_at_the_top_of_the_detail() {
    let picture = picture(
        r#"config = '''
[[prometheus]]
name = "leap"
url = "http://127.0.0.1:1"
cluster = "leap"
[[alertmanager]]
name = "maap"
url = "http://127.0.0.1:3"
cluster = "maap"
[[cluster]]
name = "leap"
hubs = [{ name = "prod" }]
[[cluster]]
name = "maap"
hubs = []
'''
[[situation]]
name = "silenced elsewhere"
expect = {}
prometheus = [{ name = "leap", alerts = [{ name = "disk", hub = "prod" }] }]
alertmanager = [{ name = "maap", suppressed = { disk = "silenced" } }]
"#,
    );
    let (at, case) = (picture.at, picture.cases[0].clone());
    let mut model = model(Some(picture));
    let shown = text(&screen(&model, at, (120, 30), &colours()));
    assert!(shown.contains("! silence is for maap"), "{shown}");
    model.overlays.push(Overlay::new(OverlayKind::Case(case)));
    let detail = text(&screen(&model, at, (80, 24), &colours()));
    let line = detail
        .lines()
        .position(|line| line.contains("! not silenced: the Alertmanager"));
    assert!(line.is_some_and(|line| line < 6), "{detail}");
}
