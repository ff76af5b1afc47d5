//! Alerts with a label that is too long to be kept in full. Another alert may have the same label up to the cut.

use hubwatch::domain::case::JoinedBy;

use super::picture;

fn joined_by(label_bytes: usize, by: &str) -> Vec<JoinedBy> {
    let long = "x".repeat(label_bytes);
    let text = format!(
        r#"
config = '''
[team]
zone = "UTC"
[pagerduty]
token = {{ env = "PAGERDUTY_TOKEN" }}
[[prometheus]]
name = "leap"
url = "http://127.0.0.1:1"
cluster = "leap"
external_labels = {{ cluster = "leap" }}
[[cluster]]
name = "leap"
hubs = [{{ name = "prod", domain = "leap.example" }}]
'''
[[situation]]
name = "a long label"
prometheus = [{{ name = "leap", alerts = [{{ name = "disk", hub = "prod", since = -900, labels = {{ what = "{long}" }} }}] }}]
incident = [{{ id = "Q1", title = "anything", created = -600, assigned = ["Ada"], alerts = [{{ {by} = "disk" }}] }}]
[situation.expect]
"#
    );
    let picture = picture(&text);
    let alerts = picture.cases.iter().flat_map(|case| &case.alerts);
    alerts.map(|alert| alert.joined_by).collect()
}

#[test]
fn an_alert_whose_labels_were_cut_is_never_joined_exactly() {
    for (by, exact) in [
        ("labels_of", JoinedBy::Labels),
        ("print_of", JoinedBy::Fingerprint),
    ] {
        assert_eq!(joined_by(64 << 10, by), [exact]);
        assert_eq!(joined_by((64 << 10) + 1, by), [JoinedBy::Probable]);
    }
}
