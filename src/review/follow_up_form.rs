//! The address of the tracker's form for an action item, filled in for one outage.
//!
//! The team's automation reads the form's fields `incident-report`, `what-to-do` and `definition-of-done`. GitHub fills
//! each field from the query parameter that has the field's id as its name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::owed::OwedOutage;
use crate::domain::settings::TrackerSettings;

/// The form's address contains the incident's title, cut at this length. Browsers and GitHub refuse long addresses.
const MAX_TITLE_CHARS: usize = 200;

/// The form's address. The report field gets the address of the outage's report issue. If there is no report issue, the
/// field gets the address of the outage's first incident.
pub fn follow_up_form(tracker: &TrackerSettings, outage: &OwedOutage) -> String {
    let first = outage.incidents.first();
    let title = first.map_or("", |one| one.title.as_str());
    let incident = first.and_then(|one| one.url.clone());
    let report = outage.report.clone().or(incident).unwrap_or_default();
    let what = format!("After \"{}\":\n- ", cut(title));
    let address = FormAddress {
        tracker,
        report: &report,
        what: &what,
    };
    address.to_string()
}

fn cut(title: &str) -> String {
    match title.char_indices().nth(MAX_TITLE_CHARS) {
        None => title.to_owned(),
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or(title)),
    }
}

struct FormAddress<'a> {
    tracker: &'a TrackerSettings,
    report: &'a str,
    what: &'a str,
}

impl std::fmt::Display for FormAddress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let TrackerSettings {
            web,
            repository,
            rules,
            ..
        } = self.tracker;
        let fields = [
            ("template", rules.form.as_str()),
            ("labels", rules.action_item_label.as_str()),
            ("incident-report", self.report),
            ("what-to-do", self.what),
            ("definition-of-done", ""),
        ];
        write!(f, "{web}/{repository}/issues/new")?;
        for (index, (name, value)) in fields.into_iter().enumerate() {
            let sign = if index == 0 { '?' } else { '&' };
            write!(f, "{sign}{name}={}", utf8_percent_encode(value, ENCODED))?;
        }
        Ok(())
    }
}

// Encodes all characters except the unreserved ones of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, tracker_settings};
    use super::super::owed::OwedIncident;
    use super::*;

    fn outage(report: Option<&str>) -> OwedOutage {
        OwedOutage {
            incidents: vec![OwedIncident {
                number: 7,
                id: "Q7".into(),
                title: "prod & staging down?".to_owned(),
                url: Some("https://hubs.pagerduty.test/incidents/Q7".to_owned()),
            }],
            places: Vec::new(),
            begins: at(0),
            ended: at(60),
            working_days: 3,
            owner: None,
            report: report.map(str::to_owned),
            missing: Vec::new(),
        }
    }

    #[test]
    fn the_form_is_filled_in_and_nothing_in_a_title_adds_a_field() {
        let address = follow_up_form(&tracker_settings(), &outage(None));
        assert_eq!(
            address,
            "https://issues.hubs.example/hubs/infra/issues/new?template=incident-action-item.yml\
             &labels=incident-action-item\
             &incident-report=https%3A%2F%2Fhubs.pagerduty.test%2Fincidents%2FQ7\
             &what-to-do=After%20%22prod%20%26%20staging%20down%3F%22%3A%0A-%20&definition-of-done="
        );
    }

    #[test]
    fn the_report_issue_is_the_report() {
        let report = Some("https://issues.hubs.example/hubs/infra/issues/8");
        let address = follow_up_form(&tracker_settings(), &outage(report));
        let field =
            "&incident-report=https%3A%2F%2Fissues.hubs.example%2Fhubs%2Finfra%2Fissues%2F8&";
        assert!(address.contains(field));
    }
}
