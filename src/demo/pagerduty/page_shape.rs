//! Posts and their updates in the API's JSON.

use serde_json::{Value, json};

use super::page_options::{impact_id, service_id, severity_id, status_id};
use crate::demo::clockwork::format_timestamp_fraction;
use crate::demo::world::posts::{Post, SERVICES, Update};

/// The id of the only status page.
pub const PAGE_ID: &str = "PSPHUBS";
/// The beginning of every `self` address in the page's objects.
pub(super) const PAGES: &str = "https://api.pagerduty.com/status_pages";

pub(super) fn this_page() -> Value {
    json!({ "id": PAGE_ID, "type": "status_page" })
}

pub(super) fn kind(it: &Post) -> &'static str {
    if it.planned.is_some() {
        "maintenance"
    } else {
        "incident"
    }
}

pub(super) fn post(it: &Post) -> Value {
    let path = format!("{PAGES}/{PAGE_ID}/posts/{}", it.id);
    let updates = it.updates.iter().map(|update| {
        json!({
            "id": update.id,
            "self": format!("{path}/post_updates/{}", update.id),
            "type": "status_page_post_update",
        })
    });
    let linked = it.incident.as_ref();
    json!({
        "id": it.id,
        "self": path,
        "type": "status_page_post",
        "post_type": kind(it),
        "status_page": this_page(),
        "linked_resource": linked.map(|id| json!({ "id": id, "type": "incident" })),
        "postmortem": null,
        "title": it.title,
        "starts_at": it.planned.map(|(from, _)| format_timestamp_fraction(from)),
        "ends_at": it.planned.map(|(_, until)| format_timestamp_fraction(until)),
        "updates": updates.collect::<Vec<_>>(),
    })
}

pub(super) fn update(post: &Post, it: &Update) -> Value {
    let planned = post.planned.is_some();
    let impacted = it.impact.iter().filter_map(|(name, impact)| {
        let mut numbered = SERVICES.iter().zip(1_u32..);
        let (_, number) = numbered.find(|(service, _)| *service == name)?;
        Some(json!({
            "service": { "id": service_id(number), "type": "status_page_service" },
            "impact": { "id": impact_id(*impact, planned), "type": "status_page_impact" },
        }))
    });
    json!({
        "id": it.id,
        "self": format!("{PAGES}/{PAGE_ID}/posts/{}/post_updates/{}", post.id, it.id),
        "post": { "id": post.id, "type": "status_page_post" },
        "message": it.message,
        "reviewed_status": "approved",
        "status": { "id": status_id(it.status), "type": "status_page_status" },
        "severity": { "id": severity_id(it.severity, planned), "type": "status_page_severity" },
        "impacted_services": impacted.collect::<Vec<_>>(),
        "update_frequency_ms": null,
        "notify_subscribers": false,
        "reported_at": format_timestamp_fraction(it.at),
        "type": "status_page_post_update",
    })
}
