//! Finds the team's runbooks for a case.

use super::case::Case;
use super::labels::Labels;
use super::policy::Runbook;

/// The value of the label `check` for a hub that is down by its probe or by `up`.
const HUB_DOWN: &str = "hub-down";

/// The runbooks whose matchers all match the same label set of the case.
pub fn matching_runbooks<'a>(books: &'a [Runbook], case: &Case) -> Vec<&'a Runbook> {
    let sets = label_sets(case);
    let fits = |book: &&Runbook| {
        let mut sets = sets.iter();
        sets.any(|labels| book.matchers.iter().all(|matcher| matcher.matches(labels)))
    };
    books.iter().filter(fits).collect()
}

// The label sets of the case's alerts, of its incident's alerts, and of the case itself. The sets are not merged, since
// a scraped alert may have its own `service` label, which is not the incident's service.
fn label_sets(case: &Case) -> Vec<Labels> {
    let firing = case.alerts.iter().map(|joined| joined.alert.labels.clone());
    let incident = case.incident.iter();
    let paged = incident.flat_map(|incident| &incident.alerts);
    let paged = paged.flat_map(|alert| alert.label_sets.iter().cloned());
    firing.chain(paged).chain([own_labels(case)]).collect()
}

fn own_labels(case: &Case) -> Labels {
    let incident = case.incident.as_ref();
    let service = incident.and_then(|incident| incident.service.as_ref());
    let service = service.map(|service| ("service", service.name.to_string()));
    let title = incident.map_or(&case.title, |incident| &incident.title);
    let check = case
        .hub_down
        .as_ref()
        .map(|_| ("check", HUB_DOWN.to_owned()));
    let all = service.into_iter().chain(check);
    all.chain([("title", title.clone())]).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::fixture::action_flow::{assigned_case, case_alert, with_incident};
    use crate::domain::case::JoinedBy;
    use crate::domain::ids::HubKey;
    use crate::domain::incident::{IncidentAlert, Reference};
    use crate::domain::matcher::Matcher;

    fn book(matchers: &[(&str, &str)]) -> Runbook {
        let matcher = |(name, value): &(&str, &str)| Matcher::equal(name, value);
        Runbook {
            matchers: matchers.iter().map(matcher).collect(),
            url: None,
            steps: vec!["acknowledge".to_owned()],
        }
    }

    fn fits(matchers: &[(&str, &str)], case: &Case) -> bool {
        matching_runbooks(&[book(matchers)], case).len() == 1
    }

    #[test]
    fn what_came_from_elsewhere_is_known_by_its_service_and_title() {
        let case = with_incident(assigned_case("Q1", "Bo"), |incident| {
            incident.title = "uptime check fails: leap.example".to_owned();
            incident.service = Some(Reference {
                id: "S1".into(),
                name: "Hub addresses".into(),
            });
        });
        assert!(fits(&[("service", "Hub addresses")], &case));
        assert!(fits(
            &[("title", "uptime check fails: leap.example")],
            &case
        ));
        assert!(!fits(&[("check", "hub-down")], &case));
        assert!(!fits(&[("service", "Disks")], &case));
    }

    #[test]
    fn a_hub_that_only_a_probe_saw_down_is_known_by_the_check() {
        let mut case = assigned_case("Q1", "Bo");
        case.incident = None;
        assert!(!fits(&[("check", "hub-down")], &case));
        case.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
        assert!(fits(&[("check", "hub-down")], &case));
    }

    #[test]
    fn an_alert_that_ended_is_known_by_what_its_incident_was_opened_with() {
        let labels: Labels = [("alertname", "pod has restarted")].into_iter().collect();
        let case = with_incident(assigned_case("Q1", "Bo"), |incident| {
            incident.alerts = vec![IncidentAlert {
                id: "A1".to_owned(),
                resolved: true,
                alert_key: None,
                created_at: None,
                suppressed: false,
                fingerprints: Vec::new(),
                label_sets: vec![labels],
            }];
        });
        assert!(fits(&[("alertname", "pod has restarted")], &case));
    }

    #[test]
    fn each_label_set_is_tried_alone() {
        let mut case = assigned_case("Q1", "Bo");
        case.alerts = vec![case_alert(JoinedBy::Fingerprint)];
        case.hub_down = Some((HubKey::new("leap", "prod"), Vec::new()));
        let incident = Arc::make_mut(case.incident.as_mut().unwrap());
        incident.service = Some(Reference {
            id: "S1".into(),
            name: "Disks".into(),
        });
        assert!(fits(&[("alertname", "disk full")], &case));
        assert!(fits(&[("service", "Disks"), ("check", "hub-down")], &case));
        assert!(!fits(
            &[("alertname", "disk full"), ("service", "Disks")],
            &case
        ));
    }
}
