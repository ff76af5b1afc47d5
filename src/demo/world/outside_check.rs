//! The pages of a check outside the fleet, about a hub that does not answer or whose certificate expires soon.

use serde_json::json;

use super::Place;
use crate::demo::account::incident::PagedAlert;
use crate::demo::clockwork::At;

/// The time at which a check began to fail, in the format of the check's titles.
pub(super) fn started(at: At) -> String {
    at.format("%b %-d, %Y at %-I:%M%p UTC").to_string()
}

/// The title of a page about a hub that does not answer. `mark` makes titles differ from each other.
pub(super) fn uptime_title(place: &Place, at: At, mark: &str) -> String {
    let (domain, cluster, started) = (&place.domain, &place.cluster, started(at));
    let labels = format!("{{project_id=hubs-monitoring, host={domain}}}");
    format!(
        "An uptime check on hubs-monitoring Uptime Check URL labels {labels} is failing. | \
         Violation started: {started} (less than 1 sec ago) | Policy: {domain} on {cluster} | \
         Condition: Simple Health Check Endpoint | View incident: {}",
        link(mark)
    )
}

/// The title of a page about a hub whose certificate expires soon.
pub(super) fn certificate_title(place: &Place, at: At, mark: &str) -> String {
    let (domain, started) = (&place.domain, started(at));
    let labels = format!("{{project_id=hubs-monitoring, host={domain}}}");
    format!(
        "Time until SSL certificate expires for hubs-monitoring Uptime Check URL labels {labels} is below the \
         threshold of 21.000 with a value of 20.000. | Violation started: {started} (less than 1 sec ago) | \
         Policy: SSL certificate expiring soon | Condition: Time until SSL certificate expires | View incident: {}",
        link(mark)
    )
}

/// The alert that PagerDuty makes from the page of a check.
pub(super) fn alert(place: &Place, title: String, id: String, at: At) -> PagedAlert {
    let address = format!("https://{}/", place.domain);
    PagedAlert {
        id,
        key: format!("uptime-check-{}", place.domain),
        summary: title,
        severity: "critical".to_owned(),
        created_at: at,
        resolved: false,
        details: json!({ "policy_name": format!("{} on {}", place.domain, place.cluster) }),
        links: vec![(address, "The address".to_owned())],
    }
}

fn link(mark: &str) -> String {
    format!(
        "https://console.example/monitoring/alerting/incidents/0.{mark}?project=hubs-monitoring"
    )
}
